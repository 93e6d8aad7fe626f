//! The credentials file as accounts: one `username password` a line, one space between.
//! Touches the file system at start only; a line that is not an account stops the start.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::{fmt, fs, io};

use smolchat_core::wire::{NAME_MAX, NameError, PASSWORD_MAX, check_password, check_user_name};

/// An account as the file has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Account {
    /// The user's name.
    pub name: String,
    /// The user's password.
    pub password: String,
}

/// Why the credentials cannot be used.
#[derive(Debug)]
pub enum CredentialsError {
    /// There is no such file.
    Missing(PathBuf),
    /// It could not be read.
    Unreadable(PathBuf, io::Error),
    /// A line is not an account.
    Line {
        /// The file.
        path: PathBuf,
        /// The line, counted from 1.
        line: usize,
        /// What is wrong with it.
        fault: LineFault,
    },
}

/// What is wrong with a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineFault {
    /// Bytes that are not UTF-8.
    NotUtf8,
    /// Not two words with one space between.
    Form,
    /// The first word is no user name.
    Name(NameError),
    /// The second word is no password.
    Password(NameError),
    /// An earlier line has the same name.
    Duplicate {
        /// That line.
        first: usize,
    },
}

impl fmt::Display for CredentialsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CredentialsError::Missing(path) => {
                let path = path.display();
                write!(
                    f,
                    "there is no {path}: create one, for instance by  echo 'hans falcon*solo' > {path}"
                )
            }
            CredentialsError::Unreadable(path, error) => {
                write!(f, "cannot read {}: {error}", path.display())
            }
            CredentialsError::Line { path, line, fault } => {
                write!(f, "{}, line {line}: {fault}", path.display())
            }
        }
    }
}

impl std::error::Error for CredentialsError {}

impl fmt::Display for LineFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LineFault::NotUtf8 => write!(f, "not UTF-8"),
            LineFault::Form => write!(f, "not \"username password\" with one space between"),
            LineFault::Name(error) => word(f, "username", NAME_MAX, *error),
            LineFault::Password(error) => word(f, "password", PASSWORD_MAX, *error),
            LineFault::Duplicate { first } => {
                write!(f, "the username stands in line {first} already")
            }
        }
    }
}

fn word(f: &mut fmt::Formatter<'_>, what: &str, limit: usize, error: NameError) -> fmt::Result {
    match error {
        NameError::Empty => write!(f, "the {what} is missing"),
        NameError::TooLong => write!(f, "the {what} is longer than {limit} bytes"),
        NameError::Character(c) => {
            write!(f, "the {what} holds U+{:04X}, which may not stand there", u32::from(c))
        }
    }
}

/// The accounts in the file at `path`.
///
/// # Errors
/// The file is missing or unreadable, or the first line that is not an account.
pub(super) fn read(path: &Path) -> Result<Vec<Account>, CredentialsError> {
    let bytes = fs::read(path).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => CredentialsError::Missing(path.to_owned()),
        _ => CredentialsError::Unreadable(path.to_owned(), error),
    })?;
    parse(&bytes).map_err(|(line, fault)| CredentialsError::Line {
        path: path.to_owned(),
        line,
        fault,
    })
}

/// The accounts in `bytes`, or the number of the first line that is none. Empty lines may stand at the end only.
fn parse(bytes: &[u8]) -> Result<Vec<Account>, (usize, LineFault)> {
    let text = str::from_utf8(bytes).map_err(|error| {
        let before = &bytes[..error.valid_up_to()];
        (1 + before.iter().filter(|&&byte| byte == b'\n').count(), LineFault::NotUtf8)
    })?;
    // Some editors begin a file with a byte order mark.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text).trim_end_matches(['\r', '\n']);
    let mut accounts = Vec::new();
    let mut seen = HashMap::new();
    for (index, line) in text.lines().enumerate() {
        let number = index + 1;
        let account = parse_line(line).map_err(|fault| (number, fault))?;
        if let Some(&first) = seen.get(account.name.as_str()) {
            return Err((number, LineFault::Duplicate { first }));
        }
        seen.insert(account.name.clone(), number);
        accounts.push(account);
    }
    Ok(accounts)
}

fn parse_line(line: &str) -> Result<Account, LineFault> {
    let (name, password) = line.split_once(' ').ok_or(LineFault::Form)?;
    if password.contains(' ') {
        return Err(LineFault::Form);
    }
    let name = check_user_name(name).map_err(LineFault::Name)?;
    let password = check_password(password).map_err(LineFault::Password)?;
    Ok(Account { name: name.to_owned(), password: password.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_an_account_with_or_without_a_last_newline() {
        for text in ["hans falcon*solo\nyoda wise@!man", "hans falcon*solo\r\nyoda wise@!man\r\n\n"]
        {
            let accounts = parse(text.as_bytes()).unwrap();
            assert_eq!(accounts.len(), 2);
            assert_eq!(accounts[1].name, "yoda");
            assert_eq!(accounts[1].password, "wise@!man");
        }
        assert_eq!(parse(b""), Ok(Vec::new()));
    }

    #[test]
    fn a_line_that_is_no_account_is_named_and_never_skipped() {
        for (text, line, fault) in [
            (&b"hans"[..], 1, LineFault::Form),
            (b"hans a\nyoda  b", 2, LineFault::Form),
            (b"hans a b", 1, LineFault::Form),
            (b"hans a\n\nyoda b", 2, LineFault::Form),
            (b" hans", 1, LineFault::Name(NameError::Empty)),
            (b"hans ", 1, LineFault::Password(NameError::Empty)),
            (b"hans a\tb", 1, LineFault::Password(NameError::Character('\t'))),
            (b"hans a\nyoda \xff\n", 2, LineFault::NotUtf8),
            (b"hans a\nyoda b\nhans c\n", 3, LineFault::Duplicate { first: 1 }),
        ] {
            assert_eq!(parse(text), Err((line, fault)), "{}", text.escape_ascii());
        }
    }

    #[test]
    fn words_beyond_their_limit_are_refused() {
        let name = format!("{} p", "n".repeat(NAME_MAX + 1));
        assert_eq!(parse(name.as_bytes()), Err((1, LineFault::Name(NameError::TooLong))));
        let password = format!("n {}", "p".repeat(PASSWORD_MAX + 1));
        assert_eq!(parse(password.as_bytes()), Err((1, LineFault::Password(NameError::TooLong))));
    }

    #[test]
    fn a_name_that_lies_is_told_with_the_character_that_does() {
        for (name, fault) in [
            ("yoda\u{200b}", "U+200B"),
            ("yo\u{202e}da", "U+202E"),
            ("Zoe\u{308}", "U+0308"),
            ("\u{2800}", "U+2800"),
        ] {
            let (line, error) = parse(format!("hans a\n{name} b\n").as_bytes()).unwrap_err();
            assert_eq!(line, 2);
            let told = format!("the username holds {fault}, which may not stand there");
            assert_eq!(error.to_string(), told);
        }
    }

    #[test]
    fn names_are_case_sensitive() {
        assert_eq!(parse(b"hans a\nHans b\n").unwrap().len(), 2);
    }

    #[test]
    fn a_missing_file_comes_with_the_way_to_create_one() {
        let error = read(Path::new("/nonexistent/credentials.txt")).unwrap_err();
        assert!(matches!(error, CredentialsError::Missing(_)));
        assert!(error.to_string().contains("echo"), "{error}");
    }

    #[test]
    fn a_folder_is_unreadable() {
        assert!(matches!(read(Path::new("/")), Err(CredentialsError::Unreadable(..))));
    }
}
