//! What a line means that a person typed: a command, or text for whom the prompt names.
//!
//! `/` begins a command, always. A line that begins with a space is text, always. A bare first word
//! that is a command of the protocol is that command, also where its arguments are wrong: nobody
//! shall say in public what was meant as a command. A bare first word that is nearly such a command
//! is refused, for the same reason, and so is one that a password may follow. All other lines are
//! text, also behind `all` and `say`: without a slash these say to no more people what was to be
//! said anyway, and many sentences begin so.

use std::borrow::Cow;

use smolchat_core::protocol::{Class, REQUESTS};

use super::commands;
use super::secret::is_secret;

/// Shorter words are too many in every language to be taken for a slip.
const SLIP: usize = 6;

/// Shorter than other words that are guarded, but a password follows.
const LOGIN: [char; 5] = ['l', 'o', 'g', 'i', 'n'];

/// Other names of commands, behind a `/` only.
const ALIASES: [(&str, &str); 6] = [
    ("msg", "message"),
    ("m", "message"),
    ("who", "whoelse"),
    ("quit", "logout"),
    ("exit", "logout"),
    ("bye", "logout"),
];

/// What a line means.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Meaning<'a> {
    /// A command, without a slash.
    Command(Cow<'a, str>),
    /// Text for whom the prompt names.
    Text(&'a str),
    /// Nobody can say which, and so it is neither. The text says what to do.
    Unclear(String),
}

/// What `line` means. `bare` says whether commands need no `/`, and `is_user` whether a word is the
/// name of somebody.
pub(crate) fn meaning(line: &str, bare: bool, is_user: impl Fn(&str) -> bool) -> Meaning<'_> {
    if line.starts_with("//") {
        return Meaning::Text(&line[1..]);
    }
    if let Some(command) = line.strip_prefix('/') {
        return slashed(command);
    }
    if line.starts_with(' ') {
        return Meaning::Text(line.trim_start_matches(' '));
    }
    if line.chars().find(|c| !is_unseen(*c)) == Some('/') {
        let text = "there is something before the / that nobody sees. Type the line again";
        return Meaning::Unclear(text.to_owned());
    }
    let word = first_word(line);
    if commands::bare().any(|form| form.name == word) {
        return if bare { Meaning::Command(line.into()) } else { without_slash(word) };
    }
    if REQUESTS.iter().any(|form| form.name == word) {
        // `login`, whose arguments are a password, and what the client sends by itself.
        return Meaning::Unclear(format!(
            "{word}: smolchat sends this by itself. Begin with a space to say it"
        ));
    }
    let (small, rest) = (word.to_lowercase(), &line[word.len()..]);
    if is_half_a_command(&small, rest, is_user) {
        return without_slash(&small);
    }
    match nearly(word) {
        None if is_secret(word) => Meaning::Unclear(format!(
            "{word}: a password may follow, so nobody reads this; /passwd changes yours. \
             Begin with a space to say it"
        )),
        Some(command) => Meaning::Unclear(format!(
            "{word}: unknown command, did you mean {command}? Begin with a space to say it"
        )),
        None => Meaning::Text(line),
    }
}

/// Whether a line that begins with `word` is a command of this client but for its slash and its
/// capitals, and hardly anything else. `rest` is what stands behind the word.
fn is_half_a_command(word: &str, rest: &str, is_user: impl Fn(&str) -> bool) -> bool {
    let rest = rest.trim();
    match word {
        "to" | "m" => is_user(first_word(rest)) || is_user(&first_word(rest).to_lowercase()),
        "presence" => matches!(rest, "on" | "off"),
        "r" | "msg" => true,
        "all" | "say" => false,
        _ => rest.is_empty() && ALIASES.iter().any(|(alias, _)| *alias == word),
    }
}

/// Spaces that are none, and characters that nobody sees.
fn is_unseen(c: char) -> bool {
    matches!(Class::of(c), Some(Class::Blank | Class::Unseen | Class::Joiner | Class::Turn))
}

fn slashed(command: &str) -> Meaning<'_> {
    let word = first_word(command);
    if let Some((_, name)) = ALIASES.iter().find(|(alias, _)| *alias == word) {
        return Meaning::Command(format!("{name}{}", &command[word.len()..]).into());
    }
    if word.is_empty() || commands::forms().any(|form| form.name == word) {
        return Meaning::Command(command.into());
    }
    let meant =
        nearly(word).map_or("try /help".to_owned(), |command| format!("did you mean /{command}?"));
    Meaning::Unclear(format!("/{word}: unknown command, {meant}"))
}

fn without_slash(word: &str) -> Meaning<'static> {
    Meaning::Unclear(format!(
        "{word}: a command begins with /, so type /{word}. Begin with a space to say it"
    ))
}

/// The command that `word` is, but for capitals, or for one slip of the finger.
fn nearly(word: &str) -> Option<&'static str> {
    let word: Vec<char> = word.trim_end_matches([':', ',']).to_lowercase().chars().collect();
    let is_slip = |name: &str| {
        let name: Vec<char> = name.chars().collect();
        let is_long = name.len() >= SLIP || name.starts_with(&LOGIN);
        name == word || is_long && is_one_slip(&word, &name)
    };
    let own = REQUESTS.iter().map(|form| form.name);
    own.chain(commands::bare().map(|form| form.name)).find(|name| is_slip(name))
}

