//! Names on the disk of who loads a file. Which names may travel is core's rule
//! (`check_file_name`).

use std::fmt;

use smolchat_core::protocol::{FileNameError, check_file_name};

/// Numbers that are tried behind a name that is taken.
pub(crate) const NUMBERS: u32 = 999;

/// A name that no file may have here, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnsafeName(pub FileNameError);

impl fmt::Display for UnsafeName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            FileNameError::Empty => formatter.write_str("the name is empty"),
            FileNameError::TooLong => formatter.write_str("the name is too long"),
            FileNameError::Beginning(c) => write!(formatter, "the name begins with {c:?}"),
            FileNameError::End(c) => write!(formatter, "the name ends with {c:?}"),
            FileNameError::Character(c) => write!(formatter, "the name has {c:?} in it"),
        }
    }
}

impl std::error::Error for UnsafeName {}

/// The name, if it is one safe component of a path.
///
/// # Errors
/// What is wrong with it, in words.
pub fn safe_name(name: &str) -> Result<&str, UnsafeName> {
    check_file_name(name).map_err(UnsafeName)
}

/// The name with a number in front of its ending: `a (2).txt`. The first number is none.
pub(crate) fn numbered(name: &str, number: u32) -> String {
    if number < 2 {
        return name.to_owned();
    }
    match name.rsplit_once('.') {
        Some((stem, ending)) if !stem.is_empty() && ending.len() <= 8 => {
            format!("{stem} ({number}).{ending}")
        }
        _ => format!("{name} ({number})"),
    }
}

/// Whether a person or a disk that ignores case takes both for one name.
pub(crate) fn is_same(one: &str, other: &str) -> bool {
    one == other || one.to_lowercase() == other.to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_stands_before_the_ending() {
        for (name, expected) in [
            ("film.mkv", "film (2).mkv"),
            ("film", "film (2)"),
            ("a.tar.gz", "a.tar (2).gz"),
            ("St. Petersburg am Morgen", "St. Petersburg am Morgen (2)"),
        ] {
            assert_eq!(numbered(name, 2), expected);
            assert_eq!(numbered(name, 1), name);
            assert_eq!(safe_name(&numbered(name, 2)), Ok(expected));
        }
    }

    #[test]
    fn the_longest_name_with_a_number_is_one_that_disks_take() {
        assert!(numbered(&"x".repeat(200), NUMBERS).len() <= 255);
    }

    #[test]
    fn names_that_differ_in_case_only_are_the_same() {
        assert!(is_same("Film.MKV", "film.mkv") && is_same("ÄÖ", "äö"));
        assert!(!is_same("film.mkv", "film.mk"));
    }

    #[test]
    fn what_is_wrong_with_a_name_is_said() {
        assert_eq!(safe_name("../x").unwrap_err().to_string(), "the name has '/' in it");
        assert_eq!(safe_name(".x").unwrap_err().to_string(), "the name begins with '.'");
    }
}
