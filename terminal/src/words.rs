//! Replies and refusals in plain words: no codes and no numbers of messages, and who was refused
//! and why. The texts of the protocol's rows stay as they are.
//! Knows values and a page to write on.

use smolchat_core::protocol::{REPLIES, Reply, RequestForm};
use smolchat_words::form_hint;

use crate::commands::{HELP_COLUMN, HelpLine};
use crate::errands::Errand;
use crate::meaning::Hint;
use crate::page::Page;

/// A message that waited longer than this many seconds is shown with its age.
const FRESH_SECONDS: u32 = 5;

/// What is to be done with a reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// Nothing is shown.
    Silent,
    /// Its text without so many of its first words.
    Text(usize),
    /// These words.
    Words(&'static str),
    /// The receiver gets it later.
    Stored,
    /// How long ago a user was here.
    Seen,
    /// The name is locked.
    Locked,
}

/// What a person reads of a reply.
pub(crate) fn way(reply: &Reply<'_>) -> Way {
    match reply {
        Reply::AcknowledgementsOn
        | Reply::Acknowledged { .. }
        | Reply::ReceiptsOn { .. }
        | Reply::Active
        | Reply::Accepted { .. }
        | Reply::Introduced { .. }
        | Reply::Announced { .. } => Way::Silent,
        Reply::BroadcastSent { recipients: 0, .. } => Way::Words("Nobody else is online."),
        Reply::BroadcastSent { .. } => Way::Silent,
        Reply::BroadcastBlocked { .. }
        | Reply::BroadcastPartly { .. }
        | Reply::BroadcastPartlyBlocked { .. } => Way::Text(2),
        Reply::UsersOnline { users: "" } => Way::Words("Nobody else is online."),
        Reply::UsersSince { users: "" } => Way::Words("Nobody else was online."),
        Reply::UsersBlocked { users: "" } => Way::Words("You block nobody."),
        Reply::History { broadcast: "0 broadcasts" } => Way::Words("no broadcasts"),
        Reply::History { broadcast: "1 broadcasts" } => Way::Words("1 broadcast"),
        Reply::Files { file: "0 files" } => Way::Words("no files"),
        Reply::Files { file: "1 files" } => Way::Words("1 file"),
        Reply::Available { holder: "Available" } => {
            Way::Words("Available: the program smolchat fetches it")
        }
        Reply::Keys { key: "0 keys" } => Way::Words("no keys"),
        Reply::Keys { key: "1 keys" } => Way::Words("1 key"),
        Reply::Stored { .. } => Way::Stored,
        Reply::SeenBefore { .. } => Way::Seen,
        Reply::Locked { .. } => Way::Locked,
        _ => Way::Text(0),
    }
}

/// Writes a reply; `text` is that of its line.
pub(crate) fn write_reply(page: &mut Page<'_, '_>, reply: &Reply<'_>, text: &str) {
    match (way(reply), *reply) {
        (Way::Words(words), _) => page.text(words),
        (Way::Stored, Reply::Stored { user, .. }) => {
            page.name(user);
            page.text(" is offline, the message is stored");
        }
        (Way::Seen, Reply::SeenBefore { user, seconds }) => {
            page.name(user);
            page.text(" was last here ");
            write_ago(page, seconds);
        }
        (Way::Text(count), _) => {
            let text = text.splitn(count + 1, ' ').nth(count).unwrap_or(text);
            match text.strip_prefix("1 seconds ") {
                Some(rest) => {
                    page.text("1 second ");
                    page.text(rest);
                }
                None => page.text(text),
            }
        }
        _ => page.text(text),
    }
}

/// Writes the text of a reply that is given here, since what was typed never reaches the server.
pub(crate) fn write_own(page: &mut Page<'_, '_>, reply: &Reply<'_>) {
    page.text(reply.with_row(|row, _| REPLIES[row].text));
}

/// What a person reads instead of the text of a refusal for strangers, which has a password in it.
pub(crate) const LOG_IN_FIRST: &str =
    "log in first: /login NAME, or /register NAME if you have no account";

/// Writes that a name is locked.
pub(crate) fn write_locked(page: &mut Page<'_, '_>, user: &str, seconds: u32) {
    page.text("too many wrong passwords: ");
    if user.is_empty() {
        page.text("the name");
    } else {
        page.name(user);
    }
    page.text(" is locked for another ");
    page.number(seconds.into());
    page.text(" s");
}

/// Writes that nobody was found of this name. The answer to `seen` tells no more than this.
pub(crate) fn write_not_seen(page: &mut Page<'_, '_>, user: &str) {
    page.text("there is no user \"");
    page.name(user);
    page.text("\", or \"");
    page.name(user);
    page.text("\" has blocked you");
}

