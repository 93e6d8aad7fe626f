//! The row that is being typed, as it stands on the screen: the last row, drawn anew when it
//! changed, and taken away before something is shown above it. Knows no editor.

use crate::client::outlet::Outlet;

/// To the left edge, and what stands from there and below is erased (ECMA-48, ED): a window that
/// became narrower may have wrapped the row.
const ERASE: &str = "\r\x1b[J";
/// Home, and the whole screen is erased (ECMA-48, CUP and ED).
const CLEAR: &str = "\x1b[H\x1b[2J";

/// Without automatic wrapping, a letter that the terminal draws wider than Unicode says costs
/// columns and no second row (DEC VT102, DECAWM).
const WRAP_OFF: &str = "\x1b[?7l";
const WRAP_ON: &str = "\x1b[?7h";

/// What stands on the screen.
#[derive(Debug, Default)]
pub(super) struct Row {
    is_drawn: bool,
    is_dirty: bool,
}

impl Row {
    /// The row has changed.
    pub(super) fn set_dirty(&mut self) {
        self.is_dirty = true;
    }

    /// Whether the row is to be drawn anew.
    pub(super) fn is_dirty(&self) -> bool {
        self.is_dirty
    }

    /// Takes the row away. It is drawn again later.
    pub(super) fn erase(&mut self, outlet: &mut Outlet) {
        if std::mem::take(&mut self.is_drawn) {
            outlet.push(ERASE.as_bytes());
        }
        self.is_dirty = true;
    }

    /// Draws the row, with the cursor `column` columns from the left edge.
    pub(super) fn draw(&mut self, text: &str, column: usize, outlet: &mut Outlet) {
        for part in [ERASE, WRAP_OFF, text, WRAP_ON, "\r"] {
            outlet.push(part.as_bytes());
        }
        if column > 0 {
            // ECMA-48, CUF.
            outlet.push(format!("\x1b[{column}C").as_bytes());
        }
        (self.is_drawn, self.is_dirty) = (true, false);
    }

    /// Leaves the row as it stands, and begins another below it.
    pub(super) fn leave(&mut self, outlet: &mut Outlet) {
        if std::mem::take(&mut self.is_drawn) {
            outlet.push(b"\n");
        }
        self.is_dirty = true;
    }

    /// Leaves this in the row's place: what was typed, as it may be seen.
    pub(super) fn leave_with(&mut self, prompt: &str, text: &str, outlet: &mut Outlet) {
        outlet.push(ERASE.as_bytes());
        outlet.push(prompt.as_bytes());
        outlet.push(text.as_bytes());
        outlet.push(b"\n");
        (self.is_drawn, self.is_dirty) = (false, true);
    }

    /// Clears the screen. The row is drawn at its top.
    pub(super) fn clear_screen(&mut self, outlet: &mut Outlet) {
        outlet.push(CLEAR.as_bytes());
        (self.is_drawn, self.is_dirty) = (false, true);
    }
}
