//! What the client shows, as values. A terminal, a script and a program each write them in their
//! own way. Knows no screen.

use super::files::{FileProgress, Listed};
use super::progress::Progress;
use super::recipient::Recipient;
use super::render;
use super::said::{Receipt, Said};

/// Something to show, as one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Shown {
    /// Somebody said something.
    Said(Said),
    /// The same, and it was shown before or is asked for: it draws nobody's attention.
    Told(Said),
    /// Somebody came or went.
    Presence {
        /// The user.
        user: String,
        /// Whether the user is online now.
        is_online: bool,
    },
    /// The user said something.
    Sent {
        /// Counts what was said in this run.
        number: u64,
        /// To whom.
        to: Recipient,
        /// The text.
        text: String,
    },
    /// How far some of what the user said has come.
    Ticks {
        /// Which.
        numbers: Vec<u64>,
        /// How far.
        progress: Progress,
        /// The same in words, where the lines themselves cannot tell it.
        text: String,
    },
    /// How far a file is. A terminal writes it over the last one of the same file.
    FileProgress(FileProgress),
    /// A file that the server told of, for a program. Everybody else reads it in a line of words.
    Listed(Listed),
    /// The user typed this, and it is no text to anybody.
    Typed(String),
    /// A line of help.
    Help(String),
    /// What the server replied to a command.
    Reply {
        /// The reply's code.
        code: u16,
        /// The first word of the command.
        command: String,
        /// The reply's words.
        text: String,
        /// Who and why, where the words do not say it.
        why: Option<String>,
        /// Whether the command was refused.
        is_refusal: bool,
    },
    /// How far something has come that the user said, for a script.
    Receipt(Receipt),
    /// The server has accepted something that the user said. A program reads it; a person and a
    /// script know it from the answer.
    Accepted(Receipt),
    /// What the client itself answers.
    Answer(String),
    /// What was asked for was refused, or something went wrong.
    Refused(String),
    /// A command of the shell that mends what was refused. It is shown as it is to be copied: from
    /// the left edge on, and not cut into rows.
    Command(String),
    /// Something of lesser weight: a receipt, a state of the connection.
    Note(String),
}

impl Shown {
    /// Whether it tells of something that went wrong.
    pub(crate) fn is_refusal(&self) -> bool {
        matches!(self, Shown::Refused(_) | Shown::Command(_))
            || matches!(self, Shown::Reply { is_refusal: true, .. })
    }

    /// Says more behind a reply: a person reads it in the same sentence, a script behind the
    /// protocol's words.
    pub(crate) fn explain(&mut self, more: &str, is_person: bool) {
        let Shown::Reply { text, why, .. } = self else { return };
        match why {
            _ if is_person && text.ends_with('?') => *text = format!("{text} ({more})"),
            _ if is_person => *text = format!("{text}; {more}"),
            Some(why) => *why = format!("{why}; {more}"),
            None => *why = Some(more.to_owned()),
        }
    }

    /// The line as plain text, without a time and without colours.
    pub(crate) fn text(&self) -> String {
        match self {
            Shown::Said(said) | Shown::Told(said) => render::said(said),
            Shown::Reply { text, why: Some(why), .. } => format!("{text} ({why})"),
            Shown::Presence { user, is_online: true } => render::login(user),
            Shown::Presence { user, is_online: false } => render::logout(user),
            Shown::Receipt(receipt) | Shown::Accepted(receipt) => render::receipt(receipt),
            Shown::Sent { to, text, .. } => format!("→ {}: {text}", to.behind_arrow()),
            Shown::FileProgress(progress) => progress.text(),
            Shown::Listed(listed) => listed.text(),
            Shown::Ticks { text, .. }
            | Shown::Typed(text)
            | Shown::Reply { text, .. }
            | Shown::Help(text)
            | Shown::Answer(text)
            | Shown::Refused(text)
            | Shown::Command(text)
            | Shown::Note(text) => text.clone(),
        }
    }
}
