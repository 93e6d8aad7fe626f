//! The user's name and password as they are given: by the command line, a file or the environment.
//! Knows no terminal.

use std::fmt;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};

use smolchat_core::protocol::FileLines;

use super::choices::PasswordSource;
use super::exit::Ending;
use super::home::{CommandFailure, first_line_of};
use super::possible::{possible_password, possible_user};

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
    Invalid(String),
    /// The password file, or the terminal.
    Unreadable(io::Error),
    /// The password command.
    Command(CommandFailure),
}

impl fmt::Display for CredentialsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CredentialsError::Missing(what) => {
                write!(f, "no {what} given, and no terminal to ask on")
            }
            CredentialsError::Invalid(text) => f.write_str(text),
            CredentialsError::Unreadable(error) => write!(f, "no password: {error}"),
            CredentialsError::Command(failure) => failure.fmt(f),
        }
    }
}

impl CredentialsError {
    /// How the run ends for it.
    pub(crate) fn ending(&self) -> Ending {
        match self {
            CredentialsError::Missing(_) | CredentialsError::Invalid(_) => Ending::Usage,
            CredentialsError::Unreadable(_) | CredentialsError::Command(_) => Ending::Local,
        }
    }
}

/// Whether the environment has a password.
pub(crate) fn is_in_environment() -> bool {
    std::env::var_os(PASSWORD_VARIABLE).is_some_and(|password| !password.is_empty())
}

/// The password that is given, if there is one: the source's, else the environment's.
pub(crate) fn given_password(
    source: Option<&PasswordSource>,
) -> Result<Option<String>, CredentialsError> {
    let given = match source {
        Some(PasswordSource::File(path)) => {
            let beginning = File::open(path).and_then(beginning);
            Some(beginning.and_then(|bytes| first_line(&bytes)))
        }
        Some(PasswordSource::Command(command)) => {
            let printed = first_line_of(command).map_err(CredentialsError::Command)?;
            Some(first_line(&printed))
        }
        None => std::env::var(PASSWORD_VARIABLE).ok().filter(|given| !given.is_empty()).map(Ok),
    };
    let given = given.transpose().map_err(CredentialsError::Unreadable)?;
    given
        .iter()
        .try_for_each(|given| possible_password(given))
        .map_err(CredentialsError::Invalid)?;
    Ok(given)
}

/// The user of the command line, if it could be one.
pub(crate) fn given_user(user: Option<String>) -> Result<Option<String>, CredentialsError> {
    user.iter().try_for_each(|user| possible_user(user)).map_err(CredentialsError::Invalid)?;
    Ok(user)
}

fn beginning(file: File) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    BufReader::new(file.take(FILE_MAX)).read_until(b'\n', &mut bytes)?;
    Ok(bytes)
}

/// The first line of what a person or a program wrote.
fn first_line(bytes: &[u8]) -> io::Result<String> {
    let line = FileLines::new(bytes).next().map_or(&[][..], |(_, line)| line);
    let line = str::from_utf8(line);
    let line = line.map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "not UTF-8"))?;
    Ok(line.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_cannot_be_one_is_refused() {
        let refused = given_user(Some("a b".into())).unwrap_err();
        assert_eq!(refused.ending(), Ending::Usage);
        assert_eq!(given_user(Some("yoda".into())).unwrap().as_deref(), Some("yoda"));
        assert_eq!(given_user(None).unwrap(), None);
    }

    #[test]
    fn a_password_file_gives_its_first_line() {
        let path = std::env::temp_dir().join(format!("smolchat-password-{}", std::process::id()));
        let source = PasswordSource::File(path.clone());
        for file in ["wise@!man\r\nmore\n", "wise@!man", "\u{feff}wise@!man\n"] {
            std::fs::write(&path, file).unwrap();
            let password = given_password(Some(&source));
            assert_eq!(password.unwrap().as_deref(), Some("wise@!man"), "{file:?}");
        }
        std::fs::write(&path, b"wise\xff\n").unwrap();
        assert!(given_password(Some(&source)).is_err());
        std::fs::write(&path, "wise man\n").unwrap();
        assert_eq!(given_password(Some(&source)).unwrap_err().ending(), Ending::Usage);
        std::fs::remove_file(&path).unwrap();
        assert_eq!(given_password(Some(&source)).unwrap_err().ending(), Ending::Local);
    }

    #[test]
    fn a_command_gives_the_first_line_that_it_prints() {
        let given = |command: &str| given_password(Some(&PasswordSource::Command(command.into())));
        let password = given("printf '\\357\\273\\277wise@!man\\r\\nlogin: yoda\\n'");
        assert_eq!(password.unwrap().as_deref(), Some("wise@!man"));
        assert!(matches!(given("true"), Err(CredentialsError::Invalid(_))));
        assert!(matches!(given("exit 1"), Err(CredentialsError::Command(_))));
    }
}
