//! What Tab offers: commands, users, and in an empty row whoever wrote last, one after the other.
//! Knows no server.

use super::Terminal;
use crate::commands;
use crate::page::Page;
use crate::people::People;

/// Bytes of words that one line lists.
const LISTED: usize = 400;

/// What may stand where the cursor is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Offer<'w> {
    /// What was typed of it.
    word: &'w str,
    commands: Commands,
    has_users: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Commands {
    None,
    /// Those that need no slash.
    Bare,
    All,
}

impl<'w> Offer<'w> {
    /// Where the word begins that is to be completed, and what may stand there. `before` is the row
    /// up to the cursor.
    fn of(before: &'w str) -> (usize, Self) {
        let start = before.rfind(' ').map_or(0, |space| space + 1);
        let word = &before[start..];
        let mut words = before[..start].split(' ').filter(|word| !word.is_empty());
        let (first, is_second) = (words.next(), words.next().is_none());
        let (commands, has_users) = match first {
            None if word.starts_with('/') => (Commands::All, false),
            None => (Commands::Bare, !word.is_empty()),
            Some("help" | "/help") if is_second => (Commands::All, false),
            // Behind a command a user as its form has it; in plain text a name anywhere.
            Some(first) => {
                match commands::all().find(|form| form.name == first.trim_start_matches('/')) {
                    Some(form) => (Commands::None, is_second && form.form.contains("<user>")),
                    None => (Commands::None, !word.is_empty() || is_second && is_message(first)),
                }
            }
        };
        let slash = usize::from(commands == Commands::All && word.starts_with('/'));
        (start + slash, Offer { word: &word[slash..], commands, has_users })
    }

    /// `me` is nobody to talk to.
    fn matches<'p>(
        self,
        people: &'p People<'_>,
        me: &'p str,
    ) -> impl Iterator<Item = &'p str> + Clone {
        let Offer { word, commands, has_users } = self;
        let all = commands::all().map(|form| form.name);
        let is_bare = |name: &str| commands::bare().any(|form| form.name == name);
        let commands = all.filter(move |name| match commands {
            Commands::None => false,
            Commands::Bare => is_bare(name),
            Commands::All => true,
        });
        let users = people.iter().filter(move |user| has_users && *user != me);
        commands.chain(users).filter(move |name| begins_with(name, word))
    }
}

/// Another name of `message`, which takes a user.
fn is_message(word: &str) -> bool {
    matches!(word, "/msg" | "/m")
}

fn begins_with(name: &str, beginning: &str) -> bool {
    name.get(..beginning.len()).is_some_and(|start| start.eq_ignore_ascii_case(beginning))
}

/// Bytes that two names have in common at their beginning.
fn common(one: &str, other: &str) -> usize {
    let pairs = one.char_indices().zip(other.chars());
    pairs.take_while(|((_, a), b)| a == b).last().map_or(0, |((at, c), _)| at + c.len_utf8())
}

impl Terminal<'_> {
    /// One word is written; of several, what they have in common, and otherwise they are listed.
    pub(super) fn complete(&mut self) {
        let before = self.editor.line().get(..self.editor.cursor()).unwrap_or_default();
        if before.is_empty() {
            return self.write_to_last();
        }
        let written = before.strip_prefix("/to ").and_then(|rest| rest.strip_suffix(' '));
        if let Some(next) = written.and_then(|user| self.talk.people.writer_before(user)) {
            // Behind the `/to `, the name and the space.
            _ = self.editor.complete("/to ".len(), next) && insert(&mut self.editor, " ");
            return;
        }
        let (start, offer) = Offer::of(before);
        let typed = offer.word.len();
        let mut matches = offer.matches(&self.talk.people, &self.talk.me);
        let Some(first) = matches.next() else { return self.talk.screen.ring_bell() };
        let length =
            matches.clone().fold(first.len(), |length, name| length.min(common(first, name)));
        let is_only = matches.next().is_none();
        drop(matches);
        if !is_only && length <= typed {
            return self.list();
        }
        let is_done = self.editor.complete(start, &first[..length])
            && (!is_only || insert(&mut self.editor, " "));
        if !is_done {
            self.talk.screen.ring_bell();
        }
    }

    /// Shows all words that may stand where the cursor is.
    fn list(&mut self) {
        let before = self.editor.line().get(..self.editor.cursor()).unwrap_or_default();
        let (_, offer) = Offer::of(before);
        let people = core::mem::take(&mut self.talk.people);
        let me = self.talk.me.clone();
        self.talk.note(|page| write_list(page, offer.matches(&people, &me)));
        self.talk.people = people;
    }

    /// In an empty row: to whoever wrote last.
    pub(super) fn write_to_last(&mut self) {
        let is_done = self.talk.people.last_writer().is_some_and(|last| {
            self.editor.complete(0, "/to ")
                && insert(&mut self.editor, last)
                && insert(&mut self.editor, " ")
        });
        if !is_done {
            self.talk.screen.ring_bell();
        }
    }
}

fn insert(editor: &mut smolchat_editor::Editor<'_>, text: &str) -> bool {
    editor.complete(editor.cursor(), text)
}

fn write_list<'n>(page: &mut Page<'_, '_>, names: impl Iterator<Item = &'n str>) {
    let mut bytes = 0;
    for name in names {
        if bytes > 0 {
            page.text("  ");
        }
        bytes += name.len() + 2;
        if bytes > LISTED {
            return page.text("…");
        }
        page.name(name);
    }
}
