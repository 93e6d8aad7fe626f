//! The third step of a round: all promises are made durable at once. They are in the sockets by
//! now, and leave them only after this step.

use super::driver::Driver;
use super::round::Round;
use super::slot::Phase;
use crate::environment::Environment;

impl<C> Driver<'_, C> {
    /// Has the store commit, or ends every connection.
    pub(super) fn commit<E: Environment>(&mut self, round: &mut Round<'_, '_, E>) {
        if round.environment.commit().is_err() {
            self.abandon();
        }
    }

    /// Ends every connection and sends nothing more, because the sockets may hold untrue promises.
    #[cold]
    fn abandon(&mut self) {
        self.listening = false;
        for id in 0..self.slots.len() {
            if self.slots[id].phase != Phase::Free {
                self.end(id);
            }
        }
    }
}
