//! A script: commands from standard input, what is said on standard output, what is refused on
//! standard error. A question goes to the terminal from which the script was started.

use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::time::{Duration, Instant};

use rustix::event::PollFlags;
use rustix::termios::{isatty, tcgetwinsize};

use super::{Question, Typed, json};
use crate::client::outlet::Outlet;
use crate::client::pipe::Pipe;
use crate::client::rows::painted;
use crate::client::sanitize::sanitize;
use crate::client::shown::Shown;
use crate::client::terminal::{self, Terminal};

/// For a terminal that does not tell how many columns it has.
const COLUMNS: usize = 80;
/// How long the streams may take for the last bytes.
const LAST_BYTES: Duration = Duration::from_secs(1);

/// The script's three streams.
#[derive(Debug)]
pub(crate) struct Script {
    input: Pipe,
    output: Outlet,
    refusals: Outlet,
    /// Nobody reads what is refused. The exit code still tells.
    is_deaf: bool,
    asker: Option<Terminal>,
    is_begun: bool,
    /// The next line may have been begun before the prompt fell back. Nobody can say: the system
    /// edits it.
    is_overtaken: bool,
    /// What is shown is for a program.
    is_json: bool,
}

impl Script {
    /// The standard streams; for a program everything is told as JSON on standard output.
    pub(crate) fn new(is_json: bool) -> io::Result<Self> {
        Ok(Script {
            input: Pipe::new(io::stdin())?,
            output: Outlet::to(io::stdout())?,
            refusals: Outlet::to(io::stderr())?,
            is_deaf: false,
            asker: None,
            is_begun: false,
            is_overtaken: false,
            is_json,
        })
    }

    /// Says these lines instead of what the standard input has; `head` stands before each.
    pub(crate) fn say(&mut self, head: &str, lines: Option<&str>) {
        self.input.say(head, lines);
    }

    /// Whether somebody is there who can be asked.
    pub(crate) fn can_ask(&mut self) -> bool {
        if self.asker.is_none() {
            self.asker = Terminal::controlling().ok();
        }
        self.asker.is_some()
    }

    pub(super) fn begin(&mut self) -> io::Result<()> {
        self.is_begun = true;
        self.put_asker_away();
        Ok(())
    }

    /// The standard input may be the same terminal. So it is given back as it was found, and its
    /// keys are read here alone.
    fn put_asker_away(&mut self) {
        if let Some(mut asker) = self.asker.take() {
            // A terminal that is gone misses the end of its row.
            let _ = asker.flush();
        }
    }

    pub(super) fn fall_back(&mut self) {
        self.is_overtaken = true;
    }

    pub(super) fn ask(&mut self, question: Question) -> io::Result<()> {
        self.can_ask();
        let asker = self.asker.as_mut().ok_or(io::ErrorKind::NotFound)?;
        asker.ask(question)
    }

    pub(super) fn show(&mut self, shown: &Shown) {
        if self.is_json {
            if let Some(event) = json::event(shown) {
                self.output.push(event.as_bytes());
                self.output.push(b"\n");
            }
            return;
        }
        let text = sanitize(&shown.text()).into_owned();
        let is_copied = matches!(shown, Shown::Command(_));
        let line = if is_copied { text } else { self.rows(&text) } + "\n";
        if !is_for_lines(shown) {
            return;
        }
        // Each stream takes what it can before the other has more, so that whoever reads both as
        // one reads in order. An error comes again when the stream is flushed.
        match shown {
            _ if shown.is_refusal() && self.is_deaf => {}
            _ if shown.is_refusal() => {
                let _ = self.output.write();
                self.refusals.push(line.as_bytes());
            }
            _ => {
                let _ = self.refusals.write();
                self.output.push(line.as_bytes());
            }
        }
    }

    /// On a terminal no text begins a row at the left edge.
    fn rows(&self, line: &str) -> String {
        if !isatty(&self.output) {
            return line.to_owned();
        }
        let columns = tcgetwinsize(&self.output).map_or(0, |size| size.ws_col);
        painted(line, &[], if columns == 0 { COLUMNS } else { columns.into() })
    }

    pub(super) fn is_full(&self) -> bool {
        self.output.is_full() || self.refusals.is_full()
    }

