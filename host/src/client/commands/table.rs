//! The commands that the client has beside those of the protocol, and all that a person may type.
//! Knows no grammar.

use smolchat_core::protocol::{REQUESTS, RequestForm};
use smolchat_words::{OF_PERSONS, is_same};

/// `searchfile`, as the protocol has it.
pub(super) const SEARCH: &str = "searchfile";
/// Is spelled with a capital, and understood without.
pub(super) const SEARCH_CHUNK: &str = "searchChunk";
/// Asks before it loads a file.
pub(super) const DOWNLOAD: &str = "download";
/// Does not ask.
pub(super) const DOWNLOAD_AT_ONCE: &str = "download!";

/// Lists what earlier downloads have left.
pub(super) const UNFINISHED: &str = "unfinished";
/// Drops some of that.
pub(super) const DISCARD: &str = "discard";

/// The commands that go from client to client, and never reach a server as they are typed.
pub(super) static BETWEEN_CLIENTS: [RequestForm; 6] = [
    own(
        "private",
        "private <user> <text>",
        "say something straight to a user's client, after startprivate",
    ),
    own("stopprivate", "stopprivate <user>", "end the direct connection with a user"),
    own("unregister", "unregister <path>", "offer a file no more, by its path or name"),
    own(SEARCH_CHUNK, "searchChunk <name> <chunks>", "who has one of them: 3, or 1-4,9"),
    own(DOWNLOAD, "download <name>", "load a file, after a question"),
    own("stopdownload", "stopdownload <name>", "load it no more; what is here stays"),
];

/// Their names: these need no slash, either. Beside them stand other spellings.
pub(crate) const OWN_NAMES: [&str; 9] = [
    "private",
    "stopprivate",
    "unregister",
    SEARCH_CHUNK,
    "searchchunk",
    "searchFile",
    DOWNLOAD,
    DOWNLOAD_AT_ONCE,
    "stopdownload",
];

/// Commands of the protocol that mean something else in this client, or are spelled as in the
/// rules. Whoever types here has an account.
static IN_THIS_CLIENT: [RequestForm; 3] = [
    own("register", "register <path>", "offer a file of yours to the others"),
    own("files", "files", "the files to be had, and your own"),
    own(SEARCH, "searchFile <name>", "who has a file of this name"),
];

const fn own(name: &'static str, form: &'static str, help: &'static str) -> RequestForm {
    RequestForm { name, form, help, ..RequestForm::USUAL }
}

/// The commands for keys of peers. People may begin a sentence with these words, and so they need a
/// slash.
pub(super) static OF_KEYS: [RequestForm; 2] = [
    own("fingerprint", "fingerprint [user]", "the key of a user's client, or of yours"),
    own("trust", "trust <user>", "accept the new key of a user's client"),
];

/// The commands for what earlier downloads have left. They need a slash for the same reason.
static OF_LEFTOVERS: [RequestForm; 2] = [
    own(UNFINISHED, "unfinished [folder]", "what earlier downloads have left"),
    own(DISCARD, "discard <name>", "drop what is left of a file"),
];

/// Commands of which a person may leave out what a script has to give.
static AT_A_TERMINAL: [RequestForm; 4] = [
    RequestForm {
        name: "startprivate",
        form: "startprivate <user>",
        help: "connect straight to a user's client",
        ..RequestForm::USUAL
    },
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

/// Whether a person has to put a slash before the command.
pub(crate) fn needs_slash(name: &str) -> bool {
    OF_PERSONS.iter().chain(&OF_KEYS).chain(&OF_LEFTOVERS).any(|form| form.name == name)
}

/// Every command that needs no slash: those of the protocol, of private conversations and of files.
pub(crate) fn bare() -> impl Iterator<Item = &'static RequestForm> {
    let typed = REQUESTS.iter().filter(|form| form.is_typed).map(in_this_client);
    typed.chain(&BETWEEN_CLIENTS)
}

/// Whether a file stands behind this command: its name, or the path of one that is offered.
pub(crate) fn takes_file(word: &str) -> bool {
    let own = ["unregister", DOWNLOAD, DOWNLOAD_AT_ONCE, "stopdownload", SEARCH, SEARCH_CHUNK];
    own.iter().any(|name| is_same(word, name))
}

fn in_this_client(form: &'static RequestForm) -> &'static RequestForm {
    IN_THIS_CLIENT.iter().find(|own| own.name == form.name).unwrap_or(form)
}

/// The form of a command of files, which begins with this word.
pub(super) fn of_files(word: &str) -> &'static RequestForm {
    let word = if word == DOWNLOAD_AT_ONCE { DOWNLOAD } else { word };
    let mut all = IN_THIS_CLIENT.iter().chain(&BETWEEN_CLIENTS).chain(&OF_LEFTOVERS);
    all.find(|form| is_same(word, form.name)).unwrap_or(&IN_THIS_CLIENT[0])
}

/// Every command a person may type.
pub(crate) fn forms() -> impl Iterator<Item = &'static RequestForm> {
    bare().chain(&OF_PERSONS).chain(&OF_KEYS).chain(&OF_LEFTOVERS)
}
