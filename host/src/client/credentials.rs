//! The user's name and password as they are given: by the command line, a file or the environment.
//! Knows no terminal.

use std::fmt;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
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
    let given = match file {
        Some(path) => Some(first_line(path).map_err(CredentialsError::Unreadable)?),
        None => std::env::var(PASSWORD_VARIABLE).ok().filter(|password| !password.is_empty()),
    };
    match given {
        Some(password) if check_password(&password).is_err() => {
            Err(CredentialsError::Invalid("password"))
        }
        given => Ok(given),
    }
}

/// The user of the command line, if it could be one.
pub(crate) fn given_user(user: Option<String>) -> Result<Option<String>, CredentialsError> {
    match user {
        Some(user) if check_user_name(&user).is_err() => {
            Err(CredentialsError::Invalid("user name"))
        }
        user => Ok(user),
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
    fn a_name_that_cannot_be_one_is_refused() {
        assert!(matches!(given_user(Some("a b".into())), Err(CredentialsError::Invalid(_))));
        assert_eq!(given_user(Some("yoda".into())).unwrap().as_deref(), Some("yoda"));
        assert_eq!(given_user(None).unwrap(), None);
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
