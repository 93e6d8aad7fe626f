//! What is accepted and what is not: the shares of senders, the reserve for users who read, the
//! share of one mailbox.

use super::*;
use crate::chat::Limits;

/// The result of a text of `from` for `to`, who is offline.
fn send(mailboxes: &mut Mailboxes<'_>, from: u16, to: u16, text: &str) -> Result<(), Refusal> {
    try_send(mailboxes, from, to, text, false)
}

/// The result of a text of `from` for `to`, who is online.
fn tell(mailboxes: &mut Mailboxes<'_>, from: u16, to: u16, text: &str) -> Result<(), Refusal> {
    try_send(mailboxes, from, to, text, true)
}

fn try_send(
    mailboxes: &mut Mailboxes<'_>,
    from: u16,
    to: u16,
    text: &str,
    is_here: bool,
) -> Result<(), Refusal> {
    let (from, to) = (UserId(from), UserId(to));
    mailboxes.check(from, to, text, is_here)?;
    accept_as(mailboxes, from, to, text, IsStored::No);
    Ok(())
}

/// How often `from` gets a text accepted for the users of `to`, by turns, until each refuses, and
/// the last refusal.
fn fill(mailboxes: &mut Mailboxes<'_>, from: u16, to: &[u16], text: &str) -> (usize, Refusal) {
    let (mut count, mut refusal) = (0, Refusal::Server);
    for &to in to {
        loop {
            match send(mailboxes, from, to, text) {
                Ok(()) => count += 1,
                Err(error) => break refusal = error,
            }
        }
    }
    (count, refusal)
}

#[test]
fn one_sender_has_a_quarter_of_a_mailbox_and_four_do_not_fill_it() {
    with_users(8, 32, 32, 32, |mailboxes| {
        assert_eq!((mailboxes.mailbox_quota(), mailboxes.mailbox_share()), (16, 4));
        assert_eq!(fill(mailboxes, 0, &[7], "x"), (4, Refusal::Mailbox));
        for from in 1..4 {
            assert!(fill(mailboxes, from, &[7], "x").0 > 0, "{from}");
        }
        assert!(mailboxes.len(UserId(7)) < 16);
        assert_eq!(send(mailboxes, 5, 7, "x"), Ok(()), "whoever has none there gets one in");
        send_all(mailboxes, UserId(7));
        to_id(mailboxes, UserId(7), 4);
        assert_eq!(send(mailboxes, 0, 7, "x"), Ok(()), "what was read makes room");
    });
}

#[test]
fn a_mailbox_at_its_quota_takes_nobodys() {
    with_users(8, 8, 8, 8, |mailboxes| {
        for from in 0..4 {
            assert_eq!(fill(mailboxes, from, &[7], "x"), (1, Refusal::Mailbox));
        }
        assert_eq!(mailboxes.len(UserId(7)), mailboxes.mailbox_quota());
        assert_eq!(send(mailboxes, 4, 7, "x"), Err(Refusal::Mailbox));
        send_all(mailboxes, UserId(7));
        to_id(mailboxes, UserId(7), 1);
        assert_eq!(send(mailboxes, 4, 7, "x"), Ok(()));
    });
}

#[test]
fn the_last_eighth_of_a_mailbox_is_for_senders_who_have_nothing_in_it() {
    // The mailbox holds 64. Its last 8 are kept.
    with_users(100, 128, 128, 128, |mailboxes| {
        let to = UserId(99);
        let mut senders = 0..;
        while mailboxes.len(to) < 64 - 8 {
            assert!(fill(mailboxes, senders.next().unwrap(), &[99], "x").0 > 0);
        }
        assert_eq!((mailboxes.len(to), senders.start), (56, 8));
        for from in 0..8 {
            assert_eq!(send(mailboxes, from, 99, "x"), Err(Refusal::Mailbox), "{from}");
        }
        for from in 8..16 {
            assert_eq!(fill(mailboxes, from, &[99], "x"), (1, Refusal::Mailbox), "{from}");
        }
        assert_eq!(send(mailboxes, 16, 99, "x"), Err(Refusal::Mailbox), "it is full");
        send_all(mailboxes, to);
        to_id(mailboxes, to, 1);
        assert_eq!(send(mailboxes, 8, 99, "x"), Err(Refusal::Mailbox), "it has one there");
        assert_eq!(send(mailboxes, 16, 99, "x"), Ok(()), "what was read makes room");
    });
}