    /// What is said is what is acknowledged, and all of that goes to the output.
    pub(super) fn mark(&self) -> u64 {
        self.output.mark()
    }

    pub(super) fn has_shown(&self, mark: u64) -> bool {
        self.output.has_written(mark)
    }

    pub(super) fn waits_for(&self, is_wanted: bool) -> Vec<(BorrowedFd<'_>, PollFlags)> {
        let is_read =
            self.is_begun && self.asker.is_none() && is_wanted && self.input.wants_bytes();
        let mut fds = vec![
            (self.output.as_fd(), if_true(self.output.is_pending(), PollFlags::OUT)),
            (self.refusals.as_fd(), if_true(self.refusals.is_pending(), PollFlags::OUT)),
        ];
        if is_read {
            fds.push((self.input.as_fd(), PollFlags::IN));
        }
        if let Some(asker) = &self.asker {
            fds.extend(asker.waits_for(true));
        }
        fds
    }

    pub(super) fn handle_ready(&mut self, now: Instant, ready: &[PollFlags]) -> bool {
        let asked = self.asker.as_ref().map_or(0, |asker| asker.waits_for(true).len());
        let (own, asker) = ready.split_at(ready.len() - asked);
        if let Some(terminal) = &mut self.asker {
            terminal.handle_ready(now, asker);
        }
        if own.get(2).is_some_and(|ready| !ready.is_empty()) {
            self.input.read();
        }
        false
    }

    pub(super) fn next(&mut self, is_wanted: bool) -> Option<Typed> {
        if let Some(asker) = &mut self.asker
            && let Some(typed) = asker.next(|_| None)
        {
            match typed {
                terminal::Typed::Answered(answer) => {
                    if self.is_begun {
                        self.put_asker_away();
                    }
                    return Some(Typed::Answered(answer));
                }
                terminal::Typed::Interrupted => return Some(Typed::Interrupted),
                terminal::Typed::Suspend => drop(asker.suspend()),
                _ => {}
            }
        }
        if !self.is_begun || !is_wanted {
            return None;
        }
        match self.input.next_line() {
            Some(Ok(line)) if std::mem::take(&mut self.is_overtaken) => {
                Some(Typed::Overtaken(line))
            }
            Some(line) => Some(Typed::Line(line)),
            None => self.input.has_ended().then_some(Typed::End),
        }
    }

    /// Standard output that is gone ends the client. Standard error that is gone is only not told.
    pub(super) fn flush(&mut self) -> io::Result<()> {
        self.is_deaf |= self.refusals.write().is_err();
        if self.is_deaf {
            self.refusals.clear();
        }
        if let Some(asker) = &mut self.asker {
            asker.flush()?;
        }
        self.output.write()
    }

    pub(super) fn poll_at(&self) -> Option<Instant> {
        self.asker.as_ref().and_then(Terminal::poll_at)
    }

    pub(super) fn handle_timeout(&mut self, now: Instant) {
        if let Some(asker) = &mut self.asker {
            asker.handle_timeout(now);
        }
    }

    pub(super) fn stop(&mut self) {
        match &mut self.asker {
            Some(asker) => asker.stop(),
            None => drop(crate::client::signals::stop()),
        }
    }

    pub(super) fn handle_continue(&mut self) {
        if let Some(asker) = &mut self.asker {
            asker.handle_continue();
        }
    }

    pub(super) fn finish(&mut self) {
        let deadline = Instant::now() + LAST_BYTES;
        // Whoever does not read any more misses the rest. The exit code still tells.
        let _ = self.output.finish(deadline);
        let _ = self.refusals.finish(deadline);
        if let Some(asker) = &mut self.asker {
            asker.finish();
        }
    }
}

/// Whether it is told where lines are only appended. Whoever typed something has seen it, and the
/// answer tells that it was accepted. Of a file each quarter is told.
pub(super) fn is_for_lines(shown: &Shown) -> bool {
    match shown {
        Shown::Sent { .. } | Shown::Typed(_) | Shown::Accepted(_) | Shown::Listed(_) => false,
        Shown::FileProgress(progress) => progress.is_step,
        _ => true,
    }
}

fn if_true(is_it: bool, flags: PollFlags) -> PollFlags {
    if is_it { flags } else { PollFlags::empty() }
}
