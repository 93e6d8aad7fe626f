//! How each server is started: its command line and what it reads, so that nothing holds it back.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use smolchat_tests::ssh::SSH_PORT;

use crate::kind::Kind;

/// What every server is told.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Setting<'a> {
    /// For files that they read.
    pub(crate) folder: &'a Path,
    /// How many may come.
    pub(crate) users: usize,
    /// smolchatd's room, in messages of full length.
    pub(crate) messages: usize,
    /// Where the IRC servers listen.
    pub(crate) address: &'a str,
}

/// A server that can be started.
#[derive(Debug)]
pub(crate) struct Start {
    pub(crate) command: Command,
    /// Where it listens then.
    pub(crate) address: String,
    /// What it says when it does.
    pub(crate) word: &'static str,
}

impl Setting<'_> {
    /// Completes the command, which has its program already.
    pub(crate) fn start(&self, kind: Kind, command: Command) -> io::Result<Start> {
        match kind {
            Kind::Smolchat | Kind::Strict | Kind::Ssh => self.smolchatd(kind, command),
            Kind::Ngircd => self.ngircd(command),
            Kind::Inspircd => self.inspircd(command),
        }
    }

    fn smolchatd(&self, kind: Kind, mut command: Command) -> io::Result<Start> {
        // All may run at once, each on a network of its own.
        let (name, durability, tap, network) = match kind {
            Kind::Strict => ("strict", "strict", "smolchat1", "192.168.70"),
            Kind::Ssh => ("ssh", "off", "smolchat2", "192.168.71"),
            _ => ("off", "off", "smolchat0", "192.168.69"),
        };
        let accounts: String = (0..self.users).map(|user| format!("u{user} p\n")).collect();
        command.arg("--credentials").arg(self.write(&format!("{name}-accounts"), &accounts)?);
        command.args(["--durability", durability, "--tap", tap, "--ssh"]);
        command.arg(if kind == Kind::Ssh { SSH_PORT.to_string() } else { "off".to_owned() });
        command.args(["--address", &format!("{network}.1/24")]);
        command.args(["--host-address", &format!("{network}.100/24")]);
        let [users, messages] = [self.users, self.messages].map(|count| count.to_string());
        command.args(["--users", &users, "--connections", &users, "--messages", &messages]);
        Ok(Start { command, address: format!("{network}.1:4000"), word: "listening on" })
    }

    fn ngircd(&self, mut command: Command) -> io::Result<Start> {
        let address = self.address;
        let config = format!(
            "[Global]\nName = irc.example.net\nInfo = bench\nListen = {address}\nPorts = 6667\nMotdPhrase = hi\n\
             [Limits]\nMaxConnections = 0\nMaxConnectionsIP = 0\nMaxJoins = 0\nMaxPenaltyTime = 0\n\
             PingTimeout = 3600\nPongTimeout = 3600\n[Options]\nDNS = no\nIdent = no\nPAM = no\n"
        );
        command.args(["--nodaemon", "--config"]).arg(self.write("ngircd.conf", &config)?);
        Ok(Start { command, address: format!("{address}:6667"), word: "ready" })
    }

    fn inspircd(&self, mut command: Command) -> io::Result<Start> {
        let (address, limit) = (self.address, self.users + 100);
        let config = format!(
            "<server name=\"irc.example.net\" description=\"bench\" network=\"bench\" id=\"42A\">\n\
             <admin name=\"a\" nick=\"a\" email=\"a@example.net\">\n\
             <bind address=\"{address}\" port=\"6668\" type=\"clients\">\n\
             <connect name=\"main\" allow=\"*\" timeout=\"60\" pingfreq=\"3600\" hardsendq=\"104857600\" softsendq=\"104857600\" \
             recvq=\"1048576\" commandrate=\"1000000000\" threshold=\"1000000\" fakelag=\"no\" localmax=\"{limit}\" globalmax=\"{limit}\" \
             limit=\"{limit}\" maxchans=\"20\" useident=\"no\" resolvehostnames=\"no\" maxconnwarn=\"no\">\n\
             <performance netbuffersize=\"65534\" somaxconn=\"4096\" softlimit=\"{limit}\">\n"
        );
        command.args(["--nofork", "--runasroot", "--nopid", "--nolog", "--config"]);
        command.arg(self.write("inspircd.conf", &config)?);
        Ok(Start { command, address: format!("{address}:6668"), word: "is now running" })
    }

    fn write(&self, name: &str, text: &str) -> io::Result<PathBuf> {
        let path = self.folder.join(name);
        fs::write(&path, text)?;
        Ok(path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_server_is_told_how_many_may_come() {
        let folder = tempfile::tempdir().unwrap();
        let setting =
            Setting { folder: folder.path(), users: 123, messages: 456, address: "10.69.0.2" };
        let said = |kind| {
            let start = setting.start(kind, Command::new("server")).unwrap();
            let words = start.command.get_args().map(|word| word.to_string_lossy().into_owned());
            words.collect::<Vec<_>>().join(" ")
        };
        assert!(said(Kind::Ssh).contains("--durability off --tap smolchat2 --ssh 2222"));
        assert!(said(Kind::Strict).contains("--durability strict --tap smolchat1"));
        assert!(said(Kind::Smolchat).ends_with("--users 123 --connections 123 --messages 456"));
        let read = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap();
        assert_eq!(read("off-accounts").lines().count(), 123);
        assert!(said(Kind::Inspircd).ends_with("inspircd.conf"));
        assert!(read("inspircd.conf").contains("globalmax=\"223\""));
        assert!(said(Kind::Ngircd).starts_with("--nodaemon --config "));
        assert!(read("ngircd.conf").contains("MaxConnections = 0\n"));
    }
}
