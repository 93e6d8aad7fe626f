//! The person's terminal: what is typed becomes lines, and what is shown appears above the row that
//! is being typed. Nothing here waits for the terminal.
//! Knows nothing of chats. It shows rows of text that were made safe before.

mod asking;
mod job;
mod modes;
mod row;
mod showing;
mod typing;

use std::collections::VecDeque;
use std::fmt;
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::time::Instant;

use rustix::fs::{Mode, OFlags, open};
use smolchat_editor::{Editor, Storage};

use super::outlet::{Outlet, reopen};
use asking::Asking;
pub(crate) use asking::{Answer, Question, Trust};
use modes::Modes;
use row::Row;

/// The longest line that can be typed, in bytes.
const LINE: usize = 16 * 1024;
/// Bytes of history.
const HISTORY: usize = 256 * 1024;
/// Switches bracketed paste on (xterm, "Bracketed Paste Mode").
const PASTE_ON: &str = "\x1b[?2004h";
/// Switches it off again. Automatic wrap comes back, too: a row whose drawing was cut short has
/// left it off (DECAWM).
const PASTE_OFF: &str = "\x1b[?2004l\x1b[?7h";
/// Puts the window's title away, and brings it back (xterm, XTWINOPS 22 and 23).
const PUSH_TITLE: &str = "\x1b[22;2t";
const POP_TITLE: &str = "\x1b[23;2t";

/// Something that the person did.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Typed {
    /// Typed a line.
    Line(String),
    /// Answered the question; `None` if nobody wants to.
    Answered(Option<Answer>),
    /// Pressed Tab: the row is to be completed by [`Terminal::complete`].
    Complete,
    /// Gave up the line with Ctrl-C. `has_line`: there was something in it.
    Cancelled { has_line: bool },
    /// Will type no more: Ctrl-D, or the terminal is gone.
    End,
    /// Gave up while nothing was asked and nothing wanted, with Ctrl-C.
    Interrupted,
    /// Wants the program to stop, and to be continued by the shell.
    Suspend,
    /// Cleared the screen with Ctrl-L.
    Cleared,
    /// A line was too long and was not taken whole.
    TooLong,
    /// Pressed Enter behind such a line.
    Unsent,
}

/// A terminal with a line editor on it.
pub(crate) struct Terminal {
    input: OwnedFd,
    outlet: Outlet,
    modes: Modes,
    editor: Editor<'static>,
    row: Row,
    prompt: String,
    /// Lines are wanted, whether or not a question is asked first.
    is_edited: bool,
    /// The window's title is ours.
    has_title: bool,
    asking: Option<Asking>,
    /// A question was answered, and nothing is wanted yet. What is typed may be the answer again,
    /// so it is neither shown nor taken.
    is_waiting: bool,
    /// Something was typed meanwhile.
    has_dropped: bool,
    /// Read and not typed into the editor yet.
    bytes: VecDeque<u8>,
    /// Half a key is given up at this moment.
    pause_at: Option<Instant>,
    /// When it is next looked at whether a shell has given the terminal back.
    looked_at: Instant,
    /// The terminal will send nothing more.
    is_gone: bool,
    is_end_told: bool,
}

impl Terminal {
    /// The terminal that is the standard input. `is_appended`: nothing that stands on it is
    /// changed.
    pub(crate) fn of_standard_input(is_appended: bool) -> io::Result<Self> {
        let stdin = io::stdin();
        let mut terminal = match reopen(&stdin, OFlags::RDWR) {
            Some(tty) => Self::new(tty.try_clone()?, tty),
            None => Self::new(
                stdin.as_fd().try_clone_to_owned()?,
                io::stdout().as_fd().try_clone_to_owned()?,
            ),
        }?;
        if is_appended {
            terminal.row = Row::appended();
        }
        Ok(terminal)
    }

    /// The terminal from which the program was started, whatever the standard input is.
    pub(crate) fn controlling() -> io::Result<Self> {
        let flags = OFlags::RDWR | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
        let tty = open("/dev/tty", flags, Mode::empty())?;
        Self::new(tty.try_clone()?, tty)
    }

    fn new(input: OwnedFd, output: OwnedFd) -> io::Result<Self> {
        let memory = |bytes: usize| Box::leak(vec![0; bytes].into_boxed_slice());
        let storage = Storage {
            line: memory(LINE),
            killed: memory(LINE),
            history: memory(HISTORY),
            search: memory(256),
            undo: memory(LINE),
        };
        Ok(Terminal {
            modes: Modes::of(&input)?,
            outlet: Outlet::to(&output)?,
            input,
            editor: Editor::new(storage),
            row: Row::default(),
            prompt: String::new(),
            is_edited: false,
            has_title: false,
            asking: None,
            is_waiting: false,
            has_dropped: false,
            bytes: VecDeque::new(),
            pause_at: None,
            looked_at: Instant::now(),
            is_gone: false,
            is_end_told: false,
        })
    }

    /// Lines are wanted from now on.
    pub(crate) fn edit(&mut self) -> io::Result<()> {
        (self.is_edited, self.is_waiting) = (true, false);
        self.row.set_dirty();
        self.enter()
    }

    /// This stands before the line being typed.
    pub(crate) fn set_prompt(&mut self, prompt: &str) {
        prompt.clone_into(&mut self.prompt);
        self.row.set_dirty();
    }

    /// Asks for these, one after the other. The answer comes as [`Typed::Answered`].
    pub(crate) fn ask(&mut self, question: Question) -> io::Result<()> {
        let asking = Asking::new(question);
        self.editor.set_line("");
        self.editor.set_hidden(asking.is_hidden());
        self.asking = Some(asking);
        self.is_waiting = false;
        self.row.set_dirty();
        self.enter()
    }

    /// The window has another size: the row is drawn anew.
    pub(crate) fn handle_resize(&mut self) {
        self.row.set_dirty();
    }
}

impl fmt::Debug for Terminal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // What is typed may be a password.
        f.debug_struct("Terminal").field("modes", &self.modes).finish_non_exhaustive()
    }
}
