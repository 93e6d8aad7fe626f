//! The commands that the client has beside those of the protocol, and all that a person may type.
//! Knows no grammar.

use smolchat_core::protocol::{REQUESTS, RequestForm};

/// The commands that go from client to client, and never reach a server.
pub(super) static BETWEEN_CLIENTS: [RequestForm; 2] = [
    RequestForm {
        name: "private",
        form: "private <user> <text>",
        help: "say something straight to a user's client, after startprivate",
        ..RequestForm::USUAL
    },
    RequestForm {
        name: "stopprivate",
        form: "stopprivate <user>",
        help: "end the direct connection with a user",
        ..RequestForm::USUAL
    },
];

/// The commands of a person at a terminal. Their names are words that people say, so they need a
/// slash.
pub(super) static OF_PERSONS: [RequestForm; 5] = [
    RequestForm {
        name: "to",
        form: "to <user> [text]",
        help: "talk to one user; with a text, only say it",
        ..RequestForm::USUAL
    },
    RequestForm {
        name: "all",
        form: "all [text]",
        help: "talk to everybody; with a text, only say it",
        ..RequestForm::USUAL
    },
    RequestForm {
        name: "r",
        form: "r [text]",
        help: "answer whoever wrote to you last",
        ..RequestForm::USUAL
    },
    RequestForm {
        name: "say",
        form: "say <text>",
        help: "say a text, whatever it begins with",
        ..RequestForm::USUAL
    },
    RequestForm {
        name: "presence",
        form: "presence on|off",
        help: "show who comes and goes, or do not",
        ..RequestForm::USUAL
    },
];

/// Commands of which a person may leave out what a script has to give.
static AT_A_TERMINAL: [RequestForm; 2] = [
    RequestForm {
        name: "passwd",
        form: "passwd [<old> <new>]",
        help: "change your password; alone, it asks for both",
        ..RequestForm::USUAL
    },
    RequestForm {
        name: "private",
        form: "private <user> [text]",
        help: "talk straight to a user, after startprivate",
        ..RequestForm::USUAL
    },
];

/// The command as a person at a terminal may give it.
pub(crate) fn at_a_terminal(form: &'static RequestForm) -> &'static RequestForm {
    AT_A_TERMINAL.iter().find(|own| own.name == form.name).unwrap_or(form)
}

/// Every command that needs no slash: those of the protocol and of private conversations.
pub(crate) fn bare() -> impl Iterator<Item = &'static RequestForm> {
    REQUESTS.iter().filter(|form| form.is_typed).chain(&BETWEEN_CLIENTS)
}

/// Every command a person may type.
pub(crate) fn forms() -> impl Iterator<Item = &'static RequestForm> {
    bare().chain(&OF_PERSONS)
}

/// Other chats and programs begin commands with these, or they stand where `/` does on another
/// keyboard.
pub(crate) const NO_SLASHES: [char; 5] = ['\\', '!', '.', ':', '7'];

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
