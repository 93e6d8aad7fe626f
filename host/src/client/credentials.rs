//! The user's name and password: from the command line, a file, the environment, or the person at
//! the terminal. Knows no line editor: none runs while it asks.

use std::fmt;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::Path;

use smolchat_core::protocol::{FileLines, check_password, check_user_name};

/// The environment variable a script may put the password in.
pub(crate) const PASSWORD_VARIABLE: &str = "SMOLCHAT_PASSWORD";
/// Bytes of a password file that are read.
const FILE_MAX: u64 = 4096;

/// Why there are no credentials.
#[derive(Debug)]
pub(crate) enum CredentialsError {
    /// Nobody is there to be asked for this.
    Missing(&'static str),
    /// No name or password that any account could have.
    Invalid(&'static str),
    /// The password file, or the terminal.
    Unreadable(io::Error),
}

impl fmt::Display for CredentialsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CredentialsError::Missing(what) => {
                write!(f, "no {what} given, and no terminal to ask on")
            }
            CredentialsError::Invalid(what) => {
                write!(f, "not a possible {what}: empty, too long, or with a space")
            }
            CredentialsError::Unreadable(error) => write!(f, "no password: {error}"),
        }
    }
}

/// The password of a script, if there is one: the file's, else the environment's.
pub(crate) fn given_password(file: Option<&Path>) -> Result<Option<String>, CredentialsError> {
    match file {
        Some(path) => first_line(path).map(Some).map_err(CredentialsError::Unreadable),
        None => Ok(std::env::var(PASSWORD_VARIABLE).ok().filter(|password| !password.is_empty())),
    }
}

/// The user, asked for if not given and somebody is there.
pub(crate) fn user(
    given: Option<String>,
    is_interactive: bool,
) -> Result<String, CredentialsError> {
    match given {
        Some(user) if check_user_name(&user).is_ok() => Ok(user),
        Some(_) => Err(CredentialsError::Invalid("user name")),
        None if is_interactive => ask_user().map_err(CredentialsError::Unreadable),
        None => Err(CredentialsError::Missing("user")),
    }
}

/// The password, asked for if not given and somebody is there.
pub(crate) fn password(
    given: Option<String>,
    is_interactive: bool,
) -> Result<String, CredentialsError> {
    match given {
        Some(password) if check_password(&password).is_ok() => Ok(password),
        Some(_) => Err(CredentialsError::Invalid("password")),
        None if is_interactive => ask_password().map_err(CredentialsError::Unreadable),
        None => Err(CredentialsError::Missing("password")),
    }
}

/// Asks for a user name until it could be one.
pub(crate) fn ask_user() -> io::Result<String> {
    let read = || {
        let mut out = io::stdout().lock();
        out.write_all(b"User: ")?;
        out.flush()?;
        let mut line = String::new();
        match io::stdin().lock().read_line(&mut line)? {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            _ => Ok(line.trim().to_owned()),
        }
    };
    ask_until("user name", |name| check_user_name(name).is_ok(), read, &mut io::stdout())
}

/// Asks for a password until it could be one, showing nothing of it.
pub(crate) fn ask_password() -> io::Result<String> {
    let read = || rpassword::prompt_password("Password: ");
    ask_until("password", |password| check_password(password).is_ok(), read, &mut io::stdout())
}

/// Reads until it is possible. If it is not, the person at the terminal hears why.
fn ask_until(
    what: &'static str,
    is_possible: impl Fn(&str) -> bool,
    mut read: impl FnMut() -> io::Result<String>,
    out: &mut impl Write,
) -> io::Result<String> {
    loop {
        let given = read()?;
        if is_possible(&given) {
            return Ok(given);
        }
        writeln!(out, "{}", CredentialsError::Invalid(what))?;
    }
}

/// The first line of a file that a person wrote, or of a pipe.
fn first_line(path: &Path) -> io::Result<String> {
    let mut bytes = Vec::new();
    BufReader::new(File::open(path)?.take(FILE_MAX)).read_until(b'\n', &mut bytes)?;
    let line = FileLines::new(&bytes).next().map_or(&[][..], |(_, line)| line);
    let line = str::from_utf8(line);
    let line = line.map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "not UTF-8"))?;
    Ok(line.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_without_credentials_is_told_so_and_not_asked() {
        assert!(matches!(user(None, false), Err(CredentialsError::Missing("user"))));
        assert!(matches!(password(None, false), Err(CredentialsError::Missing("password"))));
        assert!(matches!(user(Some("a b".into()), false), Err(CredentialsError::Invalid(_))));
        assert_eq!(user(Some("yoda".into()), false).unwrap(), "yoda");
        assert_eq!(password(Some("wise@!man".into()), false).unwrap(), "wise@!man");
    }

    #[test]
    fn who_types_no_possible_password_hears_why_and_is_asked_again() {
        let (mut typed, mut shown) = (["", "a b", "wise@!man"].into_iter(), Vec::new());
        let mut read =
            || typed.next().map(str::to_owned).ok_or(io::ErrorKind::UnexpectedEof.into());
        let is_possible = |password: &str| check_password(password).is_ok();
        let password = ask_until("password", is_possible, &mut read, &mut shown);
        assert_eq!(password.unwrap(), "wise@!man");
        let why = "not a possible password: empty, too long, or with a space\n";
        assert_eq!(String::from_utf8(shown).unwrap(), why.repeat(2));
        assert!(
            ask_until("password", is_possible, read, &mut Vec::new()).is_err(),
            "no more input"
        );
    }

    #[test]
    fn a_password_file_gives_its_first_line() {
        let path = std::env::temp_dir().join(format!("smolchat-password-{}", std::process::id()));
        for file in ["wise@!man\r\nmore\n", "wise@!man", "\u{feff}wise@!man\n"] {
            std::fs::write(&path, file).unwrap();
            let password = given_password(Some(&path));
            assert_eq!(password.unwrap().as_deref(), Some("wise@!man"), "{file:?}");
        }
        std::fs::write(&path, b"wise\xff\n").unwrap();
        assert!(given_password(Some(&path)).is_err());
        std::fs::remove_file(&path).unwrap();
        assert!(given_password(Some(&path)).is_err());
    }
}
