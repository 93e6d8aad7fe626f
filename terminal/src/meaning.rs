//! What a line means that a person typed: a command, or text for whom the prompt names.
//!
//! `/` begins a command, always. A line that begins with a space is text, always. A bare first word
//! that is a command of the protocol is that command, also where its arguments are wrong: nobody
//! shall say in public what was meant as a command. A bare first word that is nearly such a command
//! is refused, for the same reason. All other lines are text.
//!
//! Knows no screen and no server.

use smolchat_core::dialect::lines::parse_request;
use smolchat_core::protocol::{Class, REQUESTS, Request, RequestError, RequestForm};

use crate::commands::{self, ALIASES, LOGIN, OWN};

/// Shorter words are too many in every language to be taken for a slip.
const SLIP: usize = 6;
/// Behind a slash, shorter words have no slips: they are too much alike.
const SHORT: usize = 3;
/// Shorter than other words that are guarded, but a password follows.
const GUARDED: &str = "login";
/// No command, but many take it for one, and a password follows.
const PASSWORD: &str = "password";

/// What a line means.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Meaning<'a> {
    /// An empty line.
    Nothing,
    /// Text for whom the prompt names.
    Text(&'a str),
    /// Text for one user, or for all.
    Say {
        to: Option<&'a str>,
        text: &'a str,
    },
    /// Text for whoever wrote last; without a text, plain text goes there from now on.
    Answer {
        text: &'a str,
    },
    /// Plain text goes to this user, or to all, from now on.
    Turn {
        to: Option<&'a str>,
    },
    /// Whether comings and goings are shown.
    Presence {
        is_shown: bool,
    },
    /// All of help, or one command.
    Help(Option<&'static RequestForm>),
    /// A password, or two, are asked for.
    AskLogin {
        user: &'a str,
    },
    AskRegister {
        user: &'a str,
    },
    AskPasswd,
    /// Goes to the server as it is.
    Request(Request<'a>),
    /// Neither, and this is to be said.
    Unclear {
        word: &'a str,
        hint: Hint,
    },
}

/// What to do about a line that is neither text nor a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hint {
    /// No such command; perhaps this one was meant.
    Unknown { meant: Option<&'static str>, has_slash: bool },
    /// It lacks its slash.
    NeedsSlash,
    /// Its arguments are not of this form.
    Form { form: &'static RequestForm, needs_slash: bool },
    /// Only programs send it.
    OfPrograms,
    /// It takes a client.
    BetweenClients,
    /// Something that nobody sees stands before the slash.
    Unseen,
    /// The request cannot be sent.
    Error(RequestError),
    /// Nobody wrote yet.
    NobodyWrote,
}

/// What `line` means at a terminal.
pub(crate) fn of_person(line: &str) -> Meaning<'_> {
    if line.trim_matches(' ').is_empty() {
        return Meaning::Nothing;
    }
    if line.starts_with("//") {
        return Meaning::Text(&line[1..]);
    }
    if let Some(command) = line.strip_prefix('/') {
        return slashed(command);
    }
    if line.starts_with(' ') {
        return Meaning::Text(line.trim_start_matches(' '));
    }
    let word = first_word(line);
    let unclear = |hint| Meaning::Unclear { word, hint };
    if line.chars().find(|c| !is_unseen(*c)) == Some('/') {
        return unclear(Hint::Unseen);
    }
    if commands::bare().any(|form| form.name == word) || commands::is_between_clients(word) {
        return command(line);
    }
    if REQUESTS.iter().any(|form| form.name == word) {
        return unclear(Hint::OfPrograms);
    }
    if is_half_a_command(word, line[word.len()..].trim_matches(' ')) {
        return unclear(Hint::NeedsSlash);
    }
    match nearly(word) {
        Some(meant) => unclear(Hint::Unknown { meant: Some(meant), has_slash: false }),
        None => Meaning::Text(line),
    }
}

/// What `line` means in a script: a command, with or without a slash.
pub(crate) fn of_script(line: &str) -> Meaning<'_> {
    let line = line.trim_start_matches(' ');
    match line.strip_prefix('/').unwrap_or(line) {
        "" => Meaning::Nothing,
        line => match first_word(line) {
            "login" | "register" | "passwd" => request(line),
            word if OWN.iter().any(|form| form.name == word) => {
                let hint = Hint::Unknown { meant: None, has_slash: false };
                Meaning::Unclear { word, hint }
            }
            _ => command(line),
        },
    }
}

fn slashed(line: &str) -> Meaning<'_> {
    let word = first_word(line);
    if let Some((_, name)) = ALIASES.iter().find(|(alias, _)| *alias == word) {
        let rest = line[word.len()..].trim_start_matches(' ');
        return match *name {
            "to" => to(rest),
            "r" => Meaning::Answer { text: rest },
            _ if rest.is_empty() => request(name),
            _ => wrong_form(word, name),
        };
    }
    if commands::all().any(|form| form.name == word) || commands::is_between_clients(word) {
        return command(line);
    }
    unknown_behind_slash(word)
}

