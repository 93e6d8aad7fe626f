//! User names, passwords and texts: what may stand in one, checked once at the door.
//! Touches only `limits`.

use super::limits::{NAME_MAX, PASSWORD_MAX, TEXT_MAX};

/// A checked user name, owned.
pub type UserName = heapless::String<NAME_MAX, u8>;
/// A checked password, owned.
pub type Password = heapless::String<PASSWORD_MAX, u8>;
/// A checked text, owned.
pub type Text = heapless::String<TEXT_MAX>;

/// Why a name, password or text cannot be one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum NameError {
    /// Nothing in it.
    Empty,
    /// Longer than its limit.
    TooLong,
    /// A space or a control character where none may be.
    Character,
}

/// A user name: 1 to [`NAME_MAX`] bytes, no space, no control character.
pub fn check_user_name(name: &str) -> Result<&str, NameError> {
    check(name, NAME_MAX, |c| !c.is_whitespace())
}

/// A password: 1 to [`PASSWORD_MAX`] bytes, printable, no space.
pub fn check_password(password: &str) -> Result<&str, NameError> {
    check(password, PASSWORD_MAX, |c| !c.is_whitespace())
}

/// A text: 1 to [`TEXT_MAX`] bytes, no control character.
pub fn check_text(text: &str) -> Result<&str, NameError> {
    check(text, TEXT_MAX, |_| true)
}

fn check(value: &str, limit: usize, allowed: impl Fn(char) -> bool) -> Result<&str, NameError> {
    if value.is_empty() {
        return Err(NameError::Empty);
    }
    if value.len() > limit {
        return Err(NameError::TooLong);
    }
    match value.chars().all(|c| !c.is_control() && allowed(c)) {
        true => Ok(value),
        false => Err(NameError::Character),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_up_to_the_limit_pass_and_one_byte_more_does_not() {
        let longest = "x".repeat(NAME_MAX);
        assert_eq!(check_user_name(&longest), Ok(longest.as_str()));
        assert_eq!(check_user_name(&"x".repeat(NAME_MAX + 1)), Err(NameError::TooLong));
        assert_eq!(check_password(&"x".repeat(PASSWORD_MAX + 1)), Err(NameError::TooLong));
        assert_eq!(check_text(&"x".repeat(TEXT_MAX + 1)), Err(NameError::TooLong));
    }

    #[test]
    fn spaces_stand_in_texts_only_and_control_characters_nowhere() {
        assert_eq!(check_user_name("a b"), Err(NameError::Character));
        assert_eq!(check_password("a\u{a0}b"), Err(NameError::Character));
        assert_eq!(check_text("a b"), Ok("a b"));
        assert_eq!(check_text("a\u{1b}[2J"), Err(NameError::Character));
        assert_eq!(check_text(""), Err(NameError::Empty));
    }
}
