//! A row of a terminal: a prompt, and the part of a line around the cursor that has room behind it.
//! Knows no terminal and no key.

use core::fmt::{self, Display, Formatter, Write};

use crate::cells::cells;

/// The columns of a terminal that does not tell them.
const COLUMNS: usize = 80;
/// A prompt is cut if it leaves fewer columns than this, and takes more than half of them.
const TEXT_COLUMNS: usize = 12;
/// From so many columns on, marks show where a text is cut.
const MARKED_COLUMNS: usize = 8;
/// The end of a prompt that was cut.
const PROMPT_END: &str = "> ";

/// What stands before the text: pieces, one behind the other.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Prompt<'e>([&'e str; 3]);

impl<'e> Prompt<'e> {
    pub(crate) const fn plain(prompt: &'e str) -> Self {
        Prompt([prompt, "", ""])
    }

    pub(crate) const fn search(pattern: &'e str, is_failed: bool) -> Self {
        Prompt([if is_failed { "(failed search)'" } else { "(search)'" }, pattern, "': "])
    }

    /// Its letters as they are drawn, none wider than `columns`.
    fn cells(self, columns: usize) -> impl Iterator<Item = (usize, &'e str)> {
        self.0.into_iter().flat_map(move |piece| cells(piece, columns)).map(|c| (c.width, c.shown))
    }

    fn width(self) -> usize {
        self.cells(usize::MAX).map(|(width, _)| width).sum()
    }
}

/// A row that is to be drawn: `Display` writes it. It holds no control character, no letter without
/// a width and none that turns the direction of others. `<` and `>` stand where text is cut.
#[derive(Clone, Copy, Debug)]
pub struct Row<'e> {
    prompt: Prompt<'e>,
    /// The columns for the prompt, without its end.
    prompt_room: usize,
    /// The end of a prompt that was cut.
    prompt_end: &'static str,
    text: &'e str,
    /// A letter of the text that is wider is drawn as a question mark.
    widest: usize,
    window: Window,
    cursor_column: usize,
}

/// The columns of the text that are drawn, from `left` to before `right`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Window {
    left: usize,
    right: usize,
    is_cut_left: bool,
    is_cut_right: bool,
}

/// The columns of a text, and where in it the cursor is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Extent {
    columns: usize,
    cursor: usize,
    /// Behind the letter on which the cursor stands.
    cursor_end: usize,
}

impl<'e> Row<'e> {
    pub(crate) fn new(prompt: Prompt<'e>, text: &'e str, cursor: usize, columns: usize) -> Self {
        let columns = if columns == 0 { COLUMNS } else { columns } - 1;
        let (prompt_room, prompt_end) = share(prompt.width(), columns);
        let fitting = prompt.cells(prompt_room).scan(0, |sum, (width, _)| {
            *sum += width;
            Some(*sum)
        });
        let prompt_columns = fitting.take_while(|&sum| sum <= prompt_room).last().unwrap_or(0);
        let start = prompt_columns + prompt_end.len();
        let room = columns - start;
        let widest = if room < MARKED_COLUMNS { room } else { room / 2 - 2 };
        let extent = Extent::of(text, cursor, widest);
        let window = Window::of(extent, room);
        let cursor_column = start + extent.cursor - window.left;
        Row { prompt, prompt_room, prompt_end, text, widest, window, cursor_column }
    }

    /// The prompt alone, as it is drawn: the first half of the row.
    pub fn prompt(&self) -> impl Display {
        fmt::from_fn(|f| self.write_prompt(f))
    }

    /// The text alone, as it is drawn behind the prompt.
    pub fn text(&self) -> impl Display {
        fmt::from_fn(|f| self.window.write(self.text, self.widest, f))
    }

    /// The column of the cursor, counted from 0: less than the columns of the terminal.
    pub const fn cursor_column(&self) -> usize {
        self.cursor_column
    }

    fn write_prompt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let mut columns = 0;
        for (width, shown) in self.prompt.cells(self.prompt_room) {
            columns += width;
            if columns > self.prompt_room {
                break;
            }
            f.write_str(shown)?;
        }
        f.write_str(self.prompt_end)
    }
}

impl Display for Row<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.write_prompt(f)?;
        self.window.write(self.text, self.widest, f)
    }
}

/// The columns that a prompt gets for its beginning, and the end that it gets if it is cut.
fn share(prompt: usize, columns: usize) -> (usize, &'static str) {
    if prompt <= columns / 2 || prompt + TEXT_COLUMNS <= columns {
        return (prompt, "");
    }
    let end = &PROMPT_END[..PROMPT_END.len().min(columns / 2)];
    (columns / 2 - end.len(), end)
}

impl Extent {
    fn of(text: &str, cursor: usize, widest: usize) -> Self {
        let mut extent = Extent { columns: 0, cursor: 0, cursor_end: 0 };
        for cell in cells(text, widest) {
            if cell.at < cursor {
                extent.cursor = cell.column + cell.width;
            }
            if cell.at <= cursor {
                extent.cursor_end = cell.column + cell.width;
            }
            extent.columns = cell.column + cell.width;
        }
        extent
    }
}

impl Window {
    /// Windows overlap by half. This is the first in which the cursor's letter has room. So the
    /// text stands still while the cursor moves within it, and the same row is always drawn the
    /// same way.
    fn of(extent: Extent, room: usize) -> Self {
        let (is_cut_left, is_cut_right) = (false, false);
        if extent.columns <= room {
            return Window { left: 0, right: room, is_cut_left, is_cut_right };
        }
        if room < MARKED_COLUMNS {
            let left = extent.cursor.saturating_sub(room);
            return Window { left, right: left + room, is_cut_left, is_cut_right };
        }
        let step = room / 2;
        let to_cursor = (extent.cursor_end + 1).saturating_sub(room).div_ceil(step);
        let to_end = (extent.columns - room).div_ceil(step);
        let left = step * to_cursor.min(to_end);
        let is_cut_right = extent.columns > left + room;
        Window { left, right: left + room, is_cut_left: left > 0, is_cut_right }
    }

    fn write(self, text: &str, widest: usize, f: &mut Formatter<'_>) -> fmt::Result {
        if self.is_cut_left {
            f.write_char('<')?;
        }
        let first = self.left + usize::from(self.is_cut_left);
        let right = self.right - usize::from(self.is_cut_right);
        let mut column = first;
        for cell in cells(text, widest).skip_while(|cell| cell.column < first) {
            let end = cell.column + cell.width;
            if end > right {
                break;
            }
            // A wide letter stands half behind the mark, and is left out.
            write!(f, "{:1$}", "", cell.column - column)?;
            f.write_str(cell.shown)?;
            column = end;
        }
        if self.is_cut_right { f.write_char('>') } else { Ok(()) }
    }
}
