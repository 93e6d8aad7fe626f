//! The user's name and password: from the command line, a file, the environment, or the person at
//! the terminal.
//! Touches the terminal only while no line editor runs on it.

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
    loop {
        let mut out = io::stdout().lock();
        out.write_all(b"User: ")?;
        out.flush()?;
        let mut line = String::new();
        if io::stdin().lock().read_line(&mut line)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        if check_user_name(line.trim()).is_ok() {
            return Ok(line.trim().to_owned());
        }
    }
}

/// Asks for a password until it could be one, showing nothing of it.
pub(crate) fn ask_password() -> io::Result<String> {
    loop {
        let password = rpassword::prompt_password("Password: ")?;
        if check_password(&password).is_ok() {
            return Ok(password);
        }
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
