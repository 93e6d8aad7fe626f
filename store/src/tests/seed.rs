//! The product's secret outlives compactions and losses of power, beside entries that come and go.

use super::*;

const SEED: [u8; 32] = [0xa5; 32];

/// A log that keeps the secret behind two entries, and then has this many more, of which nothing
/// matters.
fn kept(pages: usize, more: u64) -> Small {
    let mut log = opened(flash(pages));
    keep_all(&mut log, &delivery(1, "yoda", "before")).unwrap();
    keep_all(&mut log, &delivery(2, "yoda", "before")).unwrap();
    log.keep_seed(&SEED, &|_| true).unwrap();
    for id in 0..more {
        log.append(&delivery(3 + id, "yoda", "a text of some length"), &|_| false).unwrap();
        log.commit().unwrap();
    }
    let mut flash = log.into_flash();
    flash.restart();
    flash
}

#[test]
fn a_log_without_a_seed_says_so_and_one_with_a_seed_tells_it_after_any_number_of_compactions() {
    assert_eq!(opened(flash(4)).seed(), Ok(None));
    for more in 0..200 {
        let log = opened(kept(4, more));
        assert_eq!(log.seed(), Ok(Some(SEED)), "after {more}");
    }
    let mut log = opened(kept(4, 5));
    log.compact_all(&|_| false).unwrap();
    assert_eq!(log.seed(), Ok(Some(SEED)), "it is no entry");
    assert!(replayed(&opened(log.into_flash())).is_empty());
}

#[test]
fn wherever_the_power_goes_a_seed_is_there_whole_or_was_never_promised() {
    for cut in 0.. {
        let mut log = opened(kept_nothing());
        log.flash().cut_power_after(cut);
        let promised = log.keep_seed(&SEED, &|_| true).is_ok();
        let mut cut_off = log.into_flash();
        cut_off.restart();
        let found = opened(cut_off).seed().unwrap();
        assert!(found == Some(SEED) || found.is_none() && !promised, "cut {cut}");
        if promised {
            return;
        }
    }
}

fn kept_nothing() -> Small {
    let mut log = opened(flash(4));
    keep_all(&mut log, &delivery(1, "yoda", "before")).unwrap();
    log.commit().unwrap();
    let mut flash = log.into_flash();
    flash.restart();
    flash
}

#[test]
fn a_seed_outlives_a_loss_of_power_in_any_compaction() {
    for cut in 0..400 {
        let mut log = opened(kept(3, 20));
        log.flash().cut_power_after(cut);
        _ = log.compact_all(&|_| false);
        let mut cut_off = log.into_flash();
        cut_off.restart();
        assert_eq!(opened(cut_off).seed(), Ok(Some(SEED)), "cut {cut}");
    }
}
