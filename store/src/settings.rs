//! What the product was set to, beside the entries. Keeping it is one record, so after a loss of
//! power it is the old one or the new one. Each is a turn later than the one before. So the last
//! one is known wherever compactions copy them, and earlier ones are not copied.
//! Knows no setting.

use core::ops::ControlFlow;

use smolchat_core::store::{IsLive, StoreError};

use crate::error::OpenError;
use crate::flash::Flash;
use crate::log::Log;
use crate::record::Record;
use crate::resolve::records_in_order;

impl<F: Flash> Log<F> {
    /// Calls `read` with what [`keep_settings`](Self::keep_settings) kept last, if there is any.
    ///
    /// # Errors
    /// The flash cannot be read any more.
    pub fn settings(&self, read: &mut dyn FnMut(&[u8])) -> Result<(), OpenError> {
        for sequence in self.oldest..self.active.sequence + u32::from(self.active.is_begun) {
            records_in_order(&self.flash, self.ring.page(sequence), &mut |numbered| {
                if let Record::Settings { turn, bytes } = numbered.record
                    && turn == self.settings_turn
                {
                    read(bytes);
                }
                ControlFlow::Continue(())
            })?;
        }
        Ok(())
    }

    /// Keeps what the product was set to, durably, instead of what was kept before. It takes as
    /// many bytes as the text of a message. Call it after [`replay`](Self::replay).
    ///
    /// # Errors
    /// It may not be kept. Then a later start finds what was kept before, or this.
    pub fn keep_settings(&mut self, bytes: &[u8], is_live: IsLive<'_>) -> Result<(), StoreError> {
        let turn = self.settings_tried + 1;
        self.settings_tried = turn;
        self.append_record(Record::Settings { turn, bytes }, is_live)?;
        self.settings_turn = turn;
        self.fruitless = 0;
        self.sync()
    }
}
