//! Keys that only an agent has: a real `ssh-agent` signs, and one that does not answer holds nobody
//! up.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use rustix::process::{Pid, Signal, kill_process};
use smolchat_tests::real::{Person, Place, beside_a_server, client_by_ssh};
use smolchat_tests::setting::Setting;
use smolchat_tests::stage::password_of;
use tempfile::TempDir;

use super::line_user;

/// A running agent, and a folder for its socket and its keys.
struct Agent {
    folder: TempDir,
    process: Child,
}

impl Agent {
    fn start() -> Self {
        let folder = TempDir::new().unwrap();
        let socket = folder.path().join("socket");
        let mut command = Command::new("ssh-agent");
        command.args(["-D", "-a"]).arg(&socket).stdout(Stdio::piped());
        let mut process = command.spawn().unwrap_or_else(|error| panic!("ssh-agent: {error}"));
        // It tells of its socket once that is open.
        let mut told = String::new();
        let output = process.stdout.take().expect("a pipe");
        BufReader::new(output).read_line(&mut told).unwrap_or_else(|error| panic!("{error}"));
        assert!(told.contains("SSH_AUTH_SOCK") && socket.exists(), "ssh-agent said {told:?}");
        Agent { folder, process }
    }

    fn socket(&self) -> PathBuf {
        self.folder.path().join("socket")
    }

    /// A new key of this kind, which only the agent keeps. The file of its public half.
    fn add(&self, name: &str, kind: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        run(Command::new("ssh-keygen").args(["-q", "-t", kind, "-N", "", "-f"]).arg(&path));
        run(Command::new("ssh-add").arg("-q").arg(&path).env("SSH_AUTH_SOCK", self.socket()));
        fs::remove_file(&path).unwrap();
        path.with_extension("pub")
    }

    fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.process), signal).unwrap();
    }
}

impl Drop for Agent {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn run(command: &mut Command) {
    let status = command.status().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(status.success(), "{command:?}: {status}");
}

/// The account of hans takes this key from now on.
fn admit(public: &Path) {
    let key = fs::read_to_string(public).unwrap();
    let mut hans = line_user("hans");
    hans.ask(&format!("addkey {}", key.trim()), "243 key added");
    hans.ask("logout", "221 You just logged out");
}

/// hans starts the client with this agent, if with any.
fn start(
    place: &Place<'_>,
    home: &TempDir,
    (agent, password): (Option<&Agent>, &str),
    arguments: &[&str],
) -> Person {
    let mut command = client_by_ssh(place.namespace, password);
    command.env("XDG_DATA_HOME", home.path()).env_remove("SSH_AUTH_SOCK");
    if let Some(agent) = agent {
        command.env("SSH_AUTH_SOCK", agent.socket());
    }
    command.arg("--accept-new").args(arguments).arg(format!("hans@{}", place.server.ip()));
    Person::run("hans", command)
}

#[test]
fn a_key_that_only_an_agent_has_opens_the_account() {
    beside_a_server(Setting::roomy().keys(16), |place, server| {
        let (agent, home) = (Agent::start(), TempDir::new().unwrap());
        agent.add("rsa", "rsa");
        agent.add("other", "ed25519");
        let public = agent.add("own", "ed25519");
        admit(&public);
        let named = ["--identity", public.to_str().unwrap()];
        for arguments in [&[][..], &named] {
            let mut hans = start(place, &home, (Some(&agent), ""), arguments);
            hans.hear("Welcome to this message application");
            // The agent signs again for the next connection.
            server.stop().unwrap();
            hans.hear("the server is stopping, connecting again");
            server.start_again().unwrap();
            hans.hear("connected again");
            hans.leave();
        }
        let mut hans = start(place, &home, (None, ""), &named);
        let told = hans.hear("{any}").line;
        assert!(told.contains("holds a public key, and no agent has the private one"), "{told}");
        hans.ends_with(1);
    });
}

#[test]
fn an_agent_that_does_not_answer_or_has_no_right_key_leaves_the_password() {
    beside_a_server(Setting::roomy().keys(16), |place, _| {
        let (agent, home) = (Agent::start(), TempDir::new().unwrap());
        agent.add("other", "ed25519");
        let welcomed = |password: &str| {
            let mut hans = start(place, &home, (Some(&agent), password), &[]);
            hans.hear("Welcome to this message application");
            hans.leave();
        };
        welcomed(password_of("hans"));
        let mut hans = start(place, &home, (Some(&agent), ""), &[]);
        hans.hear("no password given, and the key opens nothing");
        hans.ends_with(11);
        agent.signal(Signal::STOP);
        welcomed(password_of("hans"));
        agent.signal(Signal::CONT);
    });
}