/// Whether one character was left out, added, mistaken, or changed places with its neighbour.
pub(crate) fn is_one_slip(typed: &[char], meant: &[char]) -> bool {
    let same = typed.iter().zip(meant).take_while(|(a, b)| a == b).count();
    let (typed, meant) = (&typed[same..], &meant[same..]);
    match (typed, meant) {
        ([], [_]) | ([_], []) => true,
        ([_, rest @ ..], [_, others @ ..]) => {
            let is_swapped = typed.len() > 1
                && meant.len() > 1
                && (typed[0], typed[1]) == (meant[1], meant[0])
                && typed[2..] == meant[2..];
            rest == others || rest == meant || typed == others || is_swapped
        }
        _ => false,
    }
}

fn first_word(line: &str) -> &str {
    line.split(' ').next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meaning(line: &str, bare: bool) -> Meaning<'_> {
        super::meaning(line, bare, |word| word == "yoda")
    }

    fn command(line: &str) -> Meaning<'_> {
        Meaning::Command(line.into())
    }

    #[test]
    fn a_slash_begins_a_command_and_a_space_begins_text() {
        assert_eq!(meaning("/message yoda hi", true), command("message yoda hi"));
        assert_eq!(meaning("/msg yoda hi", false), command("message yoda hi"));
        assert_eq!(meaning("/quit", true), command("logout"));
        assert_eq!(meaning("//etc is a folder", true), Meaning::Text("/etc is a folder"));
        assert_eq!(meaning("  message yoda hi", true), Meaning::Text("message yoda hi"));
        assert_eq!(meaning("hello all", true), Meaning::Text("hello all"));
        assert_eq!(meaning("/", true), command(""));
    }

    #[test]
    fn a_bare_command_is_a_command_and_never_said() {
        assert_eq!(meaning("message yoda hi", true), command("message yoda hi"));
        assert_eq!(meaning("block that road", true), command("block that road"));
        assert!(matches!(meaning("message yoda hi", false), Meaning::Unclear(_)));
        for word in ["to", "all", "say", "presence"] {
            let line = format!("{word} be or not");
            assert_eq!(meaning(&line, true), Meaning::Text(&line), "only behind a /");
        }
    }

    #[test]
    fn a_login_with_its_password_is_never_said() {
        for bare in [true, false] {
            let meant = meaning("login hans falcon*solo", bare);
            assert!(matches!(meant, Meaning::Unclear(_)), "{meant:?}");
        }
        assert_eq!(meaning(" login works again", true), Meaning::Text("login works again"));
    }

    #[test]
    fn a_password_is_never_said_whatever_word_stands_before_it() {
        for line in ["password hunter2", "Password: hunter2", "pasword x", "password"] {
            let meant = meaning(line, true);
            assert!(matches!(meant, Meaning::Unclear(_)), "{line}: {meant:?}");
        }
        assert_eq!(meaning(" password reset works", true), Meaning::Text("password reset works"));
        for line in ["passport please", "my password is gone", "all hello", "say hello", "m&m"] {
            assert_eq!(meaning(line, true), Meaning::Text(line));
        }
    }

    #[test]
    fn what_is_nearly_a_command_is_not_said_either() {
        for word in ["Message", "mesage", "messsage", "massage", "emssage", "message:", "BLOCK"] {
            let line = format!("{word} yoda the password is x");
            let Meaning::Unclear(text) = meaning(&line, true) else { panic!("{word} is said") };
            assert!(text.starts_with(&format!("{word}: unknown command, did you mean ")), "{text}");
        }
        for line in ["black cats", "see you", "holp", "lots of", "private-ish", ""] {
            assert_eq!(meaning(line, true), Meaning::Text(line));
        }
        let Meaning::Unclear(text) = meaning("/mesage yoda hi", true) else { panic!() };
        assert_eq!(text, "/mesage: unknown command, did you mean /message?");
        let Meaning::Unclear(text) = meaning("/dance", true) else { panic!() };
        assert_eq!(text, "/dance: unknown command, try /help");
    }

    #[test]
    fn what_lacks_only_its_slash_is_not_said() {
        for line in [
            "to yoda the word is x",
            "r yes",
            "msg yoda x",
            "m yoda x",
            "presence off",
            "quit",
            "exit",
            "who",
            "login hans falcon*solo",
            "Login hans falcon*solo",
            "lgoin hans falcon*solo",
            "logn hans falcon*solo",
            "ack 5",
            "acks on",
            "p2p 1 2",
            "active",
            "\u{a0}/to yoda x",
            "\u{200b}/to yoda x",
        ] {
            for bare in [true, false] {
                assert!(matches!(meaning(line, bare), Meaning::Unclear(_)), "{line} is said");
            }
        }
        for line in ["to be or not", "who is there", "quit that", "all is well", "say hi"] {
            assert_eq!(meaning(line, true), Meaning::Text(line));
        }
    }

    #[test]
    fn capitals_make_no_text_of_what_was_meant_as_a_command() {
        for line in ["To yoda my secret", "TO Yoda x", "Quit", "EXIT", "R hi", "Presence off"] {
            assert!(matches!(meaning(line, true), Meaning::Unclear(_)), "{line}");
        }
        for line in ["To be or not to be", "Exit polls are in", "Presence of mind"] {
            assert_eq!(meaning(line, true), Meaning::Text(line));
        }
    }
}
