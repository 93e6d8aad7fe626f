//! A thread that waits for news, and whom others wake, or tell to wait no more.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

#[derive(Debug, Default)]
struct State {
    is_news: bool,
    is_over: bool,
}

/// The one who waits. Clones are the same one.
#[derive(Clone, Debug, Default)]
pub(crate) struct Waiting(Arc<(Mutex<State>, Condvar)>);

impl Waiting {
    /// Waits for news since the last time, or until `deadline`.
    pub(crate) fn wait(&self, deadline: Instant) {
        let left = deadline.saturating_duration_since(Instant::now());
        let is_quiet = |state: &mut State| !state.is_news && !state.is_over;
        let waited = self.0.1.wait_timeout_while(self.lock(), left, is_quiet);
        waited.unwrap_or_else(PoisonError::into_inner).0.is_news = false;
    }

    /// There is news.
    pub(crate) fn wake(&self) {
        self.lock().is_news = true;
        self.0.1.notify_all();
    }

    /// It is to wait no more.
    pub(crate) fn end(&self) {
        self.lock().is_over = true;
        self.0.1.notify_all();
    }

    pub(crate) fn is_over(&self) -> bool {
        self.lock().is_over
    }

    pub(crate) fn is(&self, other: &Waiting) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn news_and_the_end_are_never_missed() {
        let far = Instant::now() + Duration::from_secs(600);
        let waiting = Waiting::default();
        waiting.wake();
        waiting.wait(far);
        waiting.wait(Instant::now());
        assert!(!waiting.is_over());
        std::thread::scope(|scope| {
            scope.spawn(|| waiting.wait(far));
            waiting.clone().end();
        });
        waiting.wait(far);
        assert!(waiting.is_over() && waiting.is(&waiting.clone()));
        assert!(!waiting.is(&Waiting::default()));
    }
}
