//! A network namespace of a test's own: made by the test, entered by its threads and programs,
//! removed with it. Changes nothing outside of the namespace.

use std::fs::File;
use std::io;
use std::net::IpAddr;
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use rustix::fd::AsFd;
use rustix::thread::{LinkNameSpaceType, move_into_link_name_space};

/// Removed when it goes out of scope, also where a test panics.
#[derive(Debug)]
pub struct Namespace {
    name: String,
}

impl Namespace {
    /// A new namespace, its loopback up.
    ///
    /// # Errors
    /// What is missing, for whoever runs the tests.
    pub fn new() -> Result<Self, String> {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        if !rustix::process::geteuid().is_root() {
            return Err("this test makes a network namespace, which takes root: run it with sudo"
                .to_owned());
        }
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("smolchat-{}-{number}", std::process::id());
        ip(&["netns", "add", &name])?;
        let namespace = Namespace { name };
        ip(&["-n", &namespace.name, "link", "set", "lo", "up"])?;
        Ok(namespace)
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Runs `ip` with these words for what is inside; what it prints.
    ///
    /// # Errors
    /// What it said instead.
    pub fn ip(&self, words: &[&str]) -> Result<String, String> {
        let words: Vec<&str> =
            ["-n", &self.name].into_iter().chain(words.iter().copied()).collect();
        ip(&words)
    }

    /// A TAP device inside, up, with this address and network for the clients.
    ///
    /// # Errors
    /// The machine's word.
    pub fn add_tap(&self, name: &str, address: &str) -> Result<(), String> {
        ip(&["-n", &self.name, "tuntap", "add", name, "mode", "tap"])?;
        ip(&["-n", &self.name, "address", "add", address, "dev", name])?;
        ip(&["-n", &self.name, "link", "set", name, "up"]).map(drop)
    }

    /// One more address of the namespace's own machine.
    ///
    /// # Errors
    /// What `ip` said.
    pub fn add_address(&self, address: IpAddr) -> Result<(), String> {
        ip(&["-n", &self.name, "address", "add", &address.to_string(), "dev", "lo"]).map(drop)
    }

    /// A pair of devices, one here and one in `other`, up, with these addresses and networks.
    ///
    /// # Errors
    /// The machine's word.
    pub fn join(
        &self,
        other: &Namespace,
        address: &str,
        other_address: &str,
    ) -> Result<(), String> {
        let (here, there) = ("pair0", "pair1");
        let (own, others) = (&self.name, &other.name);
        ip(&[
            "-n", own, "link", "add", here, "type", "veth", "peer", "name", there, "netns", others,
        ])?;
        for (name, device, address) in [(own, here, address), (others, there, other_address)] {
            ip(&["-n", name, "address", "add", address, "dev", device])?;
            ip(&["-n", name, "link", "set", device, "up"])?;
        }
        Ok(())
    }

    /// A command that will run inside. Its process id is the program's own.
    pub fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new("ip");
        command.args(["netns", "exec", &self.name]).arg(program);
        command
    }

    /// Moves the calling thread inside, for as long as it lives.
    ///
    /// # Errors
    /// The machine's word.
    pub fn enter(&self) -> io::Result<()> {
        let link = File::open(format!("/run/netns/{}", self.name))?;
        Ok(move_into_link_name_space(link.as_fd(), Some(LinkNameSpaceType::Network))?)
    }

    /// Does `work` on a thread of its own inside; where it panics, this panics.
    pub fn run<R: Send>(&self, work: impl FnOnce() -> R + Send) -> R {
        let inside = || {
            self.enter().unwrap_or_else(|error| panic!("cannot enter {}: {error}", self.name));
            work()
        };
        let result = thread::scope(|scope| scope.spawn(inside).join());
        result.unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    }
}

impl Drop for Namespace {
    fn drop(&mut self) {
        if let Err(error) = ip(&["netns", "del", &self.name]) {
            eprintln!("a network namespace stays behind: {error}");
        }
    }
}

/// Runs `ip`; what it prints.
fn ip(arguments: &[&str]) -> Result<String, String> {
    let told = |text: &str| format!("ip {}: {text}", arguments.join(" "));
    let output = Command::new("ip").args(arguments).output();
    let output = output.map_err(|error| told(&error.to_string()))?;
    match output.status.success() {
        true => Ok(String::from_utf8_lossy(&output.stdout).into_owned()),
        false => Err(told(String::from_utf8_lossy(&output.stderr).trim())),
    }
}