fn unknown_behind_slash(word: &str) -> Meaning<'_> {
    Meaning::Unclear {
        word,
        hint: Hint::Unknown { meant: nearly_behind_slash(word), has_slash: true },
    }
}

/// The command takes no such words.
fn wrong_form<'a>(word: &'a str, name: &str) -> Meaning<'a> {
    let form = RequestForm::of(name).unwrap_or(&LOGIN);
    Meaning::Unclear { word, hint: Hint::Form { form, needs_slash: true } }
}

/// A command without its slash.
fn command(line: &str) -> Meaning<'_> {
    let word = first_word(line);
    let rest = line[word.len()..].trim_start_matches(' ');
    let words = rest.trim_end_matches(' ');
    let wrong = |form| Meaning::Unclear { word, hint: Hint::Form { form, needs_slash: true } };
    match word {
        _ if commands::is_between_clients(word) => {
            Meaning::Unclear { word, hint: Hint::BetweenClients }
        }
        "message" => message(rest),
        "broadcast" if !rest.is_empty() => Meaning::Say { to: None, text: rest },
        "to" => to(rest),
        "all" if words.is_empty() => Meaning::Turn { to: None },
        "all" => Meaning::Say { to: None, text: rest },
        "r" => Meaning::Answer { text: rest },
        "say" if rest.is_empty() => wrong(&OWN[3]),
        "say" => Meaning::Text(rest),
        "presence" => match words {
            "on" => Meaning::Presence { is_shown: true },
            "off" => Meaning::Presence { is_shown: false },
            _ => wrong(&OWN[4]),
        },
        "help" if words.is_empty() => Meaning::Help(None),
        "help" => help(words),
        "passwd" if words.is_empty() => Meaning::AskPasswd,
        "login" if is_one_word(words) => Meaning::AskLogin { user: words },
        "register" if is_one_word(words) => Meaning::AskRegister { user: words },
        "login" if words.is_empty() => wrong(&LOGIN),
        _ => request(line),
    }
}

fn help(words: &str) -> Meaning<'_> {
    let word = words.strip_prefix('/').unwrap_or(words);
    let alias = ALIASES.iter().find(|(alias, _)| *alias == word);
    let name = alias.map_or(word, |(_, name)| name);
    match commands::all().find(|form| form.name == name) {
        Some(form) => Meaning::Help(Some(form)),
        None if is_one_word(word) => unknown_behind_slash(word),
        None => wrong_form("help", "help"),
    }
}

fn message(rest: &str) -> Meaning<'_> {
    let to = first_word(rest);
    match rest[to.len()..].trim_start_matches(' ') {
        "" => {
            let form = RequestForm::of("message").unwrap_or(&OWN[0]);
            Meaning::Unclear { word: "message", hint: Hint::Form { form, needs_slash: false } }
        }
        text => Meaning::Say { to: Some(to), text },
    }
}

fn to(rest: &str) -> Meaning<'_> {
    let to = first_word(rest);
    match rest[to.len()..].trim_start_matches(' ') {
        _ if to.is_empty() => {
            let hint = Hint::Form { form: &OWN[0], needs_slash: true };
            Meaning::Unclear { word: "to", hint }
        }
        text if text.trim_end_matches(' ').is_empty() => Meaning::Turn { to: Some(to) },
        text => Meaning::Say { to: Some(to), text },
    }
}

fn request(line: &str) -> Meaning<'_> {
    let word = first_word(line);
    match parse_request(line) {
        Ok(request) if request.form().is_typed || word == GUARDED => Meaning::Request(request),
        Ok(_) => Meaning::Unclear { word, hint: Hint::OfPrograms },
        Err(RequestError::Arguments(form)) => {
            Meaning::Unclear { word, hint: Hint::Form { form, needs_slash: false } }
        }
        Err(RequestError::Unknown) => {
            Meaning::Unclear { word, hint: Hint::Unknown { meant: None, has_slash: false } }
        }
        Err(error) => Meaning::Unclear { word, hint: Hint::Error(error) },
    }
}

