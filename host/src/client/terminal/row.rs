//! The row that is being typed, as it stands on the screen: the last row, drawn anew when it
//! changed, and taken away before something is shown above it. On a terminal that is only appended
//! to it stays where it is, and stands again below what is shown. Knows no editor.

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

/// Takes the last character away.
const RUB_OUT: &str = "\x08 \x08";
/// More than so many are not rubbed out one by one: the row is written anew.
const RUBBED_OUT: usize = 8;

/// What stands on the screen.
#[derive(Debug, Default)]
pub(super) struct Row {
    is_drawn: bool,
    is_dirty: bool,
    /// On a terminal that is only appended to: what of the row stands in the last one.
    appended: Option<String>,
}

impl Row {
    /// The row of a terminal that is only appended to.
    pub(super) fn appended() -> Self {
        Row { appended: Some(String::new()), ..Row::default() }
    }

    /// Whether the terminal is only appended to.
    pub(super) fn is_appended(&self) -> bool {
        self.appended.is_some()
    }

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
        self.end_appended(outlet);
        if std::mem::take(&mut self.is_drawn) {
            outlet.push(ERASE.as_bytes());
        }
        self.is_dirty = true;
    }

    /// Draws the row, with the cursor `column` columns from the left edge. Where the row is only
    /// appended to, the cursor stays at its end.
    pub(super) fn draw(&mut self, text: &str, column: usize, outlet: &mut Outlet) {
        self.is_dirty = false;
        if let Some(row) = &mut self.appended {
            return append(row, text, outlet);
        }
        for part in [ERASE, WRAP_OFF, text, WRAP_ON, "\r"] {
            outlet.push(part.as_bytes());
        }
        if column > 0 {
            // ECMA-48, CUF.
            outlet.push(format!("\x1b[{column}C").as_bytes());
        }
        self.is_drawn = true;
    }

    /// Leaves the row as it stands, and begins another below it.
    pub(super) fn leave(&mut self, outlet: &mut Outlet) {
        self.end_appended(outlet);
        if std::mem::take(&mut self.is_drawn) {
            outlet.push(b"\n");
        }
        self.is_dirty = true;
    }

    /// Leaves this in the row's place: what was typed, as it may be seen.
    pub(super) fn leave_with(&mut self, prompt: &str, text: &str, outlet: &mut Outlet) {
        if let Some(row) = &mut self.appended {
            append(row, &[prompt, text].concat(), outlet);
            row.clear();
        } else {
            outlet.push(ERASE.as_bytes());
            outlet.push(prompt.as_bytes());
            outlet.push(text.as_bytes());
        }
        outlet.push(b"\n");
        (self.is_drawn, self.is_dirty) = (false, true);
    }

    /// Clears the screen. The row is drawn at its top.
    pub(super) fn clear_screen(&mut self, outlet: &mut Outlet) {
        if self.is_appended() {
            return self.leave(outlet);
        }
        outlet.push(CLEAR.as_bytes());
        (self.is_drawn, self.is_dirty) = (false, true);
    }

    /// What comes next begins in a row of its own.
    fn end_appended(&mut self, outlet: &mut Outlet) {
        if let Some(row) = &mut self.appended
            && !std::mem::take(row).is_empty()
        {
            outlet.push(b"\n");
        }
    }
}

/// `row` stands on the screen, and becomes `text`. A change that is not at its end takes another
/// row.
fn append(row: &mut String, text: &str, outlet: &mut Outlet) {
    let gone = row.strip_prefix(text).filter(|gone| gone.is_ascii() && gone.len() <= RUBBED_OUT);
    if let Some(more) = text.strip_prefix(row.as_str()) {
        outlet.push(more.as_bytes());
    } else if let Some(gone) = gone {
        gone.bytes().for_each(|_| outlet.push(RUB_OUT.as_bytes()));
    } else {
        outlet.push(b"\n");
        outlet.push(text.as_bytes());
    }
    text.clone_into(row);
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    #[test]
    fn a_row_that_is_only_appended_to_is_never_erased_and_begins_anew_below_what_is_shown() {
        let (mut reader, writer) = std::io::pipe().unwrap();
        let (mut row, mut outlet) = (Row::appended(), Outlet::to(&writer).unwrap());
        for text in ["he", "hello", "hell", "help"] {
            row.draw(text, 0, &mut outlet);
        }
        row.erase(&mut outlet);
        outlet.push(b"yoda: hi\n");
        row.draw("help", 0, &mut outlet);
        row.leave_with("", "help me", &mut outlet);
        row.erase(&mut outlet);
        row.draw("Password: ", 0, &mut outlet);
        row.leave_with("Password: ", "", &mut outlet);
        row.draw("0123456789", 0, &mut outlet);
        row.draw("", 0, &mut outlet);
        row.leave(&mut outlet);
        outlet.write().unwrap();
        drop((outlet, writer));
        let mut written = String::new();
        reader.read_to_string(&mut written).unwrap();
        let expected = "hello\x08 \x08\nhelp\nyoda: hi\nhelp me\nPassword: \n0123456789\n";
        assert_eq!(written, expected);
    }
}
