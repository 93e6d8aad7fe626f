//! Entries of deleted accounts leave the log for good, and live entries stay, wherever the power
//! goes meanwhile.

use super::*;

type Words = SimulatedFlash<4, 1024>;

/// Whether its receiver still has an account.
fn is_live(entry: &Entry<'_>) -> bool {
    matches!(entry, Entry::Delivery { to: "yoda", .. })
}

/// A log with deliveries to two users. A delivery's number chooses its receiver.
fn mixed(medium: Medium, pages: usize, count: u64) -> Words {
    let mut log = opened(Words::new(medium, pages, count));
    for id in 1..=count {
        let to = if id % 3 == 0 { "yoda" } else { "luke" };
        keep_all(&mut log, &delivery(id, to, "a text of some length")).unwrap();
        log.commit().unwrap();
    }
    let mut flash = log.into_flash();
    flash.restart();
    flash
}

/// The deliveries to each, once.
fn deliveries<F: Flash>(log: &Log<F>, to: &str) -> Vec<String> {
    let mut found = replayed(log);
    found.retain(|line| line.contains(to));
    found.sort();
    found.dedup();
    found
}

#[test]
fn what_does_not_matter_is_gone_for_good_wherever_the_power_goes() {
    for (medium, pages, count) in
        [(Medium::Flash, 2, 5), (Medium::Flash, 6, 40), (Medium::Disk, 2, 8), (Medium::Disk, 6, 33)]
    {
        let flash = mixed(medium, pages, count);
        let kept = deliveries(&opened(flash.clone()), "yoda");
        assert!(!deliveries(&opened(flash.clone()), "luke").is_empty());
        for cut in 0.. {
            let mut log = opened(flash.clone());
            log.flash().cut_power_after(cut);
            let survived = log.compact_all(&is_live).is_ok();
            let mut cut_off = log.into_flash();
            cut_off.restart();
            let mut log = opened(cut_off);
            assert_eq!(deliveries(&log, "yoda"), kept, "{medium:?} {pages}, cut {cut}");
            // The next start does it again.
            log.compact_all(&is_live).unwrap();
            let log = opened(log.into_flash());
            assert_eq!(deliveries(&log, "yoda"), kept, "{medium:?} {pages}, cut {cut}");
            assert!(deliveries(&log, "luke").is_empty());
            if survived {
                break;
            }
        }
    }
}

#[test]
fn an_empty_log_and_one_of_which_all_matters_stay_what_they_are() {
    let mut log = opened(Words::new(Medium::Disk, 2, 1));
    log.compact_all(&|_| true).unwrap();
    assert_eq!(replayed(&log), [""; 0]);
    let flash = mixed(Medium::Disk, 4, 20);
    let before =
        (deliveries(&opened(flash.clone()), "yoda"), deliveries(&opened(flash.clone()), "luke"));
    let mut log = opened(flash);
    log.compact_all(&|_| true).unwrap();
    keep_all(&mut log, &Entry::Reserved { next: MessageId(9) }).unwrap();
    log.commit().unwrap();
    let log = opened(log.into_flash());
    assert_eq!((deliveries(&log, "yoda"), deliveries(&log, "luke")), before);
}
