//! Typed lines that hold a password: neither a screen, nor a log, nor a history shows it. Knows
//! only how such lines begin.

use crate::line::{first_word, is_unseen, trimmed};
use crate::slip::{is_one_slip, is_same};
use crate::table::NO_SLASHES;

/// The commands that take a password, and how many words of each anybody may see.
const COMMANDS: [(&str, usize); 4] =
    [("register", 2), ("login", 2), ("passwd", 1), ("password", 1)];

/// An admin's orders that take a password: `admin user add <name> <password>`. A `user` that was
/// forgotten hides nothing.
const ADMIN: &str = "admin";
const USER: &str = "user";
const ORDERS: [&str; 3] = ["add", "passwd", "password"];

/// Takes a path, too, and then no password.
const REGISTER: &str = "register";

/// Whether a line may hold a password. A slip of the finger in the command's name hides nothing.
pub fn is_secret(line: &str) -> bool {
    words_shown(line).is_some()
}

/// The line as anybody may see it.
pub fn without_password(line: &str) -> &str {
    let Some(shown) = words_shown(line) else { return line };
    let start = line.len() - unslashed(line).len();
    let spaces = line[start..].match_indices(' ').map(|(at, _)| start + at);
    let ends = spaces.filter(|at| !line[..*at].ends_with(' '));
    ends.take(shown).last().filter(|_| word_count(line) > shown).map_or(line, |end| &line[..end])
}

/// The path behind `register` that names a file and no account: a single word, or whatever begins
/// as only a path does, or stands in quotes.
pub fn file_to_register(rest: &str) -> Option<&str> {
    let is_path = rest.starts_with(['/', '~', '.', '"', '\'']);
    Some(rest.trim()).filter(|rest| !rest.is_empty() && (is_path || !rest.contains(' ')))
}

fn words_shown(line: &str) -> Option<usize> {
    let word = trimmed(first_word(unslashed(line)));
    let rest = unslashed(line).split_once(' ').map_or("", |(_, rest)| rest.trim());
    // A single word may be a name whose password is asked for.
    if word == REGISTER && file_to_register(rest).is_some_and(|path| path.contains(['.', '/'])) {
        return None;
    }
    if is_meant(word, ADMIN) {
        return words_shown_of_order(rest);
    }
    COMMANDS.iter().find(|(name, _)| is_meant(word, name)).map(|(_, shown)| *shown)
}

/// How many words of an admin's line anybody may see, down to the name.
fn words_shown_of_order(order: &str) -> Option<usize> {
    let mut words = order.split(' ').filter(|word| !word.is_empty());
    let first = words.next()?;
    let (verb, shown) = match is_meant(first, USER) {
        true => (words.next()?, 4),
        false => (first, 3),
    };
    ORDERS.iter().any(|order| is_meant(verb, order)).then_some(shown)
}

/// Whether a word is the name of a command, perhaps with a slip of the finger.
fn is_meant(word: &str, name: &str) -> bool {
    is_same(word, name) || is_one_slip(word, name)
}

fn word_count(line: &str) -> usize {
    unslashed(line).split(' ').filter(|word| !word.is_empty()).count()
}

fn unslashed(line: &str) -> &str {
    let line = line.trim_start_matches(|c| matches!(c, '/' | ' ') || is_unseen(c));
    line.strip_prefix(NO_SLASHES).unwrap_or(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_sees_a_password_behind_its_command_nor_behind_a_slip_of_it() {
        for (line, shown) in [
            ("register luke iamyour*father", "register luke"),
            ("/register  luke  iamyour*father", "/register  luke"),
            (" Registr luke x y", " Registr luke"),
            ("login hans falcon*solo", "login hans"),
            ("logn hans falcon*solo", "logn hans"),
            ("/passwd old new", "/passwd"),
            ("\u{200b}/passwd old new", "\u{200b}/passwd"),
            ("pasword old new", "pasword"),
            ("register luke", "register luke"),
            ("register", "register"),
            ("\\login hans falcon*solo", "\\login hans"),
            ("7passwd old new", "7passwd"),
            ("admin user add eve secret", "admin user add eve"),
            ("/admin  user  passwd  eve  new one", "/admin  user  passwd  eve"),
            ("/Admn usr ad eve secret", "/Admn usr ad eve"),
            ("admin user password eve secret", "admin user password eve"),
            ("admin add eve secret", "admin add eve"),
            ("admin user add eve", "admin user add eve"),
        ] {
            assert_eq!(without_password(line), shown, "{line}");
        }
        for line in ["pasword x", "PASSWD x", "pssword hans x", "/login: hans x"] {
            assert!(is_secret(line), "{line}");
        }
        for path in ["film.mkv", "/my film", "~/my film", "./my film", "'my film.mkv'", "../a b c"]
        {
            let line = format!("/register {path}");
            assert_eq!((is_secret(&line), without_password(&line)), (false, &*line));
        }
        for line in ["admin", "admin user list", "admin user remove eve", "admin say add it all"] {
            assert_eq!((is_secret(line), without_password(line)), (false, line));
        }
        for line in ["message yoda register now", "see you", "", "/", "hello"] {
            assert_eq!((is_secret(line), without_password(line)), (false, line));
        }
    }
}
