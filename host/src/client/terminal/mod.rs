//! The person's terminal: what is typed becomes lines, and what is shown appears above the row that
//! is being typed. Nothing here waits for the terminal.
//! Knows nothing of chats. It shows rows of text that were made safe before.

mod asking;
mod modes;
mod row;

use std::collections::VecDeque;
use std::fmt;
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::time::{Duration, Instant};

use rustix::event::PollFlags;
use rustix::fs::{Mode, OFlags, open};
use rustix::io::{Errno, read};
use rustix::process::{Signal, kill_current_process_group};
use rustix::termios::tcgetwinsize;
use smolchat_editor::{Action, Editor, Storage};

use super::outlet::{Outlet, reopen};
use super::signals;
use asking::Asking;
pub(crate) use asking::{Answer, Question};
use modes::{Modes, has_shell};
use row::Row;

/// For a terminal that does not tell how many columns it has.
const COLUMNS: u16 = 80;
/// Bytes of one read.
const READ: usize = 4096;
/// The longest line that can be typed, in bytes.
const LINE: usize = 16 * 1024;
/// Bytes of history.
const HISTORY: usize = 256 * 1024;
/// Switches bracketed paste on and off (xterm, "Bracketed Paste Mode"). Automatic wrap comes back,
/// too: a row whose drawing was cut short has left it off (DECAWM). With it goes automatic wrap,
/// which a row that was cut short may have left off (DECAWM).
const PASTE_ON: &str = "\x1b[?2004h";
const PASTE_OFF: &str = "\x1b[?2004l\x1b[?7h";
/// Puts the window's title away, and brings it back (xterm, XTWINOPS 22 and 23).
const PUSH_TITLE: &str = "\x1b[22;2t";
const POP_TITLE: &str = "\x1b[23;2t";
/// How long the terminal may take for the last bytes.
const LAST_BYTES: Duration = Duration::from_secs(1);

/// Something that the person did.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Typed {
    /// Typed a line.
    Line(String),
    /// Answered the question; `None` if nobody wants to.
    Answered(Option<Answer>),
    /// Pressed Tab: the row is to be completed by [`Terminal::complete`].
    Complete,
    /// Gave up the line with Ctrl-C.
    Cancelled,
    /// Will type no more: Ctrl-D, or the terminal is gone.
    End,
    /// Wants the program to stop, and to be continued by the shell.
    Suspend,
    /// Cleared the screen with Ctrl-L.
    Cleared,
    /// A line was too long and was not taken whole.
    TooLong,
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
    /// Read and not typed into the editor yet.
    bytes: VecDeque<u8>,
    /// Half a key is given up at this moment.
    pause_at: Option<Instant>,
    /// The terminal will send nothing more.
    is_gone: bool,
    is_end_told: bool,
}

