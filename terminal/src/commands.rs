//! The commands that a person has at this terminal beside those of the protocol, and the help of
//! all. Knows no grammar.

use smolchat_core::protocol::{REQUESTS, RequestForm};
use smolchat_words::{OF_PERSONS, is_command};

/// Commands of the protocol that a person gives in other words. Passwords are asked for here, so
/// that none is typed where others see it. A key is named by less than the whole key. The rules
/// write one with a capital.
static OWN: [RequestForm; 5] = [
    own("login", "login <user>", "go online"),
    own("register", "register <user>", "create an account"),
    own("passwd", "passwd", "change your password"),
    own("searchfile", "searchFile <name>", "who has a file of this name"),
    own("removekey", "removekey <number>", "take a key back, by its number in keys"),
];

const fn own(name: &'static str, form: &'static str, help: &'static str) -> RequestForm {
    RequestForm { name, form, help, ..RequestForm::USUAL }
}

/// Beside the commands of the protocol that people type, these need no slash, either.
pub(crate) const BARE: [&str; 7] =
    ["login", "private", "stopprivate", "download", "stopdownload", "unregister", "searchchunk"];

/// Talk and files go from client to client, which takes a client.
const BETWEEN_CLIENTS: [&str; 11] = [
    "startprivate",
    "private",
    "stopprivate",
    "fingerprint",
    "trust",
    "download",
    "stopdownload",
    "unregister",
    "searchchunk",
    "unfinished",
    "discard",
];

/// Whether the word begins a command that only a client with a port of its own has.
pub(crate) fn is_between_clients(word: &str) -> bool {
    BETWEEN_CLIENTS.iter().any(|name| is_command(word, name))
}

/// Every command that needs no slash.
pub(crate) fn bare() -> impl Iterator<Item = &'static RequestForm> + Clone {
    let is_own = |name| OWN.iter().any(|form| form.name == name);
    let is_other = move |form: &&RequestForm| !is_between_clients(form.name) && !is_own(form.name);
    REQUESTS.iter().filter(|form| form.is_typed).filter(is_other).chain(&OWN)
}

/// The command as a person at this terminal gives it.
pub(crate) fn at_a_terminal(name: &str) -> &'static RequestForm {
    all().find(|form| form.name == name).unwrap_or(&OWN[0])
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
pub(crate) const FIRST_HELP: usize = 20;
/// Where the lines begin for whoever has not logged in.
pub(crate) const GUEST_HELP: usize = HELP.len() - 6;

/// All of help, in groups.
pub(crate) const HELP: &[HelpLine] = &[
    Words("What you type goes where the prompt says; / begins a command."),
    Words("Talking:"),
    Of("all"),
    Of("to"),
    Of("r"),
    Of("say"),
    Words("  For example: /to yoda hi   says hi to yoda; /to yoda   talks on to yoda"),
    Words("Users:"),
    Of("whoelse"),
    Of("whoelsesince"),
    Of("seen"),
    Of("block"),
    Of("unblock"),
    Of("blocks"),
    Of("history"),
    Of("presence"),
    Words("  For example: /whoelsesince 3600   lists who was here within the last hour"),
    Words("/help more   accounts, files, the server; /help COMMAND   one of them"),
    Words("Only commands of Talking and presence need their /. A space makes a line text."),
    Words("To leave: Ctrl-D in an empty row, or /quit"),
    Words("Your account:"),
    Of("passwd"),
    Of("keys"),
    Of("addkey"),
    Of("removekey"),
    Of("logout"),
    Words("Files, which the program smolchat offers and fetches:"),
    Of("files"),
    Of("searchfile"),
    Words("The server:"),
    Of("status"),
    Of("ping"),
    Words("The keys are those of a shell: arrows, Tab, Ctrl-A, Ctrl-E, Ctrl-U, Ctrl-W, Ctrl-L"),
    Words("If nothing moves any more: Enter, then ~. ends ssh."),
    Words("Whoever has an account logs in, and whoever has none makes one:"),
    Of("login"),
    Of("register"),
    Words("Each asks for the password, and nobody sees it. Ctrl-C gives up."),
    Words("/help more   what you can do behind a login; /help COMMAND   one of it"),
    Words("To leave: Ctrl-D in an empty row, or /quit"),
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
            // Few are admins, and each is told by whoever made it one.
            let is_told_in_words = matches!(form.name, "message" | "broadcast" | "help" | "admin");
            assert_eq!(count, usize::from(!is_told_in_words), "{}", form.name);
        }
        assert!(told.iter().all(|name| all().any(|form| form.name == *name)));
    }

    #[test]
    fn the_second_screen_begins_with_a_group() {
        assert_eq!(HELP[FIRST_HELP], Words("Your account:"));
        assert!(FIRST_HELP <= 22 && HELP.len() - FIRST_HELP <= 22, "24 rows");
        assert_eq!(HELP[GUEST_HELP + 1], Of("login"));
    }

    #[test]
    fn words_of_help_stand_in_one_column() {
        assert!(all().all(|form| form.form.len() < HELP_COLUMN));
    }
}
