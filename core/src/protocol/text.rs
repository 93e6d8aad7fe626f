//! The text of a message or broadcast, as a value that was checked. A dialect makes it, and nothing
//! behind the dialect asks again.
//! Knows no line.

use super::characters::holds_separator;
use super::limits::TEXT_MAX;
use super::name::NameError;

/// A text: 1 to [`TEXT_MAX`] bytes, no control character and no line or paragraph separator. So it
/// fits into every table, and no screen takes it for two lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Text<'a>(&'a str);

impl<'a> Text<'a> {
    /// Checks a text.
    ///
    /// # Errors
    /// [`NameError`] says why it cannot be one.
    pub fn new(text: &'a str) -> Result<Self, NameError> {
        let text = Self::of_line(text)?;
        // Bytes are checked many at a time, characters one by one.
        match text.0.chars().find(|c| c.is_control()) {
            Some(control) => Err(NameError::Character(control)),
            None => Ok(text),
        }
    }

    /// Checks a text that is a part of a line without control characters, so that they are looked
    /// for once.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub(crate) fn of_line(text: &'a str) -> Result<Self, NameError> {
        if text.is_empty() {
            return Err(NameError::Empty);
        }
        if text.len() > TEXT_MAX {
            return Err(NameError::TooLong);
        }
        match holds_separator(text) {
            true => Err(NameError::Character(first_separator(text))),
            false => Ok(Text(text)),
        }
    }

    /// The text as it was checked.
    pub const fn as_str(self) -> &'a str {
        self.0
    }
}

#[cold]
fn first_separator(text: &str) -> char {
    let is_separator = |c: &char| holds_separator(c.encode_utf8(&mut [0; 4]));
    text.chars().find(is_separator).unwrap_or('\u{2028}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_has_1_to_so_many_bytes() {
        let longest = "x".repeat(TEXT_MAX);
        assert_eq!(Text::new(&longest).map(Text::as_str), Ok(longest.as_str()));
        assert_eq!(Text::new(&"x".repeat(TEXT_MAX + 1)), Err(NameError::TooLong));
        assert_eq!(Text::new(&"ß".repeat(TEXT_MAX / 2 + 1)), Err(NameError::TooLong));
        assert_eq!(Text::new(""), Err(NameError::Empty));
    }

    #[test]
    fn spaces_may_stand_in_it_and_nothing_that_moves_a_cursor() {
        assert_eq!(Text::new(" a b ").map(Text::as_str), Ok(" a b "));
        for fault in ['\u{1b}', '\n', '\t', '\u{7f}', '\u{85}', '\u{2028}', '\u{2029}'] {
            let text = format!("a{fault}[2J");
            assert_eq!(Text::new(&text), Err(NameError::Character(fault)));
        }
        assert_eq!(Text::of_line("a\u{2029}b"), Err(NameError::Character('\u{2029}')));
    }
}
