//! OpenSSH's client as a person's way to a real server, with a folder of its own: the keys of
//! servers that it knows, and the passwords that it is to give.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use tempfile::TempDir;

use crate::namespace::Namespace;
use crate::pattern::{self, Matched};
use crate::program::Program;
use crate::stage::password_of;

/// The server's port for SSH.
pub const SSH_PORT: u16 = 2222;
/// The words that ask for the machine's protocol.
pub const SUBSYSTEM: &[&str] = &["-s", "smolchat"];

/// How often somebody comes to a server whose places were all taken.
const ATTEMPTS: u32 = 50;

/// A machine with OpenSSH's client, whose users share the list of servers that they know.
#[derive(Debug)]
pub struct Machine<'n> {
    namespace: &'n Namespace,
    folder: TempDir,
}

impl<'n> Machine<'n> {
    /// A machine that knows no server yet.
    ///
    /// # Panics
    /// There is no room for its folder.
    pub fn new(namespace: &'n Namespace) -> Self {
        let folder = TempDir::new().unwrap_or_else(|error| panic!("no folder: {error}"));
        Machine { namespace, folder }
    }

    /// `user` runs `ssh` with these options before the server's name, and these words behind it.
    /// It gives these passwords, one after the other.
    ///
    /// # Panics
    /// The machine's word.
    pub fn start(&self, user: &str, passwords: &[&str], options: &[&str], words: &[&str]) -> User {
        let mut command = self.command(user, passwords, options, words);
        User::run(user, &mut command)
    }

    /// `user`, an example account, is welcomed over the machine's protocol.
    ///
    /// # Panics
    /// It is not.
    pub fn arrive(&self, user: &str, options: &[&str]) -> User {
        let mut user = self.start(user, &[password_of(user)], options, SUBSYSTEM);
        user.hear("220 {any}");
        user.hear("230 Welcome to this message application");
        user
    }

    /// `user` comes until a place is free, and is welcomed. A server frees a place only when it has
    /// heard that its connection is over, which is later than its user knows.
    ///
    /// # Panics
    /// No place is free in all attempts.
    pub fn arrive_soon(&self, user: &str) -> User {
        for _ in 0..ATTEMPTS {
            let mut one = self.start(user, &[password_of(user)], &[], SUBSYSTEM);
            let line = one.program.next_line();
            if line.is_some_and(|line| line.starts_with("220 ")) {
                one.hear("230 Welcome to this message application");
                return one;
            }
            one.program.wait().unwrap_or_else(|error| panic!("{error}"));
        }
        panic!("no place for {user}");
    }

    fn command(&self, user: &str, passwords: &[&str], options: &[&str], words: &[&str]) -> Command {
        let path = |name: &str| self.folder.path().join(name);
        let list = path(&format!(
            "passwords-{}",
            fs::read_dir(self.folder.path()).map_or(0, Iterator::count)
        ));
        let ask = list.with_extension("ask");
        let shown = list.display();
        let script = format!("#!/bin/sh\nhead -n 1 '{shown}'\nsed -i 1d '{shown}'\n");
        let written = fs::write(&list, passwords.join("\n") + "\n")
            .and_then(|()| fs::write(&ask, script))
            .and_then(|()| fs::set_permissions(&ask, fs::Permissions::from_mode(0o700)));
        written.unwrap_or_else(|error| panic!("{error}"));
        let known = path("known_hosts");
        let mut command = self.namespace.command("ssh");
        // Of an option that is given twice the first counts.
        command.args(["-F", "none"]).args(options);
        command.args(["-p", &SSH_PORT.to_string(), "-o", "LogLevel=INFO", "-o"]);
        command.arg(format!("UserKnownHostsFile={}", known.display()));
        command.args(["-o", "StrictHostKeyChecking=accept-new"]);
        command.args(["-o", "GlobalKnownHostsFile=none", "-o", "IdentityFile=none"]);
        command.args(["-o", "PreferredAuthentications=password"]);
        let (flags, words): (Vec<&str>, Vec<&str>) =
            words.iter().partition(|word| word.starts_with('-'));
        command.args(flags).arg(format!("{user}@192.168.69.1")).args(words);
        command.env("SSH_ASKPASS", ask).env("SSH_ASKPASS_REQUIRE", "force");
        command
    }
}

/// A running `ssh` in the hands of a test. Every method panics where it does something else.
#[derive(Debug)]
pub struct User {
    name: String,
    /// The program.
    pub program: Program,
}

impl User {
    /// `name` runs a prepared command.
    ///
    /// # Panics
    /// The machine's word.
    pub fn run(name: &str, command: &mut Command) -> Self {
        let program = Program::start(command).unwrap_or_else(|error| panic!("{error}"));
        User { name: name.to_owned(), program }
    }

    /// Types a line.
    pub fn say(&mut self, line: &str) {
        let said = self.program.say(line);
        said.unwrap_or_else(|error| panic!("{} cannot say {line}: {error}", self.name));
    }

    /// The next line that is no word of `ssh` itself is as `pattern` says.
    pub fn hear(&mut self, pattern: &str) -> Matched {
        loop {
            let line = self.program.next_line();
            if line.as_deref().is_some_and(|line| line.starts_with("Warning: Permanently added")) {
                continue;
            }
            let heard = line.as_deref().and_then(|line| pattern::read(pattern, line));
            return heard
                .unwrap_or_else(|| panic!("{} was told {line:?} instead of {pattern}", self.name));
        }
    }

    /// A line is as `pattern` says, behind any number of the program's own.
    pub fn hears_soon(&mut self, pattern: &str) -> Matched {
        loop {
            let line = self.program.next_line();
            let line = line.unwrap_or_else(|| panic!("{} never heard {pattern}", self.name));
            if let Some(matched) = pattern::read(pattern, &line) {
                return matched;
            }
        }
    }

    /// Types a line, and the next line answers it.
    pub fn ask(&mut self, line: &str, pattern: &str) -> Matched {
        self.say(line);
        self.hear(pattern)
    }

    /// The program ends with `text` among its last lines.
    pub fn ends_saying(mut self, text: &str) {
        let said = self.program.wait_for(text);
        said.unwrap_or_else(|said| panic!("{}: {said}", self.name));
        self.program.wait().unwrap_or_else(|error| panic!("{error}"));
    }
}
