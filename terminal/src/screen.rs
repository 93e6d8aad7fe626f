//! What is shown: lines, and below them the row that is being typed. Bytes wait here until the
//! transport below takes them. Knows no server.

use core::fmt::{self, Write};

use smolchat_core::carrier::Ring;
use smolchat_core::time::Instant;
use smolchat_editor::Editor;

use crate::page::Page;
use crate::style::Style;
use crate::width::{QUESTION, Sifted, Width};

/// Bytes that one line takes at most, with all around it. A step is begun only if they fit.
pub(crate) const STEP: usize = 1024;

/// To the left edge, and what stands from there and below is erased (ECMA-48, ED): a window that
/// became narrower may have wrapped the row.
const ERASE: &str = "\r\x1b[J";
/// Home, and the whole screen is erased (ECMA-48, CUP and ED).
const CLEAR: &str = "\x1b[H\x1b[2J";
/// Without automatic wrapping, a letter that the terminal draws wider than Unicode says costs
/// columns and no second row (DEC VT102, DECAWM).
const WRAP_OFF: &str = "\x1b[?7l";
const WRAP_ON: &str = "\x1b[?7h\r";
/// The terminal marks what is pasted (xterm).
const PASTES_ON: &str = "\x1b[?2004h";
const PASTES_OFF: &str = "\x1b[?2004l";
const BELL: &str = "\x07";
/// Bytes around a row.
const AROUND_ROW: usize = 48;
/// So many rows that this person typed stand one below the other, and are known by their place.
const RUN: u32 = 8;

/// The screen of a person, or the output of a script.
#[derive(Debug, Default)]
pub(crate) struct Screen<'s> {
    ring: Ring<'s>,
    /// Somebody looks at a terminal. Otherwise only lines are written.
    is_person: bool,
    pub(crate) width: Width,
    is_drawn: bool,
    is_dirty: bool,
    asks_width: bool,
    /// The number of the next row that this person types.
    next: u32,
    /// The first of those that stand right above the row being typed.
    first: u32,
}

impl<'s> Screen<'s> {
    /// A screen over this ring. It shows nothing.
    pub(crate) fn new(ring: Ring<'s>) -> Self {
        Screen { ring, ..Screen::default() }
    }

    /// Somebody begins to look.
    pub(crate) fn open(&mut self, is_person: bool) {
        self.ring.clear();
        self.is_person = is_person;
        self.width = Width::default();
        (self.is_drawn, self.is_dirty, self.asks_width) = (false, is_person, is_person);
        (self.next, self.first) = (1, 1);
        if is_person {
            self.raw(PASTES_ON);
        }
    }

    /// Nobody looks any more, and nothing is left in memory.
    pub(crate) fn close(&mut self) {
        self.ring.clear();
        (self.is_person, self.is_drawn, self.is_dirty) = (false, false, false);
    }

    pub(crate) fn is_person(&self) -> bool {
        self.is_person
    }