impl Terminal {
    /// The terminal that is the standard input.
    pub(crate) fn of_standard_input() -> io::Result<Self> {
        let stdin = io::stdin();
        match reopen(&stdin, OFlags::RDWR) {
            Some(tty) => Self::new(tty.try_clone()?, tty),
            None => Self::new(
                stdin.as_fd().try_clone_to_owned()?,
                io::stdout().as_fd().try_clone_to_owned()?,
            ),
        }
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
            bytes: VecDeque::new(),
            pause_at: None,
            is_gone: false,
            is_end_told: false,
        })
    }

    /// Lines are wanted from now on.
    pub(crate) fn edit(&mut self) -> io::Result<()> {
        self.is_edited = true;
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
        self.row.set_dirty();
        self.enter()
    }

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

    /// What is to be waited for. `is_wanted` says whether what is typed is wanted now.
    pub(crate) fn waits_for(&self, is_wanted: bool) -> Vec<(BorrowedFd<'_>, PollFlags)> {
        if self.is_gone || !self.modes.is_ours() {
            return Vec::new();
        }
        let is_read = is_wanted && self.modes.is_raw() && self.bytes.is_empty();
        let input = if is_read { PollFlags::IN } else { PollFlags::empty() };
        let output = if self.outlet.is_pending() { PollFlags::OUT } else { PollFlags::empty() };
        vec![(self.input.as_fd(), input), (self.outlet.as_fd(), output)]
    }

    /// What of [`waits_for`](Self::waits_for) has come, in its order. Whether something was typed.
    pub(crate) fn handle_ready(&mut self, now: Instant, ready: &[PollFlags]) -> bool {
        let Some(input) = ready.first() else { return false };
        let is_hung_up = input.intersects(PollFlags::HUP | PollFlags::ERR | PollFlags::NVAL);
        if input.contains(PollFlags::IN) || is_hung_up {
            self.read(now, is_hung_up);
        }
        !self.bytes.is_empty()
    }

    fn read(&mut self, now: Instant, is_gone: bool) {
        let mut bytes = [0; READ];
        match read(&self.input, &mut bytes) {
            Ok(0) | Err(Errno::INTR | Errno::AGAIN) if !is_gone => {}
            Ok(count) if count > 0 => {
                self.bytes.extend(&bytes[..count]);
                self.pause_at = Some(now + Duration::from_millis(Editor::PAUSE_MS.into()));
            }
            Ok(_) | Err(_) => self.is_gone = true,
        }
    }

    /// The next thing that the person did. `expansion` says what a row becomes as soon as it is
    /// typed.
    pub(crate) fn next(&mut self, expansion: impl Fn(&str) -> Option<String>) -> Option<Typed> {
        while !self.bytes.is_empty() {
            let (taken, action) = self.editor.handle(self.bytes.as_slices().0);
            self.bytes.drain(..taken);
            self.row.set_dirty();
            if self.asking.is_none()
                && let Some(text) = expansion(self.before_cursor())
            {
                self.editor.complete(0, &text);
            }
            if let Some(typed) = action.and_then(|action| self.typed(action)) {
                return Some(typed);
            }
        }
        if self.is_gone && !std::mem::replace(&mut self.is_end_told, true) {
            return Some(if self.asking.take().is_some() {
                Typed::Answered(None)
            } else {
                Typed::End
            });
        }
        None
    }

    /// When half a key is given up.
    pub(crate) fn poll_at(&self) -> Option<Instant> {
        self.pause_at.filter(|_| self.editor.is_mid_key())
    }

    /// Gives up half a key that was not completed in time.
    pub(crate) fn handle_timeout(&mut self, now: Instant) {
        if self.poll_at().is_some_and(|at| now >= at) {
            self.editor.handle_pause();
            self.row.set_dirty();
        }
    }

    /// The line up to the cursor, for completion.
    pub(crate) fn before_cursor(&self) -> &str {
        &self.editor.line()[..self.editor.cursor()]
    }

    /// Replaces what stands between `start` and the cursor.
    pub(crate) fn complete(&mut self, start: usize, text: &str) {
        self.editor.complete(start, text);
        self.row.set_dirty();
    }

    /// Keeps a line for the arrow keys.
    pub(crate) fn remember(&mut self, line: &str) {
        self.editor.add_history(line);
    }

    /// The window has another size: the row is drawn anew.
    pub(crate) fn handle_resize(&mut self) {
        self.row.set_dirty();
    }

    /// Draws the row if it changed and the terminal has taken everything before it, and writes as
    /// much as goes. An error means that the terminal is gone.
    pub(crate) fn flush(&mut self) -> io::Result<()> {
        if !self.modes.is_ours() {
            return Ok(());
        }
        self.outlet.write()?;
        if !self.outlet.is_pending() && self.modes.is_raw() && self.row.is_dirty() {
            let prompt = self.asking.as_ref().map_or(&*self.prompt, |asking| asking.prompt());
            let row = self.editor.row(prompt, self.columns());
            self.row.draw(&row.to_string(), row.cursor_column(), &mut self.outlet);
            self.outlet.write()?;
        }
        Ok(())
    }

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
        let is_wanted = self.asking.is_some() || self.is_edited;
        if is_wanted && self.modes.is_ours() {
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
    }

    fn enter(&mut self) -> io::Result<()> {
        if self.modes.is_raw() || !self.modes.is_ours() {
            return Ok(());
        }
        self.modes.enter()?;
        self.outlet.push(PASTE_ON.as_bytes());
        Ok(())
    }

    fn give_back(&mut self) {
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

    fn typed(&mut self, action: Action) -> Option<Typed> {
        match action {
            Action::Line => return self.take_line(),
            Action::Complete if self.asking.is_none() => return Some(Typed::Complete),
            Action::Cancelled | Action::Quit | Action::End if self.asking.is_some() => {
                self.leave_question();
                return Some(Typed::Answered(None));
            }
            Action::Cancelled | Action::Quit => return Some(Typed::Cancelled),
            Action::End => return Some(Typed::End),
            Action::Suspend => return Some(Typed::Suspend),
            Action::Full { .. } if self.asking.is_none() => return Some(Typed::TooLong),
            Action::Redraw => {
                self.row.clear_screen(&mut self.outlet);
                return Some(Typed::Cleared);
            }
            _ => {}
        }
        None
    }

    fn take_line(&mut self) -> Option<Typed> {
        let line = self.editor.line().to_owned();
        if let Some(asking) = &mut self.asking {
            self.row.leave_with(asking.prompt(), asking.shown(&line), &mut self.outlet);
            match asking.answer(line) {
                Ok(None) => self.editor.set_hidden(asking.is_hidden()),
                Ok(Some(answer)) => {
                    self.leave_question();
                    return Some(Typed::Answered(Some(answer)));
                }
                Err(text) => self.show(&text),
            };
            return None;
        }
        Some(Typed::Line(line))
    }

    fn leave_question(&mut self) {
        self.row.leave(&mut self.outlet);
        self.asking = None;
        self.editor.set_line("");
        self.editor.set_hidden(false);
        if !self.is_edited {
            // Nothing is typed until somebody asks again.
            self.give_back();
        }
    }
}

impl fmt::Debug for Terminal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // What is typed may be a password.
        f.debug_struct("Terminal").field("modes", &self.modes).finish_non_exhaustive()
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        self.give_back();
    }
}
