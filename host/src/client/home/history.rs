//! The lines that a person typed, kept from run to run: a file for each account. Clients of one
//! account write into one file, and no line is lost. Knows no editor.

use std::ffi::OsString;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use rustix::fs::{FlockOperation, flock};
use smolchat_words::is_secret;

use super::{account, is_missing, not_kept, place};

/// A file of so many bytes becomes the old one, and another begins. Both together are what the
/// editor can hold.
const FULL: u64 = 128 * 1024;

/// Where the lines of one account are kept.
#[derive(Debug)]
pub(crate) struct History {
    path: PathBuf,
    /// It was told that lines are not kept.
    is_told: bool,
}

impl History {
    /// The history of `user` at `host`; `None` for somebody without a home.
    pub(crate) fn of(
        variable: impl Fn(&str) -> Option<OsString>,
        user: &str,
        host: &str,
    ) -> Option<Self> {
        let folder = place(variable, "XDG_STATE_HOME", ".local/state")?.join("history");
        Some(History { path: folder.join(account(user, host)), is_told: false })
    }

    /// Every line, oldest first, and what is to be told if some cannot be read.
    pub(crate) fn lines(&mut self) -> (Vec<String>, Option<String>) {
        let (mut bytes, mut told) = (Vec::new(), None);
        for path in [self.old(), self.path.clone()] {
            match tail(&path) {
                Ok(tail) => bytes.extend(tail),
                Err(error) if is_missing(&error) => {}
                Err(error) => told = told.or(self.failure(&error)),
            }
        }
        let text = String::from_utf8_lossy(&bytes);
        let is_line = |line: &&str| !line.is_empty() && !line.chars().any(char::is_control);
        (text.split('\n').filter(is_line).map(str::to_owned).collect(), told)
    }

    /// Appends a line, unless it holds a password. The first time that this fails, the answer says
    /// so: nobody is kept from chatting for it.
    pub(crate) fn add(&mut self, line: &str) -> Option<String> {
        if is_secret(line) || line.chars().any(char::is_control) {
            return None;
        }
        self.append(line).err().and_then(|error| self.failure(&error))
    }

    fn failure(&mut self, error: &io::Error) -> Option<String> {
        let is_first = !std::mem::replace(&mut self.is_told, true);
        let told = || not_kept("the lines that you type are", &self.path, error);
        is_first.then(told)
    }

    /// One write at the end of the file: lines of several clients stay whole.
    fn append(&self, line: &str) -> io::Result<()> {
        if let Some(folder) = self.path.parent() {
            DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
        }
        let mut options = OpenOptions::new();
        let mut file = options.append(true).create(true).mode(0o600).open(&self.path)?;
        let metadata = file.metadata()?;
        if !metadata.is_file() {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        file.write_all(format!("{line}\n").as_bytes())?;
        if metadata.len() >= FULL {
            self.turn_over(&file)?;
        }
        Ok(())
    }

    /// The file becomes the old one. Only one client does so, and only while it is the file:
    /// another one's new file must not take the old one's place.
    fn turn_over(&self, file: &File) -> io::Result<()> {
        flock(file, FlockOperation::NonBlockingLockExclusive)?;
        let (own, now) = (file.metadata()?, fs::metadata(&self.path)?);
        if (own.dev(), own.ino()) == (now.dev(), now.ino()) {
            fs::rename(&self.path, self.old())?;
        }
        Ok(())
    }

    fn old(&self) -> PathBuf {
        let mut path = self.path.clone().into_os_string();
        path.push(".old");
        path.into()
    }
}

/// The last bytes of a regular file.
fn tail(path: &Path) -> io::Result<Vec<u8>> {
    // Whatever else stands at this path keeps nobody waiting.
    let flags = rustix::fs::OFlags::NONBLOCK.bits() as i32;
    let mut file = OpenOptions::new().read(true).custom_flags(flags).open(path)?;
    let metadata = file.metadata()?;
    if !metadata.is_file() {
        return Err(io::ErrorKind::InvalidInput.into());
    }
    file.seek(SeekFrom::Start(metadata.len().saturating_sub(2 * FULL)))?;
    let mut bytes = Vec::new();
    file.take(2 * FULL).read_to_end(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;
    use tempfile::TempDir;

    fn history(home: &TempDir, user: &str) -> History {
        let variable = |name: &str| (name == "HOME").then(|| home.path().into());
        History::of(variable, user, "chat.example").unwrap()
    }

    #[test]
    fn lines_come_back_in_order_and_for_their_account_alone() {
        let home = TempDir::new().unwrap();
        assert!(history(&home, "hans").lines().0.is_empty());
        history(&home, "hans").add("hi");
        history(&home, "hans").add("/to yoda grüße");
        history(&home, "yoda").add("other");
        assert_eq!(history(&home, "hans").lines().0, ["hi", "/to yoda grüße"]);
        let path = home.path().join(".local/state/smolchat/history/hans@chat.example");
        assert_eq!(fs::metadata(path).unwrap().permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn a_place_that_takes_nothing_is_told_once_and_one_that_is_new_is_not() {
        let home = TempDir::new().unwrap();
        assert_eq!(history(&home, "hans").lines().1, None);
        fs::write(home.path().join(".local"), "a file").unwrap();
        let mut history = history(&home, "hans");
        let told = history.lines().1.unwrap();
        let path = home.path().join(".local/state/smolchat/history/hans@chat.example");
        let start = format!("the lines that you type are not kept in {}: ", path.display());
        assert!(told.starts_with(&start) && told.contains("Not a directory"), "{told}");
        assert_eq!(history.add("hi"), None, "it was told");
    }

    #[test]
    fn no_password_is_kept() {
        let home = TempDir::new().unwrap();
        let mut history = history(&home, "hans");
        for line in [
            "register luke iamyour*father",
            "/register luke x",
            " /passwd old new",
            "admin user add eve x",
        ] {
            history.add(line);
        }
        for line in ["admin user add eve secret", "/admin user passwd eve secret"] {
            history.add(line);
        }
        assert!(history.lines().0.is_empty());
    }

    #[test]
    fn two_clients_lose_no_line_and_what_is_kept_is_bounded() {
        let home = TempDir::new().unwrap();
        let count = 3000;
        let rest = "x".repeat(80);
        std::thread::scope(|scope| {
            for client in ["a", "b"] {
                let (mut history, rest) = (history(&home, "hans"), &rest);
                scope.spawn(move || {
                    (0..count).for_each(|i| drop(history.add(&format!("{client} {i} {rest}"))));
                });
            }
        });
        let mut history = history(&home, "hans");
        let bytes = |path: &Path| fs::metadata(path).unwrap().len();
        assert!(bytes(&history.path) <= FULL + 200 && bytes(&history.old()) <= FULL + 200);
        let lines = history.lines().0;
        for client in ["a", "b"] {
            let numbers = lines.iter().filter_map(|line| line.strip_prefix(client));
            let numbers: Vec<usize> =
                numbers.map(|line| line.split(' ').nth(1).unwrap().parse().unwrap()).collect();
            assert!(numbers.windows(2).all(|pair| pair[1] == pair[0] + 1), "{client}: a gap");
            let is_over = lines.last().unwrap().starts_with(client);
            assert!(!is_over || numbers.last() == Some(&(count - 1)));
        }
        assert!(lines.iter().all(|line| line.ends_with(&rest)), "lines are whole");
    }
}
