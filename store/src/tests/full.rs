//! A full log, a worn log, and how each is reported.

use super::*;

/// Appends deliveries that all matter until the log says that it is full: how many it took.
fn fill(log: &mut Log<Small>) -> u64 {
    for id in 1.. {
        match keep_all(log, &delivery(id, "yoda", "twenty bytes of text")) {
            Ok(()) => {}
            Err(error) => {
                assert_eq!(error, StoreError::Full);
                return id - 1;
            }
        }
    }
    unreachable!("a log has an end")
}

#[test]
fn a_full_log_says_so_keeps_all_and_takes_more_once_something_is_over() {
    let mut log = opened(flash(4));
    let taken = fill(&mut log);
    assert!(taken > 20, "{taken}");
    log.commit().unwrap();
    let all: Vec<String> = (1..=taken)
        .map(|id| format!("{:?}", delivery(id, "yoda", "twenty bytes of text")))
        .collect();
    let mut found = replayed(&opened(log.flash().clone()));
    found.sort_by_key(|line| all.iter().position(|expected| expected == line));
    found.dedup();
    assert_eq!(found, all);
    // The first half is over.
    let half = taken / 2;
    let is_live = |entry: &Entry<'_>| matches!(entry, Entry::Delivery { id, .. } if id.0 > half);
    let mut refused = 0;
    for id in taken + 1..=taken + half {
        // Each refusal has compacted the log a little.
        while log.append(&delivery(id, "yoda", "x"), &is_live) == Err(StoreError::Full) {
            refused += 1;
            assert!(refused < 4, "there is room");
        }
    }
}

#[test]
fn a_log_turns_for_ever_as_long_as_little_matters() {
    let mut log = opened(flash(2));
    for id in 1..5_000 {
        log.append(
            &delivery(id, "yoda", "x"),
            &|entry| matches!(entry, Entry::Delivery { id: old, .. } if old.0 + 5 > id),
        )
        .unwrap();
    }
    let last: Vec<_> =
        (4_995..5_000).map(|id| format!("{:?}", delivery(id, "yoda", "x"))).collect();
    log.commit().unwrap();
    let found = replayed(&opened(log.into_flash()));
    assert!(last.iter().all(|line| found.contains(line)), "{found:?}");
}

#[test]
fn only_the_last_reservation_is_kept() {
    let mut log = opened(flash(2));
    for next in 1..2_000 {
        log.append(&Entry::Reserved { next: MessageId(next) }, &|_| false).unwrap();
    }
    for id in 1..2_000 {
        log.append(&delivery(id, "yoda", "x"), &|_| false).unwrap();
    }
    log.commit().unwrap();
    let found = replayed(&opened(log.into_flash()));
    let reserved: Vec<_> = found.iter().filter(|line| line.contains("Reserved")).collect();
    assert_eq!(reserved, [&format!("{:?}", Entry::Reserved { next: MessageId(1_999) })]);
}

#[test]
fn a_worn_flash_refuses_and_what_it_had_can_still_be_read() {
    let mut flash = flash(4);
    flash.endurance = 3;
    let mut log = opened(flash);
    let mut taken = 0;
    let refusal = loop {
        match log.append(&delivery(taken + 1, "yoda", "x"), &|_| false) {
            Ok(()) => taken += 1,
            Err(error) => break error,
        }
    };
    assert_eq!((refusal, taken > 100), (StoreError::Failed, true));
    assert_eq!(log.append(&delivery(1, "yoda", "x"), &|_| false), Err(StoreError::Failed));
    let last = format!("{:?}", delivery(taken, "yoda", "x"));
    assert_eq!(replayed(&opened(log.into_flash())).last(), Some(&last));
}

#[test]
fn all_pages_wear_alike_and_a_short_message_costs_about_its_length() {
    let mut log = opened(SimulatedFlash::<4, 4096>::new(Medium::Flash, 16, 1));
    let messages = 20_000;
    for id in 1..=messages {
        // Half a page of messages matters at any time.
        let is_live =
            |entry: &Entry<'_>| matches!(entry, Entry::Delivery { id: old, .. } if old.0 + 25 > id);
        log.append(&delivery(id, "yoda", "twenty bytes of text"), &is_live).unwrap();
        log.append(&Entry::Released { to: "yoda", id: MessageId(id) }, &is_live).unwrap();
    }
    let figures = log.figures();
    let erases = log.flash().erases();
    let (least, most) = (erases.iter().min().unwrap(), erases.iter().max().unwrap());
    assert!(most - least <= 1, "{erases:?}");
    let bytes = figures.bytes as f64 / messages as f64;
    println!(
        "{bytes:.1} bytes and {:.4} erases a message",
        f64::from(figures.erased) / messages as f64
    );
    assert!(bytes < 110.0, "{bytes}");
}

