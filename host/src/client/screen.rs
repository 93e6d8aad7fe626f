//! Everything that the client shows goes here: above the line being typed, or plainly, a line at a
//! time. Everything passes through `sanitize`. On a terminal only the beginning of a line stands at
//! the left edge.

use std::fmt;
use std::io::{self, Write};
use std::time::Duration;

use rustix::termios::{self, OptionalActions, Termios};
use rustyline::ExternalPrinter;

use super::rows::rows;
use super::sanitize::sanitize;

/// Up and down again: nothing anybody sees, but the printer takes it only once it has taken what
/// came before.
const NOTHING_VISIBLE: &str = "\x1b[A\n";
/// A line that was taken is on the terminal well before this.
const PRINTING: Duration = Duration::from_millis(30);
/// Text after this is drawn fainter (ECMA-48, SGR 2), if the terminal can.
const DIM: &str = "\x1b[2m";
/// Text after this is drawn as usual (ECMA-48, SGR 0).
const NORMAL: &str = "\x1b[0m";
/// For a terminal that does not tell how many columns it has.
const COLUMNS: u16 = 80;
/// Switches bracketed paste off. The editor has switched it on, and cannot switch it off when it is
/// cut short. Then a line of its own for what comes after.
const LEAVE_EDITOR: &str = "\x1b[?2004l\r\n";

/// The user's screen.
pub(crate) enum Screen {
    /// A terminal with a line editor on it.
    Terminal {
        /// The only way to write to it.
        printer: Box<dyn ExternalPrinter + Send>,
        /// How the terminal was found.
        found: Option<Termios>,
    },
    /// Anything else.
    Plain,
}

impl Screen {
    /// A screen on which rustyline edits.
    pub(crate) fn terminal(printer: Box<dyn ExternalPrinter + Send>) -> Self {
        Screen::Terminal { printer, found: termios::tcgetattr(io::stdin()).ok() }
    }

    /// Shows one line.
    pub(crate) fn show(&mut self, text: &str) -> io::Result<()> {
        match self {
            Screen::Terminal { .. } => self.print(format!("{}\n", drawn(text))),
            Screen::Plain => plain(&format!("{}\n", sanitize(text))),
        }
    }

    /// Shows one line of lesser weight: dim, where there is a terminal.
    pub(crate) fn note(&mut self, text: &str) -> io::Result<()> {
        match self {
            Screen::Terminal { .. } => self.print(format!("{DIM}{}{NORMAL}\n", drawn(text))),
            Screen::Plain => self.show(text),
        }
    }

    fn print(&mut self, line: String) -> io::Result<()> {
        match self {
            Screen::Terminal { printer, .. } => printer.print(line).map_err(io::Error::other),
            Screen::Plain => plain(&line),
        }
    }

    /// Leaves the terminal as it was found, even from under an editor that is still reading.
    pub(crate) fn finish(&mut self) {
        let Screen::Terminal { printer, found: Some(found) } = self else { return };
        let is_editing =
            termios::tcgetattr(io::stdin()).is_ok_and(|now| now.local_modes != found.local_modes);
        if !is_editing {
            return;
        }
        // Errors here mean that the terminal is gone, and there is nothing left to tidy.
        let _ = printer.print(NOTHING_VISIBLE.to_owned());
        std::thread::sleep(PRINTING);
        let _ = termios::tcsetattr(io::stdin(), OptionalActions::Drain, found);
        let _ = plain(LEAVE_EDITOR);
    }
}

impl fmt::Debug for Screen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Screen::Terminal { .. } => "Terminal",
            Screen::Plain => "Plain",
        })
    }
}

/// `text` as rows of the terminal as it is now.
fn drawn(text: &str) -> String {
    let size = termios::tcgetwinsize(io::stdout()).ok();
    let columns = size.map(|size| size.ws_col).filter(|columns| *columns > 0).unwrap_or(COLUMNS);
    rows(&sanitize(text), columns.into())
}

fn plain(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()
}
