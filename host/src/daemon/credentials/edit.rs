//! An accounts file with one account changed, or with hashes in the place of passwords. Everything
//! else in it stays byte for byte.
//! Knows bytes, and no file.

use std::ops::Range;

use smolchat_core::protocol::{Account, Accounts, CHANGED, is_changed_remark};

use super::within::Within;

/// Some editors begin a file with it.
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// What a command changes of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Change<'a> {
    /// This is what lets the user in by a password, and nothing else is.
    Secret(&'a str),
    /// This key lets the user in, too.
    Key(&'a str),
    /// The account is gone, with all of its keys.
    Remove,
}

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Changed {
    /// There is an account more.
    Added,
    /// The account was there.
    Existing,
    /// It has this key already.
    HasKey,
    /// There is no such account.
    Missing,
}

/// One line: its bytes with its ending, and its text without.
#[derive(Clone, Debug)]
struct Line {
    whole: Range<usize>,
    text: Range<usize>,
}

/// The lines of a file, numbered as core's parser numbers them.
fn lines(file: &[u8]) -> Vec<Line> {
    let mut start = if file.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len() } else { 0 };
    let mut lines = Vec::new();
    for line in file[start..].split_inclusive(|&byte| byte == b'\n') {
        let text = line.strip_suffix(b"\n").unwrap_or(line);
        let text = text.strip_suffix(b"\r").unwrap_or(text);
        let whole = start..start + line.len();
        lines.push(Line { text: start..start + text.len(), whole });
        start += line.len();
    }
    lines
}

/// The accounts of a file whose lines were all read before.
fn accounts(file: &[u8]) -> Vec<Account<'_>> {
    Accounts::new(file, |_, _| None).filter_map(Result::ok).collect()
}

/// The names of all accounts, one for each line that is an account.
pub(crate) fn names(file: &[u8]) -> Vec<&str> {
    let accounts = accounts(file).into_iter();
    accounts.filter(|account| !account.is_admin).map(|account| account.name).collect()
}

/// The file with one account changed.
pub(crate) fn change(file: &[u8], name: &str, change: Change<'_>) -> (Vec<u8>, Changed) {
    let (lines, accounts) = (lines(file), accounts(file));
    let own: Vec<_> = accounts.iter().filter(|account| account.name == name).collect();
    if let Change::Key(key) = change
        && own.iter().any(|account| account.is_key && same_key(account.secret, key))
    {
        return (file.to_vec(), Changed::HasKey);
    }
    let place_of = |account: &Account<'_>| account.line - 1;
    let passwords = own.iter().filter(|account| !account.is_key && !account.is_admin);
    let first = passwords.clone().next().map(|account| place_of(account));
    let mut edited = Edited::new(file, &lines);
    let new_line = |secret: &str| format!("{name} {secret}");
    let is_there = own.iter().any(|account| !account.is_admin);
    match (change, own.last().filter(|_| is_there || change == Change::Remove)) {
        (Change::Remove, None) => return (file.to_vec(), Changed::Missing),
        (Change::Remove, Some(_)) => {
            own.iter().for_each(|account| edited.remove(place_of(account)))
        }
        (Change::Secret(secret), Some(last)) => {
            // Later ones took the place of the first. An old password is not left in the file.
            passwords.skip(1).for_each(|account| edited.remove(place_of(account)));
            match first {
                Some(first) => edited.replace(first, &new_line(secret)),
                None => edited.add_behind(place_of(last), &new_line(secret)),
            }
        }
        (Change::Key(key), Some(last)) => edited.add_behind(place_of(last), &new_line(key)),
        (Change::Secret(secret) | Change::Key(secret), None) => {
            return (with_line(file, &new_line(secret)), Changed::Added);
        }
    }
    (edited.bytes(), Changed::Existing)
}

