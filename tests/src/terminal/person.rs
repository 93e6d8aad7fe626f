//! A user at a terminal: the real client on a pseudo-terminal of its own.

use std::ffi::OsStr;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use super::looks::{in_hand, is_told};
use super::process::{PAUSE, Running};
use super::pty::{Modes, Pty};
use super::screen::Screen;
use crate::folder::in_memory;
use crate::program::{PATIENCE, find};
use crate::real::Place;
use crate::stage::password_of;

/// Rows of every window that no test resizes.
const ROWS: u16 = 24;
/// Where the server speaks SSH.
const SSH_PORT: u16 = 2222;

/// A program on a terminal, in the hands of a test. Every method panics where the program does
/// something else. Killed when it goes out of scope.
#[derive(Debug)]
pub struct TerminalUser {
    pty: Pty,
    screen: Screen,
    program: Running,
    found: Modes,
    /// What the client keeps, if the command has no other place for it.
    _data: TempDir,
}

impl TerminalUser {
    /// `user`, an example account, starts the client in a window of 80 columns, and is welcomed.
    pub fn arrive(place: &Place<'_>, user: &str) -> Self {
        Self::arrive_in(place, user, 80)
    }

    /// The same in a window of so many columns.
    pub fn arrive_in(place: &Place<'_>, user: &str, columns: u16) -> Self {
        let mut command = client_command(place);
        command.arg(format!("{user}@{}", place.server.ip()));
        command.env("SMOLCHAT_PASSWORD", password_of(user));
        let mut person = Self::run(command, columns);
        person.is_online();
        person
    }

    /// `user`, an example account, comes by `ssh` alone, types the password, and is welcomed.
    pub fn arrive_by_ssh(place: &Place<'_>, user: &str, columns: u16) -> Self {
        let mut person = Self::run(ssh_command(place, user), columns);
        person.sees("password:");
        person.types(format!("{}\r", password_of(user)));
        person.is_online();
        person
    }

    /// Runs a command of [`client_command`] as the leader of a session on the terminal.
    pub fn run(mut command: Command, columns: u16) -> Self {
        let pty = Pty::open(columns, ROWS).unwrap_or_else(|error| panic!("{error}"));
        let stream = || pty.terminal().unwrap_or_else(|error| panic!("{error}"));
        let found = pty.modes().unwrap_or_else(|error| panic!("{error}"));
        command.stdin(stream()).stdout(stream()).stderr(stream());
        let data = in_memory().unwrap_or_else(|error| panic!("{error}"));
        let is_set = |name: &str, is_it: fn(&OsStr) -> bool| {
            command.get_envs().any(|(set, value)| set == name && value.is_some_and(is_it))
        };
        if is_set("HOME", |home| home == "/nonexistent") && !is_set("XDG_DATA_HOME", |_| true) {
            command.env("XDG_DATA_HOME", data.path());
        }
        let program = Running::start(&mut command);
        TerminalUser { pty, screen: Screen::new(columns, ROWS), program, found, _data: data }
    }

    /// The client has welcomed the user and waits for a line.
    pub fn is_online(&mut self) {
        self.sees("Welcome");
        self.has_in_hand("");
    }

    /// Types this.
    pub fn types(&mut self, bytes: impl AsRef<[u8]>) {
        let (mut rest, mut end) = (bytes.as_ref(), Instant::now() + PATIENCE);
        loop {
            let count = self.pty.write(rest).unwrap_or_else(|error| panic!("{error}"));
            rest = &rest[count..];
            if rest.is_empty() {
                return;
            }
            if count > 0 {
                end = Instant::now() + PATIENCE;
            }
            assert!(Instant::now() < end, "the terminal takes no more keys");
            self.looks();
            self.wait(true, end);
        }
    }

    /// Types a line.
    pub fn says(&mut self, line: &str) {
        self.types(format!("{line}\r"));
    }

    /// Takes what the program has written so far.
    pub fn looks(&mut self) {
        let mut bytes = [0; 4096];
        loop {
            match self.pty.read(&mut bytes) {
                Ok(0) => return,
                Ok(count) => {
                    let answers = self.screen.take(&bytes[..count]);
                    self.answers(&answers);
                }
                Err(error) => panic!("{error}"),
            }
        }
    }

    /// The screen is soon as `is_right` says; `what` names that.
    pub fn sees_that(&mut self, what: &str, mut is_right: impl FnMut(&mut Screen) -> bool) {
        let end = Instant::now() + PATIENCE;
        loop {
            self.looks();
            if is_right(&mut self.screen) {
                return;
            }
            let is_time = Instant::now() < end;
            assert!(is_time, "{what}; the screen is{}", self.screen.last_rows());
            self.wait(false, end);
        }
    }

    /// A row holds `text`.
    pub fn sees(&mut self, text: &str) {
        self.sees_that(&format!("no row with {text:?}"), |screen| {
            screen.rows().iter().any(|row| row.contains(text))
        });
    }

    /// A row says that `user` said `text`.
    pub fn is_told(&mut self, user: &str, text: &str) {
        self.sees_that(&format!("{user} is not heard to say {text:?}"), |screen| {
            screen.rows().iter().any(|row| is_told(row, user, text))
        });
    }

