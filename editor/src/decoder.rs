//! Bytes from a terminal in, keys out. Half a key or half a character waits for its other half.
//! Knows nothing of what a key does.

use crate::characters::{is_text, pasted};
use crate::key::Key;
use crate::paste;
use crate::sequence::{Introducer, Sequence};
use crate::utf8::{self, Utf8};

const ESCAPE: u8 = 0x1b;
const INTERRUPT: u8 = 0x03;

/// Where the decoder is between two bytes.
#[derive(Clone, Copy, Debug, Default)]
enum State {
    #[default]
    Ground,
    Escape,
    Sequence(Sequence),
    /// Behind `ESC [ [`: the Linux console sends one more byte for F1 to F5.
    Console,
    /// Text for programs, such as a terminal's answer to a question: up to its end nothing counts.
    String,
    /// In a paste, behind an escape character.
    PasteEnd(paste::End),
}

/// What a byte did.
enum Step {
    More,
    Key(Key),
    /// The byte must be given again, behind the key if there is one.
    Again(Option<Key>),
}

/// The state of the bytes that have come so far.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Decoder {
    state: State,
    utf8: Utf8,
    /// The character that has begun came with Alt.
    is_meta: bool,
    is_pasting: bool,
    /// A line feed that follows is part of the same line end.
    is_after_return: bool,
}

impl Decoder {
    pub(crate) const fn new() -> Self {
        Decoder {
            state: State::Ground,
            utf8: Utf8::new(),
            is_meta: false,
            is_pasting: false,
            is_after_return: false,
        }
    }

    /// Takes bytes up to the next key, and returns how many. Without a key all are taken.
    pub(crate) fn take(&mut self, input: &[u8]) -> (usize, Option<Key>) {
        let mut taken = 0;
        while let Some(&byte) = input.get(taken) {
            match self.step(byte) {
                Step::More => taken += 1,
                Step::Key(key) => return (taken + 1, Some(key)),
                Step::Again(Some(key)) => return (taken, Some(key)),
                Step::Again(None) => {}
            }
        }
        (taken, None)
    }

    /// Whether a key has begun that a pause would end. A paste and a character wait longer: a slow
    /// line tears them.
    pub(crate) const fn is_mid_key(&self) -> bool {
        !matches!(self.state, State::Ground | State::PasteEnd(_))
    }

    /// Whether what comes is pasted.
    pub(crate) const fn is_pasting(&self) -> bool {
        self.is_pasting
    }

    /// Gives up a key that has begun.
    pub(crate) fn handle_pause(&mut self) -> Option<Key> {
        if !self.is_mid_key() {
            return None;
        }
        let state = core::mem::take(&mut self.state);
        matches!(state, State::Escape).then_some(Key::Escape)
    }

    fn step(&mut self, byte: u8) -> Step {
        let is_after_return = core::mem::take(&mut self.is_after_return);
        if self.utf8.is_begun() {
            return self.character(byte);
        }
        match self.state {
            State::Ground if is_after_return && byte == b'\n' => Step::More,
            State::Ground if self.is_pasting => self.pasted(byte),
            State::Ground => self.typed(byte),
            State::Escape => self.escaped(byte),
            State::Sequence(sequence) => self.sequence(sequence, byte),
            State::Console => self.console(byte),
            State::String => self.string(byte),
            State::PasteEnd(end) => self.paste_end(end, byte),
        }
    }

    fn to(&mut self, state: State) -> Step {
        self.state = state;
        Step::More
    }

    /// What had begun is no key. The byte counts for itself.
    fn give_up(&mut self) -> Step {
        self.state = State::Ground;
        Step::Again(None)
    }

    fn typed(&mut self, byte: u8) -> Step {
        match byte {
            ESCAPE => self.to(State::Escape),
            b'\r' | b'\n' => self.line_end(byte),
            b'\t' => Step::Key(Key::Tab),
            0x08 | 0x7f => Step::Key(Key::Backspace),
            0x00..=0x1f => Step::Key(Key::Control(char::from(byte | 0x40))),
            _ => self.character(byte),
        }
    }

    fn pasted(&mut self, byte: u8) -> Step {
        match byte {
            ESCAPE => self.to(State::PasteEnd(paste::End::new())),
            b'\r' | b'\n' => self.line_end(byte),
            INTERRUPT => {
                self.is_pasting = false;
                self.typed(byte)
            }
            _ => self.character(byte),
        }
    }

    /// A carriage return, a line feed and both together are one line end each.
    fn line_end(&mut self, byte: u8) -> Step {
        self.is_after_return = byte == b'\r';
        Step::Key(Key::Enter)
    }

    fn character(&mut self, byte: u8) -> Step {
        let is_meta = core::mem::take(&mut self.is_meta);
        match self.utf8.take(byte) {
            utf8::Taken::Half => {
                self.is_meta = is_meta;
                Step::More
            }
            utf8::Taken::Bad => Step::Key(Key::Bad),
            utf8::Taken::Broken => Step::Again(Some(Key::Bad)),
            utf8::Taken::Char(c) if is_meta => Step::Key(Key::Meta(c)),
            utf8::Taken::Char(c) if self.is_pasting => {
                pasted(c).map_or(Step::More, |c| Step::Key(Key::Char(c)))
            }
            utf8::Taken::Char(c) if is_text(c) => Step::Key(Key::Char(c)),
            utf8::Taken::Char(_) => Step::Key(Key::Bad),
        }
    }

    fn escaped(&mut self, byte: u8) -> Step {
        self.state = State::Ground;
        match byte {
            ESCAPE => self.to(State::Escape),
            b'[' => self.to(State::Sequence(Sequence::new(Introducer::Control))),
            b'O' => self.to(State::Sequence(Sequence::new(Introducer::Function))),
            b']' | b'P' | b'X' | b'^' | b'_' => self.to(State::String),
            0x08 | 0x7f => Step::Key(Key::WordBackspace),
            0x00..=0x1f => Step::Again(None),
            _ => {
                self.is_meta = true;
                self.character(byte)
            }
        }
    }

    fn sequence(&mut self, mut sequence: Sequence, byte: u8) -> Step {
        match byte {
            b'[' if sequence.is_bare_control() => self.to(State::Console),
            0x20..=0x3f => {
                sequence.take(byte);
                self.to(State::Sequence(sequence))
            }
            0x40..=0x7e => {
                self.state = State::Ground;
                let key = sequence.key(byte);
                self.is_pasting = key == Some(Key::Paste);
                key.map_or(Step::More, Step::Key)
            }
            _ => self.give_up(),
        }
    }

    fn console(&mut self, byte: u8) -> Step {
        match byte {
            0x20..=0x7e => self.to(State::Ground),
            _ => self.give_up(),
        }
    }

    /// Ends with BEL or `ESC \`. A control character ends it too, so that no line end is lost.
    fn string(&mut self, byte: u8) -> Step {
        match byte {
            0x07 => self.to(State::Ground),
            ESCAPE => self.to(State::Escape),
            0x00..=0x1f | 0x7f => self.give_up(),
            _ => Step::More,
        }
    }

    fn paste_end(&mut self, mut end: paste::End, byte: u8) -> Step {
        match end.take(byte) {
            paste::Taken::More => self.to(State::PasteEnd(end)),
            paste::Taken::Over => {
                self.is_pasting = false;
                self.to(State::Ground)
            }
            paste::Taken::Text(c) => {
                self.state = State::PasteEnd(end);
                Step::Again(Some(Key::Char(c)))
            }
            paste::Taken::None => self.give_up(),
        }
    }
}
