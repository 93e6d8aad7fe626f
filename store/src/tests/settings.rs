//! What the product was set to: after a loss of power at any moment it is the old one or the new
//! one, and it outlives compactions.

use super::*;

fn read(log: &Log<Small>) -> Option<Vec<u8>> {
    let mut found = Vec::new();
    log.settings(&mut |bytes| found.push(bytes.to_vec())).unwrap();
    found.dedup();
    assert!(found.len() <= 1, "{found:?}");
    found.pop()
}

fn restarted(log: Log<Small>) -> Small {
    let mut flash = log.into_flash();
    flash.restart();
    flash
}

/// So many entries of which nothing matters.
fn go_on(log: &mut Log<Small>, more: u64) {
    for id in 0..more {
        log.append(&delivery(3 + id, "yoda", "a text of some length"), &|_| false).unwrap();
        log.commit().unwrap();
    }
}

/// A log that was set to one thing, and to another after so many entries.
fn set_twice(pages: usize, between: u64, more: u64) -> Log<Small> {
    let mut log = opened(flash(pages));
    log.keep_settings(b"port 1", &|_| true).unwrap();
    go_on(&mut log, between);
    log.keep_settings(b"port 2", &|_| true).unwrap();
    go_on(&mut log, more);
    log
}

#[test]
fn the_last_one_counts_wherever_compactions_have_copied_them() {
    assert_eq!(read(&opened(flash(4))), None);
    for (between, more) in (0..60).flat_map(|between| [(between, 0), (between, 7), (between, 60)]) {
        let mut log = opened(restarted(set_twice(4, between, more)));
        assert_eq!(read(&log).as_deref(), Some(&b"port 2"[..]), "after {between} and {more}");
        log.compact_all(&|_| false).unwrap();
        assert_eq!(read(&opened(restarted(log))).as_deref(), Some(&b"port 2"[..]));
    }
}

#[test]
fn earlier_ones_take_no_room() {
    let mut log = opened(flash(3));
    for turn in 0..500_u32 {
        log.keep_settings(&turn.to_le_bytes().repeat(50), &|_| true).unwrap();
    }
    assert_eq!(read(&opened(restarted(log))), Some(499_u32.to_le_bytes().repeat(50)));
}

#[test]
fn wherever_the_power_goes_it_is_the_old_one_or_the_new_one_and_what_was_promised_is_the_new_one() {
    for between in [0, 3, 9, 17] {
        for cut in 0.. {
            let mut log = opened(flash(3));
            log.keep_settings(b"port 1", &|_| true).unwrap();
            go_on(&mut log, between);
            log = opened(restarted(log));
            log.flash().cut_power_after(cut);
            let promised = log.keep_settings(b"port 2", &|_| true).is_ok();
            let found = read(&opened(restarted(log)));
            let is_new = found.as_deref() == Some(b"port 2");
            let is_old = found.as_deref() == Some(b"port 1");
            assert!(is_new || is_old && !promised, "cut {cut}: {found:?}");
            if promised {
                break;
            }
        }
    }
}

#[test]
fn it_outlives_a_loss_of_power_in_any_compaction() {
    for cut in 0..400 {
        let mut log = opened(restarted(set_twice(3, 5, 20)));
        log.flash().cut_power_after(cut);
        _ = log.compact_all(&|_| false);
        let found = read(&opened(restarted(log)));
        assert_eq!(found.as_deref(), Some(&b"port 2"[..]), "cut {cut}");
    }
}
