//! A password from a person, twice and unseen, or from a pipe. Knows no file of accounts.

use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, Read, Write};

use rustix::termios::{
    LocalModes, OptionalActions, SpecialCodeIndex, Termios, tcgetattr, tcsetattr,
};
use smolchat_core::protocol::check_password;

/// Bytes that are read of a line.
const LINE_MAX: u64 = 4096;
/// Ctrl-C, as a byte.
const CANCEL: u8 = 3;

/// A terminal that shows nothing of what is typed, until it goes out of scope.
struct Unseen {
    tty: File,
    found: Termios,
}

impl Unseen {
    fn open() -> io::Result<Self> {
        let tty = OpenOptions::new().read(true).write(true).open("/dev/tty")?;
        let found = tcgetattr(&tty)?;
        let mut modes = found.clone();
        // Ctrl-C ends the line as a byte, so the terminal is given back in any case.
        modes.local_modes.remove(LocalModes::ECHO | LocalModes::ISIG);
        modes.special_codes[SpecialCodeIndex::VEOL] = CANCEL;
        tcsetattr(&tty, OptionalActions::Flush, &modes)?;
        Ok(Unseen { tty, found })
    }

    fn ask(&mut self, prompt: &str) -> io::Result<String> {
        self.tty.write_all(prompt.as_bytes())?;
        let line = first_line(&mut self.tty);
        self.tty.write_all(b"\n")?;
        line
    }
}

impl Drop for Unseen {
    fn drop(&mut self) {
        let _ = tcsetattr(&self.tty, OptionalActions::Now, &self.found);
    }
}

/// Asks at the terminal, twice.
///
/// # Errors
/// There is no terminal, the two differ, or they are no password.
pub(super) fn at_terminal(user: &str) -> io::Result<String> {
    let no_terminal = |error: io::Error| match error.raw_os_error() {
        Some(_) => io::Error::other("there is no terminal to ask at: give --stdin"),
        None => error,
    };
    let mut terminal = Unseen::open().map_err(no_terminal)?;
    let password = checked(terminal.ask(&format!("new password of {user}: "))?)?;
    match terminal.ask("the same again: ")? == password {
        true => Ok(password),
        false => Err(io::Error::other("the two passwords differ: nothing is changed")),
    }
}

/// The first line of the standard input.
///
/// # Errors
/// It is no password.
pub(super) fn from_standard_input() -> io::Result<String> {
    checked(first_line(&mut io::stdin().lock())?)
}

fn first_line(from: &mut impl Read) -> io::Result<String> {
    let mut line = Vec::new();
    BufReader::with_capacity(1, from).take(LINE_MAX).read_until(b'\n', &mut line)?;
    if line.contains(&CANCEL) {
        return Err(io::Error::other("nothing is changed"));
    }
    let line = line.strip_suffix(b"\n").unwrap_or(&line);
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    String::from_utf8(line.to_vec()).map_err(|_| io::Error::other("a password is UTF-8"))
}

fn checked(password: String) -> io::Result<String> {
    let refusal = "a password has 1 to 64 bytes, all printable, and no space";
    check_password(&password).map_err(|_| io::Error::other(refusal))?;
    Ok(password)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_ends_at_its_newline_and_is_checked() {
        let read = |bytes: &[u8]| first_line(&mut &bytes[..]).and_then(checked);
        for (bytes, password) in
            [(&b"solo\nrest"[..], "solo"), (b"solo\r\n", "solo"), (b"solo", "solo")]
        {
            assert_eq!(read(bytes).unwrap(), password);
        }
        for wrong in [&b""[..], b"\n", b"a b\n", b"\xff\n", b"so\x03", &[b'p'; 65]] {
            assert!(read(wrong).is_err(), "{}", wrong.escape_ascii());
        }
    }
}
