//! What a line means that a person typed: a command, or text for whom the prompt names.
//!
//! `/` begins a command, always. A line that begins with a space is text, always. A bare first word
//! that is a command of the protocol is that command, also where its arguments are wrong: nobody
//! shall say in public what was meant as a command. A bare first word that is nearly such a command
//! is refused, for the same reason, and so is one that a password may follow. A line that names its
//! receiver as in other chats is refused where others would read it. All other lines are text, also
//! behind `all` and `say`: without a slash these say to no more people what was to be said anyway,
//! and many sentences begin so.

mod receiver;
#[cfg(test)]
mod tests;

use std::borrow::Cow;

use smolchat_core::protocol::{Class, REQUESTS};

use super::commands::{self, ALIASES, NO_SLASHES};
use super::secret::is_secret;
use super::slip::is_one_slip;

/// Shorter words are too many in every language to be taken for a slip.
const SLIP: usize = 6;

/// Shorter than other words that are guarded, but a password follows.
const LOGIN: [char; 5] = ['l', 'o', 'g', 'i', 'n'];

/// What a line means.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Meaning<'a> {
    /// A command, without a slash.
    Command(Cow<'a, str>),
    /// Text for whom the prompt names.
    Text(&'a str),
    /// Text that begins with the name of a user. It may be for this user alone.
    Addressed {
        /// The name as it was typed.
        user: &'a str,
        /// The text, whole.
        text: &'a str,
    },
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
    let (small, rest) = (trimmed(word).to_lowercase(), line[word.len()..].trim());
    if is_half_a_command(&small, rest, &is_user) {
        return without_slash(&small);
    }
    if let Some(command) = behind_no_slash(word) {
        return without_slash(command);
    }
    match nearly(word) {
        None if is_secret(word) => Meaning::Unclear(format!(
            "{word}: a password may follow, so nobody reads this; /passwd changes yours. \
             Begin with a space to say it"
        )),
        Some(command) => Meaning::Unclear(format!(
            "{word}: unknown command, did you mean {command}? Begin with a space to say it"
        )),
        None => match receiver::addressed(line, is_user) {
            Some(user) => Meaning::Addressed { user, text: line },
            None => Meaning::Text(line),
        },
    }
}

/// Whether a line that begins with `word` is a command of this client but for its slash and its
/// capitals, and hardly anything else. `rest` is what stands behind the word.
fn is_half_a_command(word: &str, rest: &str, is_user: impl Fn(&str) -> bool) -> bool {
    match word {
        "presence" => matches!(rest, "on" | "off"),
        "r" => true,
        "all" | "say" => false,
        _ if ALIASES.contains(&(word, "to")) || word == "to" => {
            receiver::is_for_one(word, rest, is_user)
        }
        _ => rest.is_empty() && ALIASES.iter().any(|(alias, _)| *alias == word),
    }
}

/// The command in a word that begins with something else than `/`.
fn behind_no_slash(word: &str) -> Option<&'static str> {
    let word = word.strip_prefix(NO_SLASHES)?;
    let names = commands::forms().map(|form| form.name);
    names.chain(ALIASES.iter().map(|(alias, _)| *alias)).find(|name| *name == word)
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
    let meant = commands::near_of_person(word)
        .map_or("try /help".to_owned(), |name| format!("did you mean /{name}?"));
    Meaning::Unclear(format!("/{word}: unknown command, {meant}"))
}

fn without_slash(word: &str) -> Meaning<'static> {
    Meaning::Unclear(format!(
        "{word}: a command begins with /, so type /{word}. Begin with a space to say it"
    ))
}

/// The command that `word` is, but for capitals, or for one slip of the finger.
fn nearly(word: &str) -> Option<&'static str> {
    let word: Vec<char> = trimmed(word).to_lowercase().chars().collect();
    let is_slip = |name: &str| {
        let name: Vec<char> = name.chars().collect();
        let is_long = name.len() >= SLIP || name.starts_with(&LOGIN);
        name == word || is_long && is_one_slip(&word, &name)
    };
    let own = REQUESTS.iter().map(|form| form.name);
    own.chain(commands::bare().map(|form| form.name)).find(|name| is_slip(name))
}

/// A word without what may stand behind it in a sentence.
fn trimmed(word: &str) -> &str {
    word.trim_end_matches([':', ','])
}

fn first_word(line: &str) -> &str {
    line.split(' ').next().unwrap_or_default()
}
