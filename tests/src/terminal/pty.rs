//! A pseudo-terminal: its master's end, which the test holds, and the terminal, which a program
//! gets. No call waits for longer than it is told to.
//!
//! It is made by the kernel's calls alone. A test must close the master's last copy to hang up, and
//! leave it unread to look away; libraries for pseudo-terminals hide it.

use std::fs::File;
use std::io;
use std::os::fd::OwnedFd;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{Mode, OFlags, open};
use rustix::io::{Errno, ioctl_fionbio, read, write};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{Action, Winsize, tcflow, tcgetattr, tcsetwinsize};

/// A terminal's modes, to be compared with those at another time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Modes(String);

/// Both ends of a pseudo-terminal.
#[derive(Debug)]
pub struct Pty {
    master: OwnedFd,
    /// Stays open so that the modes outlive the program.
    terminal: File,
}

impl Pty {
    /// A new one, with a window of this size.
    ///
    /// # Errors
    /// The machine's word.
    pub fn open(columns: u16, rows: u16) -> io::Result<Self> {
        let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC)?;
        grantpt(&master)?;
        unlockpt(&master)?;
        ioctl_fionbio(&master, true)?;
        let name = ptsname(&master, Vec::new())?;
        let terminal =
            open(&*name, OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC, Mode::empty())?;
        let pty = Pty { master, terminal: terminal.into() };
        pty.resize(columns, rows)?;
        Ok(pty)
    }

    /// The terminal, for a program's streams.
    ///
    /// # Errors
    /// The machine's word.
    pub fn terminal(&self) -> io::Result<File> {
        self.terminal.try_clone()
    }

    /// The window gets this size. The kernel tells the program, if it is another one.
    ///
    /// # Errors
    /// The machine's word.
    pub fn resize(&self, columns: u16, rows: u16) -> io::Result<()> {
        let size = Winsize { ws_col: columns, ws_row: rows, ws_xpixel: 0, ws_ypixel: 0 };
        Ok(tcsetwinsize(&self.terminal, size)?)
    }

    /// The terminal's modes now.
    ///
    /// # Errors
    /// The machine's word.
    pub fn modes(&self) -> io::Result<Modes> {
        let modes = tcgetattr(&self.terminal)?;
        let flags = (modes.input_modes, modes.output_modes, modes.control_modes, modes.local_modes);
        Ok(Modes(format!("{flags:?} {:?}", modes.special_codes)))
    }

    /// Holds the terminal's output back, as Ctrl-S does, or lets it go on.
    ///
    /// # Errors
    /// The machine's word.
    pub fn hold(&self, is_held: bool) -> io::Result<()> {
        Ok(tcflow(&self.terminal, if is_held { Action::OOff } else { Action::OOn })?)
    }

    /// What the program wrote, as far as it is there.
    ///
    /// # Errors
    /// The machine's word.
    pub fn read(&self, bytes: &mut [u8]) -> io::Result<usize> {
        match read(&self.master, bytes) {
            Ok(count) => Ok(count),
            Err(Errno::AGAIN | Errno::INTR | Errno::IO) => Ok(0),
            Err(error) => Err(error.into()),
        }
    }

    /// Types as many of the bytes as the terminal takes; how many.
    ///
    /// # Errors
    /// The machine's word.
    pub fn write(&self, bytes: &[u8]) -> io::Result<usize> {
        match write(&self.master, bytes) {
            Ok(count) => Ok(count),
            Err(Errno::AGAIN | Errno::INTR) => Ok(0),
            Err(error) => Err(error.into()),
        }
    }

    /// Waits until there is something to read, or, if that `is_wanted`, room to type.
    ///
    /// # Errors
    /// The machine's word.
    pub fn wait(&self, is_room_wanted: bool, longest: Duration) -> io::Result<()> {
        let longest = Timespec {
            tv_sec: longest.as_secs().try_into().unwrap_or(i64::MAX),
            tv_nsec: longest.subsec_nanos().into(),
        };
        let room = if is_room_wanted { PollFlags::OUT } else { PollFlags::empty() };
        let mut fds = [PollFd::new(&self.master, PollFlags::IN | room)];
        match poll(&mut fds, Some(&longest)) {
            Ok(_) | Err(Errno::INTR) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}
