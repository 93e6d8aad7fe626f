//! What each key does, in the manner of Emacs and readline.
//! Knows no row.

use crate::key::Key;
use crate::words::{Case, Motion};

/// What a key does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Command {
    Insert(char),
    Accept,
    Complete,
    Cancel,
    Suspend,
    Quit,
    Redraw,
    /// A paste begins.
    Paste,
    /// Ring the bell.
    Refuse,
    /// Leave what is being done.
    Abort,
    /// Leave it, and keep what it has found.
    Leave,
    /// Ctrl-D: delete a letter, or end on an empty row.
    DeleteOrEnd,
    Move(Motion),
    Delete(Motion),
    Kill(Motion),
    Yank,
    Undo,
    TransposeLetters,
    TransposeWords,
    Change(Case),
    Walk(Walk),
    Search(Direction),
}

/// A way through the history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Walk {
    Older,
    Newer,
    Oldest,
    /// Back to the row that was being typed.
    Back,
}

/// Where a search goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Direction {
    Older,
    Newer,
}

impl Command {
    /// Whether it may change the text of the row, and no letter is inserted.
    pub(crate) const fn is_change(self) -> bool {
        !matches!(self, Command::Move(_) | Command::Search(_))
    }

    /// What `key` does; `None` for a key that does nothing.
    pub(crate) const fn of(key: Key) -> Option<Command> {
        Some(match key {
            Key::Char(c) => Command::Insert(c),
            Key::Control(c) => return control(c),
            Key::Meta(c) => return meta(c),
            Key::Enter => Command::Accept,
            Key::Tab => Command::Complete,
            Key::Escape => Command::Leave,
            Key::Backspace => Command::Delete(Motion::Left),
            Key::Delete => Command::Delete(Motion::Right),
            Key::WordBackspace => Command::Kill(Motion::WordLeft),
            Key::WordDelete => Command::Kill(Motion::WordRight),
            Key::Left => Command::Move(Motion::Left),
            Key::Right => Command::Move(Motion::Right),
            Key::WordLeft => Command::Move(Motion::WordLeft),
            Key::WordRight => Command::Move(Motion::WordRight),
            Key::Up => Command::Walk(Walk::Older),
            Key::Down => Command::Walk(Walk::Newer),
            Key::Home => Command::Move(Motion::Start),
            Key::End => Command::Move(Motion::End),
            Key::Paste => Command::Paste,
            Key::Bad => Command::Refuse,
        })
    }
}

const fn control(c: char) -> Option<Command> {
    Some(match c {
        'A' => Command::Move(Motion::Start),
        'B' => Command::Move(Motion::Left),
        'C' => Command::Cancel,
        'D' => Command::DeleteOrEnd,
        'E' => Command::Move(Motion::End),
        'F' => Command::Move(Motion::Right),
        'G' => Command::Abort,
        'K' => Command::Kill(Motion::End),
        'L' => Command::Redraw,
        'N' => Command::Walk(Walk::Newer),
        'P' => Command::Walk(Walk::Older),
        'R' => Command::Search(Direction::Older),
        'S' => Command::Search(Direction::Newer),
        'T' => Command::TransposeLetters,
        'U' => Command::Kill(Motion::Start),
        'W' => Command::Kill(Motion::BlankLeft),
        'Y' => Command::Yank,
        'Z' => Command::Suspend,
        '\\' => Command::Quit,
        '_' => Command::Undo,
        _ => return None,
    })
}

const fn meta(c: char) -> Option<Command> {
    Some(match c {
        'b' | 'B' => Command::Move(Motion::WordLeft),
        'c' | 'C' => Command::Change(Case::Capitalized),
        'd' | 'D' => Command::Kill(Motion::WordRight),
        'f' | 'F' => Command::Move(Motion::WordRight),
        'l' | 'L' => Command::Change(Case::Lower),
        't' | 'T' => Command::TransposeWords,
        'u' | 'U' => Command::Change(Case::Upper),
        '<' => Command::Walk(Walk::Oldest),
        '>' => Command::Walk(Walk::Back),
        _ => return None,
    })
}