/// Whether a line that begins with `word` is a command of this terminal but for its slash and its
/// capitals, and hardly anything else.
fn is_half_a_command(word: &str, rest: &str) -> bool {
    let is = |name: &str| word.eq_ignore_ascii_case(name);
    if is("to") {
        // Few names are known here. A sentence that begins so takes a space before it.
        return !rest.is_empty();
    }
    if is("presence") {
        return matches!(rest, "on" | "off");
    }
    // Whoever says `dm me` to all asks for a message.
    let is_for_one = ["pm", "dm", "whisper"].into_iter().any(is)
        && !["", "me", "us"].contains(&first_word(rest).trim_end_matches([',', '.', '!', '?']));
    let is_alone =
        rest.is_empty() && ALIASES.iter().any(|(alias, name)| is(alias) && *name != "to");
    is("r") || is("msg") || is_for_one || is_alone
}

/// Spaces that are none, and characters that nobody sees.
fn is_unseen(c: char) -> bool {
    matches!(Class::of(c), Some(Class::Blank | Class::Unseen | Class::Joiner | Class::Turn))
}

/// The command that `word` is, but for capitals, or for one slip of the finger.
fn nearly(word: &str) -> Option<&'static str> {
    let word = word.trim_end_matches([':', ',']);
    let is_password = word.eq_ignore_ascii_case(PASSWORD) || is_one_slip(word, PASSWORD);
    let names = commands::bare().map(|form| form.name);
    let meant = names.into_iter().find(|name| {
        let is_long = name.len() >= SLIP || *name == GUARDED;
        word.eq_ignore_ascii_case(name) || is_long && is_one_slip(word, name)
    });
    meant.or(is_password.then_some("passwd"))
}

/// The command that `word` is where nothing but a command can stand: also a short one, and one of
/// which only the beginning was typed.
fn nearly_behind_slash(word: &str) -> Option<&'static str> {
    let names =
        || commands::all().map(|form| form.name).chain(ALIASES.iter().map(|(name, _)| *name));
    let is_slip = |name: &&str| {
        let is_long = name.len() >= SHORT && word.len() >= SHORT;
        word.eq_ignore_ascii_case(name) || is_long && is_one_slip(word, name)
    };
    let is_begun = |name: &&str| word.len() >= 2 && name.starts_with(word);
    nearly(word).or(names().find(is_slip)).or(names().find(is_begun))
}

/// Whether one letter was left out, added, mistaken, or changed places with its neighbour.
fn is_one_slip(typed: &str, meant: &str) -> bool {
    let is_same = |a: &u8, b: &u8| a.eq_ignore_ascii_case(b);
    let same = typed.bytes().zip(meant.bytes()).take_while(|(a, b)| is_same(a, b)).count();
    let (typed, meant) = (&typed.as_bytes()[same..], &meant.as_bytes()[same..]);
    match (typed, meant) {
        ([], [_]) | ([_], []) => true,
        ([first, rest @ ..], [other, others @ ..]) => {
            let is = |a: &[u8], b: &[u8]| a.eq_ignore_ascii_case(b);
            let is_swapped = matches!((rest, others), ([b, end @ ..], [a, ends @ ..])
                if is_same(first, a) && is_same(other, b) && is(end, ends));
            is(rest, others) || is(rest, meant) || is(typed, others) || is_swapped
        }
        _ => false,
    }
}

/// Whether the line may hold a password, so that it is kept nowhere.
pub(crate) fn is_secret(line: &str) -> bool {
    let line = line.trim_start_matches(|c| c == '/' || c == ' ' || is_unseen(c));
    let word = first_word(line);
    ["login", "register", "passwd", PASSWORD]
        .iter()
        .any(|name| word.eq_ignore_ascii_case(name) || is_one_slip(word, name))
}

fn is_one_word(words: &str) -> bool {
    !words.is_empty() && !words.contains(' ')
}

pub(crate) fn first_word(line: &str) -> &str {
    line.split(' ').next().unwrap_or_default()
}

#[cfg(test)]
mod tests;
