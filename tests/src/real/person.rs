//! A user of the terminal client: the real program, its lines on a pipe.

use std::path::Path;
use std::process::Command;

use rustix::process::Pid;
use tempfile::TempDir;

use super::server::Place;
use crate::folder::in_memory;
use crate::namespace::Namespace;
use crate::pattern::{self, Matched};
use crate::program::{Program, find};
use crate::stage::password_of;

/// A running client in the hands of a test. Every method panics where the client does something
/// else.
#[derive(Debug)]
pub struct Person {
    name: String,
    program: Program,
    /// What the client keeps: its key among peers, and those of others.
    data: TempDir,
}

impl Person {
    /// `user`, an example account, starts the client and is welcomed, and its announcement to peers
    /// has arrived.
    pub fn arrive(place: &Place<'_>, user: &str) -> Self {
        let mut person = Self::start(place, user, password_of(user), &[]);
        person.hear("Welcome to this message application");
        person.hears_nothing();
        person
    }

    /// Somebody starts the client as `user`, with arguments behind the server's address.
    pub fn start(place: &Place<'_>, user: &str, password: &str, arguments: &[&str]) -> Self {
        let mut command = client(place.namespace, password);
        command.arg(format!("{user}@{}", place.server.ip())).args(arguments);
        Self::run(user, command)
    }

    /// Runs a prepared command.
    pub fn run(name: &str, command: Command) -> Self {
        let data = in_memory().unwrap_or_else(|error| panic!("{error}"));
        Self::run_with(name, command, data)
    }

    /// Runs a prepared command. What its client keeps is in `data`.
    pub fn run_with(name: &str, mut command: Command, data: TempDir) -> Self {
        if command.get_envs().all(|(name, _)| name != "XDG_DATA_HOME") {
            command.env("XDG_DATA_HOME", data.path());
        }
        let program = Program::start(&mut command).unwrap_or_else(|error| panic!("{error}"));
        Person { name: name.to_owned(), program, data }
    }

    /// Types a line.
    pub fn say(&mut self, line: &str) {
        let said = self.program.say(line);
        said.unwrap_or_else(|error| panic!("{} cannot say {line}: {error}", self.name));
    }

    /// The next line shown is as `pattern` says.
    pub fn hear(&mut self, pattern: &str) -> Matched {
        let line = self.program.next_line();
        let heard = line.as_deref().and_then(|line| pattern::read(pattern, line));
        heard.unwrap_or_else(|| panic!("{} was shown {line:?} instead of {pattern}", self.name))
    }

    /// A line is as `pattern` says, behind any number of others.
    pub fn hears_soon(&mut self, pattern: &str) -> Matched {
        loop {
            let line = self.program.next_line();
            let line = line.unwrap_or_else(|| panic!("{} was never shown {pattern}", self.name));
            if let Some(matched) = pattern::read(pattern, &line) {
                return matched;
            }
        }
    }

    /// Types a line, and the next line shown answers it.
    pub fn ask(&mut self, line: &str, pattern: &str) -> Matched {
        self.say(line);
        self.hear(pattern)
    }

    /// Nothing is shown but the answer to a round trip.
    pub fn hears_nothing(&mut self) {
        self.ask("ping", "pong");
    }

    /// Ends its input.
    pub fn says_no_more(&mut self) {
        self.program.end_input();
    }

    /// Ends its input: the client logs out.
    pub fn leave(mut self) {
        self.says_no_more();
        self.hear("You just logged out");
        self.ends_with(0);
    }

    /// The client ends by itself, with this exit code and nothing more to show.
    pub fn ends_with(mut self, code: i32) {
        let rest = self.program.next_line();
        assert_eq!(rest, None, "{} is shown nothing more", self.name);
        let status = self.program.wait().unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(status.code(), Some(code), "the exit code of {}", self.name);
    }

    /// The client is asked to end.
    pub fn terminate(&self) {
        self.program.terminate();
    }

    /// The client is gone at once.
    pub fn dies(self) {
        self.dies_leaving();
    }

    /// The same; what it kept stays, for another run.
    pub fn dies_leaving(mut self) -> TempDir {
        self.program.kill().unwrap_or_else(|error| panic!("{error}"));
        self.data
    }

    /// The process of the client.
    pub fn pid(&self) -> Option<Pid> {
        self.program.pid()
    }

    /// Where the client keeps what it keeps.
    pub fn data(&self) -> &Path {
        self.data.path()
    }
}

/// `hans` and `yoda` are here, and have heard of each other.
pub fn two(place: &Place<'_>) -> [Person; 2] {
    let mut hans = Person::arrive(place, "hans");
    let yoda = Person::arrive(place, "yoda");
    hans.hear("yoda logged in");
    [hans, yoda]
}

/// The client's command for the port for lines, without a target.
pub fn client(namespace: &Namespace, password: &str) -> Command {
    let mut command = client_by_ssh(namespace, password);
    command.args(["--ssh", "off"]);
    command
}

/// The client's command as people have it, without arguments.
pub fn client_by_ssh(namespace: &Namespace, password: &str) -> Command {
    let program = find("smolchat").unwrap_or_else(|missing| panic!("{missing}"));
    let mut command = namespace.command(program);
    // No file of the person who runs the tests is read or written.
    command.env("HOME", "/nonexistent").env_remove("XDG_CONFIG_HOME").env_remove("XDG_STATE_HOME");
    command.env("SMOLCHAT_PASSWORD", password);
    command
}
