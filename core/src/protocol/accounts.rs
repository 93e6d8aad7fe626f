//! An accounts file as accounts: one `username secret` a line, one space between. This is the only
//! parser of such a file, for the server and for the accounts that are baked into a board. A secret
//! is a password, a hash of one, or a key; whoever knows hashes and keys judges those two.
//! [`FileLines`] reads every other file of short lines that a person writes.
//! Knows names and passwords; knows no file and no memory.

use core::fmt;

use super::limits::{NAME_MAX, PASSWORD_MAX};
use super::name::{NameError, check_password, check_user_name};

/// The remark in front of an account that a running server adds because its password was changed,
/// by its user or by an operator. The account takes the place of an earlier one of that name.
/// Without it, a name that stands twice is a person's mistake.
pub const CHANGED: &str = "# password changed on the running server:";

/// The remark of earlier servers.
const CHANGED_BEFORE: &str = "# password changed by its user:";

/// The most bytes of a hash or a key in a line.
pub const SECRET_MAX: usize = 256;

/// What a key begins with.
const KEY: &str = "ssh-ed25519 ";

/// What stands in the place of a secret where it says that the user may give the server orders.
const ADMIN: &str = "$admin";

/// Some editors begin a file with it.
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// The lines of a file, each with its number from 1: without its ending (`\n` or `\r\n`), the first
/// without a byte order mark. A newline at the end begins no further line.
#[derive(Clone, Debug)]
pub struct FileLines<'a> {
    rest: &'a [u8],
    number: usize,
}

/// One account as a file has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Account<'a> {
    /// The user's name.
    pub name: &'a str,
    /// A password; or what may be a hash of one, since it begins with `$`; or a key.
    pub secret: &'a str,
    /// The line, counted from 1.
    pub line: usize,
    /// The secret is a key, as OpenSSH writes it. A user may have several, and a password beside
    /// them.
    pub is_key: bool,
    /// It is no secret, and says that the user may give the server orders. It stands beside the
    /// user's secrets.
    pub is_admin: bool,
    /// It takes the place of an earlier account of that name, if there is one; see [`CHANGED`].
    pub is_change: bool,
}

/// The accounts of a file, in its order. A line that is no account gives an error with its number,
/// and the lines after it still come. Empty lines and lines that begin with `#` are skipped. An
/// account with a changed password comes once more, and its last password counts.
#[derive(Clone, Debug)]
pub struct Accounts<'a, R> {
    lines: FileLines<'a>,
    remember: R,
}

/// A line that is no account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadLine {
    /// The line, counted from 1.
    pub line: usize,
    /// What is wrong with it.
    pub fault: LineFault,
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
    /// It begins as a hash or a key and cannot be used, for this reason.
    Secret(&'static str),
    /// An earlier line has the same name with another password.
    Duplicate {
        /// That line.
        first: usize,
    },
}

impl<'a> FileLines<'a> {
    /// The lines in the bytes of a file.
    pub fn new(file: &'a [u8]) -> Self {
        FileLines { rest: file.strip_prefix(BYTE_ORDER_MARK).unwrap_or(file), number: 0 }
    }
}

impl<'a> Iterator for FileLines<'a> {
    type Item = (usize, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let end = self.rest.iter().position(|&byte| byte == b'\n');
        let line = &self.rest[..end.unwrap_or(self.rest.len())];
        self.rest = end.map_or(&[], |end| &self.rest[end + 1..]);
        self.number += 1;
        Some((self.number, line.strip_suffix(b"\r").unwrap_or(line)))
    }
}

impl<'a, R: FnMut(&'a str, usize) -> Option<usize>> Accounts<'a, R> {
    /// The accounts in the bytes of a file. `remember` keeps a name with its line, or answers the
    /// earlier line that has this name. The caller has the memory for that.
    pub fn new(file: &'a [u8], remember: R) -> Self {
        Accounts { lines: FileLines::new(file), remember }
    }
}

