//! The commands that a person has beside those of the protocol, and other names of commands.
//! Knows no grammar.

use smolchat_core::protocol::{REQUESTS, RequestForm};

/// The commands of a person at a terminal. Their names are words that people say, so they need a
/// slash.
pub static OF_PERSONS: [RequestForm; 5] = [
    of_person("to", "to <user> [text]", "talk to one user; with a text, only say it"),
    of_person("all", "all [text]", "talk to everybody; with a text, only say it"),
    of_person("r", "r [text]", "answer whoever wrote to you last"),
    of_person("say", "say <text>", "say a text, whatever it begins with"),
    of_person("presence", "presence on|off", "show who comes and goes, or do not"),
];

/// Commands of clients with a port of their own that need a slash for the same reason.
pub(crate) const OF_CLIENTS: [&str; 4] = ["fingerprint", "trust", "unfinished", "discard"];

/// Commands that the rules of this chat write with a capital in the middle. Any case is right.
const ANY_CASE: [&str; 2] = ["searchfile", "searchchunk"];

/// Whether `word` is the command `name`.
pub fn is_command(word: &str, name: &str) -> bool {
    word == name || ANY_CASE.contains(&name) && word.eq_ignore_ascii_case(name)
}

/// Other chats and programs begin commands with these, or they stand where `/` does on another
/// keyboard.
pub(crate) const NO_SLASHES: [char; 5] = ['\\', '!', '.', ':', '7'];

/// Other names of commands, behind a `/` only. Other chats have them.
pub const ALIASES: [(&str, &str); 14] = [
    ("msg", "to"),
    ("m", "to"),
    ("tell", "to"),
    ("t", "to"),
    ("whisper", "to"),
    ("w", "to"),
    ("pm", "to"),
    ("dm", "to"),
    ("query", "to"),
    ("reply", "r"),
    ("who", "whoelse"),
    ("quit", "logout"),
    ("exit", "logout"),
    ("bye", "logout"),
];

const fn of_person(name: &'static str, form: &'static str, help: &'static str) -> RequestForm {
    RequestForm { name, form, help, ..RequestForm::USUAL }
}

/// Every word that begins a command behind a `/`: those of the protocol that people type, `own`
/// ones of a client, those of persons, and other names.
pub(crate) fn names(own: &[&'static str]) -> impl Iterator<Item = &'static str> + Clone {
    let typed = REQUESTS.iter().filter(|form| form.is_typed);
    let named = typed.chain(&OF_PERSONS).map(|form| form.name);
    named.chain(own.iter().copied()).chain(ALIASES.iter().map(|(alias, _)| *alias))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_word_has_two_meanings_and_every_other_name_has_a_command() {
        let all: Vec<_> = names(&[]).collect();
        assert!(all.iter().all(|name| all.iter().filter(|other| *other == name).count() == 1));
        assert!(ALIASES.iter().all(|(_, command)| all.contains(command)));
    }
}
