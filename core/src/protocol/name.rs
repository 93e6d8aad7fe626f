//! User names and passwords: which characters each may hold.
//! Knows no table of users.

use super::characters::Class;
use super::limits::{NAME_MAX, PASSWORD_MAX};

/// A checked user name, owned.
pub type UserName = heapless::String<NAME_MAX, u8>;
/// A checked password, owned.
pub type Password = heapless::String<PASSWORD_MAX, u8>;

/// Why a name, password or text cannot be one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum NameError {
    /// Nothing in it.
    Empty,
    /// Longer than its limit.
    TooLong,
    /// This character may not stand where it stands.
    Character(char),
}

/// A user name that the accounts file may hold: 1 to [`NAME_MAX`] visible bytes, in any script.
///
/// It holds no space and no character of any [`Class`] but [`Class::Sign`], and does not begin with
/// a sign. So it is visible, and it does not turn the text around it. Accented letters have one
/// spelling, the composed one (NFC). Scripts of India and its neighbours are an exception: some of
/// their vowel signs can be written as one or as two.
pub fn check_user_name(name: &str) -> Result<&str, NameError> {
    check(name, NAME_MAX, |at, c| match Class::of(c) {
        None => c != ' ',
        Some(Class::Sign) => at > 0,
        Some(_) => false,
    })
}

/// A user name that people may register: 1 to [`NAME_MAX`] ASCII letters, digits, `-`, `_` and `.`,
/// beginning with a letter or digit. An IPv4 address is none: a ban of it would mean the address.
/// It is a valid [user name](check_user_name), too.
pub fn check_new_name(name: &str) -> Result<&str, NameError> {
    let stands = |at, c: char| c.is_ascii_alphanumeric() || at > 0 && matches!(c, '-' | '_' | '.');
    let name = check(name, NAME_MAX, stands)?;
    if is_address(name) { Err(NameError::Character('.')) } else { Ok(name) }
}

/// Four numbers with dots in between, which is how IPv4 addresses are written.
fn is_address(name: &str) -> bool {
    let is_digit_or_dot = |byte: u8| byte.is_ascii_digit() || byte == b'.';
    name.bytes().all(is_digit_or_dot) && name.bytes().filter(|&byte| byte == b'.').count() == 3
}

/// A password: 1 to [`PASSWORD_MAX`] bytes, printable, no space.
pub fn check_password(password: &str) -> Result<&str, NameError> {
    check(password, PASSWORD_MAX, |_, c| !c.is_control() && !c.is_whitespace())
}

/// Asks `allowed` about every character and its position in bytes.
fn check(
    value: &str,
    limit: usize,
    allowed: impl Fn(usize, char) -> bool,
) -> Result<&str, NameError> {
    if value.is_empty() {
        return Err(NameError::Empty);
    }
    if value.len() > limit {
        return Err(NameError::TooLong);
    }
    match value.char_indices().find(|&(at, c)| !allowed(at, c)) {
        None => Ok(value),
        Some((_, c)) => Err(NameError::Character(c)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_up_to_the_limit_pass_and_one_byte_more_does_not() {
        let longest = "x".repeat(NAME_MAX);
        for check in [check_user_name, check_new_name] {
            assert_eq!(check(&longest), Ok(longest.as_str()));
            assert_eq!(check(&"x".repeat(NAME_MAX + 1)), Err(NameError::TooLong));
            assert_eq!(check(""), Err(NameError::Empty));
        }
        assert_eq!(check_user_name(&"ß".repeat(NAME_MAX / 2 + 1)), Err(NameError::TooLong));
        assert_eq!(check_password(&"x".repeat(PASSWORD_MAX + 1)), Err(NameError::TooLong));
    }

    #[test]
    fn spaces_and_control_characters_stand_in_no_name_and_no_password() {
        assert_eq!(check_user_name("a b"), Err(NameError::Character(' ')));
        assert_eq!(check_password("a\u{a0}b"), Err(NameError::Character('\u{a0}')));
    }

    #[test]
    fn nobody_registers_an_address() {
        for name in ["10.0.0.1", "192.168.69.101"] {
            assert_eq!(check_new_name(name), Err(NameError::Character('.')));
            assert_eq!(check_user_name(name), Ok(name), "such an account may be there already");
        }
        for name in ["1.2", "10.0.0.1a", "1.2.3.4.5"] {
            assert_eq!(check_new_name(name), Ok(name));
        }
    }

    #[test]
    fn people_register_letters_digits_and_three_signs() {
        for name in ["hans", "Yoda", "220", "r2-d2", "c_3.po", "x-", "n--..__"] {
            assert_eq!(check_new_name(name), Ok(name));
            assert_eq!(check_user_name(name), Ok(name));
        }
        for (name, fault) in [
            ("-v", '-'),
            (".", '.'),
            ("_x", '_'),
            ("*", '*'),
            ("yoda:", ':'),
            ("hans,", ','),
            ("(to", '('),
            ("#x", '#'),
            ("hans@home", '@'),
            ("zoë", 'ë'),
            ("hаns", 'а'),
            ("ｙｏｄａ", 'ｙ'),
            ("✓✓\u{2800}yoda", '✓'),
            ("a\u{1b}b", '\u{1b}'),
            ("hans\u{200b}", '\u{200b}'),
        ] {
            assert_eq!(check_new_name(name), Err(NameError::Character(fault)), "{name:?}");
        }
    }

    #[test]
    fn the_accounts_file_holds_names_of_every_script() {
        for name in [
            "Zoë",
            "Đặng",
            "Йода",
            "γιόδα",
            "יודה",
            "فيدر",
            "योडा",
            "โยดา",
            "யோதா",
            "尤达",
            "요다",
            "*",
            "😀",
        ] {
            assert_eq!(check_user_name(name), Ok(name));
        }
    }

    #[test]
    fn what_is_unseen_blank_turned_or_stacked_is_no_name() {
        for (name, fault) in [
            ("yoda\u{200b}", '\u{200b}'),
            ("\u{feff}yoda", '\u{feff}'),
            ("yo\u{202e}da", '\u{202e}'),
            ("y\u{200c}oda", '\u{200c}'),
            ("yoda\u{fe0f}", '\u{fe0f}'),
            ("\u{2800}", '\u{2800}'),
            ("\u{3164}", '\u{3164}'),
            ("ja\u{a0}bba", '\u{a0}'),
            ("ha\u{2028}ns", '\u{2028}'),
            ("ha\u{85}ns", '\u{85}'),
            ("\u{301}", '\u{301}'),
            ("Zoe\u{308}", '\u{308}'),
            ("h\u{335}\u{338}ans", '\u{335}'),
            ("\u{93f}", '\u{93f}'),
            ("\u{e000}", '\u{e000}'),
            ("\u{ffff}", '\u{ffff}'),
        ] {
            assert_eq!(check_user_name(name), Err(NameError::Character(fault)), "{name:?}");
        }
    }

    proptest! {
        #[test]
        fn what_can_be_registered_is_ascii_and_a_user_name(name in "[-a-cA-C0-2_.@ä ]{1,40}") {
            if check_new_name(&name).is_ok() {
                prop_assert!(name.is_ascii() && !name.contains(['@', ' ']));
                prop_assert_eq!(check_user_name(&name), Ok(&*name));
            }
        }
    }
}