impl<'a, R: FnMut(&'a str, usize) -> Option<usize>> Iterator for Accounts<'a, R> {
    type Item = Result<Account<'a>, BadLine>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut is_change = false;
        let (line, bytes) = self.lines.find(|(_, bytes)| {
            let is_remark = is_remark(bytes);
            is_change = if is_remark { is_changed_remark(bytes) } else { is_change };
            !is_remark
        })?;
        let account = parse(bytes).and_then(|account| {
            let account = Account { line, is_change, ..account };
            if account.is_key || account.is_admin {
                return Ok(account);
            }
            match (self.remember)(account.name, line) {
                Some(first) if !is_change => Err(LineFault::Duplicate { first }),
                _ => Ok(account),
            }
        });
        Some(account.map_err(|fault| BadLine { line, fault }))
    }
}

/// The numbers of the lines of a file that begin with `#` and would be accounts without it. Perhaps
/// somebody meant one.
pub fn remarks_like_accounts(file: &[u8]) -> impl Iterator<Item = usize> {
    let is_like = |line: &[u8]| line.strip_prefix(b"#").is_some_and(|rest| parse(rest).is_ok());
    FileLines::new(file).filter(move |(_, line)| is_like(line)).map(|(number, _)| number)
}

/// Whether a line is the remark [`CHANGED`], or what earlier servers wrote for it.
pub fn is_changed_remark(line: &[u8]) -> bool {
    [CHANGED, CHANGED_BEFORE].iter().any(|remark| line == remark.as_bytes())
}

/// Whether a line is there for people only.
fn is_remark(line: &[u8]) -> bool {
    line.first().is_none_or(|&byte| byte == b'#')
}

fn parse(line: &[u8]) -> Result<Account<'_>, LineFault> {
    let line = str::from_utf8(line).map_err(|_| LineFault::NotUtf8)?;
    let (name, secret) = line.split_once(' ').ok_or(LineFault::Form)?;
    let is_key = secret.starts_with(KEY);
    if !is_key && secret.contains(' ') {
        return Err(LineFault::Form);
    }
    let name = check_user_name(name).map_err(LineFault::Name)?;
    let may_be_hash = secret.starts_with('$') && secret.len() > PASSWORD_MAX;
    if !is_key && !may_be_hash {
        check_password(secret).map_err(LineFault::Password)?;
    } else if let Some(c) = secret.chars().find(|c| c.is_control()) {
        return Err(LineFault::Password(NameError::Character(c)));
    } else if secret.len() > SECRET_MAX {
        return Err(LineFault::Password(NameError::TooLong));
    }
    Ok(Account { name, secret, line: 0, is_key, is_admin: secret == ADMIN, is_change: false })
}

impl fmt::Display for BadLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.fault)
    }
}

impl fmt::Display for LineFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LineFault::NotUtf8 => write!(f, "not UTF-8"),
            LineFault::Form => write!(f, "not \"username password\" with one space between"),
            LineFault::Name(error) => word(f, "username", NAME_MAX, *error),
            LineFault::Password(error) => word(f, "password", PASSWORD_MAX, *error),
            LineFault::Secret(reason) => write!(f, "{reason}"),
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

