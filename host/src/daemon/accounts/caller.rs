//! The caller's side of the control socket: one order, and the lines of its answer. Knows no order.

use std::io::{self, BufRead, BufReader, ErrorKind, Write};
use std::os::unix::fs::FileTypeExt;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Duration;

use crate::daemon::control::{connect, path};

/// So long a server may be silent in an answer: it may wait for a slow disk.
const PATIENCE: Duration = Duration::from_secs(120);

/// A running server.
#[derive(Debug)]
pub(super) struct Caller(BufReader<UnixStream>);

/// What a server answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Answer {
    /// It did what was asked.
    pub(super) is_done: bool,
    /// The lines, without their codes.
    pub(super) lines: Vec<String>,
}

impl Caller {
    /// The server that runs with this accounts file, if one does.
    ///
    /// # Errors
    /// There may be one, and it does not hear this user.
    pub(super) fn of(accounts: &Path) -> io::Result<Option<Self>> {
        let path = path(accounts);
        match connect(&path) {
            Ok(stream) => {
                stream.set_read_timeout(Some(PATIENCE))?;
                stream.set_write_timeout(Some(PATIENCE))?;
                Ok(Some(Caller(BufReader::new(stream))))
            }
            Err(error) => match error.kind() {
                ErrorKind::NotFound | ErrorKind::ConnectionRefused if !is_other(&path) => Ok(None),
                ErrorKind::NotFound | ErrorKind::ConnectionRefused => {
                    Err(io::Error::other(format!(
                        "{} is no socket, so no smolchatd can be asked: move it away and start smolchatd again",
                        path.display()
                    )))
                }
                ErrorKind::PermissionDenied => Err(io::Error::other(format!(
                    "{} belongs to somebody else: run this as root, or as the server's user",
                    path.display()
                ))),
                _ => Err(io::Error::other(format!("{}: {error}", path.display()))),
            },
        }
    }

    /// Gives an order, and waits for the whole answer.
    ///
    /// # Errors
    /// The server is gone, or what it says is no answer.
    pub(super) fn order(&mut self, order: &str) -> io::Result<Answer> {
        // What stops the writing is told in the answer, if there is one.
        let written = self.0.get_mut().write_all(format!("{order}\n").as_bytes());
        let answer = self.answer();
        if answer.is_err() { written.and(answer) } else { answer }
    }

    fn answer(&mut self) -> io::Result<Answer> {
        let mut lines = Vec::new();
        loop {
            let mut line = String::new();
            let count = self.0.read_line(&mut line).map_err(|error| match error.kind() {
                ErrorKind::WouldBlock | ErrorKind::TimedOut => {
                    io::Error::other("the server does not answer")
                }
                _ => error,
            })?;
            if count == 0 {
                return Err(io::Error::other("the server ended before it had answered"));
            }
            let line = line.trim_end_matches(['\n', '\r']);
            let (Some(code), Some(mark), Some(text)) =
                (line.get(..3), line.get(3..4), line.get(4..))
            else {
                return Err(io::Error::other(format!("no answer of a smolchatd: {line}")));
            };
            lines.push(text.to_owned());
            if mark == " " {
                return Ok(Answer { is_done: code.starts_with('2'), lines });
            }
        }
    }
}

/// Whether something else than a socket has the name: nobody knows whether a server runs.
fn is_other(path: &Path) -> bool {
    path.symlink_metadata().is_ok_and(|status| !status.file_type().is_socket())
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    fn hears(said: &[u8]) -> io::Result<Answer> {
        let (ours, mut theirs) = UnixStream::pair().unwrap();
        theirs.write_all(said).unwrap();
        theirs.shutdown(std::net::Shutdown::Write).unwrap();
        let answer = Caller(BufReader::new(ours)).order("status");
        let mut order = String::new();
        theirs.read_to_string(&mut order).unwrap();
        assert_eq!(order, "status\n");
        answer
    }

    #[test]
    fn an_answer_ends_with_the_line_that_has_a_space_behind_its_code() {
        let lines = vec!["users 3 of 4".to_owned(), "online 1".to_owned()];
        let answer = hears(b"213-users 3 of 4\n213 online 1\n").unwrap();
        assert_eq!(answer, Answer { is_done: true, lines });
        let refused = hears(b"583 nobody has that name\n").unwrap();
        assert!(!refused.is_done);
        for broken in [&b"213-users 3\n"[..], b"", b"hi\n"] {
            assert!(hears(broken).is_err(), "{}", broken.escape_ascii());
        }
    }

    #[test]
    fn where_something_else_has_the_sockets_name_nobody_says_that_no_server_runs() {
        let folder = tempfile::tempdir().unwrap();
        let (accounts, name) = (folder.path().join("c.txt"), folder.path().join("c.control"));
        assert!(Caller::of(&accounts).unwrap().is_none());
        std::os::unix::fs::symlink("nowhere", &name).unwrap();
        assert!(Caller::of(&accounts).unwrap_err().to_string().contains("is no socket"));
        std::fs::remove_file(&name).unwrap();
        std::fs::write(&name, "").unwrap();
        assert!(Caller::of(&accounts).unwrap_err().to_string().contains("is no socket"));
        // That of a server that was killed is one.
        std::fs::remove_file(&name).unwrap();
        drop(std::os::unix::net::UnixListener::bind(&name).unwrap());
        assert!(Caller::of(&accounts).unwrap().is_none());
    }
}
