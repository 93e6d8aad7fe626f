//! The keys of peers that an account has met at a server: a file beside the user's own key. A line
//! for each meeting with a new key, and the last line of a peer counts. Knows no link.

use std::ffi::OsString;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, ErrorKind, Read, Write};
use std::os::unix::fs::{DirBuilderExt, FileExt, OpenOptionsExt};
use std::path::PathBuf;

use smolchat_core::protocol::parse_key;
use smolchat_ssh_client::{Host, PublicKey};

use super::{data_file, is_missing};
use crate::client::target::Target;

/// Bytes of the file: some 8,000 peers. Above it lines that count no more are left out, and then
/// nothing is added.
const LONGEST: u64 = 1024 * 1024;

/// The file, as one account at one server sees it.
#[derive(Debug)]
pub(crate) struct KnownPeers {
    path: PathBuf,
    /// What stands before the peers of this account and server.
    head: String,
}

impl KnownPeers {
    /// The peers of `user` at a server; `None` for somebody without a home.
    pub(crate) fn of(
        variable: impl Fn(&str) -> Option<OsString>,
        user: &str,
        server: &Target,
    ) -> Option<Self> {
        let path = data_file(variable, "known_peers")?;
        Some(KnownPeers { path, head: format!("{} {user} ", Host::new(&server.host, server.port)) })
    }

    /// The key by which a peer is known.
    ///
    /// # Errors
    /// What a person is to be told: the file is there and says nothing that can be understood.
    pub(crate) fn find(&self, peer: &str) -> Result<Option<[u8; 32]>, String> {
        let text = self.read().map_err(|error| self.failure("read", &error))?;
        let head = format!("{}{peer} ", self.head);
        let lines = text.lines().zip(1..).filter(|(line, _)| line.starts_with(&head));
        let Some((line, number)) = lines.last() else { return Ok(None) };
        let key = parse_key(&line[head.len()..]);
        let path = self.path.display();
        let damaged = || format!("{path}:{number}: the key of this peer is not understood");
        key.map(Some).ok_or_else(damaged)
    }

    /// Knows a peer by this key from now on.
    ///
    /// # Errors
    /// What a person is to be told: the file takes nothing. What it had stays.
    pub(crate) fn keep(&self, peer: &str, key: &[u8; 32]) -> Result<(), String> {
        let line = format!("{}{peer} {}\n", self.head, PublicKey::of(key));
        self.append(&line).map_err(|error| self.failure("written", &error))
    }

    fn failure(&self, verb: &str, error: &io::Error) -> String {
        format!("{} cannot be {verb}: {error}", self.path.display())
    }

    fn read(&self) -> io::Result<String> {
        let mut text = String::new();
        match open(&self.path, OpenOptions::new().read(true)) {
            Err(error) if is_missing(&error) => return Ok(text),
            file => file?.take(LONGEST + 1).read_to_string(&mut text)?,
        };
        if text.len() as u64 > LONGEST {
            return Err(io::Error::new(ErrorKind::FileTooLarge, "it is too long"));
        }
        Ok(text)
    }

    /// One write, so that two clients do not mix their lines.
    fn append(&self, line: &str) -> io::Result<()> {
        if let Some(folder) = self.path.parent() {
            DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
        }
        let options = &mut OpenOptions::new();
        let options = options.read(true).append(true).create(true).mode(0o600);
        let mut file = open(&self.path, options)?;
        let length = file.metadata()?.len();
        if length + line.len() as u64 >= LONGEST {
            return self.shorten(line);
        }
        // A loss of power may have left the last line without its end.
        let mut last = [b'\n'];
        if let Some(at) = length.checked_sub(1) {
            file.read_exact_at(&mut last, at)?;
        }
        let begun = if last == [b'\n'] { "" } else { "\n" };
        file.write_all(format!("{begun}{line}").as_bytes())?;
        file.sync_all()
    }

    /// The file is replaced whole, so that no reader finds half of it.
    fn shorten(&self, line: &str) -> io::Result<()> {
        let text = self.read()?;
        let mut kept: Vec<&str> = Vec::new();
        for line in text.lines().chain([line.trim_end()]) {
            let peer = peer_of(line);
            kept.retain(|other| peer.is_none() || peer_of(other) != peer);
            kept.push(line);
        }
        let text = kept.join("\n") + "\n";
        if text.len() as u64 > LONGEST {
            return Err(io::Error::new(ErrorKind::StorageFull, "it holds as many as it may"));
        }
        let new = self.path.with_extension(format!("new-{}", std::process::id()));
        let _ = fs::remove_file(&new);
        let mut file: File =
            OpenOptions::new().write(true).create_new(true).mode(0o600).open(&new)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        fs::rename(&new, &self.path)
    }
}