    /// The row with the cursor is the prompt with this behind it.
    pub fn has_in_hand(&mut self, typed: &str) {
        self.sees_that(&format!("{typed:?} is not in hand"), |screen| {
            in_hand(&screen.cursor_row()).is_some_and(|row| row.trim_end() == typed.trim_end())
        });
    }

    /// What was shown up to now.
    pub fn screen(&mut self) -> &mut Screen {
        self.looks();
        &mut self.screen
    }

    /// The terminal's modes now.
    pub fn modes(&self) -> Modes {
        self.pty.modes().unwrap_or_else(|error| panic!("{error}"))
    }

    /// The window gets another size.
    pub fn resizes(&mut self, columns: u16, rows: u16) {
        self.looks();
        self.pty.resize(columns, rows).unwrap_or_else(|error| panic!("{error}"));
        self.screen.resize(columns, rows);
    }

    /// The window gets a size in which no screen is read any more.
    pub fn resizes_unseen(&mut self, columns: u16, rows: u16) {
        self.looks();
        self.pty.resize(columns, rows).unwrap_or_else(|error| panic!("{error}"));
    }

    /// Stops the terminal's output, as Ctrl-S does, or lets it go on.
    pub fn holds(&self, is_held: bool) {
        self.pty.hold(is_held).unwrap_or_else(|error| panic!("{error}"));
    }

    /// The program's process.
    pub fn pid(&self) -> Pid {
        self.program.pid()
    }

    /// Somebody outside signals the program.
    pub fn is_signalled(&self, signal: Signal) {
        kill_process(self.pid(), signal).unwrap_or_else(|error| panic!("{error}"));
    }

    /// The program ends by itself within `longest`; its exit code.
    pub fn ends_within(&mut self, longest: Duration) -> Option<i32> {
        let end = Instant::now() + longest;
        loop {
            self.looks();
            if let Some(code) = self.program.exit_code() {
                return code;
            }
            let is_time = Instant::now() < end;
            assert!(is_time, "it does not end; the screen is{}", self.screen.last_rows());
            thread::sleep(PAUSE);
        }
    }

    /// The same while nothing is read from the terminal.
    pub fn ends_unread(&mut self, longest: Duration) -> Option<i32> {
        self.program.ends_within(longest)
    }

    /// The program ends by itself with this exit code, the terminal as it was found.
    pub fn ends_with(&mut self, code: i32) {
        let ended = self.ends_within(PATIENCE);
        self.looks();
        assert_eq!(ended, Some(code), "the exit code;{}", self.screen.last_rows());
        assert_eq!(self.modes(), self.found, "the modes, and as they were found");
        assert!(!self.screen.marks_pastes(), "pastes are marked still");
    }

    /// Closes the window: the terminal is gone. The program ends by itself within `longest`; its
    /// exit code.
    pub fn hangs_up(self, longest: Duration) -> Option<i32> {
        let TerminalUser { pty, mut program, .. } = self;
        drop(pty);
        program.ends_within(longest)
    }

    /// The terminal itself answers a program.
    fn answers(&self, answers: &str) {
        let written = self.pty.write(answers.as_bytes());
        assert_eq!(written.ok(), Some(answers.len()), "the terminal takes no answer");
    }

    fn wait(&self, is_room_wanted: bool, end: Instant) {
        let longest = end.saturating_duration_since(Instant::now());
        self.pty.wait(is_room_wanted, longest).unwrap_or_else(|error| panic!("{error}"));
    }
}

/// The client's command for the port for lines, without its target, for [`TerminalUser::run`].
pub fn client_command(place: &Place<'_>) -> Command {
    let mut command = client_command_by_ssh(place);
    command.args(["--ssh", "off"]);
    command
}

/// The client's command as people have it, without its target.
pub fn client_command_by_ssh(place: &Place<'_>) -> Command {
    let program = find("smolchat").unwrap_or_else(|missing| panic!("{missing}"));
    let mut command = on_a_terminal(place);
    command.arg(program);
    command
}

/// The command of OpenSSH's client for `user`. It knows no key and no server.
pub(super) fn ssh_command(place: &Place<'_>, user: &str) -> Command {
    let mut command = on_a_terminal(place);
    command.args(["ssh", "-tt", "-F", "none", "-p", &SSH_PORT.to_string()]);
    for option in [
        "UserKnownHostsFile=/dev/null",
        "GlobalKnownHostsFile=/dev/null",
        "StrictHostKeyChecking=no",
        "LogLevel=ERROR",
        "PreferredAuthentications=password",
    ] {
        command.args(["-o", option]);
    }
    command.arg(format!("{user}@{}", place.server.ip()));
    command
}

/// A command that begins a session on the terminal that its streams are. What is to be run follows
/// as its arguments. No file of the person who runs the tests is read or written.
pub(super) fn on_a_terminal(place: &Place<'_>) -> Command {
    let mut command = without_settings(place.namespace.command("setsid"));
    command.arg("--ctty").env("TERM", "xterm-256color");
    command
}

/// The command, without what the person who runs the tests has set for programs on terminals.
pub(super) fn without_settings(mut command: Command) -> Command {
    command.env("LC_ALL", "C.UTF-8").env("HOME", "/nonexistent");
    for variable in ["NO_COLOR", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "TMUX"] {
        command.env_remove(variable);
    }
    command
}