/// The same for a file that keeps its place. A new password stands behind the end and counts, since
/// a remark says so.
pub(crate) fn within(file: &[u8], name: &str, change: Change<'_>) -> Within {
    let (lines, accounts) = (lines(file), accounts(file));
    let own: Vec<_> = accounts.iter().filter(|account| account.name == name).collect();
    let is_password = |account: &Account<'_>| !account.is_key && !account.is_admin;
    let goes = |account: &&&Account<'_>| match change {
        Change::Remove => true,
        Change::Secret(_) => is_password(account),
        Change::Key(_) => false,
    };
    let mut over = Vec::new();
    for place in own.iter().filter(goes).map(|account| account.line - 1) {
        let before = place.checked_sub(1).map(|before| lines[before].text.clone());
        over.extend(before.filter(|text| is_changed_remark(&file[text.clone()])));
        over.push(lines[place].text.clone());
    }
    let behind = match change {
        Change::Remove => Vec::new(),
        Change::Secret(secret) if own.iter().any(|account| is_password(account)) => {
            let remarked = with_line(file, CHANGED);
            with_line(&remarked, &format!("{name} {secret}")).split_off(file.len())
        }
        Change::Secret(secret) | Change::Key(secret) => {
            with_line(file, &format!("{name} {secret}")).split_off(file.len())
        }
    };
    Within { over, behind }
}

/// The places and the words of all passwords for which `is_clear` says so.
pub(crate) fn passwords<'a>(
    file: &'a [u8],
    is_clear: impl Fn(&str) -> bool,
) -> Vec<(usize, Account<'a>)> {
    let accounts = accounts(file).into_iter();
    let has_password = |account: &Account<'_>| !account.is_key && !account.is_admin;
    let clear = accounts.filter(|account| has_password(account) && is_clear(account.secret));
    clear.map(|account| (account.line - 1, account)).collect()
}

/// The file with these lines, each in its place, in the place of what stood there.
pub(crate) fn with_lines<'a>(file: &[u8], new: impl Iterator<Item = (usize, &'a str)>) -> Vec<u8> {
    let lines = lines(file);
    let mut edited = Edited::new(file, &lines);
    new.for_each(|(place, text)| edited.replace(place, text));
    edited.bytes()
}

/// A file with one line more at its end.
fn with_line(file: &[u8], line: &str) -> Vec<u8> {
    let ending: &[u8] = if ends_lines_with_crlf(file) { b"\r\n" } else { b"\n" };
    let newline: &[u8] = if file.is_empty() || file.ends_with(b"\n") { b"" } else { ending };
    [file, newline, line.as_bytes(), ending].concat()
}

fn ends_lines_with_crlf(file: &[u8]) -> bool {
    let first = file.split_inclusive(|&byte| byte == b'\n').next();
    first.is_some_and(|line| line.ends_with(b"\r\n"))
}

/// Whether two lines hold the same key, whatever comment stands behind it.
fn same_key(one: &str, other: &str) -> bool {
    let words = |key: &str| key.split(' ').take(2).map(str::to_owned).collect::<Vec<_>>();
    words(one) == words(other)
}

/// A file of which lines are replaced, removed and added.
struct Edited<'a> {
    file: &'a [u8],
    lines: &'a [Line],
    /// The new bytes of each line; none for a line that stays.
    new: Vec<Option<Vec<u8>>>,
}

impl<'a> Edited<'a> {
    fn new(file: &'a [u8], lines: &'a [Line]) -> Self {
        Edited { file, lines, new: vec![None; lines.len()] }
    }

    fn replace(&mut self, place: usize, text: &str) {
        let Line { whole, text: old } = &self.lines[place];
        let ending = &self.file[old.end..whole.end];
        self.new[place] = Some([text.as_bytes(), ending].concat());
    }

    /// Removes a line, and the remark that belongs to it.
    fn remove(&mut self, place: usize) {
        self.new[place] = Some(Vec::new());
        let is_remark = |line: &Line| is_changed_remark(&self.file[line.text.clone()]);
        if let Some(before) = place.checked_sub(1).filter(|&before| is_remark(&self.lines[before]))
        {
            self.new[before] = Some(Vec::new());
        }
    }

    fn add_behind(&mut self, place: usize, text: &str) {
        let whole = &self.file[self.lines[place].whole.clone()];
        let before = self.new[place].take().unwrap_or_else(|| whole.to_vec());
        let line = with_line(&before, text);
        self.new[place] = Some(line);
    }

