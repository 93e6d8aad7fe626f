//! A real shell on a terminal, with the client as its job.

use rustix::process::{Pid, Signal, kill_process};

use super::person::{TerminalUser, on_a_terminal};
use super::process::{is_stopped, with_parent};
use crate::program::find;
use crate::real::Place;
use crate::stage::password_of;

/// What the shell writes when it waits for a command. No prompt of the client looks so.
const PROMPT: &str = "shell%";

/// Which shell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shell {
    /// It has a line editor of its own, and sets the modes when a job stops.
    Bash,
    /// It leaves the modes as a job left them.
    Dash,
}

impl Shell {
    /// Starts it in a window of 80 columns, interactive, and waits for its prompt. The client will
    /// know the password of `user`, an example account, if one is named.
    pub fn start(self, place: &Place<'_>, user: Option<&str>) -> TerminalUser {
        let mut command = on_a_terminal(place);
        match self {
            Shell::Bash => command.args(["bash", "--norc", "--noprofile", "-i"]),
            Shell::Dash => command.args(["dash", "-i"]),
        };
        command.env("PS1", format!("{PROMPT} ")).env_remove("ENV");
        match user {
            Some(user) => command.env("SMOLCHAT_PASSWORD", password_of(user)),
            None => command.env_remove("SMOLCHAT_PASSWORD"),
        };
        let mut terminal = TerminalUser::run(command, 80);
        terminal.is_in_shell();
        terminal
    }
}

impl TerminalUser {
    /// The shell waits for a command.
    pub fn is_in_shell(&mut self) {
        self.sees_that("no shell waits", |screen| screen.cursor_row().trim_end() == PROMPT);
    }

    /// In a shell: starts the client as `user`, and waits until it is `ready`; its process.
    pub fn starts_job(
        &mut self,
        place: &Place<'_>,
        user: &str,
        ready: impl FnOnce(&mut Self),
    ) -> Pid {
        let program = find("smolchat").unwrap_or_else(|missing| panic!("{missing}"));
        self.says(&format!("{} --ssh off {user}@{}", program.display(), place.server.ip()));
        ready(self);
        with_parent(self.pid(), "smolchat").expect("the shell has a job")
    }

    /// The job is stopped, by a key that is typed or by a signal. The shell waits for a command.
    pub fn is_stopped_by(&mut self, job: Pid, how: &Stop) {
        match how {
            Stop::Key(key) => self.types(key),
            Stop::Signal(signal) => {
                kill_process(job, *signal).unwrap_or_else(|error| panic!("{error}"));
            }
        }
        self.sees_that("the job does not stop", |_| is_stopped(job));
        self.is_in_shell();
    }

    /// The job, which is stopped, is continued in the background.
    pub fn continues_job_in_background(&mut self, job: Pid) {
        self.types("bg\n");
        self.sees_that("the job does not go on", |_| !is_stopped(job));
        self.is_in_shell();
    }

    /// The job is continued in the foreground. What ends this line is a line's end in all modes.
    pub fn continues_job(&mut self) {
        self.types("fg\n");
    }
}

/// How a job is stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// The person types this.
    Key(&'static str),
    /// Somebody outside signals it.
    Signal(Signal),
}
