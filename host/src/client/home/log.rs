//! The log: everything that is shown, as lines with their date and time (RFC 3339), at the end of a
//! file. Waits for nobody: what takes no more lines ends the log, and nothing else.

use std::io;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};

use jiff::{SignedDuration, ZonedDateTime};
use rustix::fs::{Mode, OFlags, open};
use rustix::io::{Errno, write};

use crate::client::sanitize::sanitize;
use crate::client::shown::Shown;

/// A file that grows by a line for whatever is shown.
#[derive(Debug)]
pub(crate) struct Log {
    path: PathBuf,
    /// `None` once a line could not be written.
    file: Option<OwnedFd>,
}

impl Log {
    /// A log at the end of this file, which is created for its owner alone.
    pub(crate) fn open(path: &Path) -> Result<Self, String> {
        let flags = OFlags::WRONLY | OFlags::APPEND | OFlags::CREATE | OFlags::CLOEXEC;
        // Whatever else stands at this path keeps nobody waiting, and is nobody's terminal.
        let flags = flags | OFlags::NONBLOCK | OFlags::NOCTTY;
        let file = open(path, flags, Mode::RUSR | Mode::WUSR);
        let file = file.map_err(|error| failure(path, &error.into()))?;
        Ok(Log { path: path.to_owned(), file: Some(file) })
    }

    /// Writes what is shown. The first time that this fails, the answer says so, and the log has
    /// ended.
    pub(crate) fn take(&mut self, shown: &Shown, now: &ZonedDateTime) -> Option<String> {
        let file = self.file.as_ref()?;
        if matches!(shown, Shown::Accepted(_) | Shown::Listed(_) | Shown::FileProgress(_)) {
            return None;
        }
        match write_all(file, line(shown, now).as_bytes()) {
            Ok(()) => None,
            Err(error) => {
                self.file = None;
                let failure = failure(&self.path, &error);
                Some(format!("{failure}; nothing more is logged"))
            }
        }
    }
}

/// A line is one write. Only what takes it in parts, such as a disk that becomes full, gets more.
fn write_all(file: &OwnedFd, mut bytes: &[u8]) -> io::Result<()> {
    while !bytes.is_empty() {
        match write(file, bytes) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(count) => bytes = &bytes[count..],
            Err(Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

/// The moment at which it was said, and the text.
fn line(shown: &Shown, now: &ZonedDateTime) -> String {
    let (at, text) = match shown {
        Shown::Said(said) | Shown::Told(said) => {
            let age = SignedDuration::from_secs(said.age.into());
            let at = now.checked_sub(age).unwrap_or_else(|_| now.clone());
            let mut said = said.clone();
            said.age = 0;
            (at, Shown::Said(said).text())
        }
        Shown::Typed(text) => (now.clone(), format!("> {text}")),
        shown => (now.clone(), shown.text()),
    };
    format!("{} {}\n", at.strftime("%Y-%m-%dT%H:%M:%S%:z"), sanitize(&text))
}

fn failure(path: &Path, error: &io::Error) -> String {
    format!("the log {}: {error}", path.display())
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;

    use super::*;
    use crate::client::said::{Channel, Said};
    use tempfile::TempDir;

    fn now() -> ZonedDateTime {
        "2026-11-30T00:05:00[Europe/Berlin]".parse().unwrap()
    }

    fn said(text: &str, age: u32) -> Shown {
        let (from, text) = ("yoda".to_owned(), text.to_owned());
        Shown::Said(Said { from, channel: Channel::Direct, text, age })
    }

    #[test]
    fn lines_have_the_moment_at_which_they_were_said_and_stay_lines() {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("log");
        for _ in 0..2 {
            let mut log = Log::open(&path).unwrap();
            assert_eq!(log.take(&said("hi\n2026 vader: \x1b[31mhi", 600), &now()), None);
            assert_eq!(log.take(&Shown::Typed("whoelse".into()), &now()), None);
        }
        let text = fs::read_to_string(&path).unwrap();
        let lines: Vec<_> = text.lines().collect();
        assert_eq!(lines.len(), 4, "{text}");
        assert!(lines[0].starts_with("2026-11-29T23:55:00+01:00 yoda: hi"), "{text}");
        assert_eq!(lines[1], "2026-11-30T00:05:00+01:00 > whoelse");
        assert!(!text.contains('\x1b'));
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn what_takes_no_more_lines_is_told_once() {
        let mut log = Log::open(Path::new("/dev/full")).unwrap();
        let told = log.take(&said("hi", 0), &now()).unwrap();
        assert!(told.starts_with("the log /dev/full: No space left on device"), "{told}");
        assert_eq!(log.take(&said("hi", 0), &now()), None);
    }

    #[test]
    fn a_pipe_that_nobody_reads_keeps_nobody_waiting() {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("pipe");
        rustix::fs::mknodat(
            rustix::fs::CWD,
            &path,
            rustix::fs::FileType::Fifo,
            Mode::RUSR | Mode::WUSR,
            0,
        )
        .unwrap();
        assert!(Log::open(&path).is_err(), "nobody is there");
        let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let _reader = open(&path, flags, Mode::empty()).unwrap();
        let mut log = Log::open(&path).unwrap();
        let told = (0..100_000).find_map(|_| log.take(&said("hi", 0), &now()));
        assert!(told.is_some_and(|told| told.ends_with("nothing more is logged")));
    }
}
