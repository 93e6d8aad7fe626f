//! What the mailbox promises, one promise a test.

mod admission;
mod expired;

use super::super::texts::Chunk;
use super::*;
use crate::chat::audience::BroadcastSummary;
use crate::protocol::{Event, TEXT_MAX};
use crate::time::Instant;

const A: UserId = UserId(0);
const B: UserId = UserId(1);
const C: UserId = UserId(2);

/// Mailboxes of three users, with room for so many texts and deliveries; a mailbox holds half of
/// the texts.
fn with(texts: usize, deliveries: usize, test: impl FnOnce(&mut Mailboxes<'_>)) {
    with_users(3, texts, texts, deliveries, test);
}

fn with_users(
    users: usize,
    texts: usize,
    chunks: usize,
    deliveries: usize,
    test: impl FnOnce(&mut Mailboxes<'_>),
) {
    let mut boxes: Vec<Mailbox> = (0..users).map(|_| Mailbox::default()).collect();
    let mut headers = vec![PoolSlot::<Header>::default(); texts];
    let mut chunks = vec![PoolSlot::<Chunk>::default(); chunks];
    let mut deliveries = vec![PoolSlot::default(); deliveries];
    let texts = Texts::new(&mut headers, &mut chunks);
    test(&mut Mailboxes::new(&mut boxes, &mut deliveries, texts));
}

/// Accepts a text of A's, whatever it may have.
fn accept(mailboxes: &mut Mailboxes<'_>, to: UserId, text: &str) -> Result<MessageId, Refusal> {
    accept_as(mailboxes, A, to, text, IsStored::No)
}

fn accept_as(
    mailboxes: &mut Mailboxes<'_>,
    from: UserId,
    to: UserId,
    text: &str,
    stored: IsStored,
) -> Result<MessageId, Refusal> {
    let new = NewText { from, text, at: Instant::START };
    mailboxes.accept(new, to, Audience::Online, stored, Promise::Made)?;
    Ok(hear_ok(mailboxes, from))
}

/// Begins a broadcast to up to `recipients` users.
fn open_for(
    mailboxes: &mut Mailboxes<'_>,
    from: UserId,
    recipients: usize,
) -> Result<OpenText, Refusal> {
    let for_all = mailboxes.check_broadcast(from, "x", recipients)?;
    mailboxes.open(NewText { from, text: "x", at: Instant::START }, for_all)
}

/// Closes a broadcast of A's that somebody gets.
fn close(mailboxes: &mut Mailboxes<'_>, open: OpenText) -> MessageId {
    close_for(mailboxes, open, 1)
}

fn close_for(mailboxes: &mut Mailboxes<'_>, open: OpenText, recipients: u16) -> MessageId {
    let from = mailboxes.texts.header(open.key).from;
    let summary = BroadcastSummary { recipients, ..BroadcastSummary::default() };
    mailboxes.close(open, Audience::All(summary), Promise::Made);
    hear_ok(mailboxes, from)
}

/// The user hears the OK that is ready, before anything else. Answers the text's number.
fn hear_ok(mailboxes: &mut Mailboxes<'_>, from: UserId) -> MessageId {
    let Some(Notification::Accepted(id, _)) = mailboxes.notification(from) else {
        panic!("the OK need not wait");
    };
    mailboxes.mark_notified(from);
    id
}

/// The user acknowledges up to this number: what the store is to hear of.
fn to_id(mailboxes: &mut Mailboxes<'_>, user: UserId, id: u64) -> Option<MessageId> {
    release(mailboxes, user, Upto::Id(MessageId(id))).0
}

/// The user's TCP acknowledges up to this byte.
fn to_offset(mailboxes: &mut Mailboxes<'_>, user: UserId, end: u32) -> Option<MessageId> {
    release(mailboxes, user, Upto::Offset(end)).0
}

/// Releases what the user has: what the store is to hear of, and the senders with notifications.
fn release(
    mailboxes: &mut Mailboxes<'_>,
    user: UserId,
    upto: Upto,
) -> (Option<MessageId>, Vec<UserId>) {
    let (mut stored, mut senders) = (None, Vec::new());
    while let Some(released) = mailboxes.release_next(user, upto) {
        stored = released.stored.or(stored);
        senders.extend(released.sender);
    }
    (stored, senders)
}

/// Sends what there is, each ending ten bytes behind the one before: what was sent.
fn send_all(mailboxes: &mut Mailboxes<'_>, user: UserId) -> Vec<String> {
    let mut sent = Vec::new();
    while mailboxes.unsent(user).is_some() {
        let pieces: Vec<&[u8]> = mailboxes.unsent_pieces(user).collect();
        sent.push(String::from_utf8(pieces.concat()).unwrap());
        mailboxes.mark_sent(user, 10 * sent.len() as u32);
    }
    sent
}

#[test]
fn texts_are_sent_in_order_and_again_after_a_rewind() {
    with(32, 32, |mailboxes| {
        for text in ["one", "two", "three"] {
            accept(mailboxes, B, text).unwrap();
        }
        assert_eq!(send_all(mailboxes, B), ["one", "two", "three"]);
        accept(mailboxes, B, "four").unwrap();
        assert_eq!(send_all(mailboxes, B), ["four"]);
        to_id(mailboxes, B, 2);
        mailboxes.rewind(B);
        assert_eq!(send_all(mailboxes, B), ["three", "four"]);
        assert_eq!(mailboxes.len(B), 2);
    });
}

#[test]
fn what_was_not_sent_is_not_released_whatever_is_acknowledged() {
    with(32, 32, |mailboxes| {
        accept(mailboxes, B, "one").unwrap();
        to_id(mailboxes, B, u64::MAX);
        to_offset(mailboxes, B, 1 << 30);
        assert_eq!((mailboxes.len(B), mailboxes.texts_used().0), (1, 1));
        mailboxes.mark_sent(B, 10);
        to_offset(mailboxes, B, 9);
        assert_eq!(mailboxes.len(B), 1, "its last byte is still on its way");
        to_offset(mailboxes, B, 10);
        assert_eq!((mailboxes.len(B), mailboxes.texts_used().0), (0, 0));
    });
}

#[test]
fn offsets_may_wrap() {
    with(32, 32, |mailboxes| {
        for (text, end) in [("before", u32::MAX - 3), ("behind", 7)] {
            accept(mailboxes, B, text).unwrap();
            mailboxes.mark_sent(B, end);
        }
        to_offset(mailboxes, B, 2);
        assert_eq!(mailboxes.len(B), 1);
        to_offset(mailboxes, B, 7);
        assert_eq!(mailboxes.len(B), 0);
    });
}

#[test]
fn deliveries_run_out_for_all_recipients_or_for_none() {
    with(32, 3, |mailboxes| {
        accept_as(mailboxes, C, B, "x", IsStored::No).unwrap();
        let refused = open_for(mailboxes, A, 3);
        assert_eq!(refused.map(|_| ()), Err(Refusal::Server));
        let open = open_for(mailboxes, A, 2).unwrap();
        assert_eq!([B, C].map(|to| mailboxes.add(&open, to, IsStored::No)), [Ok(()); 2]);
        assert_eq!(close(mailboxes, open), MessageId(2));
        assert_eq!(mailboxes.check(B, C, "x", true), Err(Refusal::Server));
        assert_eq!((mailboxes.len(B), mailboxes.len(C)), (2, 1));
        send_all(mailboxes, B);
        to_id(mailboxes, B, 2);
        assert_eq!(mailboxes.texts_used().0, 1, "one receiver still needs it");
        send_all(mailboxes, C);
        to_id(mailboxes, C, 2);
        assert_eq!(mailboxes.texts_used().0, 0);
    });
}

#[test]
fn a_text_for_nobody_takes_a_number_and_no_room() {
    with(8, 8, |mailboxes| {
        let open = open_for(mailboxes, A, 0).unwrap();
        assert_eq!(close_for(mailboxes, open, 0), MessageId(1));
        assert_eq!((mailboxes.texts_used(), mailboxes.next_id()), ((0, 8), MessageId(2)));
        let open = open_for(mailboxes, A, 1).unwrap();
        mailboxes.abandon(open);
        assert_eq!((mailboxes.texts_used(), mailboxes.next_id()), ((0, 8), MessageId(3)));
        assert!(!mailboxes.has_notifications(A));
    });
}

/// What the sender is told next, and that it was told.
fn told(mailboxes: &mut Mailboxes<'_>) -> Option<Event<'static>> {
    let notification = mailboxes.notification(A);
    mailboxes.mark_notified(A);
    notification.map(|notification| match notification {
        Notification::Receipt(event) => event,
        Notification::Accepted(id, _) => panic!("the OK to {id:?}"),
    })
}

#[test]
fn a_sender_who_listens_is_told_once_of_the_store_and_once_of_the_receiver() {
    with(32, 32, |mailboxes| {
        mailboxes.begin_receipts(A);
        let id = accept_as(mailboxes, A, B, "x", IsStored::Yes).unwrap();
        assert_eq!(told(mailboxes), Some(Event::Stored { id }));
        assert_eq!(told(mailboxes), None);
        send_all(mailboxes, B);
        assert_eq!(to_id(mailboxes, B, id.0), Some(id), "the store is to hear of it");
        assert_eq!(mailboxes.texts_used().0, 1, "its header waits to be told of");
        assert_eq!(told(mailboxes), Some(Event::Delivered { id }));
        assert_eq!((told(mailboxes), mailboxes.texts_used().0), (None, 0));
    });
}

#[test]
fn what_is_delivered_before_it_was_told_to_be_stored_is_told_once() {
    with(32, 32, |mailboxes| {
        mailboxes.begin_receipts(A);
        let id = accept(mailboxes, B, "x").unwrap();
        assert_eq!(told(mailboxes), None, "the store does not have it");
        assert_eq!(mailboxes.mark_stored(B), Some(A));
        send_all(mailboxes, B);
        to_id(mailboxes, B, id.0);
        assert_eq!((told(mailboxes), told(mailboxes)), (Some(Event::Delivered { id }), None));
    });
}

#[test]
fn a_broadcast_is_stored_when_the_last_that_waits_is_and_delivered_with_the_last() {
    with(32, 32, |mailboxes| {
        mailboxes.begin_receipts(A);
        let open = open_for(mailboxes, A, 2).unwrap();
        assert_eq!([B, C].map(|to| mailboxes.add(&open, to, IsStored::No)), [Ok(()); 2]);
        let id = close(mailboxes, open);
        mailboxes.mark_stored(B);
        assert_eq!(told(mailboxes), None);
        send_all(mailboxes, C);
        assert_eq!(to_id(mailboxes, C, id.0), None, "the store never had it");
        assert_eq!(told(mailboxes), Some(Event::Stored { id }), "of those that wait it has all");
        send_all(mailboxes, B);
        assert_eq!(to_id(mailboxes, B, id.0), Some(id));
        assert_eq!(told(mailboxes), Some(Event::Delivered { id }));
    });
}

#[test]
fn who_does_not_listen_is_told_nothing_and_keeps_nothing() {
    with(32, 32, |mailboxes| {
        mailboxes.begin_receipts(A);
        for stored in [IsStored::Yes, IsStored::No] {
            accept_as(mailboxes, A, B, "x", stored).unwrap();
        }
        send_all(mailboxes, B);
        to_id(mailboxes, B, 1);
        mailboxes.end_receipts(A);
        assert_eq!((told(mailboxes), mailboxes.texts_used().0), (None, 1));
        to_id(mailboxes, B, 2);
        assert_eq!((told(mailboxes), mailboxes.texts_used().0), (None, 0));
    });
}

/// Accepts a text of A's to which the OK may have to wait.
fn owe(mailboxes: &mut Mailboxes<'_>, to: UserId, stored: IsStored) {
    let new = NewText { from: A, text: "x", at: Instant::START };
    mailboxes.accept(new, to, Audience::Online, stored, Promise::WhenStored).unwrap();
}

fn ok(id: u64) -> Option<Notification> {
    Some(Notification::Accepted(MessageId(id), Audience::Online))
}

#[test]
fn an_ok_waits_until_the_receiver_has_the_text_or_the_store() {
    with(32, 32, |mailboxes| {
        owe(mailboxes, B, IsStored::Yes);
        assert_eq!(hear_ok(mailboxes, A), MessageId(1));
        assert!(!mailboxes.has_notifications(A));
        owe(mailboxes, B, IsStored::No);
        owe(mailboxes, C, IsStored::No);
        assert!(mailboxes.notification(A).is_none() && mailboxes.has_notifications(A));
        send_all(mailboxes, C);
        let (_, woken) = release(mailboxes, C, Upto::Id(MessageId(3)));
        assert_eq!((woken, mailboxes.notification(A)), (vec![A], None), "the first still waits");
        assert_eq!(mailboxes.mark_stored(B), Some(A));
        for id in [2, 3] {
            assert_eq!(mailboxes.notification(A), ok(id));
            mailboxes.mark_notified(A);
        }
        assert_eq!((mailboxes.notification(A), mailboxes.has_notifications(A)), (None, false));
        assert_eq!(mailboxes.texts_used().0, 2, "what was delivered and told is gone");
    });
}

#[test]
fn an_ok_behind_one_that_waits_waits_too_and_so_does_one_to_nobody() {
    with(32, 32, |mailboxes| {
        owe(mailboxes, B, IsStored::No);
        owe(mailboxes, C, IsStored::Yes);
        let open = open_for(mailboxes, A, 0).unwrap();
        let summary =
            BroadcastSummary { full: 1, has_blocked: true, ..BroadcastSummary::default() };
        mailboxes.close(open, Audience::All(summary), Promise::WhenStored);
        assert_eq!(mailboxes.notification(A), None);
        mailboxes.mark_stored(B);
        let mut told = Vec::new();
        while let Some(notification) = mailboxes.notification(A) {
            mailboxes.mark_notified(A);
            told.push(Some(notification));
        }
        let to_nobody = Notification::Accepted(MessageId(3), Audience::All(summary));
        assert_eq!(told, [ok(1), ok(2), Some(to_nobody)]);
        assert_eq!(mailboxes.texts_used().0, 2);
    });
}

#[test]
fn an_ok_that_need_not_wait_comes_before_receipts_that_were_not_written() {
    with(32, 32, |mailboxes| {
        mailboxes.begin_receipts(A);
        let first = accept_as(mailboxes, A, B, "x", IsStored::Yes).unwrap();
        let second = accept_as(mailboxes, A, B, "x", IsStored::Yes).unwrap();
        let stored = [first, second].map(|id| Some(Event::Stored { id }));
        assert_eq!([told(mailboxes), told(mailboxes)], stored);
    });
}

#[test]
fn a_broadcast_that_nobody_got_has_an_ok_and_no_receipt() {
    for behind in [false, true] {
        with(32, 32, |mailboxes| {
            mailboxes.begin_receipts(A);
            if behind {
                owe(mailboxes, B, IsStored::No);
            }
            let open = open_for(mailboxes, A, 0).unwrap();
            let nobody = Audience::All(BroadcastSummary::default());
            mailboxes.close(open, nobody, Promise::WhenStored);
            send_all(mailboxes, B);
            to_id(mailboxes, B, 1);
            let (mut oks, mut receipts) = (0, 0);
            while let Some(notification) = mailboxes.notification(A) {
                mailboxes.mark_notified(A);
                match notification {
                    Notification::Accepted(..) => oks += 1,
                    Notification::Receipt(_) => receipts += 1,
                }
            }
            assert_eq!((oks, receipts), (1 + usize::from(behind), usize::from(behind)));
            assert_eq!(mailboxes.texts_used().0, 0);
        });
    }
}

#[test]
fn receipts_come_behind_the_ok() {
    with(32, 32, |mailboxes| {
        mailboxes.begin_receipts(A);
        owe(mailboxes, B, IsStored::No);
        owe(mailboxes, C, IsStored::No);
        send_all(mailboxes, B);
        to_id(mailboxes, B, 1);
        mailboxes.mark_stored(C);
        let mut told = Vec::new();
        while let Some(notification) = mailboxes.notification(A) {
            mailboxes.mark_notified(A);
            told.push(Some(notification));
        }
        let [delivered, stored] = [MessageId(1), MessageId(2)];
        let delivered = Some(Notification::Receipt(Event::Delivered { id: delivered }));
        let stored = Some(Notification::Receipt(Event::Stored { id: stored }));
        assert_eq!(told, [ok(1), ok(2), delivered, stored]);
    });
}

#[test]
fn no_ok_is_outstanding_for_a_user_who_left() {
    with(32, 32, |mailboxes| {
        owe(mailboxes, B, IsStored::No);
        owe(mailboxes, C, IsStored::No);
        send_all(mailboxes, B);
        to_id(mailboxes, B, 1);
        mailboxes.end_receipts(A);
        assert_eq!((mailboxes.has_notifications(A), mailboxes.texts_used().0), (false, 1));
        assert_eq!(mailboxes.mark_stored(C), None);
    });
}

fn restore(mailboxes: &mut Mailboxes<'_>, id: u64, kind: Kind, to: UserId) -> Result<(), Refusal> {
    let (id, at) = (MessageId(id), Instant::START);
    mailboxes.restore(&RestoredDelivery {
        id,
        kind,
        from: A,
        to,
        at,
        text: &format!("text {}", id.0),
    })
}

#[test]
fn what_comes_back_stands_in_its_order_once_and_goes_on_with_the_next_number() {
    with(32, 3, |mailboxes| {
        for id in [7, 9, 3, 7] {
            restore(mailboxes, id, Kind::Message, B).unwrap();
        }
        assert_eq!(restore(mailboxes, 8, Kind::Message, B), Err(Refusal::Server));
        assert_eq!(mailboxes.next_id(), MessageId(10));
        assert_eq!((mailboxes.len(B), mailboxes.texts_used().0), (3, 3));
        mailboxes.restore_release(B, MessageId(3));
        assert!(!mailboxes.holds(B, MessageId(3)) && mailboxes.holds(B, MessageId(7)));
        assert_eq!(send_all(mailboxes, B), ["text 7", "text 9"]);
        assert_eq!(to_id(mailboxes, B, 9), Some(MessageId(9)), "the store has them");
        assert_eq!(mailboxes.texts_used().0, 0);
    });
}

#[test]
fn a_broadcast_comes_back_with_one_text() {
    with(32, 32, |mailboxes| {
        restore(mailboxes, 5, Kind::Broadcast, B).unwrap();
        restore(mailboxes, 6, Kind::Message, B).unwrap();
        restore(mailboxes, 5, Kind::Broadcast, C).unwrap();
        assert_eq!((mailboxes.texts_used().0, mailboxes.len(C)), (2, 1));
        mailboxes.restore_release(B, MessageId(5));
        mailboxes.restore_release(C, MessageId(5));
        assert_eq!(mailboxes.texts_used().0, 1);
    });
}

#[test]
fn the_store_has_a_mailbox_up_to_a_mark() {
    with(32, 32, |mailboxes| {
        let mut buffer = [0; TEXT_MAX];
        for text in ["one", "two", "three"] {
            accept(mailboxes, B, text).unwrap();
        }
        mailboxes.mark_stored(B);
        assert_eq!(mailboxes.read_unstored(B, &mut buffer), "two");
        send_all(mailboxes, B);
        assert_eq!(to_id(mailboxes, B, 2), Some(MessageId(1)), "it never had the second");
        assert_eq!(mailboxes.read_unstored(B, &mut buffer), "three");
        mailboxes.mark_stored(B);
        assert!(mailboxes.unstored(B).is_none() && mailboxes.mark_stored(B).is_none());
        accept(mailboxes, B, "four").unwrap();
        assert_eq!(mailboxes.read_unstored(B, &mut buffer), "four");
    });
}
