//! Programs other than OpenSSH that speak SSH, as a person's way to a real server: each with a key
//! of its own making. Knows no rule of the chat.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use crate::namespace::Namespace;
use crate::ssh::{SSH_PORT, SUBSYSTEM, User};

/// Where every test's server is.
const SERVER: &str = "192.168.69.1";

/// A program that speaks SSH.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SshProgram {
    /// Dropbear's client.
    Dbclient,
    /// PuTTY's client for scripts.
    Plink,
    /// A script around paramiko.
    Paramiko,
    /// A script around asyncssh.
    Asyncssh,
}

/// What a user shows to the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof<'a> {
    /// A password.
    Password(&'a str),
    /// The program's own key.
    Key,
}

/// A machine with one of these programs, and a key that the program made.
#[derive(Debug)]
pub struct SshMachine<'n> {
    program: SshProgram,
    namespace: &'n Namespace,
    folder: TempDir,
    /// How keys are exchanged, where a test says it.
    exchange: Option<&'static str>,
}

impl<'n> SshMachine<'n> {
    /// A machine that knows no server yet.
    ///
    /// # Panics
    /// There is no room for its folder, or the program makes no key.
    pub fn new(program: SshProgram, namespace: &'n Namespace) -> Self {
        let folder = TempDir::new().unwrap_or_else(|error| panic!("no folder: {error}"));
        let machine = SshMachine { program, namespace, folder, exchange: None };
        run(&mut machine.key_maker());
        machine
    }

    /// The machine exchanges keys in no other way. Only asyncssh is told.
    pub fn exchanges_keys_by(&mut self, algorithm: &'static str) {
        self.exchange = Some(algorithm);
    }

    /// The public half of the machine's key, as a line of OpenSSH's.
    ///
    /// # Panics
    /// The program does not tell it.
    pub fn public_key(&self) -> String {
        let key = self.key();
        let mut tell = match self.program {
            SshProgram::Dbclient => words("dropbearkey", &["-y", "-f"]),
            SshProgram::Plink => words("puttygen", &["-L"]),
            SshProgram::Paramiko | SshProgram::Asyncssh => words("ssh-keygen", &["-y", "-f"]),
        };
        let told = run(tell.arg(key));
        let line = told.lines().find(|line| line.starts_with("ssh-ed25519 "));
        line.unwrap_or_else(|| panic!("no key in {told:?}")).to_owned()
    }

    /// `user` starts the program for the subsystem. `host_key` is the file of the server's key.
    ///
    /// # Panics
    /// The machine's word.
    pub fn start(&self, user: &str, proof: Proof<'_>, host_key: &Path) -> User {
        let fingerprint = fingerprint(host_key);
        let mut command = match self.program {
            SshProgram::Dbclient => self.dbclient(user, proof),
            SshProgram::Plink => self.plink(user, proof, &fingerprint),
            SshProgram::Paramiko => self.script("paramiko_user.py", user, proof, &fingerprint),
            SshProgram::Asyncssh => self.script("asyncssh_user.py", user, proof, &fingerprint),
        };
        command.env("HOME", self.folder.path()).env_remove("SSH_AUTH_SOCK");
        User::run(user, &mut command)
    }

    fn key(&self) -> PathBuf {
        self.folder.path().join("key")
    }

    fn key_maker(&self) -> Command {
        let mut make = match self.program {
            SshProgram::Dbclient => words("dropbearkey", &["-t", "ed25519", "-f"]),
            SshProgram::Plink => {
                let quiet = ["-t", "ed25519", "--new-passphrase", "/dev/null", "-q", "-o"];
                words("puttygen", &quiet)
            }
            SshProgram::Paramiko | SshProgram::Asyncssh => {
                words("ssh-keygen", &["-q", "-t", "ed25519", "-N", "", "-f"])
            }
        };
        make.arg(self.key()).env("HOME", self.folder.path());
        make
    }

    /// It trusts a server that it sees for the first time, and notes its key.
    fn dbclient(&self, user: &str, proof: Proof<'_>) -> Command {
        let mut command = self.namespace.command("dbclient");
        command.args(["-y", "-p", &SSH_PORT.to_string()]);
        match proof {
            Proof::Password(password) => _ = command.env("DROPBEAR_PASSWORD", password),
            // Without a password it would ask for one where no one is.
            Proof::Key => {
                _ = command.arg("-i").arg(self.key()).env("DROPBEAR_PASSWORD", "none at all");
            }
        }
        command.arg("-s").arg(format!("{user}@{SERVER}")).arg(SUBSYSTEM[1]);
        command
    }

    fn plink(&self, user: &str, proof: Proof<'_>, fingerprint: &str) -> Command {
        let mut command = self.namespace.command("plink");
        command.args(["-ssh", "-batch", "-P", &SSH_PORT.to_string(), "-hostkey", fingerprint]);
        match proof {
            Proof::Password(password) => {
                let file = self.folder.path().join("password");
                fs::write(&file, password).unwrap_or_else(|error| panic!("{error}"));
                command.arg("-pwfile").arg(file);
            }
            Proof::Key => _ = command.arg("-i").arg(self.key()),
        }
        command.arg("-s").arg(format!("{user}@{SERVER}")).arg(SUBSYSTEM[1]);
        command
    }

    fn script(&self, name: &str, user: &str, proof: Proof<'_>, fingerprint: &str) -> Command {
        let mut command = self.namespace.command(python());
        command.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("peers").join(name));
        command.args([SERVER, &SSH_PORT.to_string(), fingerprint, user]);
        command.envs(self.exchange.map(|algorithm| ("SSH_EXCHANGE", algorithm)));
        match proof {
            Proof::Password(password) => _ = command.args(["password", password]),
            Proof::Key => _ = command.arg("key").arg(self.key()),
        }
        command
    }
}

/// The interpreter that has the libraries: from the environment variable `PYTHON_WITH_SSH`, or
/// else from the target folder, where `cargo xtask test` puts it.
pub(crate) fn python() -> PathBuf {
    if let Some(path) = env::var_os("PYTHON_WITH_SSH") {
        return path.into();
    }
    let test = env::current_exe().unwrap_or_else(|error| panic!("{error}"));
    let target = test.ancestors().nth(3).map(Path::to_owned).unwrap_or_default();
    let python = target.join("python/bin/python");
    assert!(python.exists(), "no {}: cargo xtask test installs it", python.display());
    python
}

/// The fingerprint in the file of a server's key.
fn fingerprint(host_key: &Path) -> String {
    let text = fs::read_to_string(host_key).unwrap_or_else(|error| panic!("{error}"));
    let found = text.lines().find_map(|line| line.strip_prefix("# SHA256:"));
    found.map(|hash| format!("SHA256:{hash}")).unwrap_or_else(|| panic!("no fingerprint"))
}

fn words(program: &str, words: &[&str]) -> Command {
    let mut command = Command::new(program);
    command.args(words);
    command
}

/// Runs a program to its end, and answers what it printed.
fn run(command: &mut Command) -> String {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {said}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}
