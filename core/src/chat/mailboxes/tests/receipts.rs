//! What a sender hears of its own texts: the OK, then receipts, in order.

use super::*;

#[test]
fn a_sender_who_listens_is_told_once_of_the_store_and_once_of_the_receiver() {
    with(32, 32, |mailboxes| {
        mailboxes.begin_receipts(A);
        let id = accept_as(mailboxes, A, B, "x", IsStored::Yes);
        assert_eq!(told(mailboxes), Some(Notification::Stored(id)));
        assert_eq!(told(mailboxes), None);
        send_all(mailboxes, B);
        assert_eq!(to_id(mailboxes, B, id.0), Some(id), "the store is to hear of it");
        assert_eq!(mailboxes.texts_used().0, 1, "its header waits to be told of");
        assert_eq!(told(mailboxes), Some(Notification::Delivered(id)));
        assert_eq!((told(mailboxes), mailboxes.texts_used().0), (None, 0));
    });
}

#[test]
fn what_is_delivered_before_it_was_told_to_be_stored_is_told_once() {
    with(32, 32, |mailboxes| {
        mailboxes.begin_receipts(A);
        let id = accept(mailboxes, B, "x");
        assert_eq!(told(mailboxes), None, "the store does not have it");
        assert_eq!(mailboxes.mark_stored(B), Some(A));
        send_all(mailboxes, B);
        to_id(mailboxes, B, id.0);
        assert_eq!((told(mailboxes), told(mailboxes)), (Some(Notification::Delivered(id)), None));
    });
}

#[test]
fn a_broadcast_is_stored_when_the_last_that_waits_is_and_delivered_with_the_last() {
    with(32, 32, |mailboxes| {
        mailboxes.begin_receipts(A);
        let open = open_for(mailboxes, A, 2).unwrap();
        [B, C].into_iter().for_each(|to| mailboxes.add(&open, to, IsStored::No));
        let id = close(mailboxes, open);
        mailboxes.mark_stored(B);
        assert_eq!(told(mailboxes), None);
        send_all(mailboxes, C);
        assert_eq!(to_id(mailboxes, C, id.0), None, "the store never had it");
        assert_eq!(
            told(mailboxes),
            Some(Notification::Stored(id)),
            "of those that wait it has all"
        );
        send_all(mailboxes, B);
        assert_eq!(to_id(mailboxes, B, id.0), Some(id));
        assert_eq!(told(mailboxes), Some(Notification::Delivered(id)));
    });
}

#[test]
fn who_does_not_listen_is_told_nothing_and_keeps_nothing() {
    with(32, 32, |mailboxes| {
        mailboxes.begin_receipts(A);
        for stored in [IsStored::Yes, IsStored::No] {
            accept_as(mailboxes, A, B, "x", stored);
        }
        send_all(mailboxes, B);
        to_id(mailboxes, B, 1);
        mailboxes.end_receipts(A);
        assert_eq!((told(mailboxes), mailboxes.texts_used().0), (None, 1));
        to_id(mailboxes, B, 2);
        assert_eq!((told(mailboxes), mailboxes.texts_used().0), (None, 0));
    });
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
        let first = accept_as(mailboxes, A, B, "x", IsStored::Yes);
        let second = accept_as(mailboxes, A, B, "x", IsStored::Yes);
        let stored = [first, second].map(|id| Some(Notification::Stored(id)));
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
                    _ => receipts += 1,
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
        let delivered = Some(Notification::Delivered(delivered));
        let stored = Some(Notification::Stored(stored));
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
