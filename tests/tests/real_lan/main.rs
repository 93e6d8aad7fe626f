//! The server on a network of several machines, as docs/LAN.md tells: by a published port, by a
//! route, on a bridge. Needs root, nftables, dnsmasq and Avahi, both programs built for release,
//! and the images of the larger emulated board.

mod bridge;
mod names;
mod publish;
mod refusals;
mod rights;
mod route;

use std::io::{BufRead, BufReader};
use std::net::{IpAddr, SocketAddr, TcpStream};
use std::process::Command;
use std::time::Duration;

use smolchat_tests::namespace::Namespace;
use smolchat_tests::program::PATIENCE;
use smolchat_tests::real::{Person, client_by_ssh};
use smolchat_tests::stage::password_of;
use tempfile::TempDir;

/// How long a connection is tried that must not come.
const IN_VAIN: Duration = Duration::from_millis(500);

/// A person at a laptop with a home of its own.
struct Laptop<'n> {
    namespace: &'n Namespace,
    home: TempDir,
}

impl<'n> Laptop<'n> {
    fn new(namespace: &'n Namespace) -> Self {
        Laptop { namespace, home: TempDir::new().unwrap() }
    }

    /// The client's command for an example account, without a target.
    fn client(&self, user: &str) -> Command {
        let mut command = client_by_ssh(self.namespace, password_of(user));
        command.env("XDG_DATA_HOME", self.home.path()).arg("--accept-new");
        command
    }

    /// An example account comes in by the client, with the words that the server told.
    fn arrive(&self, user: &str, target: &[&str]) -> Person {
        let mut command = self.client(user);
        command.args(target);
        let mut person = Person::run(user, command);
        person.hear("Welcome to this message application");
        person.hears_nothing();
        person
    }
}

/// The document that tells all this.
const DOCUMENT: &str = include_str!("../../../docs/LAN.md");

/// The commands that the document tells under a heading, each in words, without `sudo`.
fn told(heading: &str) -> Vec<Vec<&'static str>> {
    let (_, rest) = DOCUMENT.split_once(&format!("\n## {heading}\n")).unwrap();
    let section = rest.split("\n## ").next().unwrap();
    // Every second piece stands in a block of code.
    let code = section.split("```").skip(1).step_by(2).flat_map(str::lines);
    let commands = code.filter_map(|line| line.strip_prefix("sudo "));
    let words = commands.map(|command| command.split(' ').collect());
    words.collect()
}

/// The options of each server that the document starts under a heading.
fn options_told(heading: &str) -> Vec<Vec<&'static str>> {
    let servers = told(heading).into_iter().filter(|words| words[0] == "smolchatd");
    servers.map(|words| words[1..].to_vec()).collect()
}

/// Runs the commands under a heading that are no server, with these words in the place of others.
fn do_as_told(machine: &Namespace, heading: &str, other_words: &[(&str, &str)]) {
    for words in told(heading).iter().filter(|words| words[0] != "smolchatd") {
        let word_for = |word: &&'static str| {
            other_words.iter().find(|(told, _)| told == word).map_or(*word, |(_, other)| other)
        };
        let words: Vec<_> = words.iter().map(word_for).collect();
        let output = machine.command(words[0]).args(&words[1..]).output().unwrap();
        assert!(output.status.success(), "{words:?}: {output:?}");
    }
}

/// The first line that a server says at that address to somebody on that machine, if it does.
fn greeting(machine: &Namespace, address: IpAddr, port: u16, patience: Duration) -> Option<String> {
    machine.run(|| {
        let stream = TcpStream::connect_timeout(&SocketAddr::new(address, port), patience).ok()?;
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        BufReader::new(stream).lines().next()?.ok()
    })
}

fn ip(text: &str) -> IpAddr {
    text.parse().unwrap()
}
