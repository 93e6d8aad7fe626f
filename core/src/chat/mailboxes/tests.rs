//! What the mailbox promises, one promise a test.

mod admission;
mod expired;
mod receipts;
mod restored;

use super::super::pieces::Chunk;
use super::*;
use crate::chat::audience::{Audience, BroadcastSummary};
use crate::protocol::{Kind, TEXT_MAX};
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
fn accept(mailboxes: &mut Mailboxes<'_>, to: UserId, text: &str) -> MessageId {
    accept_as(mailboxes, A, to, text, IsStored::No)
}

fn accept_as(
    mailboxes: &mut Mailboxes<'_>,
    from: UserId,
    to: UserId,
    text: &str,
    stored: IsStored,
) -> MessageId {
    let new = NewText { from, text, at: Instant::START };
    accept_for(mailboxes, new, to, stored, Promise::Made);
    hear_ok(mailboxes, from)
}

fn accept_for(
    mailboxes: &mut Mailboxes<'_>,
    new: NewText<'_>,
    to: UserId,
    stored: IsStored,
    promise: Promise,
) {
    let open = mailboxes.open(new);
    mailboxes.add(&open, to, stored);
    mailboxes.close(open, Audience::Online, promise);
}

/// Begins a broadcast to up to `recipients` users.
fn open_for(
    mailboxes: &mut Mailboxes<'_>,
    from: UserId,
    recipients: usize,
) -> Result<OpenText, Refusal> {
    mailboxes.check_broadcast(from, "x", recipients)?;
    Ok(mailboxes.open(NewText { from, text: "x", at: Instant::START }))
}

/// Closes a broadcast of A's that somebody gets.
fn close(mailboxes: &mut Mailboxes<'_>, open: OpenText) -> MessageId {
    close_for(mailboxes, open, 1)
}

fn close_for(mailboxes: &mut Mailboxes<'_>, open: OpenText, recipients: u16) -> MessageId {
    let from = mailboxes.texts.header(open.0).from;
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

/// What the sender is told next, and that it was told.
fn told(mailboxes: &mut Mailboxes<'_>) -> Option<Notification> {
    let notification = mailboxes.notification(A);
    mailboxes.mark_notified(A);
    assert!(!matches!(notification, Some(Notification::Accepted(..))), "{notification:?}");
    notification
}

/// Accepts a text of A's to which the OK may have to wait.
fn owe(mailboxes: &mut Mailboxes<'_>, to: UserId, stored: IsStored) {
    let new = NewText { from: A, text: "x", at: Instant::START };
    accept_for(mailboxes, new, to, stored, Promise::WhenStored);
}

fn ok(id: u64) -> Option<Notification> {
    Some(Notification::Accepted(MessageId(id), Audience::Online))
}

#[test]
fn texts_are_sent_in_order_and_again_after_a_rewind() {
    with(32, 32, |mailboxes| {
        for text in ["one", "two", "three"] {
            accept(mailboxes, B, text);
        }
        assert_eq!(send_all(mailboxes, B), ["one", "two", "three"]);
        accept(mailboxes, B, "four");
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
        accept(mailboxes, B, "one");
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
            accept(mailboxes, B, text);
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
        accept_as(mailboxes, C, B, "x", IsStored::No);
        let refused = open_for(mailboxes, A, 3);
        assert_eq!(refused.map(|_| ()), Err(Refusal::Server));
        let open = open_for(mailboxes, A, 2).unwrap();
        [B, C].into_iter().for_each(|to| mailboxes.add(&open, to, IsStored::No));
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
