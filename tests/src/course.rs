//! The course of a flood or an attack beside a test: when it has begun, and when it is to end.
//! Knows no server.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::program::PATIENCE;

/// The course of something that goes on until it is told to end.
#[derive(Debug, Default)]
pub struct Course {
    has_begun: Mutex<bool>,
    is_over: AtomicBool,
    changed: Condvar,
}

/// Ends a course when it is dropped, so also when the test beside it panics. A scope waits for its
/// threads even then.
#[derive(Debug)]
pub struct EndOnDrop<'a>(pub &'a Course);

impl Drop for EndOnDrop<'_> {
    fn drop(&mut self) {
        let has_begun = self.0.lock();
        self.0.is_over.store(true, Ordering::Relaxed);
        drop(has_begun);
        self.0.changed.notify_all();
    }
}

impl Course {
    /// It does from now on what it is to do.
    pub fn begin(&self) {
        *self.lock() = true;
        self.changed.notify_all();
    }

    /// Whether it is not to end yet.
    pub fn goes_on(&self) -> bool {
        !self.is_over.load(Ordering::Relaxed)
    }

    /// What tells a flood that looks at nothing else to end.
    pub fn over(&self) -> &AtomicBool {
        &self.is_over
    }

    /// Waits until it has begun.
    ///
    /// # Panics
    /// It does not begin.
    pub fn wait_for_begin(&self) {
        let end = Instant::now() + PATIENCE;
        let mut has_begun = self.lock();
        while !*has_begun {
            let left = end.saturating_duration_since(Instant::now());
            assert!(!left.is_zero(), "it does not begin");
            has_begun = self.wait(has_begun, left);
        }
    }

    /// Waits until it is to end.
    pub fn wait_for_end(&self) {
        let mut has_begun = self.lock();
        while self.goes_on() {
            has_begun = self.wait(has_begun, PATIENCE);
        }
    }

    /// Whoever changes something does it under this lock, so that nobody who waits misses it.
    fn lock(&self) -> MutexGuard<'_, bool> {
        self.has_begun.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait<'s>(&self, begun: MutexGuard<'s, bool>, longest: Duration) -> MutexGuard<'s, bool> {
        let waited = self.changed.wait_timeout(begun, longest);
        waited.unwrap_or_else(PoisonError::into_inner).0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_course_is_waited_for_at_both_ends() {
        let course = Course::default();
        std::thread::scope(|scope| {
            scope.spawn(|| {
                course.begin();
                course.wait_for_end();
            });
            course.wait_for_begin();
            assert!(course.goes_on());
            drop(EndOnDrop(&course));
        });
        assert!(!course.goes_on());
    }
}
