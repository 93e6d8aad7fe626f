//! What a line asks of this terminal. Its first word means here what it means to every client; its
//! arguments are read here. Knows no screen and no server.

use smolchat_core::dialect::lines::parse_request;
use smolchat_core::protocol::{KEY_KIND, Request, RequestError, RequestForm};
use smolchat_words::{
    ALIASES, Meaning as Line, OF_PERSONS, Reader, Unclear, first_word, is_command, near,
    near_of_script,
};

use crate::commands::{self, BARE};

/// What a line means.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Meaning<'a> {
    /// An empty line.
    Nothing,
    /// Text for whom the prompt names.
    Text(&'a str),
    /// The same, and it begins with the name of a user, for whom alone it may be.
    Addressed {
        user: &'a str,
        text: &'a str,
    },
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
    /// The first screen of help, or one command.
    Help(Option<&'static RequestForm>),
    /// The rest of help.
    MoreHelp,
    /// A password, or two, are asked for.
    AskLogin {
        user: &'a str,
    },
    AskRegister {
        user: &'a str,
    },
    AskPasswd,
    /// A key is taken back, which the list of keys tells by this number or fingerprint.
    RemoveKey {
        which: &'a str,
    },
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
    /// It is this command, but for its slash.
    NeedsSlash(&'static str),
    /// Its arguments are not of this form. Without a slash it may be a sentence.
    Form { form: &'static RequestForm, needs_slash: bool, may_be_text: bool },
    /// A person at a terminal has it. A script has this one.
    OfPersons(&'static str),
    /// Only programs send it.
    OfPrograms,
    /// A password may follow.
    Password,
    /// It takes a client.
    BetweenClients,
    /// Something that nobody sees stands before the slash.
    Unseen,
    /// The request cannot be sent.
    Error(RequestError),
    /// Nobody wrote yet.
    NobodyWrote,
}

impl From<Unclear> for Hint {
    fn from(why: Unclear) -> Self {
        match why {
            Unclear::Unseen => Hint::Unseen,
            Unclear::OfPrograms => Hint::OfPrograms,
            Unclear::NeedsSlash(command) => Hint::NeedsSlash(command),
            Unclear::Password => Hint::Password,
            Unclear::Nearly(meant) => Hint::Unknown { meant: Some(meant), has_slash: false },
            Unclear::Unknown(meant) => Hint::Unknown { meant, has_slash: true },
        }
    }
}

/// What `line` means at a terminal. `is_user` says whether a word is the name of somebody; few
/// names are known here, so a line that begins with `to` takes a space before it to be said.
pub(crate) fn of_person(line: &str, is_user: impl Fn(&str) -> bool) -> Meaning<'_> {
    if line.trim_matches(' ').is_empty() {
        return Meaning::Nothing;
    }
    match (Reader { own: &BARE, is_user, guards_to: true }).read(line) {
        Line::Text(text) => Meaning::Text(text),
        Line::Addressed { user, text } => Meaning::Addressed { user, text },
        Line::Unclear { word, why: Unclear::Unknown(_) } if commands::is_between_clients(word) => {
            Meaning::Unclear { word, hint: Hint::BetweenClients }
        }
        Line::Unclear { word, why } => Meaning::Unclear { word, hint: why.into() },
        Line::Command { line, alias_of: None, has_slash } => match command(line) {
            Meaning::Unclear { word, hint: Hint::Form { form, needs_slash, .. } } => {
                let hint = Hint::Form { form, needs_slash, may_be_text: !has_slash };
                Meaning::Unclear { word, hint }
            }
            meaning => meaning,
        },
        Line::Command { line, alias_of: Some(name), .. } => alias(line, name),
    }
}

/// What `line` means in a script: a command, with or without a slash.
pub(crate) fn of_script(line: &str) -> Meaning<'_> {
    let line = line.trim_start_matches(' ');
    match line.strip_prefix('/').unwrap_or(line) {
        "" => Meaning::Nothing,
        line => match first_word(line) {
            "login" | "register" | "passwd" => request(line),
            word if is_of_persons(word) => match near_of_script(word, &[]) {
                Some(meant) => Meaning::Unclear { word, hint: Hint::OfPersons(meant) },
                None => unknown_of_script(word),
            },
            _ => command(line),
        },
    }
}

fn is_of_persons(word: &str) -> bool {
    let is_own = |name: &str| OF_PERSONS.iter().any(|form| form.name == name);
    is_own(word) || ALIASES.iter().any(|(alias, name)| *alias == word && is_own(name))
}

fn unknown_of_script(word: &str) -> Meaning<'_> {
    let hint = Hint::Unknown { meant: near_of_script(word, &[]), has_slash: false };
    Meaning::Unclear { word, hint }
}

/// A command by another name.
fn alias<'a>(line: &'a str, name: &'static str) -> Meaning<'a> {
    let word = first_word(line);
    let rest = line[word.len()..].trim_start_matches(' ');
    match name {
        "to" => to(rest),
        "r" => Meaning::Answer { text: rest },
        _ if rest.is_empty() => request(name),
        _ => wrong_form(word, name),
    }
}

/// A command without its slash.
fn command(line: &str) -> Meaning<'_> {
    let word = first_word(line);
    let rest = line[word.len()..].trim_start_matches(' ');
    let words = rest.trim_end_matches(' ');
    match word {
        "" => Meaning::Unclear { word, hint: Hint::Unknown { meant: None, has_slash: true } },
        _ if commands::is_between_clients(word) => {
            Meaning::Unclear { word, hint: Hint::BetweenClients }
        }
        "message" => message(rest),
        "broadcast" if !rest.is_empty() => Meaning::Say { to: None, text: rest },
        "to" => to(rest),
        "all" if words.is_empty() => Meaning::Turn { to: None },
        "all" => Meaning::Say { to: None, text: rest },
        "r" => Meaning::Answer { text: rest },
        "say" if rest.is_empty() => wrong_form(word, word),
        "say" => Meaning::Text(rest),
        "presence" => match words {
            "on" => Meaning::Presence { is_shown: true },
            "off" => Meaning::Presence { is_shown: false },
            _ => wrong_form(word, word),
        },
        "help" if words.is_empty() => Meaning::Help(None),
        "help" if words == "more" => Meaning::MoreHelp,
        "help" => help(words),
        "passwd" if words.is_empty() => Meaning::AskPasswd,
        "login" if is_one_word(words) => Meaning::AskLogin { user: words },
        "register" if is_one_word(words) => Meaning::AskRegister { user: words },
        "login" | "register" | "passwd" => match request(line) {
            Meaning::Unclear { hint: Hint::Form { .. }, .. } => wrong_form(word, word),
            meaning => meaning,
        },
        "removekey" if is_one_word(words) && words != KEY_KIND => {
            Meaning::RemoveKey { which: words }
        }
        _ if is_command(word, "searchfile") => match words {
            "" => wrong_form(word, "searchfile"),
            name => Meaning::Request(Request::SearchFile { name }),
        },
        _ => request(line),
    }
}