/// Writes which name may be meant, behind the refusal of another.
pub(crate) fn write_near(page: &mut Page<'_, '_>, near: Option<&str>) {
    let Some(near) = near else { return };
    page.text("; did you mean \"");
    page.name(near);
    page.text("\"?");
}

/// Writes who was refused and why, where the text of the reply does not say it. `near` is a name
/// that may be meant.
pub(crate) fn write_why(
    page: &mut Page<'_, '_>,
    reply: &Reply<'_>,
    errand: &Errand,
    me: &str,
    near: Option<&str>,
) {
    let is_about_name = matches!(
        reply,
        Reply::InvalidReceiver
            | Reply::InvalidUserToBlock
            | Reply::InvalidUserToUnblock
            | Reply::InvalidUserToSee
    );
    let user = errand.user.as_str();
    if !is_about_name || user.is_empty() {
        return;
    }
    if user == me {
        return page.text(" (that is you)");
    }
    page.text(" (");
    match reply {
        Reply::InvalidUserToSee => write_not_seen(page, user),
        _ => {
            page.text(match reply {
                Reply::InvalidUserToUnblock => "you do not block \"",
                _ => "there is no user \"",
            });
            page.name(user);
            page.text("\"");
        }
    }
    write_near(page, near);
    page.text(")");
}

/// Writes what to do about a line that is neither text nor a command.
pub(crate) fn write_hint(page: &mut Page<'_, '_>, word: &str, hint: Hint, is_person: bool) {
    const SAY_IT: &str = "Begin with a space to say it";
    match hint {
        Hint::Unseen => page.text("there is something before the / that nobody sees"),
        Hint::Form { form, needs_slash, may_be_text } => {
            page.text("wrong arguments, the form is: ");
            page.text(if needs_slash && is_person { "/" } else { "" });
            page.text(form.form);
            page.text(if is_person { form_hint(form.name) } else { "" });
            if may_be_text && is_person {
                page.text(". ");
                page.text(SAY_IT);
            }
        }
        Hint::Error(error) => write_own(page, &error.into()),
        Hint::NobodyWrote => page.text("nobody has written to you yet"),
        Hint::BetweenClients => {
            page.text(word);
            page.text(": that goes straight between clients, and needs the program smolchat");
        }
        _ => write_word_and_hint(page, word, hint, is_person, SAY_IT),
    }
}

fn write_word_and_hint(
    page: &mut Page<'_, '_>,
    word: &str,
    hint: Hint,
    is_person: bool,
    say_it: &str,
) {
    page.text(if matches!(hint, Hint::Unknown { has_slash: true, .. }) { "/" } else { "" });
    page.text(word);
    match hint {
        Hint::Unknown { meant: Some(meant), has_slash } => {
            page.text(": unknown command, did you mean ");
            page.text(if has_slash { "/" } else { "" });
            page.text(meant);
            page.text("?");
        }
        Hint::NeedsSlash(command) => {
            page.text(": a command begins with /, so type /");
            page.text(command);
            page.text(".");
        }
        Hint::OfPrograms => page.text(": only programs send this."),
        Hint::OfPersons(meant) => {
            page.text(": only for people at a terminal; a script has ");
            page.text(meant);
        }
        Hint::Password => {
            page.text(": a password may follow, so nobody reads this; /passwd changes yours.");
        }
        _ => page.text(": unknown command, try help"),
    }
    if is_person && !matches!(hint, Hint::Unknown { has_slash: true, .. }) {
        page.text(" ");
        page.text(say_it);
    }
}

/// Writes how old a message is, if it waited.
pub(crate) fn write_waited(page: &mut Page<'_, '_>, age: u32) {
    if age > FRESH_SECONDS {
        page.text("[");
        write_ago(page, age);
        page.text("] ");
    }
}

/// Writes how long ago so many seconds are, in the unit that people use. From two of a unit on, it
/// is the next one.
pub(crate) fn write_ago(page: &mut Page<'_, '_>, seconds: u32) {
    let (count, unit) = match seconds {
        1 => (1, " second ago"),
        ..120 => (seconds, " seconds ago"),
        120..7_200 => (seconds / 60, " minutes ago"),
        7_200..172_800 => (seconds / 3_600, " hours ago"),
        _ => (seconds / 86_400, " days ago"),
    };
    page.number(count.into());
    page.text(unit);
}

/// Writes a line of help.
pub(crate) fn write_help(page: &mut Page<'_, '_>, line: HelpLine) {
    match line {
        HelpLine::Words(words) => page.text(words),
        HelpLine::Of(name) => {
            if let Some(form) = crate::commands::all().find(|form| form.name == name) {
                write_form(page, form);
            }
        }
    }
}

/// Writes what a command does.
pub(crate) fn write_form(page: &mut Page<'_, '_>, form: &RequestForm) {
    page.text("  /");
    page.text(form.form);
    (form.form.len()..HELP_COLUMN).for_each(|_| page.text(" "));
    page.text(form.help);
}
