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
mod tests;
