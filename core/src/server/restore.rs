//! How the store's entries come back before anybody connects. The chat restores its tables; a
//! product calls the server.

use super::Server;
use crate::chat::RestoreError;
use crate::store::Entry;

impl Server<'_> {
    /// Puts an entry back. Call it with every entry of the store, in order, after the accounts are
    /// added and before anybody connects.
    ///
    /// # Errors
    /// Nothing changes; [`RestoreError`] says why. The next entry may still be put back.
    pub fn restore(&mut self, entry: &Entry<'_>) -> Result<(), RestoreError> {
        self.chat.restore(entry)
    }

    /// Whether an entry still matters, once all entries were put back; see
    /// [`IsLive`](crate::store::IsLive).
    pub fn is_live(&self, entry: &Entry<'_>) -> bool {
        self.chat.is_live(entry)
    }

    /// Call it once all entries were put back. Message numbers go on and keep their meaning, in
    /// this `epoch` of the store. `was_cut_off`: the last run was killed or lost its power, so the
    /// store may lack what was said to all right before. A server without a store does not call
    /// it, and its numbers begin again with each start.
    pub fn resume(&mut self, epoch: u32, was_cut_off: bool) {
        self.chat.resume(epoch, was_cut_off);
    }
}
