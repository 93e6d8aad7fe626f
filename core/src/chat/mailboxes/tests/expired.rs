//! What becomes of mail that nobody fetches.

use super::super::expired::Overdue;
use super::*;
use crate::time::Duration;

/// The deliveries that leave the user's mailbox some milliseconds after the start, if mail has ten.
/// Answers the number that the store hears, and each number with the sender who is told.
fn expire(
    mailboxes: &mut Mailboxes<'_>,
    user: UserId,
    now: u64,
) -> (Option<u64>, Vec<(u64, Option<UserId>)>) {
    let (now, patience) = (Instant::from_millis(now), Duration::from_millis(10));
    let overdue = mailboxes.overdue(user, now, patience, usize::MAX);
    let all = (0..overdue.count).map(|_| mailboxes.expire_first(user).unwrap());
    let all = all.map(|(id, told)| (id.0, told)).collect();
    (overdue.stored.map(|id| id.0), all)
}

#[test]
fn what_has_waited_long_enough_goes_and_not_a_moment_before() {
    with(32, 32, |mailboxes| {
        for (stored, at) in [(IsStored::Yes, 0), (IsStored::No, 5)] {
            let at = Instant::from_millis(at);
            let new = NewText { from: A, text: "x", at };
            accept_for(mailboxes, new, B, stored, Promise::Made);
            hear_ok(mailboxes, A);
        }
        assert_eq!(expire(mailboxes, B, 9), (None, vec![]));
        assert_eq!(expire(mailboxes, B, 10), (Some(1), vec![(1, None)]));
        assert_eq!(send_all(mailboxes, B), ["x"], "the next is the next");
        assert_eq!(expire(mailboxes, B, 15), (None, vec![(2, None)]), "sent or not");
        assert_eq!((mailboxes.len(B), mailboxes.texts_used().0), (0, 0));
        assert_eq!(mailboxes.held(A), Held::default());
        to_offset(mailboxes, B, 100);
        assert!(mailboxes.unsent(B).is_none());
    });
}

#[test]
fn its_sender_is_told_that_it_expired_and_not_that_it_was_delivered() {
    with(32, 32, |mailboxes| {
        mailboxes.begin_receipts(A);
        let id = accept_as(mailboxes, A, B, "x", IsStored::Yes);
        assert_eq!(told(mailboxes), Some(Notification::Stored(id)));
        assert_eq!(expire(mailboxes, B, 10), (Some(1), vec![(1, Some(A))]));
        assert_eq!(told(mailboxes), Some(Notification::Expired(id)));
        assert_eq!((told(mailboxes), mailboxes.texts_used().0), (None, 0));
    });
}

#[test]
fn a_broadcast_that_one_did_not_fetch_expired_once_the_others_have_it() {
    with(32, 32, |mailboxes| {
        mailboxes.begin_receipts(A);
        let open = open_for(mailboxes, A, 2).unwrap();
        [B, C].into_iter().for_each(|to| mailboxes.add(&open, to, IsStored::Yes));
        let id = close(mailboxes, open);
        assert_eq!(told(mailboxes), Some(Notification::Stored(id)));
        expire(mailboxes, B, 10);
        assert_eq!(told(mailboxes), None, "the other may still fetch it");
        send_all(mailboxes, C);
        to_id(mailboxes, C, id.0);
        assert_eq!(told(mailboxes), Some(Notification::Expired(id)));
    });
}

#[test]
fn an_ok_that_waits_is_told_before_the_end() {
    with(32, 32, |mailboxes| {
        mailboxes.begin_receipts(A);
        owe(mailboxes, B, IsStored::No);
        assert_eq!(mailboxes.notification(A), None);
        assert_eq!(expire(mailboxes, B, 10), (None, vec![(1, Some(A))]));
        assert_eq!(mailboxes.notification(A), ok(1));
        mailboxes.mark_notified(A);
        assert_eq!(told(mailboxes), Some(Notification::Expired(MessageId(1))));
    });
}

#[test]
fn a_sender_who_did_not_ask_for_receipts_hears_of_the_loss_alone() {
    with(32, 32, |mailboxes| {
        mailboxes.begin_session(A);
        for _ in 0..2 {
            accept_as(mailboxes, A, B, "x", IsStored::Yes);
        }
        send_all(mailboxes, B);
        to_id(mailboxes, B, 1);
        assert_eq!(told(mailboxes), None, "neither stored nor delivered");
        assert_eq!(expire(mailboxes, B, 10), (Some(2), vec![(2, Some(A))]));
        assert_eq!(told(mailboxes), Some(Notification::Expired(MessageId(2))));
        assert_eq!((told(mailboxes), mailboxes.texts_used().0), (None, 0));
    });
}

#[test]
fn a_sender_who_is_not_here_is_told_nothing_and_nothing_is_held() {
    with(32, 32, |mailboxes| {
        mailboxes.begin_session(A);
        accept_as(mailboxes, A, B, "x", IsStored::Yes);
        mailboxes.end_receipts(A);
        assert_eq!(expire(mailboxes, B, 10), (Some(1), vec![(1, None)]));
        mailboxes.begin_session(A);
        assert_eq!((told(mailboxes), mailboxes.texts_used().0), (None, 0));
    });
}

#[test]
fn what_is_overdue_at_once_is_as_much_as_was_asked_for() {
    with(32, 32, |mailboxes| {
        for stored in [IsStored::Yes, IsStored::Yes, IsStored::No] {
            accept_as(mailboxes, A, B, "x", stored);
        }
        let overdue = |most| {
            let (now, patience) = (Instant::from_millis(10), Duration::from_millis(10));
            let Overdue { count, stored } = mailboxes.overdue(B, now, patience, most);
            (count, stored.map(|id| id.0))
        };
        assert_eq!(
            [0, 1, 2, 3, 4].map(overdue),
            [(0, None), (1, Some(1)), (2, Some(2)), (3, Some(2)), (3, Some(2))]
        );
    });
}