/// The server, the account and the peer of a line.
fn peer_of(line: &str) -> Option<&str> {
    line.find(" ssh-ed25519 ").map(|end| &line[..end])
}

/// Opens a file, and nothing else: a pipe would be waited for.
fn open(path: &PathBuf, options: &mut OpenOptions) -> io::Result<File> {
    let no_wait = rustix::fs::OFlags::NONBLOCK.bits().cast_signed();
    let file = options.custom_flags(no_wait).open(path)?;
    if file.metadata()?.is_file() {
        return Ok(file);
    }
    Err(io::Error::new(ErrorKind::InvalidInput, "it is no file"))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use tempfile::TempDir;

    use super::*;

    fn peers(home: &TempDir, user: &str, port: u16) -> KnownPeers {
        let variable = |name: &str| (name == "HOME").then(|| home.path().into());
        let server = Target { user: None, host: "chat.example".into(), port };
        KnownPeers::of(variable, user, &server).unwrap()
    }

    #[test]
    fn a_peer_is_known_to_its_account_at_its_server_alone() {
        let home = TempDir::new().unwrap();
        let hans = peers(&home, "hans", 22);
        assert_eq!(hans.find("yoda"), Ok(None));
        hans.keep("yoda", &[7; 32]).unwrap();
        hans.keep("luke", &[8; 32]).unwrap();
        assert_eq!(hans.find("yoda"), Ok(Some([7; 32])));
        hans.keep("yoda", &[9; 32]).unwrap();
        assert_eq!(hans.find("yoda"), Ok(Some([9; 32])));
        for other in [peers(&home, "vader", 22), peers(&home, "hans", 2222)] {
            assert_eq!(other.find("yoda"), Ok(None));
        }
        assert_eq!(hans.find("yod"), Ok(None));
        let mode = |path: &PathBuf| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&hans.path), 0o600);
    }

    #[test]
    fn a_damaged_line_is_no_unknown_peer() {
        let home = TempDir::new().unwrap();
        let hans = peers(&home, "hans", 22);
        hans.keep("yoda", &[7; 32]).unwrap();
        let mut text = fs::read_to_string(&hans.path).unwrap();
        text.push_str("chat.example hans yoda ssh-ed25519 AAAA");
        fs::write(&hans.path, text).unwrap();
        assert!(hans.find("yoda").unwrap_err().contains(":2: "));
        hans.keep("luke", &[8; 32]).unwrap();
        assert_eq!(hans.find("luke"), Ok(Some([8; 32])), "it does not stand behind half a line");
        hans.keep("yoda", &[9; 32]).unwrap();
        assert_eq!(hans.find("yoda"), Ok(Some([9; 32])));
    }

    #[test]
    fn what_is_no_such_file_is_told() {
        let home = TempDir::new().unwrap();
        let hans = peers(&home, "hans", 22);
        fs::create_dir_all(&hans.path).unwrap();
        assert!(hans.find("yoda").is_err() && hans.keep("yoda", &[7; 32]).is_err());
        fs::remove_dir(&hans.path).unwrap();
        fs::write(&hans.path, [0xff; 10]).unwrap();
        assert!(hans.find("yoda").is_err());
        fs::write(&hans.path, vec![b'#'; LONGEST as usize + 1]).unwrap();
        assert!(hans.find("yoda").is_err() && hans.keep("yoda", &[7; 32]).is_err());
    }

    #[test]
    fn a_full_file_forgets_what_counts_no_more_and_then_takes_nothing() {
        let home = TempDir::new().unwrap();
        let hans = peers(&home, "hans", 22);
        hans.keep("yoda", &[1; 32]).unwrap();
        let old = fs::read_to_string(&hans.path).unwrap();
        fs::write(&hans.path, old.repeat(LONGEST as usize / old.len())).unwrap();
        hans.keep("yoda", &[2; 32]).unwrap();
        assert_eq!(hans.find("yoda"), Ok(Some([2; 32])));
        assert_eq!(fs::read_to_string(&hans.path).unwrap().lines().count(), 1);
        let many = LONGEST as usize / (old.len() + 1);
        let many = (0..many).map(|i| old.replace("yoda", &format!("{i:05}")));
        fs::write(&hans.path, many.collect::<String>()).unwrap();
        let full = hans.keep("yoda", &[3; 32]).unwrap_err();
        assert!(full.contains("as many as it may"), "{full}");
        assert_eq!(hans.find("yoda"), Ok(None));
        assert_eq!(hans.find("00000"), Ok(Some([1; 32])));
    }
}
