//! The terminal taken and given back: at the start and the end, and when a shell stops the program
//! and continues it.

use std::io;
use std::time::{Duration, Instant};

use rustix::process::{Signal, kill_current_process_group};

use super::modes::has_shell;
use super::{PASTE_OFF, PASTE_ON, POP_TITLE, Terminal};
use crate::client::signals;

/// How long the terminal may take for the last bytes.
const LAST_BYTES: Duration = Duration::from_secs(1);

impl Terminal {
    /// Stops until somebody continues the program. Answers whether that was possible: without a
    /// shell nobody would continue it.
    pub(crate) fn suspend(&mut self) -> bool {
        if !has_shell() {
            return false;
        }
        self.give_back();
        // The whole group: a program behind a pipe stops with this one.
        let _ = kill_current_process_group(Signal::TSTP);
        true
    }

    /// The signal to stop has come.
    pub(crate) fn stop(&mut self) {
        if !has_shell() {
            return;
        }
        self.give_back();
        // It returns when the program is continued.
        let _ = signals::stop();
        self.handle_continue();
    }

    /// The program was stopped and is continued, perhaps with the terminal in other modes.
    pub(crate) fn handle_continue(&mut self) {
        if self.is_wanted() && self.modes.is_ours() {
            self.modes.forget();
            self.row.set_dirty();
            // Without modes of its own the terminal still takes lines.
            let _ = self.enter();
        }
    }

    /// Takes everything out and gives the terminal back as it was found.
    pub(crate) fn finish(&mut self) {
        self.row.erase(&mut self.outlet);
        self.give_back();
        // Also what was shown before anybody typed. A terminal that is gone keeps nobody.
        let _ = self.outlet.finish(Instant::now() + LAST_BYTES);
    }

    /// Whether what is typed is to come as keys.
    pub(super) fn is_wanted(&self) -> bool {
        self.asking.is_some() || self.is_edited || self.is_waiting
    }

    pub(super) fn enter(&mut self) -> io::Result<()> {
        if self.modes.is_raw() || !self.modes.is_ours() {
            return Ok(());
        }
        self.modes.enter()?;
        self.outlet.push(PASTE_ON.as_bytes());
        Ok(())
    }

    pub(super) fn give_back(&mut self) {
        if !self.modes.is_raw() {
            return;
        }
        self.row.leave(&mut self.outlet);
        if std::mem::take(&mut self.has_title) {
            self.outlet.push(POP_TITLE.as_bytes());
        }
        self.outlet.push(PASTE_OFF.as_bytes());
        // A terminal that is gone or stopped keeps nobody.
        let _ = self.outlet.finish(Instant::now() + LAST_BYTES);
        self.modes.leave();
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        self.give_back();
    }
}
