//! What is shown: rows above the row being typed, that row itself, and what a terminal can tell
//! beside its rows.

use std::io;

use rustix::termios::tcgetwinsize;

use super::{PUSH_TITLE, Terminal};
use crate::client::outlet::Outlet;

/// A row of so many columns holds any line, and never scrolls.
pub(super) const WHOLE: usize = 1 << 20;
/// For a terminal that does not tell how many columns it has.
const COLUMNS: u16 = 80;

impl Terminal {
    /// Shows rows of safe text, above the row being typed.
    pub(crate) fn show(&mut self, rows: &str) {
        self.row.erase(&mut self.outlet);
        self.outlet.push(rows.as_bytes());
        self.outlet.push(b"\n");
    }

    /// Writes at a place above the row being typed, over whatever stands behind it (DECSC, CUU,
    /// CUF, EL, DECRC).
    pub(crate) fn write_above(&mut self, above: usize, column: usize, text: &str) {
        let there = format!("\x1b7\x1b[{above}A\r\x1b[{column}C{text}\x1b[K\x1b8");
        self.outlet.push(there.as_bytes());
    }

    /// Writes over a whole row above the row being typed. `text` is safe and no wider than the
    /// window. A letter that the terminal draws wider takes no second row (DECSC, CUU, DECAWM, EL,
    /// DECRC).
    pub(crate) fn write_over(&mut self, above: usize, text: &str) {
        let there = format!("\x1b7\x1b[{above}A\r\x1b[?7l{text}\x1b[?7h\x1b[K\x1b8");
        self.outlet.push(there.as_bytes());
    }

    /// Rings the bell.
    pub(crate) fn ring(&mut self) {
        self.outlet.push(b"\x07");
    }

    /// Has the desktop tell of safe text (iTerm2's OSC 9, which others have taken over).
    pub(crate) fn notify(&mut self, text: &str) {
        self.outlet.push(format!("\x1b]9;{text}\x07").as_bytes());
    }

    /// Sets the window's title to safe text (xterm, OSC 2). The first time, the title that was
    /// found is put away.
    pub(crate) fn set_title(&mut self, text: &str) {
        if !std::mem::replace(&mut self.has_title, true) {
            self.outlet.push(PUSH_TITLE.as_bytes());
        }
        self.outlet.push(format!("\x1b]2;{text}\x07").as_bytes());
    }

    /// Whether so much waits for the terminal that nothing more should be shown.
    pub(crate) fn is_full(&self) -> bool {
        self.outlet.is_full()
    }

    /// What waits for the terminal.
    pub(crate) fn outlet(&self) -> &Outlet {
        &self.outlet
    }

    /// How many rows the window has now.
    pub(crate) fn height(&self) -> usize {
        tcgetwinsize(&self.input).map_or(0, |size| size.ws_row).into()
    }

    /// How wide the window is now.
    pub(crate) fn columns(&self) -> usize {
        let size = tcgetwinsize(&self.input).ok();
        size.map(|size| size.ws_col).filter(|columns| *columns > 0).unwrap_or(COLUMNS).into()
    }

    /// Draws the row if it changed and the terminal has taken everything before it, and writes as
    /// much as goes. An error means that the terminal is gone.
    pub(crate) fn flush(&mut self) -> io::Result<()> {
        if !self.modes.is_ours() {
            return Ok(());
        }
        self.outlet.write()?;
        if !self.outlet.is_pending()
            && self.modes.is_raw()
            && self.row.is_dirty()
            && !self.is_waiting
        {
            let is_appended = self.row.is_appended();
            // Where each row is read aloud, the prompt would be, too, behind all that is shown.
            let usual = if is_appended { "" } else { &self.prompt };
            let prompt = self.asking.as_ref().map_or(usual, |asking| asking.prompt());
            let columns = if is_appended { WHOLE } else { self.columns() };
            let row = self.editor.row(prompt, columns);
            self.row.draw(&row.to_string(), row.cursor_column(), &mut self.outlet);
            self.outlet.write()?;
        }
        Ok(())
    }
}