#[test]
fn one_entry_before_the_last_eighth_a_sender_still_gets_its_share() {
    with_users(100, 128, 128, 128, |mailboxes| {
        for from in 0..54 {
            assert_eq!(send(mailboxes, from, 99, "x"), Ok(()));
        }
        let free = |mailboxes: &Mailboxes<'_>| 64 - mailboxes.len(UserId(99));
        assert_eq!((free(mailboxes), send(mailboxes, 0, 99, "x")), (10, Ok(())));
        assert_eq!((free(mailboxes), send(mailboxes, 1, 99, "x")), (9, Ok(())));
        assert_eq!((free(mailboxes), send(mailboxes, 2, 99, "x")), (8, Err(Refusal::Mailbox)));
        assert_eq!(send(mailboxes, 54, 99, "x"), Ok(()));
    });
}

#[test]
fn the_mailbox_of_the_smallest_board_takes_one_of_everybody() {
    with_users(37, 72, 288, 352, |mailboxes| {
        let quota = mailboxes.mailbox_quota();
        for from in 0..quota {
            assert_eq!(send(mailboxes, from as u16, 36, "x"), Ok(()), "{from} of {quota}");
        }
        assert_eq!(send(mailboxes, 35, 36, "x"), Err(Refusal::Mailbox));
        send_all(mailboxes, UserId(36));
        to_id(mailboxes, UserId(36), 1);
        assert_eq!(send(mailboxes, 0, 36, "x"), Ok(()));
        assert_eq!(send(mailboxes, 0, 36, "x"), Err(Refusal::Mailbox));
    });
    for texts in 0..16 {
        with_users(10, texts, 16, 16, |mailboxes| {
            let most = mailboxes.mailbox_quota().min(texts - texts / 8);
            let took = (0..8).take_while(|&from| send(mailboxes, from, 9, "x").is_ok()).count();
            assert_eq!(took, most, "of {texts}");
        });
    }
}

#[test]
fn one_source_fills_the_largest_mailbox_with_more_than_a_hundred_accounts_alone() {
    with_users(200, 4096, 4096, 4096, |mailboxes| {
        assert_eq!(mailboxes.mailbox_quota(), 1024);
        let mut accounts = 0;
        while mailboxes.len(UserId(199)) < 1024 {
            assert_eq!(mailboxes.check(UserId(198), UserId(199), "hi", false), Ok(()));
            assert!(fill(mailboxes, accounts, &[199], "x").0 > 0);
            accounts += 1;
        }
        assert_eq!(accounts, 136);
        let rate = Limits::USUAL.registrations;
        let seconds = (accounts - rate.burst()) * rate.period();
        assert_eq!(seconds / 60, 17 * 60 + 40, "minutes that one source needs for them");
    });
}

#[test]
fn long_texts_count_by_the_pieces_they_take() {
    let to: Vec<u16> = (1..32).collect();
    with_users(32, 320, 960, 320, |mailboxes| {
        let (count, refusal) = fill(mailboxes, 0, &to, &"x".repeat(TEXT_MAX));
        // An eighth of the 960 pieces is not for mail to absent users, and a quarter of the rest is
        // this sender's.
        assert_eq!((count, refusal), (960 * 7 / 8 / 4 / 12, Refusal::Sender));
        assert_eq!(send(mailboxes, 0, 31, "x"), Ok(()), "a short one takes one piece, not twelve");
        assert_eq!(send(mailboxes, 1, 0, &"x".repeat(TEXT_MAX)), Ok(()));
        assert_eq!(mailboxes.pieces(), Usage { used: 17 * 12 + 1 + 12, of: 960 });
    });
}

#[test]
fn a_broadcast_counts_by_those_whom_it_is_for() {
    with_users(5, 1024, 1024, 100, |mailboxes| {
        let mut said = 0;
        while let Ok(open) = open_for(mailboxes, A, 4) {
            for to in 1..5 {
                mailboxes.check_recipient(A, UserId(to), false).unwrap();
                mailboxes.add(&open, UserId(to), IsStored::No);
            }
            close(mailboxes, open);
            said += 1;
        }
        assert_eq!((said, mailboxes.deliveries().used), (6, 24), "a quarter of the deliveries");
        let refused = open_for(mailboxes, A, 4);
        assert_eq!(refused.map(|_| ()), Err(Refusal::Sender));
        let other = open_for(mailboxes, B, 4).unwrap();
        close(mailboxes, other);
        for to in 1..5 {
            send_all(mailboxes, UserId(to));
            to_id(mailboxes, UserId(to), 6);
        }
        assert_eq!(mailboxes.boxes[0].held, Held::default(), "all of it was given back");
    });
}