fn help(words: &str) -> Meaning<'_> {
    let word = words.strip_prefix('/').unwrap_or(words);
    let alias = ALIASES.iter().find(|(alias, _)| *alias == word);
    let name = alias.map_or(word, |(_, name)| name);
    match commands::all().find(|form| is_command(name, form.name)) {
        Some(form) => Meaning::Help(Some(form)),
        None if commands::is_between_clients(word) => {
            Meaning::Unclear { word, hint: Hint::BetweenClients }
        }
        None if is_one_word(word) => {
            let hint = Hint::Unknown { meant: near(word, &BARE), has_slash: true };
            Meaning::Unclear { word, hint }
        }
        None => wrong_form("help", "help"),
    }
}

/// The command `name` takes no such words.
fn wrong_form<'a>(word: &'a str, name: &str) -> Meaning<'a> {
    let form = commands::at_a_terminal(name);
    Meaning::Unclear { word, hint: Hint::Form { form, needs_slash: true, may_be_text: false } }
}

fn message(rest: &str) -> Meaning<'_> {
    let to = first_word(rest);
    match rest[to.len()..].trim_start_matches(' ') {
        "" => {
            let form = commands::at_a_terminal("message");
            let hint = Hint::Form { form, needs_slash: false, may_be_text: false };
            Meaning::Unclear { word: "message", hint }
        }
        text => Meaning::Say { to: Some(to), text },
    }
}

fn to(rest: &str) -> Meaning<'_> {
    let to = first_word(rest);
    match rest[to.len()..].trim_start_matches(' ') {
        _ if to.is_empty() => wrong_form("to", "to"),
        text if text.trim_end_matches(' ').is_empty() => Meaning::Turn { to: Some(to) },
        text => Meaning::Say { to: Some(to), text },
    }
}

fn request(line: &str) -> Meaning<'_> {
    let word = first_word(line);
    match parse_request(line) {
        Ok(request) if request.form().is_typed || word == "login" => Meaning::Request(request),
        Ok(_) => Meaning::Unclear { word, hint: Hint::OfPrograms },
        Err(RequestError::Arguments(form)) => {
            let hint = Hint::Form { form, needs_slash: false, may_be_text: false };
            Meaning::Unclear { word, hint }
        }
        Err(RequestError::Unknown) => unknown_of_script(word),
        Err(error) => Meaning::Unclear { word, hint: Hint::Error(error) },
    }
}

fn is_one_word(words: &str) -> bool {
    !words.is_empty() && !words.contains(' ')
}

#[cfg(test)]
mod tests;
