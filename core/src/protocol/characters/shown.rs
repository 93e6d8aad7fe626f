//! What a screen shows of a text or a name that somebody wrote.
//! Knows the classes of characters only.

use super::Class;
use crate::protocol::check_user_name;

/// Stands where a character was that may not pass.
const SUBSTITUTE: char = char::REPLACEMENT_CHARACTER;
/// So many marks may stand on one letter. No living script needs more, and a tower of them hides
/// the rows above it.
const MARKS_MAX: usize = 4;

/// `text` as it may be shown: each character of a [`Class`] passes, or is replaced or left out as
/// the class wants.
///
/// A character that ends a row, turns the direction or has no agreed look becomes one visible mark.
/// Invisible characters are left out, and blanks become spaces. Marks and joiners pass if they
/// stand on something, at most four of them.
pub fn shown(text: &str) -> impl Iterator<Item = char> + Clone + '_ {
    // How many marks may still stand on what was shown last.
    let shown = text.chars().scan(0, |room, c| {
        let (next, marks) = match Class::of(c) {
            None if c == ' ' => (Some(c), 0),
            None => (Some(c), MARKS_MAX),
            Some(Class::Blank) => (Some(' '), 0),
            Some(Class::Unseen) => (None, *room),
            Some(Class::Break | Class::Turn | Class::Unknown) => (Some(SUBSTITUTE), 0),
            Some(Class::Joiner | Class::Mark | Class::Sign) if *room > 0 => (Some(c), *room - 1),
            Some(Class::Joiner | Class::Mark | Class::Sign) => (None, 0),
        };
        *room = marks;
        Some(next)
    });
    shown.flatten()
}

/// `name` as it may be shown. Characters that no name may hold become one visible mark, so that no
/// name looks like another name or like more than a name.
pub fn shown_name(name: &str) -> impl Iterator<Item = char> + Clone + '_ {
    let is_name = check_user_name(name).is_ok();
    name.char_indices().map(move |(at, c)| {
        let stands = match Class::of(c) {
            None => c != ' ',
            Some(Class::Sign) => at > 0,
            Some(_) => false,
        };
        if is_name || stands { c } else { SUBSTITUTE }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_is_shown_commands_a_terminal_or_turns_a_text() {
        for c in '\0'..=char::MAX {
            let text: String = ['a', c, 'b'].into_iter().collect();
            let may_pass =
                |c| !matches!(Class::of(c), Some(Class::Break | Class::Turn | Class::Unseen));
            assert!(shown(&text).chain(shown_name(&text)).all(may_pass), "{c:?}");
        }
    }

    #[test]
    fn what_is_shown_is_never_longer_than_what_a_text_may_hold() {
        let bytes = |c: char| shown(c.encode_utf8(&mut [0; 4])).map(char::len_utf8).sum::<usize>();
        let may_stand = |c: &char| !c.is_control();
        assert!(('\0'..=char::MAX).filter(may_stand).all(|c| bytes(c) <= c.len_utf8()));
    }
}
