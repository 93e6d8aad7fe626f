//! What the mailbox promises, one promise a test.
//! Touches mailboxes and texts.

use super::super::texts::Chunk;
use super::*;

const A: UserId = UserId(0);
const B: UserId = UserId(1);
const C: UserId = UserId(2);

/// Mailboxes of three users, with room for so many texts and deliveries; a mailbox holds an eighth of the texts.
fn with(texts: usize, deliveries: usize, test: impl FnOnce(&mut Mailboxes<'_>)) {
    let mut boxes: [Mailbox; 3] = Default::default();
    let mut heads = vec![PoolSlot::<Text>::default(); texts];
    let mut chunks = vec![PoolSlot::<Chunk>::default(); texts];
    let mut deliveries = vec![PoolSlot::default(); deliveries];
    let texts = Texts::new(&mut heads, &mut chunks);
    test(&mut Mailboxes::new(&mut boxes, &mut deliveries, texts));
}

fn accept(mailboxes: &mut Mailboxes<'_>, to: UserId, text: &str) -> Result<MessageId, Refusal> {
    mailboxes.accept(A, to, text, Instant::START)
}

/// Sends what there is, each ending ten bytes behind the one before: what was sent.
fn send_all(mailboxes: &mut Mailboxes<'_>, user: UserId) -> Vec<String> {
    let (mut sent, mut buffer) = (Vec::new(), [0; TEXT_MAX]);
    while mailboxes.unsent(user).is_some() {
        sent.push(mailboxes.read_unsent(user, &mut buffer).to_owned());
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
        mailboxes.release_to_id(B, MessageId(2));
        mailboxes.rewind(B);
        assert_eq!(send_all(mailboxes, B), ["three", "four"]);
        assert_eq!(mailboxes.len(B), 2);
    });
}

#[test]
fn what_was_not_sent_is_not_released_whatever_is_acknowledged() {
    with(32, 32, |mailboxes| {
        accept(mailboxes, B, "one").unwrap();
        mailboxes.release_to_id(B, MessageId(u64::MAX));
        mailboxes.release_to_offset(B, 1 << 30);
        assert_eq!((mailboxes.len(B), mailboxes.texts_used().0), (1, 1));
        mailboxes.mark_sent(B, 10);
        mailboxes.release_to_offset(B, 9);
        assert_eq!(mailboxes.len(B), 1, "its last byte is still on its way");
        mailboxes.release_to_offset(B, 10);
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
        mailboxes.release_to_offset(B, 2);
        assert_eq!(mailboxes.len(B), 1);
        mailboxes.release_to_offset(B, 7);
        assert_eq!(mailboxes.len(B), 0);
    });
}

#[test]
fn a_mailbox_holds_its_quota_and_a_sender_has_a_share() {
    with(16, 16, |mailboxes| {
        assert_eq!((mailboxes.mailbox_quota(), mailboxes.sender_quota()), (2, 4));
        for to in [B, B, C, C] {
            accept(mailboxes, to, "x").unwrap();
        }
        assert_eq!(accept(mailboxes, B, "x"), Err(Refusal::Mailbox));
        mailboxes.mark_sent(B, 1);
        mailboxes.release_to_offset(B, 1);
        accept(mailboxes, B, "x").unwrap();
        mailboxes.mark_sent(C, 1);
        assert_eq!(mailboxes.accept(B, A, "x", Instant::START), Ok(MessageId(6)));
        mailboxes.mark_sent(B, 2);
        mailboxes.release_to_offset(B, 2);
        assert_eq!(
            mailboxes.open(A, Kind::Broadcast, "x", 1, Instant::START).map(OpenText::close),
            Ok(MessageId(7))
        );
        accept(mailboxes, B, "x").unwrap();
        let refused = mailboxes.open(A, Kind::Broadcast, "x", 1, Instant::START);
        assert_eq!(refused.map(OpenText::close), Err(Refusal::Sender));
    });
}

#[test]
fn deliveries_run_out_for_all_recipients_or_for_none() {
    with(32, 3, |mailboxes| {
        accept(mailboxes, B, "x").unwrap();
        let refused = mailboxes.open(A, Kind::Broadcast, "x", 3, Instant::START);
        assert_eq!(refused.map(OpenText::close), Err(Refusal::Server));
        let mut open = mailboxes.open(A, Kind::Broadcast, "x", 2, Instant::START).unwrap();
        assert!(open.add(B) && open.add(C));
        assert_eq!(open.close(), MessageId(2));
        assert_eq!(accept(mailboxes, C, "x"), Err(Refusal::Server));
        assert_eq!((mailboxes.len(B), mailboxes.len(C)), (2, 1));
        send_all(mailboxes, B);
        mailboxes.release_to_id(B, MessageId(2));
        assert_eq!(mailboxes.texts_used().0, 1, "one receiver still needs it");
        send_all(mailboxes, C);
        mailboxes.release_to_id(C, MessageId(2));
        assert_eq!(mailboxes.texts_used().0, 0);
    });
}

#[test]
fn a_text_for_nobody_takes_a_number_and_no_room() {
    with(8, 8, |mailboxes| {
        let open = mailboxes.open(A, Kind::Broadcast, "x", 0, Instant::START).unwrap();
        assert_eq!(open.close(), MessageId(1));
        assert_eq!((mailboxes.texts_used(), mailboxes.next_id()), ((0, 8), MessageId(2)));
    });
}
