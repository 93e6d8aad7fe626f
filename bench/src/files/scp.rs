//! `scp` from a server of OpenSSH on the loopback, with keys made for this run.

use std::fs;
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::thread;
use std::time::{Duration, Instant};

use smolchat_tests::namespace::Namespace;

/// The server's program: it wants to be started by its whole path.
const SERVER: &str = "/usr/sbin/sshd";
/// A folder that it wants to be there.
const ITS_FOLDER: &str = "/run/sshd";
const PORT: u16 = 2222;
const PATIENCE: Duration = Duration::from_secs(10);

/// A server of OpenSSH.
pub(crate) struct Scp {
    namespace: String,
    folder: PathBuf,
    server: Child,
}

impl Scp {
    pub(crate) fn start(namespace: &Namespace, folder: &Path) -> Result<Self, String> {
        let told = |error: std::io::Error| format!("{SERVER}: {error}; --install installs it");
        for name in ["host", "user"] {
            let mut make = Command::new("ssh-keygen");
            make.args(["-q", "-t", "ed25519", "-N", "", "-f"]).arg(folder.join(name));
            let made = make.status().map_err(|error| format!("ssh-keygen: {error}"))?;
            made.success().then_some(()).ok_or("ssh-keygen makes no key")?;
        }
        fs::create_dir_all(ITS_FOLDER).map_err(told)?;
        let mut command = namespace.command(SERVER);
        command.args(["-D", "-e", "-f", "/dev/null", "-p", &PORT.to_string(), "-h"]);
        command.arg(folder.join("host"));
        for option in ["ListenAddress=127.0.0.1", "PidFile=none", "StrictModes=no", "UsePAM=no"] {
            command.args(["-o", option]);
        }
        let keys = folder.join("user.pub");
        command.args(["-o", &format!("AuthorizedKeysFile={}", keys.display())]);
        command.args(["-o", "Subsystem=sftp internal-sftp"]);
        command.stderr(fs::File::create(folder.join("sshd.log")).map_err(told)?);
        let server = command.spawn().map_err(told)?;
        let (namespace, folder) = (namespace.name().to_owned(), folder.to_owned());
        let scp = Scp { namespace, folder, server };
        scp.wait().map(|()| scp)
    }

    /// The calling thread is in the namespace.
    fn wait(&self) -> Result<(), String> {
        let until = Instant::now() + PATIENCE;
        while TcpStream::connect(("127.0.0.1", PORT)).is_err() {
            if Instant::now() > until {
                let log = fs::read_to_string(self.folder.join("sshd.log")).unwrap_or_default();
                return Err(format!("{SERVER} does not listen: {log}"));
            }
            thread::sleep(Duration::from_millis(20));
        }
        Ok(())
    }

    /// How long it takes to copy the file.
    pub(crate) fn copy(&self, film: &Path) -> Duration {
        let to = self.folder.join("copy");
        let mut command = Command::new("ip");
        command.args(["netns", "exec", &self.namespace, "scp", "-q", "-B", "-P"]);
        command.arg(PORT.to_string()).arg("-i").arg(self.folder.join("user"));
        for option in ["StrictHostKeyChecking=no", "UserKnownHostsFile=/dev/null", "LogLevel=ERROR"]
        {
            command.args(["-o", option]);
        }
        command.arg(format!("127.0.0.1:{}", film.display())).arg(&to);
        let begun = Instant::now();
        let status = command.status();
        let took = begun.elapsed();
        assert!(status.is_ok_and(|status| status.success()), "scp copies nothing");
        let _ = fs::remove_file(to);
        took
    }
}

impl Drop for Scp {
    fn drop(&mut self) {
        // Errors mean that it has ended.
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}