    /// What waits for the transport below.
    pub(crate) fn ring(&mut self) -> &mut Ring<'s> {
        &mut self.ring
    }

    pub(crate) fn len(&self) -> usize {
        self.ring.len()
    }

    /// Whether a line fits.
    pub(crate) fn has_room(&self) -> bool {
        self.ring.room() >= STEP
    }

    pub(crate) fn set_dirty(&mut self) {
        self.is_dirty = self.is_person;
    }

    pub(crate) fn is_dirty(&self) -> bool {
        self.is_dirty
    }

    /// The width is asked for with the next row.
    pub(crate) fn ask_width(&mut self) {
        self.asks_width = self.is_person;
        self.set_dirty();
    }

    /// The width is not asked for any more.
    pub(crate) fn forget_question(&mut self) {
        self.asks_width = false;
    }

    /// The window may have another width. Then the terminal may have wrapped its rows anew, and no
    /// line is known by its place.
    pub(crate) fn forget_places(&mut self) {
        self.first = self.next;
    }

    /// Looks at a byte that came: a key, or part of what the terminal tells of its width.
    pub(crate) fn sift(&mut self, byte: u8) -> Sifted {
        let columns = self.width.columns();
        let sifted = self.width.sift(byte);
        if self.width.columns() != columns {
            self.forget_places();
        }
        sifted
    }

    /// Shows a line that `write` writes, above the row being typed. Returns the column behind it
    /// and its rows.
    pub(crate) fn line(
        &mut self,
        style: Style,
        write: impl FnOnce(&mut Page<'_, 's>),
    ) -> (usize, usize) {
        self.first = self.next;
        self.erase();
        let columns = if self.is_person { self.width.columns() } else { 0 };
        let mut page = Page::new(&mut self.ring, columns);
        page.styled(style, write);
        let extent = page.extent();
        self.raw(if self.is_person { "\r\n" } else { "\n" });
        extent
    }

    /// Shows a line that this person typed. Returns the number of its last row, and the column
    /// behind it if its place is known.
    pub(crate) fn own_line(
        &mut self,
        style: Style,
        write: impl FnOnce(&mut Page<'_, 's>),
    ) -> (u32, u16) {
        let first = self.first;
        let (column, rows) = self.line(style, write);
        self.next += rows as u32;
        let number = self.next - 1;
        let has_place = column + " ✓✓".len() < self.width.columns();
        self.first = if has_place { first.max(self.next.saturating_sub(RUN)) } else { self.next };
        (number, if has_place { column as u16 } else { 0 })
    }

    /// Writes behind a line that this person typed, if its place is known and in the window.
    /// Nothing but such lines stands between it and the row being typed, so a wrong width costs
    /// nobody else's words.
    pub(crate) fn tick(&mut self, number: u32, column: u16, tick: &str) -> bool {
        if column == 0 || number < self.first {
            return false;
        }
        let above = self.next - number;
        let has_room = usize::from(column) + tick.chars().count() < self.width.columns();
        if above > self.width.rows_above() || !has_room {
            return false;
        }
        let mut out = Out(&mut self.ring);
        _ = write!(out, "\r\x1b[{above}A\x1b[{column}C{tick}\x1b[K\r\x1b[{above}B");
        self.is_dirty = true;
        true
    }

    /// Leaves the row as it is, and begins another below it.
    pub(crate) fn leave(&mut self) {
        self.first = self.next;
        if core::mem::take(&mut self.is_drawn) {
            self.raw("\r\n");
        }
        self.set_dirty();
    }

    pub(crate) fn clear(&mut self) {
        self.first = self.next;
        self.raw(CLEAR);
        self.is_drawn = false;
        self.set_dirty();
    }

    pub(crate) fn ring_bell(&mut self) {
        self.raw(BELL);
    }

    /// Draws the row that is being typed, if it fits. A row that fits nowhere is drawn narrower.
    pub(crate) fn draw(&mut self, now: Instant, editor: &Editor<'_>, prompt: &str) {
        let mut columns = self.width.columns();
        let row = loop {
            let row = editor.row(prompt, columns);
            let mut bytes = Count(AROUND_ROW);
            _ = write!(bytes, "{row}");
            if bytes.0 <= self.ring.room() {
                break row;
            }
            if !self.ring.is_empty() || columns < 2 {
                return;
            }
            columns /= 2;
        };
        self.raw(ERASE);
        // Whatever changed behind a question is asked for once that has its answer.
        if self.asks_width && self.width.ask(now) {
            self.asks_width = false;
            self.raw(QUESTION);
        }
        self.raw(WRAP_OFF);
        let mut out = Out(&mut self.ring);
        _ = write!(out, "{row}{WRAP_ON}");
        if row.cursor_column() > 0 {
            _ = write!(out, "\x1b[{}C", row.cursor_column());
        }
        (self.is_drawn, self.is_dirty) = (true, false);
    }

    /// Nothing more is typed: the terminal is as it was found.
    pub(crate) fn end(&mut self) {
        if self.is_person {
            self.erase();
            self.raw(PASTES_OFF);
            self.is_dirty = false;
        }
    }

    fn erase(&mut self) {
        if core::mem::take(&mut self.is_drawn) {
            self.raw(ERASE);
        }
        self.set_dirty();
    }

    fn raw(&mut self, text: &str) {
        _ = Out(&mut self.ring).write_str(text);
    }
}

/// Writes into a ring that has room.
struct Out<'o, 's>(&'o mut Ring<'s>);

impl Write for Out<'_, '_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let taken = self.0.push(text.as_bytes());
        debug_assert!(taken == text.len(), "the caller looks for room");
        Ok(())
    }
}

/// Counts bytes.
struct Count(usize);

impl Write for Count {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0 += text.len();
        Ok(())
    }
}
