//! The commands that a person has at this terminal beside those of the protocol, and the help of
//! all. Knows no grammar.

use smolchat_core::protocol::{REQUESTS, RequestForm};

/// Their names are words that people say, so they need a slash.
pub(crate) static OWN: [RequestForm; 5] = [
    own("to", "to <user> [text]", "talk to one user; with a text, only say it"),
    own("all", "all [text]", "talk to everybody online; with a text, only say it"),
    own("r", "r [text]", "answer whoever wrote to you last"),
    own("say", "say <text>", "say a text, whatever it begins with"),
    own("presence", "presence on|off", "show who comes and goes, or do not"),
];

/// Asked for here, so that a password need not be typed where others see it.
pub(crate) static LOGIN: RequestForm = own("login", "login <user>", "go online");

/// Other names of commands, behind a `/` only. Other chats have them.
pub(crate) const ALIASES: [(&str, &str); 14] = [
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

/// Talk from client to client takes a client.
const BETWEEN_CLIENTS: [&str; 3] = ["startprivate", "private", "stopprivate"];

const fn own(name: &'static str, form: &'static str, help: &'static str) -> RequestForm {
    RequestForm { name, form, help, ..RequestForm::USUAL }
}

/// Whether the word begins a command that only a client with a port of its own has.
pub(crate) fn is_between_clients(word: &str) -> bool {
    BETWEEN_CLIENTS.contains(&word)
}

/// Every command that needs no slash.
pub(crate) fn bare() -> impl Iterator<Item = &'static RequestForm> + Clone {
    let typed = REQUESTS.iter().filter(|form| form.is_typed && !is_between_clients(form.name));
    typed.chain([&LOGIN])
}

/// Every command that a person may type.
pub(crate) fn all() -> impl Iterator<Item = &'static RequestForm> + Clone {
    bare().chain(&OWN)
}

/// A line of help.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum HelpLine {
    /// Words.
    Words(&'static str),
    /// What this command does.
    Of(&'static str),
}

use HelpLine::{Of, Words};

/// All of help, in groups.
pub(crate) const HELP: &[HelpLine] = &[
    Words("What you type goes where the prompt says; / begins a command."),
    Words("Talking:"),
    Of("all"),
    Of("to"),
    Of("r"),
    Of("say"),
    Of("history"),
    Words("  For example: /to yoda hi   says hi to yoda; /to yoda   talks on to yoda"),
    Words("Users:"),
    Of("whoelse"),
    Of("whoelsesince"),
    Of("seen"),
    Of("block"),
    Of("unblock"),
    Of("blocks"),
    Of("presence"),
    Words("Accounts:"),
    Of("login"),
    Of("register"),
    Of("passwd"),
    Of("keys"),
    Of("addkey"),
    Of("removekey"),
    Of("logout"),
    Words("The server:"),
    Of("status"),
    Of("ping"),
    Words("message, broadcast and these commands but those of Talking need no /."),
];

/// The column in which the words of a command begin.
pub(crate) const HELP_COLUMN: usize = 28;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn help_tells_of_every_command_once() {
        let told: Vec<_> = HELP
            .iter()
            .filter_map(|line| match line {
                Of(name) => Some(*name),
                Words(_) => None,
            })
            .collect();
        for form in all() {
            let count = told.iter().filter(|name| **name == form.name).count();
            let is_told_in_words = matches!(form.name, "message" | "broadcast" | "help");
            assert_eq!(count, usize::from(!is_told_in_words), "{}", form.name);
        }
        assert!(told.iter().all(|name| all().any(|form| form.name == *name)));
    }

    #[test]
    fn words_of_help_stand_in_one_column() {
        assert!(all().all(|form| form.form.len() < HELP_COLUMN));
    }
}
