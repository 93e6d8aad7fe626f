//! What an account has seen of a server's room, kept from run to run: a short file for each. Knows
//! no session.

use std::ffi::OsString;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use smolchat_core::protocol::MessageId;

use super::{account, is_missing, not_kept, place};
use crate::client::past::Seen;
use crate::client::target::Target;

/// A file of ours is never longer: two numbers.
const LONGEST: u64 = 64;

/// Where it is kept: the epoch and the number of the last broadcast, in decimal.
#[derive(Debug)]
pub(crate) struct SeenFile {
    path: PathBuf,
}

impl SeenFile {
    /// That of `user` at a server; `None` for somebody without a home. Two servers of one host have
    /// two ports.
    pub(crate) fn of(
        variable: impl Fn(&str) -> Option<OsString>,
        user: &str,
        server: &Target,
    ) -> Option<Self> {
        let folder = place(variable, "XDG_STATE_HOME", ".local/state")?.join("seen");
        let name = format!("{}.{}", account(user, &server.host), server.port);
        Some(SeenFile { path: folder.join(name) })
    }

    /// What was kept last. What cannot be understood is not there.
    ///
    /// # Errors
    /// What a person is to be told: the file is there, and cannot be read.
    pub(crate) fn read(&self) -> Result<Option<Seen>, String> {
        match self.content() {
            Ok(text) => Ok(seen(&text)),
            Err(error) if is_missing(&error) => Ok(None),
            Err(error) => Err(self.failure(&error)),
        }
    }

    /// Keeps this instead.
    ///
    /// # Errors
    /// What a person is to be told. The next run takes more for new, and nobody is kept from
    /// chatting for it.
    pub(crate) fn write(&self, seen: Seen) -> Result<(), String> {
        self.replace(seen).map_err(|error| self.failure(&error))
    }

    fn failure(&self, error: &io::Error) -> String {
        not_kept("what you have seen is", &self.path, error)
    }

    fn content(&self) -> io::Result<String> {
        // Whatever else stands at this path keeps nobody waiting.
        let flags = rustix::fs::OFlags::NONBLOCK.bits() as i32;
        let file = OpenOptions::new().read(true).custom_flags(flags).open(&self.path)?;
        let mut bytes = Vec::new();
        file.take(LONGEST).read_to_end(&mut bytes)?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// The file is replaced whole, so that no reader finds half of it.
    fn replace(&self, seen: Seen) -> io::Result<()> {
        if let Some(folder) = self.path.parent() {
            DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
        }
        let new = with_ending(&self.path, ".new");
        // What a killed run has left, or somebody else has put there.
        let _ = fs::remove_file(&new);
        let mut file: File =
            OpenOptions::new().write(true).create_new(true).mode(0o600).open(&new)?;
        file.write_all(format!("{} {}\n", seen.epoch, seen.id.0).as_bytes())?;
        fs::rename(&new, &self.path)
    }
}

fn seen(text: &str) -> Option<Seen> {
    let (epoch, id) = text.strip_suffix('\n')?.split_once(' ')?;
    Some(Seen { epoch: epoch.parse().ok()?, id: MessageId(id.parse().ok()?) })
}

fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut path = path.as_os_str().to_owned();
    path.push(ending);
    path.into()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use tempfile::TempDir;

    use super::*;

    fn file(home: &TempDir, user: &str, port: u16) -> SeenFile {
        let variable = |name: &str| (name == "HOME").then(|| home.path().into());
        let server = Target { user: None, host: "chat.example".into(), port };
        SeenFile::of(variable, user, &server).unwrap()
    }

    #[test]
    fn what_was_seen_is_kept_for_its_account_and_server_alone() {
        let home = TempDir::new().unwrap();
        let seen = |id| Seen { epoch: u32::MAX, id: MessageId(id) };
        assert_eq!(file(&home, "hans", 4000).read(), Ok(None));
        file(&home, "hans", 4000).write(seen(5)).unwrap();
        file(&home, "hans", 4000).write(seen(u64::MAX)).unwrap();
        file(&home, "hans", 4001).write(seen(7)).unwrap();
        assert_eq!(file(&home, "hans", 4000).read(), Ok(Some(seen(u64::MAX))));
        assert_eq!(file(&home, "hans", 4001).read(), Ok(Some(seen(7))));
        assert_eq!(file(&home, "yoda", 4000).read(), Ok(None));
        let path = home.path().join(".local/state/smolchat/seen/hans@chat.example.4000");
        assert_eq!(fs::metadata(path).unwrap().permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn a_place_that_takes_nothing_is_told_with_its_path() {
        let home = TempDir::new().unwrap();
        fs::write(home.path().join(".local"), "a file").unwrap();
        let file = file(&home, "hans", 4000);
        let told = [
            file.read().unwrap_err(),
            file.write(Seen { epoch: 7, id: MessageId(8) }).unwrap_err(),
        ];
        for told in told {
            let start = format!("what you have seen is not kept in {}: Not a", file.path.display());
            assert!(told.starts_with(&start), "{told}");
        }
    }

    #[test]
    fn what_is_no_such_file_is_not_there() {
        let home = TempDir::new().unwrap();
        let file = file(&home, "hans", 4000);
        fs::create_dir_all(file.path.parent().unwrap()).unwrap();
        for text in ["", "7", "7 8", "7 x\n", "-7 8\n", "4294967296 1\n", "\u{feff}7 8\n"] {
            fs::write(&file.path, text).unwrap();
            assert_eq!(file.read(), Ok(None), "{text:?}");
        }
        fs::write(with_ending(&file.path, ".new"), "left").unwrap();
        file.write(Seen { epoch: 7, id: MessageId(8) }).unwrap();
        assert_eq!(fs::read_to_string(&file.path).unwrap(), "7 8\n");
    }
}
