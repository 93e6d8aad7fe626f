//! What comes back from a store, and what the store has of a mailbox.

use super::*;
use crate::table::Full;

fn restore(mailboxes: &mut Mailboxes<'_>, id: u64, kind: Kind, to: UserId) -> Result<(), Full> {
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
        assert_eq!(restore(mailboxes, 8, Kind::Message, B), Err(Full));
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
            accept(mailboxes, B, text);
        }
        mailboxes.mark_stored(B);
        assert_eq!(mailboxes.read_unstored(B, &mut buffer), "two");
        send_all(mailboxes, B);
        assert_eq!(to_id(mailboxes, B, 2), Some(MessageId(1)), "it never had the second");
        assert_eq!(mailboxes.read_unstored(B, &mut buffer), "three");
        mailboxes.mark_stored(B);
        assert!(mailboxes.unstored(B).is_none() && mailboxes.mark_stored(B).is_none());
        accept(mailboxes, B, "four");
        assert_eq!(mailboxes.read_unstored(B, &mut buffer), "four");
    });
}
