//! OpenSSH's client, with a folder of its own: its key, the key that it knows, its passwords.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use smolchat_ssh::HostKey;

use crate::server::{HOST_KEY, Server};

/// It has said everything, or is gone, by then.
const PATIENCE: Duration = Duration::from_secs(60);

/// How the client logs in.
#[derive(Clone, Copy)]
pub(crate) enum Login {
    /// As leia, with a key that is made anew.
    Key,
    /// As luke, with these passwords, one after the other.
    Passwords(&'static [&'static str]),
}

pub(crate) struct Client {
    child: Child,
    stdin: Option<ChildStdin>,
    writer: Option<JoinHandle<ChildStdin>>,
    stdout: BufReader<ChildStdout>,
    folder: PathBuf,
}

impl Client {
    /// A client that knows the server's key.
    pub(crate) fn start(server: &Server, login: Login, options: &[&str], command: &[&str]) -> Self {
        Client::spawn(server, login, &HOST_KEY, options, command)
    }

    /// A client that knows another key, by its seed.
    pub(crate) fn start_knowing(server: &Server, seed: &[u8; 32]) -> Self {
        Client::spawn(server, Login::Key, seed, &[], &["-s", "smolchat"])
    }

    fn spawn(
        server: &Server,
        login: Login,
        known: &[u8; 32],
        options: &[&str],
        command: &[&str],
    ) -> Self {
        let folder = new_folder();
        let known_key = HostKey::from_seed(known).public_key();
        let hosts = folder.join("known_hosts");
        fs::write(&hosts, format!("[127.0.0.1]:{} {known_key}\n", server.port)).unwrap();
        let mut ssh = Command::new("ssh");
        ssh.args(["-F", "none", "-p", &server.port.to_string()]);
        ssh.args(["-o", "StrictHostKeyChecking=yes", "-o", "GlobalKnownHostsFile=none", "-o"]);
        ssh.arg(format!("UserKnownHostsFile={}", hosts.display()));
        ssh.args(options);
        log_in(&mut ssh, login, &folder);
        // Options stand before the host, and `-s` too; the command stands behind it.
        let (flags, words): (Vec<&str>, Vec<&str>) =
            command.iter().partition(|word| word.starts_with('-'));
        ssh.args(flags).arg("127.0.0.1").args(words);
        ssh.stderr(File::create(folder.join("log")).unwrap());
        ssh.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = ssh.spawn().expect("OpenSSH's client; `cargo xtask` installs it");
        let stdout = BufReader::new(child.stdout.take().unwrap());
        Client { stdin: child.stdin.take(), writer: None, stdout, child, folder }
    }

    /// Says the lines, while others are read.
    pub(crate) fn say(&mut self, lines: impl IntoIterator<Item = String>) {
        let mut stdin = self.stdin.take().unwrap();
        let text: String = lines.into_iter().map(|line| line + "\n").collect();
        self.writer = Some(thread::spawn(move || {
            stdin.write_all(text.as_bytes()).unwrap();
            stdin
        }));
    }

    /// The next line that came.
    pub(crate) fn line(&mut self) -> String {
        let mut line = String::new();
        self.stdout.read_line(&mut line).unwrap();
        assert!(line.ends_with('\n'), "{line:?} is the last, and: {}", self.log());
        line.trim_end().to_owned()
    }

    /// Closes its input, waits for its end, and tells what it logged.
    pub(crate) fn end(mut self) -> String {
        self.stdin = self.writer.take().map(|writer| writer.join().unwrap()).or(self.stdin.take());
        drop(self.stdin.take());
        let start = Instant::now();
        while self.child.try_wait().unwrap().is_none() {
            assert!(start.elapsed() < PATIENCE, "it does not end: {}", self.log());
            thread::sleep(Duration::from_millis(5));
        }
        self.log()
    }

    fn log(&self) -> String {
        fs::read_to_string(self.folder.join("log")).unwrap()
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        // Both fail if that was done before.
        _ = self.child.kill();
        _ = self.child.wait();
        _ = fs::remove_dir_all(&self.folder);
    }
}

fn log_in(ssh: &mut Command, login: Login, folder: &Path) {
    match login {
        Login::Key => {
            let key = folder.join("key");
            let mut make = Command::new("ssh-keygen");
            make.args(["-q", "-t", "ed25519", "-N", "", "-f"]).arg(&key);
            assert!(make.status().unwrap().success());
            ssh.args(["-l", "leia", "-o", "BatchMode=yes", "-o", "IdentitiesOnly=yes", "-i"]);
            ssh.arg(key);
        }
        Login::Passwords(passwords) => {
            let (list, ask) = (folder.join("passwords"), folder.join("ask"));
            fs::write(&list, passwords.join("\n") + "\n").unwrap();
            let list = list.display();
            let script = format!("#!/bin/sh\nhead -n 1 '{list}'\nsed -i 1d '{list}'\n");
            fs::write(&ask, script).unwrap();
            fs::set_permissions(&ask, fs::Permissions::from_mode(0o700)).unwrap();
            ssh.args(["-l", "luke", "-o", "PreferredAuthentications=password"]);
            ssh.env("SSH_ASKPASS", ask).env("SSH_ASKPASS_REQUIRE", "force");
        }
    }
}

fn new_folder() -> PathBuf {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let name = format!("smolchat-ssh-{}-{count}", std::process::id());
    let folder = std::env::temp_dir().join(name);
    fs::create_dir(&folder).unwrap();
    folder
}