/// How often a log refuses while users go on chatting. It has room for some messages of full
/// length, and some of them wait for an absent user.
fn refusals_beside<const PAGE: usize>(waiting: u64) -> u32 {
    let live = crate::Live {
        deliveries: waiting as usize + 8,
        broadcasts: 0,
        blocks: 0,
        keys: 0,
        accounts: 0,
    };
    let segments = crate::segments(&live, PAGE, 4) as usize;
    let mut log = opened(SimulatedFlash::<4, PAGE>::new(Medium::Flash, segments, 1));
    let text = "t".repeat(432);
    for id in 1..=waiting {
        log.append(&delivery(id, "away", &text), &|_| true).unwrap();
    }
    let messages = segments as u64 * PAGE as u64 / 50;
    let mut refused = 0;
    for id in waiting + 1..waiting + messages {
        let is_live = |entry: &Entry<'_>| matches!(entry, Entry::Delivery { id: old, .. } if old.0 <= waiting || old.0 + 8 > id);
        let text = if id % 50 == 0 { &*text } else { "a short one" };
        match log.append(&delivery(id, "here", text), &is_live) {
            Ok(()) => {}
            Err(error) => {
                assert_eq!(error, StoreError::Full);
                refused += 1;
            }
        }
    }
    let found = replayed(&opened(log.into_flash()));
    let kept =
        (1..=waiting).filter(|&id| found.contains(&format!("{:?}", delivery(id, "away", &text))));
    assert_eq!(kept.count(), waiting as usize);
    refused
}

#[test]
fn nobody_is_refused_for_what_waits_for_others_as_long_as_there_is_room() {
    for waiting in [1, 2, 3, 5, 8, 13, 30, 100] {
        assert_eq!(refusals_beside::<1024>(waiting), 0, "{waiting} in pages of 1 KiB");
        assert_eq!(refusals_beside::<4096>(waiting), 0, "{waiting} in pages of 4 KiB");
        assert_eq!(refusals_beside::<65_536>(waiting), 0, "{waiting} in pages of 64 KiB");
    }
}

#[test]
fn who_is_refused_for_good_does_not_wear_the_flash() {
    let mut log = opened(flash(6));
    let mut next = fill(&mut log);
    // Refused for good, since no segment gives room any more.
    for _ in 0..10 {
        assert_eq!(
            keep_all(&mut log, &delivery(next, "yoda", "x".repeat(400).as_str())),
            Err(StoreError::Full)
        );
    }
    let before = (log.flash().operations, log.figures());
    for _ in 0..1_000 {
        next += 1;
        assert_eq!(
            keep_all(&mut log, &delivery(next, "yoda", "x".repeat(400).as_str())),
            Err(StoreError::Full)
        );
    }
    assert_eq!((log.flash().operations, log.figures()), before);
    // Once something is over, the log looks for room again.
    let none = |_: &Entry<'_>| false;
    let _ = log.append(&Entry::Released { to: "yoda", id: MessageId(next) }, &none);
    assert_eq!(log.append(&delivery(next, "yoda", "x"), &none), Ok(()));
}

#[test]
fn a_block_that_is_set_and_taken_back_for_ever_fills_nothing() {
    let mut log = opened(flash(4));
    let block = |number| Entry::Block { blocker: "hans", blocked: "lando", number };
    let unblock = Entry::Unblock { blocker: "hans", blocked: "lando" };
    for number in 0..5_000 {
        let is_live = |entry: &Entry<'_>| *entry == block(number);
        log.append(&block(number), &is_live).unwrap();
        // It stays while the others come and go, and would be copied with all that came before it.
        log.append(&delivery(number.into(), "yoda", &"x".repeat(99)), &is_live).unwrap();
        if number < 4_999 {
            log.append(&unblock, &|_| false).unwrap();
        }
    }
    log.commit().unwrap();
    assert_eq!(
        replayed(&opened(log.into_flash())).last(),
        Some(&format!("{:?}", delivery(4_999, "yoda", &"x".repeat(99))))
    );
}