impl core::error::Error for BadLine {}
impl core::error::Error for LineFault {}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    type Line<'a> = Result<(&'a str, &'a str), (usize, LineFault)>;

    fn parse(file: &[u8]) -> Vec<Line<'_>> {
        let mut seen = HashMap::new();
        let remember = |name, line| {
            let first = seen.get(name).copied();
            first.or_else(|| seen.insert(name, line))
        };
        Accounts::new(file, remember)
            .map(|line| match line {
                Ok(Account { name, secret, .. }) => Ok((name, secret)),
                Err(BadLine { line, fault }) => Err((line, fault)),
            })
            .collect()
    }

    #[test]
    fn a_remark_that_would_be_an_account_is_found_by_its_line() {
        let file = "\u{feff}#hans a\r\n# crew\nyoda b\n##luke c\n#\n#one\n# half a line: lando c\n#a b c\n#x y";
        let found: Vec<_> = remarks_like_accounts(file.as_bytes()).collect();
        assert_eq!(found, [1, 4, 9]);
        assert_eq!(remarks_like_accounts(b"").count(), 0);
    }

    #[test]
    fn a_mark_either_line_ending_empty_lines_and_remarks_change_no_account() {
        for file in [
            "hans falcon*solo\nyoda wise@!man",
            "hans falcon*solo\r\nyoda wise@!man\r\n\n",
            "\u{feff}hans falcon*solo\n\n\r\nyoda wise@!man\n",
            "# the crew\nhans falcon*solo\n#lando old one\r\nyoda wise@!man\n#",
        ] {
            let accounts = parse(file.as_bytes());
            assert_eq!(
                accounts,
                [Ok(("hans", "falcon*solo")), Ok(("yoda", "wise@!man"))],
                "{file}"
            );
        }
        for empty in [&b""[..], b"\n", b"\r\n", "\u{feff}".as_bytes(), b"#"] {
            assert_eq!(parse(empty), [], "{}", empty.escape_ascii());
        }
    }

    #[test]
    fn a_line_that_is_no_account_is_named_and_those_behind_it_still_come() {
        for (line, fault) in [
            (&b"hans"[..], LineFault::Form),
            (b"hans  b", LineFault::Form),
            (b"hans a b", LineFault::Form),
            (b"hans a ", LineFault::Form),
            (b" ", LineFault::Name(NameError::Empty)),
            (b" hans", LineFault::Name(NameError::Empty)),
            (b"hans ", LineFault::Password(NameError::Empty)),
            (b"hans a\tb", LineFault::Password(NameError::Character('\t'))),
            (b"hans a\rb", LineFault::Password(NameError::Character('\r'))),
            (b"hans a\0", LineFault::Password(NameError::Character('\0'))),
            (b"hans \xff", LineFault::NotUtf8),
            (b"yoda c", LineFault::Duplicate { first: 2 }),
        ] {
            let file = [b"# crew\nyoda b\n", line, b"\nluke d\n"].concat();
            let found = parse(&file);
            let expected = [Ok(("yoda", "b")), Err((3, fault)), Ok(("luke", "d"))];
            assert_eq!(found, expected, "{}", line.escape_ascii());
        }
    }

    #[test]
    fn a_changed_password_is_no_duplicate_and_only_right_behind_its_remark() {
        let changes = |file: &str| {
            let lines = Accounts::new(file.as_bytes(), |_, line| (line > 1).then_some(1));
            lines.map(|line| line.map(|account| account.is_change)).collect::<Vec<_>>()
        };
        let duplicate = |line| Err(BadLine { line, fault: LineFault::Duplicate { first: 1 } });
        for (file, second) in [
            (format!("hans a\n{CHANGED}\nhans b\n"), Ok(true)),
            (format!("hans a\r\n{CHANGED}\r\nhans b"), Ok(true)),
            (format!("hans a\n{CHANGED_BEFORE}\nhans b\n"), Ok(true)),
            (format!("hans a\n{CHANGED}\n\nhans b"), duplicate(4)),
            (format!("hans a\n{CHANGED}\n# b\nhans b"), duplicate(4)),
            (format!("hans a\n{CHANGED} yoda\nhans b"), duplicate(3)),
            ("hans a\nhans b".to_owned(), duplicate(2)),
        ] {
            assert_eq!(changes(&file), [Ok(false), second], "{file}");
        }
        let twice = format!("hans a\n{CHANGED}\nhans b\nhans c\n");
        assert_eq!(changes(&twice), [Ok(false), Ok(true), duplicate(4)]);
        assert_eq!(remarks_like_accounts(twice.as_bytes()).count(), 0);
    }

    #[test]
    fn words_beyond_their_limit_are_named() {
        for more in [0, 1] {
            let name = format!("{} p", "n".repeat(NAME_MAX + more));
            let password = format!("n {}", "p".repeat(PASSWORD_MAX + more));
            let fault = |fault| if more == 0 { None } else { Some((1, fault)) };
            let too_long = NameError::TooLong;
            assert_eq!(parse(name.as_bytes())[0].err(), fault(LineFault::Name(too_long)));
            assert_eq!(parse(password.as_bytes())[0].err(), fault(LineFault::Password(too_long)));
        }
    }

    #[test]
    fn a_name_that_lies_is_told_with_the_character_that_does() {
        for (name, fault) in [
            ("yoda\u{200b}", "U+200B"),
            ("yo\u{202e}da", "U+202E"),
            ("Zoe\u{308}", "U+0308"),
            ("\u{2800}", "U+2800"),
            ("\u{feff}yoda", "U+FEFF"),
        ] {
            let file = format!("hans a\n{name} b\n");
            let bad = Accounts::new(file.as_bytes(), |_, _| None).nth(1).unwrap().unwrap_err();
            let told = format!("line 2: the username holds {fault}, which may not stand there");
            assert_eq!(bad.to_string(), told);
        }
    }

    #[test]
    fn a_user_may_have_several_keys_and_one_password_beside_them_in_any_order() {
        let key = "ssh-ed25519 AAAA hans at home";
        for file in [
            format!("hans {key}\nhans {key}\nhans a"),
            format!("hans a\nhans {key}\nhans {key}"),
            format!("hans {key}\nhans a\nhans {key}"),
        ] {
            let lines = Accounts::new(file.as_bytes(), |_, _| None);
            let mut keys = 0;
            for (number, account) in (1..).zip(lines) {
                let account = account.unwrap();
                keys += usize::from(account.is_key);
                assert_eq!((account.line, account.name), (number, "hans"));
                assert_eq!(account.secret, if account.is_key { key } else { "a" });
            }
            assert_eq!(keys, 2);
        }
        let twice = format!("hans {key}\nhans a\nhans b");
        assert_eq!(parse(twice.as_bytes())[2], Err((3, LineFault::Duplicate { first: 2 })));
        for (line, fault) in [
            ("hans ssh-rsa AAAA", LineFault::Form),
            ("hans ssh-ed25519 A\u{7}", LineFault::Password(NameError::Character('\u{7}'))),
        ] {
            assert_eq!(parse(line.as_bytes()), [Err((1, fault))]);
        }
    }

    #[test]
    fn what_may_be_a_hash_may_be_longer_than_a_password() {
        for (first, length, fits) in [
            ('$', PASSWORD_MAX, true),
            ('$', SECRET_MAX, true),
            ('$', SECRET_MAX + 1, false),
            ('p', PASSWORD_MAX + 1, false),
        ] {
            let line = format!("hans {first}{}", "p".repeat(length - 1));
            let fault = LineFault::Password(NameError::TooLong);
            assert_eq!(parse(line.as_bytes())[0].err(), (!fits).then_some((1, fault)), "{length}");
        }
    }

    #[test]
    fn names_are_case_sensitive() {
        assert_eq!(parse(b"hans a\nHans b\n"), [Ok(("hans", "a")), Ok(("Hans", "b"))]);
    }

    #[test]
    fn a_bad_line_says_its_number_and_what_is_wrong() {
        let fault = LineFault::Password(NameError::TooLong);
        let said = BadLine { line: 7, fault }.to_string();
        assert_eq!(said, "line 7: the password is longer than 64 bytes");
    }

    #[test]
    fn who_may_give_orders_is_told_beside_the_secrets_of_a_user() {
        let file = b"hans $admin\nhans falcon*solo\nyoda wise\nyoda $admin\nluke $administrator\n";
        let mut seen = HashMap::new();
        let remember = |name, line| seen.insert(name, line);
        let accounts: Result<Vec<_>, _> = Accounts::new(file, remember).collect();
        let admins: Vec<_> = accounts.unwrap().iter().map(|account| account.is_admin).collect();
        assert_eq!(admins, [true, false, false, true, false]);
    }
}
