//! The commands that the client has beside those of the protocol, and all that a person may type.
//! Knows no grammar.

use smolchat_core::protocol::{REQUESTS, RequestForm};
use smolchat_words::OF_PERSONS;

/// The commands that go from client to client, and never reach a server.
pub(super) static BETWEEN_CLIENTS: [RequestForm; 2] = FORMS;

/// Their names: these need no slash, either.
pub(crate) const OWN_NAMES: [&str; 2] = [FORMS[0].name, FORMS[1].name];

const FORMS: [RequestForm; 2] = [
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

/// Commands of which a person may leave out what a script has to give.
static AT_A_TERMINAL: [RequestForm; 3] = [
    RequestForm {
        name: "removekey",
        form: "removekey <number>",
        help: "take a key back, by its number in keys",
        ..RequestForm::USUAL
    },
    RequestForm {
        name: "passwd",
        form: "passwd",
        help: "change your password; it asks for both",
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

/// Whether the command is one of a person's, which need a slash.
pub(crate) fn needs_slash(name: &str) -> bool {
    OF_PERSONS.iter().any(|form| form.name == name)
}

/// Every command that needs no slash: those of the protocol and of private conversations.
pub(crate) fn bare() -> impl Iterator<Item = &'static RequestForm> {
    REQUESTS.iter().filter(|form| form.is_typed).chain(&BETWEEN_CLIENTS)
}

/// Every command a person may type.
pub(crate) fn forms() -> impl Iterator<Item = &'static RequestForm> {
    bare().chain(&OF_PERSONS)
}
