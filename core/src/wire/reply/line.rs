//! A line of a reply as a client reads it: its code, whether more follows, and the rest.
//! Touches only the codes of the table.

use super::Reply;

/// A line of a reply as a client reads it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReplyLine<'a> {
    /// The three digits.
    pub code: u16,
    /// Whether no further line of this reply follows.
    pub last: bool,
    /// The rest of the line.
    pub text: &'a str,
}

impl<'a> ReplyLine<'a> {
    /// Whether it is of a list of names, which reads on from line to line.
    pub fn is_of_list(&self) -> bool {
        const LISTS: [u16; 2] =
            [Reply::UsersOnline { users: "" }.code(), Reply::UsersSince { users: "" }.code()];
        LISTS.contains(&self.code)
    }

    /// Reads `NNN text` or `NNN-text`; `None` for any other line.
    pub fn parse(line: &'a str) -> Option<Self> {
        let (digits, rest) = line.split_at_checked(3)?;
        if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let code = digits.parse().ok()?;
        if rest.is_empty() {
            return Some(ReplyLine { code, last: true, text: rest });
        }
        let last = rest.starts_with(' ');
        let text = rest.strip_prefix([' ', '-'])?;
        Some(ReplyLine { code, last, text })
    }
}