/// So many accounts in a small flash, each with its password changed `rounds` times. Answers whose
/// last change that was taken is there after a start, and how often the log refused.
fn accounts_changed(accounts: u16, rounds: u16) -> (Vec<String>, usize) {
    let mut log = opened(flash(4));
    let mut changes = vec![0; accounts.into()];
    let (names, password): (Vec<_>, _) =
        ((0..accounts).map(|number| format!("user{number}")).collect(), "p".repeat(64));
    let mut refused = 0;
    for round in 0..=rounds {
        for (index, name) in names.iter().enumerate() {
            let live = changes.clone();
            let is_live = |entry: &Entry<'_>| match entry {
                Entry::Account { user, change, .. } => {
                    names.iter().position(|name| name == user).is_some_and(|at| live[at] == *change)
                }
                _ => false,
            };
            let is_given = index % 2 == 1;
            let entry = Entry::Account {
                user: name,
                secret: (&*password).into(),
                change: round,
                is_given,
                since: MessageId(0),
            };
            match log.append(&entry, &is_live) {
                Ok(()) => changes[index] = round,
                Err(error) => {
                    assert_eq!(error, StoreError::Full);
                    refused += 1;
                }
            }
        }
    }
    log.commit().unwrap();
    let mut last = std::collections::BTreeMap::new();
    let opened = opened(log.into_flash());
    opened
        .replay(&mut |entry| {
            if let Entry::Account { user, change, .. } = *entry {
                let highest: &mut u16 = last.entry(user.to_owned()).or_default();
                *highest = change.max(*highest);
            }
        })
        .unwrap();
    let told = last.iter().filter(|(user, change)| {
        let at = names.iter().position(|name| name == *user).unwrap();
        changes[at] == **change
    });
    (told.map(|(user, _)| user.clone()).collect(), refused)
}

#[test]
fn a_password_that_is_changed_for_ever_fills_nothing_and_the_last_change_stays() {
    let live =
        |accounts| crate::Live { deliveries: 0, broadcasts: 0, blocks: 0, keys: 0, accounts };
    let fitting = (1..).take_while(|&count| crate::segments(&live(count), 1024, 4) <= 4).last();
    let fitting = fitting.unwrap() as u16;
    for accounts in [1, fitting - 1, fitting] {
        let (kept, refused) = accounts_changed(accounts, 100);
        assert_eq!((kept.len(), refused), (accounts.into(), 0), "{accounts} of {fitting}");
    }
    // Beyond what it is made for it may refuse, and keeps the last change that it took.
    let many = 4 * 1024 / 100;
    let (kept, refused) = accounts_changed(many, 3);
    assert!(refused > 0 && !kept.is_empty(), "{refused} of {many}");
}

/// Bytes written for each byte of a short message, copies and the log's own records included. The
/// log holds as much as it is made for, all of full length, while short messages come and go.
fn amplification<const PAGE: usize>(waiting: u64) -> f64 {
    let live = crate::Live {
        deliveries: waiting as usize,
        broadcasts: 0,
        blocks: 0,
        keys: 0,
        accounts: 0,
    };
    let segments = crate::segments(&live, PAGE, 4) as usize;
    let mut log = opened(SimulatedFlash::<4, PAGE>::new(Medium::Flash, segments, 1));
    let text = "t".repeat(432);
    for id in 1..=waiting {
        log.append(&delivery(id, "away", &text), &|_| true).unwrap();
    }
    let before = log.figures().bytes;
    let one = {
        let mut other = opened(flash(4));
        keep_all(&mut other, &delivery(1, "here", "a short one")).unwrap();
        let first = other.figures().bytes;
        keep_all(&mut other, &delivery(2, "here", "a short one")).unwrap();
        other.figures().bytes - first
    };
    let messages = 5 * segments as u64 * PAGE as u64 / one;
    for id in waiting + 1..=waiting + messages {
        let is_live = |entry: &Entry<'_>| matches!(entry, Entry::Delivery { id: old, .. } if old.0 <= waiting || *old == MessageId(id));
        log.append(&delivery(id, "here", "a short one"), &is_live).unwrap();
    }
    (log.figures().bytes - before) as f64 / (messages * one) as f64
}

#[test]
fn at_most_so_many_bytes_are_written_for_each_that_is_stored() {
    for waiting in [10, 30, 100] {
        let factors = [amplification::<1024>(waiting), amplification::<4096>(waiting)];
        println!("{waiting} waiting: {factors:.2?}");
        assert!(factors.iter().all(|&factor| factor < 2.5), "{factors:?}");
    }
    // A host's.
    let factor = amplification::<{ 256 * 1024 }>(2_000);
    println!("2,000 waiting in pages of 256 KiB: {factor:.2}");
    assert!(factor < 2.5, "{factor}");
}
