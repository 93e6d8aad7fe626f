//! The modes of the terminal: how it was found, and how the line editor needs it. Whatever ends the
//! client drops this value, and so gives the terminal back as it was found.

use std::io;
use std::os::fd::{AsFd, OwnedFd};

use rustix::process::{getpgrp, getppid, getsid};
use rustix::termios::{
    InputModes, LocalModes, OptionalActions, OutputModes, SpecialCodeIndex, Termios, tcgetattr,
    tcgetpgrp, tcsetattr,
};

/// A terminal with its modes.
#[derive(Debug)]
pub(super) struct Modes {
    tty: OwnedFd,
    found: Termios,
    is_raw: bool,
}

impl Modes {
    /// Remembers how the terminal is.
    pub(super) fn of(tty: impl AsFd) -> io::Result<Self> {
        let tty = tty.as_fd().try_clone_to_owned()?;
        let found = tcgetattr(&tty)?;
        Ok(Modes { tty, found, is_raw: false })
    }

    /// Hands over every key as it is pressed, without an echo. What was typed before stays.
    pub(super) fn enter(&mut self) -> io::Result<()> {
        if !self.is_raw {
            self.found = tcgetattr(&self.tty)?;
        }
        // Not `Drain`: it waits for a terminal that may have stopped its output.
        tcsetattr(&self.tty, OptionalActions::Now, &raw(&self.found))?;
        self.is_raw = true;
        Ok(())
    }

    /// Gives the terminal back as it was found.
    pub(super) fn leave(&mut self) {
        if std::mem::take(&mut self.is_raw) && self.is_ours() {
            // A terminal that is gone has no modes.
            let _ = tcsetattr(&self.tty, OptionalActions::Now, &self.found);
        }
    }

    /// Another program has the terminal, and its modes are not ours to keep.
    pub(super) fn forget(&mut self) {
        self.is_raw = false;
    }

    /// Whether the terminal hands over every key.
    pub(super) fn is_raw(&self) -> bool {
        self.is_raw
    }

    /// Whether this process may use the terminal: a shell has it in the foreground, or there is no
    /// shell. Who sets the modes from the background is stopped.
    pub(super) fn is_ours(&self) -> bool {
        tcgetpgrp(&self.tty).map_or(true, |group| group == getpgrp())
    }
}

impl Drop for Modes {
    fn drop(&mut self) {
        self.leave();
    }
}

/// Whether a shell is there that can continue a process that stops: the parent is of this session
/// (POSIX calls a process group without such a parent orphaned, and does not stop it).
pub(super) fn has_shell() -> bool {
    let own = getsid(None);
    let parent = getppid().map(|parent| getsid(Some(parent)));
    matches!((own, parent), (Ok(own), Some(Ok(parent))) if own == parent)
}

/// `found`, but every byte is handed over at once, and none is a signal, a line's end or flow
/// control. The terminal still makes CR LF of LF. A read waits for a byte. After SIGSTOP a shell
/// reads in these modes, and it would take a read of nothing for the end of its input.
fn raw(found: &Termios) -> Termios {
    let mut raw = found.clone();
    raw.input_modes -= InputModes::BRKINT
        | InputModes::ICRNL
        | InputModes::INLCR
        | InputModes::IGNCR
        | InputModes::INPCK
        | InputModes::ISTRIP
        | InputModes::IXON;
    raw.output_modes |= OutputModes::OPOST | OutputModes::ONLCR;
    raw.local_modes -=
        LocalModes::ECHO | LocalModes::ICANON | LocalModes::IEXTEN | LocalModes::ISIG;
    raw.special_codes[SpecialCodeIndex::VMIN] = 1;
    raw.special_codes[SpecialCodeIndex::VTIME] = 0;
    raw
}
