//! The keys that a person can press.
//! Knows no bytes, and nothing of what a key does.

/// A key, or something else that arrives as one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Key {
    Char(char),
    /// With Ctrl: `@`, `A` to `Z`, `\`, `]`, `^`, `_`.
    Control(char),
    /// With Alt.
    Meta(char),
    Enter,
    Tab,
    Escape,
    Backspace,
    Delete,
    WordBackspace,
    WordDelete,
    Left,
    Right,
    WordLeft,
    WordRight,
    Up,
    Down,
    Home,
    End,
    /// A paste begins. Its characters and line ends follow as `Char` and `Enter`.
    Paste,
    /// Bytes that are no character.
    Bad,
}
