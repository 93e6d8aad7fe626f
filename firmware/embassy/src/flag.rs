//! A flag that a waker raises: all that the loop needs of Embassy's wakers.
//! Knows no driver. The unsafe code of this package stands here.

use core::sync::atomic::{AtomicBool, Ordering};
use core::task::{RawWaker, RawWakerVTable, Waker};

/// Raised by interrupts, lowered by the loop.
pub(crate) struct Flag(AtomicBool);

impl Flag {
    pub(crate) const fn new() -> Self {
        Flag(AtomicBool::new(false))
    }

    pub(crate) fn lower(&self) {
        self.0.store(false, Ordering::SeqCst);
    }

    #[cfg(any(target_os = "none", test))]
    pub(crate) fn is_up(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }

    fn raise(&self) {
        self.0.store(true, Ordering::SeqCst);
    }

    /// A waker that raises it. All wakers of one flag are the same to [`Waker::will_wake`], so that
    /// a queue of timers holds one.
    pub(crate) fn waker(&'static self) -> Waker {
        // SAFETY: the table's functions take the pointer for what it is, a flag that lives for ever
        // and is shared between threads.
        unsafe { Waker::from_raw(raw(self)) }
    }
}

static TABLE: RawWakerVTable = RawWakerVTable::new(
    |data| raw(flag(data)),
    |data| flag(data).raise(),
    |data| flag(data).raise(),
    |_| (),
);

fn raw(flag: &'static Flag) -> RawWaker {
    RawWaker::new((&raw const *flag).cast(), &TABLE)
}

fn flag(data: *const ()) -> &'static Flag {
    // SAFETY: only `raw` makes wakers with this table, and it was handed a flag that lives for
    // ever.
    unsafe { &*data.cast() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_copy_of_a_waker_raises_the_flag() {
        static FLAG: Flag = Flag::new();
        let waker = FLAG.waker();
        assert!(!FLAG.is_up());
        waker.wake_by_ref();
        assert!(FLAG.is_up());
        FLAG.lower();
        let copy = waker.clone();
        drop(waker);
        assert!(!FLAG.is_up());
        copy.wake();
        assert!(FLAG.is_up());
    }

    #[test]
    fn wakers_of_one_flag_are_the_same() {
        static ONE: Flag = Flag::new();
        static OTHER: Flag = Flag::new();
        assert!(ONE.waker().will_wake(&ONE.waker().clone()));
        assert!(!ONE.waker().will_wake(&OTHER.waker()));
    }
}
