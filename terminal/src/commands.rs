//! The commands that a person has at this terminal beside those of the protocol, and the help of
//! all. Knows no grammar.

use smolchat_core::protocol::{REQUESTS, RequestForm};
use smolchat_words::OF_PERSONS;

/// Asked for here, so that a password need not be typed where others see it.
pub(crate) static LOGIN: RequestForm =
    RequestForm { name: "login", form: "login <user>", help: "go online", ..RequestForm::USUAL };

/// Beside the commands of the protocol that people type, these need no slash, either.
pub(crate) const BARE: [&str; 3] = ["login", "private", "stopprivate"];

/// Talk from client to client takes a client.
const BETWEEN_CLIENTS: [&str; 3] = ["startprivate", "private", "stopprivate"];

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
    bare().chain(&OF_PERSONS)
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

/// So many lines are told first: whoever asks in a window of 24 rows sees all of them.
pub(crate) const FIRST_HELP: usize = 19;

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
    Words("  For example: /whoelsesince 3600   lists who was here within the last hour"),
    Words("/help more   accounts and the server; /help COMMAND   one of them"),
    Words("message, broadcast and these commands but those of Talking need no /."),
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
    Words("The keys are those of a shell: arrows, Tab, Ctrl-A, Ctrl-E, Ctrl-U, Ctrl-W, Ctrl-L"),
    Words("If nothing moves any more: Enter, then ~. ends ssh."),
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
    fn the_second_screen_begins_with_a_group() {
        assert_eq!(HELP[FIRST_HELP], Words("Accounts:"));
    }

    #[test]
    fn words_of_help_stand_in_one_column() {
        assert!(all().all(|form| form.form.len() < HELP_COLUMN));
    }
}
