//! Names of files: which names a file may be offered under, and written under by whoever fetches
//! it. Knows no folder and no disk.

use super::characters::Class;
use super::limits::FILE_NAME_MAX;

/// Why a name is no file's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum FileNameError {
    /// Nothing in it.
    Empty,
    /// More than [`FILE_NAME_MAX`] bytes.
    TooLong,
    /// It begins with a dot, as hidden files do, or with a dash, as options do, or with a space.
    Beginning(char),
    /// It ends in a dot or a space, which some systems leave out.
    End(char),
    /// This character may not stand in it: it separates the parts of a path, or it is a control
    /// character, or nobody sees it, or it turns the text around it.
    Character(char),
}

/// A name that is one component of a path on every system, and that looks like what it is: 1 to
/// [`FILE_NAME_MAX`] bytes.
///
/// # Errors
/// [`FileNameError`] says why it cannot be one.
pub fn check_file_name(name: &str) -> Result<&str, FileNameError> {
    if name.len() > FILE_NAME_MAX {
        return Err(FileNameError::TooLong);
    }
    if let Some((_, fault)) = name.char_indices().find(|&(at, c)| !may_stand(at, c)) {
        return Err(FileNameError::Character(fault));
    }
    let Some(first) = name.chars().next() else { return Err(FileNameError::Empty) };
    if matches!(first, '.' | '-' | ' ') {
        return Err(FileNameError::Beginning(first));
    }
    match name.chars().next_back() {
        Some(last @ ('.' | ' ')) => Err(FileNameError::End(last)),
        _ => Ok(name),
    }
}

/// Whether `c` may stand `at` bytes behind the beginning. Marks need something to stand on. A
/// spelling is not looked at: the name is taken as its owner's disk has it.
fn may_stand(at: usize, c: char) -> bool {
    match Class::of(c) {
        None => !matches!(c, '/' | '\\' | ':'),
        Some(Class::Joiner | Class::Mark | Class::Sign) => at > 0,
        Some(Class::Break | Class::Turn | Class::Unseen | Class::Blank | Class::Unknown) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_one_component_pass_in_any_script() {
        for name in [
            "a",
            "film.mkv",
            "Star Wars (1977).mkv",
            "x.tar.gz",
            "ä.txt",
            "映画.mkv",
            "a-",
            "a\u{308}",
        ] {
            assert_eq!(check_file_name(name), Ok(name));
        }
    }

    #[test]
    fn a_name_has_1_to_so_many_bytes() {
        let longest = "x".repeat(FILE_NAME_MAX);
        assert_eq!(check_file_name(&longest), Ok(&*longest));
        assert_eq!(check_file_name(&"x".repeat(FILE_NAME_MAX + 1)), Err(FileNameError::TooLong));
        assert_eq!(
            check_file_name(&"ß".repeat(FILE_NAME_MAX / 2 + 1)),
            Err(FileNameError::TooLong)
        );
        assert_eq!(check_file_name(""), Err(FileNameError::Empty));
    }

    #[test]
    fn what_leads_elsewhere_or_looks_like_something_else_is_refused() {
        for (name, fault) in [
            ("../evil", FileNameError::Character('/')),
            ("/tmp/x", FileNameError::Character('/')),
            ("a\\b", FileNameError::Character('\\')),
            ("c:x", FileNameError::Character(':')),
            ("..", FileNameError::Beginning('.')),
            (".bashrc", FileNameError::Beginning('.')),
            ("-rf", FileNameError::Beginning('-')),
            (" a", FileNameError::Beginning(' ')),
            ("x.", FileNameError::End('.')),
            ("x ", FileNameError::End(' ')),
            ("a\nb", FileNameError::Character('\n')),
            ("a\u{1b}[2J", FileNameError::Character('\u{1b}')),
            ("a\u{202e}vkm.exe", FileNameError::Character('\u{202e}')),
            ("a\u{200b}", FileNameError::Character('\u{200b}')),
            ("a\u{a0}b", FileNameError::Character('\u{a0}')),
            ("\u{301}a", FileNameError::Character('\u{301}')),
            ("a\u{fffd}", FileNameError::Character('\u{fffd}')),
        ] {
            assert_eq!(check_file_name(name), Err(fault), "{name:?}");
        }
    }
}
