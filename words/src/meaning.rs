//! The meaning of a line, and why a line has none. Knows no argument of a command.

use smolchat_core::protocol::REQUESTS;

use crate::line::{first_word, is_unseen, trimmed};
use crate::near::near;
use crate::receiver;
use crate::secret::is_secret;
use crate::slip::{is_one_slip, is_same};
use crate::table::{ALIASES, NO_SLASHES, OF_CLIENTS, is_command, names};

/// Shorter words are too many in every language to be taken for a slip.
const SLIP: usize = 6;
/// Shorter than other words that are guarded, but a password follows.
const LOGIN: &str = "login";

/// What a line means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning<'a> {
    /// A command.
    Command {
        /// The command, without its slash.
        line: &'a str,
        /// What its first word is another name of.
        alias_of: Option<&'static str>,
        /// It had a slash.
        has_slash: bool,
    },
    /// Text for whom the prompt names.
    Text(&'a str),
    /// Text that begins with the name of a user. It may be for this user alone.
    Addressed {
        /// The name as it was typed.
        user: &'a str,
        /// The text, whole.
        text: &'a str,
    },
    /// Nobody can say which, and so it is neither.
    Unclear {
        /// The first word.
        word: &'a str,
        /// What to do.
        why: Unclear,
    },
}

/// Why a line is neither a command nor text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unclear {
    /// Something that nobody sees stands before its slash.
    Unseen,
    /// Only programs send it.
    OfPrograms,
    /// It is this command, but for its slash.
    NeedsSlash(&'static str),
    /// A password may follow.
    Password,
    /// It is nearly this bare command.
    Nearly(&'static str),
    /// Behind its slash stands no command; perhaps this one was meant.
    Unknown(Option<&'static str>),
}

/// What is known beside a line.
#[derive(Clone, Copy, Debug)]
pub struct Reader<F> {
    /// Commands that need no slash beside those of the protocol that people type.
    pub own: &'static [&'static str],
    /// Whether a word is the name of somebody.
    pub is_user: F,
    /// Whether `to` is taken for a command whatever follows, since few names are known.
    pub guards_to: bool,
}

impl<F: Fn(&str) -> bool> Reader<F> {
    /// What `line` means.
    pub fn read<'a>(&self, line: &'a str) -> Meaning<'a> {
        if line.starts_with("//") {
            return Meaning::Text(&line[1..]);
        }
        if let Some(command) = line.strip_prefix('/') {
            return self.read_slashed(command);
        }
        if line.starts_with(' ') {
            return Meaning::Text(line.trim_start_matches(' '));
        }
        let word = first_word(line);
        match self.why_unclear(line, word) {
            Some(why) => Meaning::Unclear { word, why },
            None if self.is_bare(word) => {
                Meaning::Command { line, alias_of: None, has_slash: false }
            }
            None => match receiver::addressed(line, &self.is_user) {
                Some(user) => Meaning::Addressed { user, text: line },
                None => Meaning::Text(line),
            },
        }
    }

    fn read_slashed<'a>(&self, line: &'a str) -> Meaning<'a> {
        let word = first_word(line);
        let command = |alias_of| Meaning::Command { line, alias_of, has_slash: true };
        if let Some((_, name)) = ALIASES.iter().find(|(alias, _)| *alias == word) {
            return command(Some(name));
        }
        if word.is_empty() || names(self.own).any(|name| is_command(word, name)) {
            return command(None);
        }
        Meaning::Unclear { word, why: Unclear::Unknown(near(word, self.own)) }
    }

    fn is_bare(&self, word: &str) -> bool {
        let typed = REQUESTS.iter().filter(|form| form.is_typed).map(|form| form.name);
        typed.chain(self.own.iter().copied()).any(|name| is_command(word, name))
    }

    fn why_unclear(&self, line: &str, word: &str) -> Option<Unclear> {
        if line.chars().find(|c| !is_unseen(*c)) == Some('/') {
            return Some(Unclear::Unseen);
        }
        if self.is_bare(word) {
            return None;
        }
        if REQUESTS.iter().any(|form| form.name == word) {
            return Some(Unclear::OfPrograms);
        }
        let half = self.half_a_command(trimmed(word), line[word.len()..].trim());
        if let Some(command) = half.or_else(|| self.behind_no_slash(word)) {
            return Some(Unclear::NeedsSlash(command));
        }
        let nearly = self.nearly(word).map(Unclear::Nearly);
        nearly.or_else(|| is_secret(word).then_some(Unclear::Password))
    }

    /// The command of a person that a line is which begins with `word`, but for its slash and its
    /// capitals, and with hardly anything else. `rest` is what stands behind the word.
    fn half_a_command(&self, word: &str, rest: &str) -> Option<&'static str> {
        let of_persons = ["to", "r", "presence"].into_iter().chain(OF_CLIENTS);
        let mut names = of_persons.chain(ALIASES.iter().map(|(alias, _)| *alias));
        let name = names.find(|name| word.eq_ignore_ascii_case(name))?;
        let is_half = match name {
            "presence" => matches!(rest, "on" | "off"),
            "fingerprint" | "trust" => rest.is_empty() || (self.is_user)(rest),
            "discard" => !rest.contains(' ') || has_ending(rest),
            "r" => true,
            "to" if self.guards_to => !rest.is_empty(),
            _ if name == "to" || ALIASES.contains(&(name, "to")) => {
                receiver::is_for_one(name, rest, &self.is_user)
            }
            _ => rest.is_empty(),
        };
        is_half.then_some(name)
    }

    /// The command in a word that begins with something else than `/`.
    fn behind_no_slash(&self, word: &str) -> Option<&'static str> {
        let word = word.strip_prefix(NO_SLASHES)?;
        names(self.own).find(|name| *name == word)
    }

    /// The command that `word` is, but for capitals, or for one slip of the finger.
    fn nearly(&self, word: &str) -> Option<&'static str> {
        let word = trimmed(word);
        let is_slip = |name: &&str| {
            let is_long = name.len() >= SLIP || *name == LOGIN;
            is_same(word, name) || is_long && is_one_slip(word, name)
        };
        REQUESTS.iter().map(|form| form.name).chain(self.own.iter().copied()).find(is_slip)
    }
}

/// Whether the last word is like the end of a file's name: a dot stands within it.
fn has_ending(text: &str) -> bool {
    let last = text.rsplit(' ').next().unwrap_or_default();
    last.trim_matches('.').contains('.')
}

#[cfg(test)]
mod tests;