#[test]
fn mail_for_people_who_are_away_leaves_an_eighth_to_those_who_are_here_and_read() {
    with_users(66, 64, 640, 640, |mailboxes| {
        // Everybody leaves one text for somebody, and a newcomer may take the last.
        for from in 0..56 {
            assert_eq!(send(mailboxes, from, from + 1, "x"), Ok(()), "{from}");
        }
        assert_eq!(send(mailboxes, 60, 61, "x"), Err(Refusal::Reserved));
        assert_eq!(send(mailboxes, 0, 61, "x"), Err(Refusal::Reserved));
        for _ in 0..10 {
            assert_eq!(tell(mailboxes, 60, 61, "x"), Ok(()));
            assert_eq!(tell(mailboxes, 61, 60, "x"), Ok(()));
            for user in [60, 61] {
                send_all(mailboxes, UserId(user));
                to_id(mailboxes, UserId(user), u64::MAX);
            }
        }
        for from in [60, 62, 63, 64] {
            assert_eq!(tell(mailboxes, from, 61, "x"), Ok(()));
        }
        assert_eq!(tell(mailboxes, 58, 61, "x"), Err(Refusal::Reserved), "61 does not read");
        let rest: Vec<_> = (57..65).map(|to| tell(mailboxes, 65, to, "x")).collect();
        assert_eq!(rest[0], Ok(()), "{rest:?}");
        assert_eq!(rest[1], Err(Refusal::Sender), "nobody takes all of the reserve: {rest:?}");
        for from in [56, 57, 58] {
            assert_eq!(tell(mailboxes, from, from - 16, "x"), Ok(()), "{from}");
        }
        assert_eq!(tell(mailboxes, 63, 64, "x"), Err(Refusal::Server));
    });
}

#[test]
fn a_broadcast_passes_over_those_who_do_not_read_once_only_the_reserve_is_left() {
    with_users(20, 160, 160, 16, |mailboxes| {
        for from in 0..3 {
            assert_eq!(send(mailboxes, from, 18, "x"), Ok(()));
        }
        for from in 3..13 {
            assert_eq!(send(mailboxes, from, 17, "x"), Ok(()));
        }
        let from = UserId(14);
        let for_all = mailboxes.check_broadcast(from, "x", 2).unwrap();
        let open = open_for(mailboxes, from, 2).unwrap();
        let reached = [17, 19].map(|to| mailboxes.check_recipient(from, UserId(to), for_all));
        assert_eq!(reached, [Err(Refusal::Reserved), Ok(())]);
        mailboxes.add(&open, UserId(19), IsStored::No);
        close(mailboxes, open);
        let open = open_for(mailboxes, UserId(15), 3);
        assert_eq!(open.map(|_| ()), Err(Refusal::Server));
    });
}

#[test]
fn receipts_that_nobody_reads_use_up_their_senders_share() {
    with(16, 16, |mailboxes| {
        mailboxes.begin_receipts(A);
        for id in 1..=4 {
            assert_eq!(tell(mailboxes, 0, 1, "x"), Ok(()));
            send_all(mailboxes, B);
            to_id(mailboxes, B, id);
        }
        assert_eq!(mailboxes.texts_of(A), Usage { used: 4, of: 4 });
        assert_eq!(tell(mailboxes, 0, 1, "x"), Err(Refusal::Sender));
        assert_eq!(told(mailboxes), Some(Notification::Delivered(MessageId(1))));
        assert_eq!(tell(mailboxes, 0, 1, "x"), Ok(()));
    });
}

#[test]
fn what_comes_back_counts_in_the_shares_whatever_they_are() {
    with_users(4, 64, 64, 64, |mailboxes| {
        let text = "x".repeat(37);
        for id in 1..=8 {
            let (id, kind, at) = (MessageId(id), Kind::Message, Instant::START);
            let back = RestoredDelivery { id, kind, from: A, to: B, at, text: &text };
            mailboxes.restore(&back).unwrap();
        }
        for to in [B, C] {
            let (id, kind, at) = (MessageId(9), Kind::Broadcast, Instant::START);
            let back = RestoredDelivery { id, kind, from: A, to, at, text: &text };
            mailboxes.restore(&back).unwrap();
        }
        assert_eq!(mailboxes.boxes[0].held, Held { texts: 9, chunks: 18, deliveries: 10 });
        assert_eq!(send(mailboxes, 0, 3, "x"), Err(Refusal::Sender));
        mailboxes.restore_release(B, MessageId(9));
        assert_eq!(mailboxes.boxes[0].held, Held { texts: 1, chunks: 2, deliveries: 1 });
        assert_eq!(send(mailboxes, 0, 3, "x"), Ok(()));
    });
}
