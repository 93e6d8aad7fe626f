//! The power goes at every single operation of a log's life, on a flash and on a disk.

use std::collections::BTreeMap;

use super::*;

type Words = SimulatedFlash<4, 1024>;

/// One life: messages come and go, every third round is made durable late.
struct Life {
    /// The numbers that were made durable and not released.
    durable: BTreeMap<u64, ()>,
    /// The numbers that were ever appended.
    appended: u64,
    /// The highest number that was released, durably or not.
    released: u64,
    last_durable_release: u64,
}

impl Life {
    fn new() -> Self {
        Life { durable: BTreeMap::new(), appended: 0, released: 0, last_durable_release: 0 }
    }

    /// Runs until the power goes, or for this many messages.
    fn go_on(&mut self, log: &mut Log<Words>, messages: u64) -> Result<(), StoreError> {
        for _ in 0..messages {
            let id = self.appended + 1;
            let released = self.released;
            let is_live = move |entry: &Entry<'_>| matches!(entry, Entry::Delivery { id, .. } if id.0 > released);
            // It may be there whether or not it succeeds.
            self.appended = id;
            log.append(&delivery(id, "yoda", "a text of some length"), &is_live)?;
            if !id.is_multiple_of(3) {
                log.commit()?;
                self.durable.extend((self.released + 1..=id).map(|id| (id, ())));
            }
            if id.is_multiple_of(2) {
                let up_to = id.saturating_sub(6).max(self.released);
                self.released = up_to;
                self.durable.retain(|id, ()| *id > up_to);
                log.append(
                    &Entry::Released { to: "yoda", id: MessageId(up_to) },
                    &|entry| matches!(entry, Entry::Delivery { id, .. } if id.0 > up_to),
                )?;
            }
        }
        Ok(())
    }

    /// A start finds every durable entry that matters, and nothing that was never appended.
    fn check(&mut self, log: &Log<Words>, when: u64) {
        let (mut there, mut released) = (BTreeMap::new(), 0);
        log.replay(&mut |entry| match *entry {
            Entry::Delivery { id, .. } => _ = there.insert(id.0, ()),
            Entry::Released { id, .. } => released = released.max(id.0),
            _ => panic!("{entry:?} was never appended"),
        })
        .unwrap();
        assert!(released <= self.released, "cut {when}: {released} was never released");
        let missing: Vec<_> = self.durable.keys().filter(|id| !there.contains_key(id)).collect();
        assert!(missing.is_empty(), "cut {when}: {missing:?} are lost");
        assert!(there.keys().all(|id| *id <= self.appended), "cut {when}: {there:?}");
        // A lost release takes effect again.
        there.retain(|id, ()| *id > released);
        self.durable = there;
        self.last_durable_release = released;
        self.released = released;
    }
}

fn cut_everywhere(medium: Medium, pages: usize) {
    for cut in 0.. {
        let mut flash = Words::new(medium, pages, cut * 2 + 1);
        flash.cut_power_after(cut);
        let mut log = opened(flash);
        let mut life = Life::new();
        let survived = life.go_on(&mut log, 60).is_ok();
        // Twice more, and the power goes again soon after each start.
        for next in [cut % 7, cut % 13] {
            let mut flash = log.into_flash();
            flash.restart();
            log = opened(flash);
            life.check(&log, cut);
            log.flash().cut_power_after(next);
            let _ = life.go_on(&mut log, 10);
        }
        let mut flash = log.into_flash();
        flash.restart();
        log = opened(flash);
        life.check(&log, cut);
        life.go_on(&mut log, 40).expect("with power all is well");
        if survived {
            assert!(cut > 100, "{cut}");
            return;
        }
    }
}

#[test]
fn a_flash_that_loses_power_at_any_operation_keeps_what_was_durable() {
    cut_everywhere(Medium::Flash, 2);
    cut_everywhere(Medium::Flash, 4);
}

#[test]
fn a_disk_that_loses_power_at_any_operation_keeps_what_was_durable() {
    cut_everywhere(Medium::Disk, 2);
    cut_everywhere(Medium::Disk, 4);
}

#[test]
fn a_power_that_goes_at_every_start_wears_nothing_out() {
    let mut flash = flash(3);
    for start in 0..200 {
        let mut log = opened(flash);
        // Each start is cut off within its first compaction, a little later each time.
        log.flash().cut_power_after(start % 5);
        let _ = keep_all(&mut log, &delivery(1, "yoda", "x"));
        flash = log.into_flash();
        flash.restart();
    }
    let mut log = opened(flash);
    keep_all(&mut log, &delivery(1, "yoda", "x")).unwrap();
    let log = opened(log.into_flash());
    assert_eq!(replayed(&log).last(), Some(&format!("{:?}", delivery(1, "yoda", "x"))));
}

#[test]
fn a_flash_that_fails_and_then_loses_power_in_its_first_turns_is_still_a_log() {
    for medium in [Medium::Flash, Medium::Disk] {
        for (fails, goes) in (0..24).flat_map(|fails| (0..24).map(move |goes| (fails, goes))) {
            let mut flash = Words::new(medium, 2, fails * 31 + goes);
            flash.fail_after(fails);
            let mut log = opened(flash);
            let first = keep_all(&mut log, &delivery(1, "yoda", "x")).and_then(|()| log.commit());
            log.flash().cut_power_after(goes);
            let _ = keep_all(&mut log, &delivery(2, "yoda", "x"));
            let mut flash = log.into_flash();
            flash.restart();
            let mut log = opened(flash);
            let found = replayed(&log);
            assert!(first.is_err() || found.contains(&format!("{:?}", delivery(1, "yoda", "x"))));
            keep_all(&mut log, &delivery(3, "yoda", "x")).expect("with power all is well");
        }
    }
}