    fn bytes(self) -> Vec<u8> {
        let head = self.lines.first().map_or(self.file.len(), |line| line.whole.start);
        let mut bytes = self.file[..head].to_vec();
        for (line, new) in self.lines.iter().zip(&self.new) {
            let old = &self.file[line.whole.clone()];
            bytes.extend_from_slice(new.as_deref().unwrap_or(old));
        }
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "ssh-ed25519 AAAA at home";

    fn changed(file: &str, what: Change<'_>) -> (String, Changed) {
        let (bytes, changed) = change(file.as_bytes(), "hans", what);
        (String::from_utf8(bytes).unwrap(), changed)
    }

    #[test]
    fn a_new_secret_stands_where_the_first_stood_and_no_old_one_is_left() {
        let remark = CHANGED;
        for (file, after) in [
            ("hans $admin\nhans a\n", "hans $admin\nhans NEW\n"),
            ("hans a\nhans $admin\n", "hans NEW\nhans $admin\n"),
            ("hans a\nyoda b\n", "hans NEW\nyoda b\n"),
            ("\u{feff}# crew\r\nhans a\r\nyoda b", "\u{feff}# crew\r\nhans NEW\r\nyoda b"),
            ("yoda b\n\nhans a", "yoda b\n\nhans NEW"),
            (
                &format!("hans a\nyoda b\n{remark}\nhans c\n{remark}\nhans d\n"),
                "hans NEW\nyoda b\n",
            ),
            ("hans ssh-ed25519 AAAA\nyoda b\n", "hans ssh-ed25519 AAAA\nhans NEW\nyoda b\n"),
            ("hans ssh-ed25519 AAAA", "hans ssh-ed25519 AAAA\nhans NEW\n"),
        ] {
            assert_eq!(changed(file, Change::Secret("NEW")), (after.into(), Changed::Existing));
        }
        for (file, after) in [
            ("", "hans NEW\n"),
            ("yoda b", "yoda b\nhans NEW\n"),
            ("yoda b\r\n#hans a\r\n", "yoda b\r\n#hans a\r\nhans NEW\r\n"),
            ("hansi b\n", "hansi b\nhans NEW\n"),
            ("hans $admin\nyoda b\n", "hans $admin\nyoda b\nhans NEW\n"),
        ] {
            assert_eq!(changed(file, Change::Secret("NEW")), (after.into(), Changed::Added));
        }
    }

    #[test]
    fn a_key_is_added_once_and_behind_its_user() {
        let (file, how) = changed("hans a\nyoda b\n", Change::Key(KEY));
        assert_eq!(
            (&*file, how),
            ("hans a\nhans ssh-ed25519 AAAA at home\nyoda b\n", Changed::Existing)
        );
        let again = changed(&file, Change::Key("ssh-ed25519 AAAA elsewhere"));
        assert_eq!(again, (file, Changed::HasKey));
    }

    #[test]
    fn who_is_removed_leaves_nothing_behind_and_takes_nothing_along() {
        let remark = CHANGED;
        let file =
            format!("# crew\nhans a\nhans {KEY}\nyoda b\n{remark}\nhans c\n{remark}\nyoda d");
        let after = format!("# crew\nyoda b\n{remark}\nyoda d");
        assert_eq!(changed(&file, Change::Remove), (after.clone(), Changed::Existing));
        assert_eq!(changed(&after, Change::Remove), (after, Changed::Missing));
    }

    #[test]
    fn lines_are_replaced_in_their_places_and_the_rest_stays_byte_for_byte() {
        let file =
            "\u{feff}# crew\r\n\r\nhans a\r\nyoda $x\nluke ssh-ed25519 AAAA\nlando c".as_bytes();
        let found = passwords(file, |word| !word.starts_with('$'));
        let names: Vec<_> = found.iter().map(|(place, account)| (*place, account.name)).collect();
        assert_eq!(names, [(2, "hans"), (5, "lando")]);
        let new = [(2, "hans HASH"), (5, "lando HASH")].into_iter();
        let after = "\u{feff}# crew\r\n\r\nhans HASH\r\nyoda $x\nluke ssh-ed25519 AAAA\nlando HASH"
            .as_bytes();
        assert_eq!(with_lines(file, new), after);
    }
}
