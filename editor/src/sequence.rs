//! The sequences that terminals send for keys: `ESC [ 1 ; 5 C` and `ESC O C` (ECMA-48 5.4, xterm's
//! and rxvt's tables of keys). Knows nothing of what a key does.

use crate::key::Key;

/// A sequence that has begun.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sequence {
    introducer: Introducer,
    /// The first two numbers; 0 where there is none.
    numbers: [u16; 2],
    number: usize,
    /// Something in it that no key of ours has.
    is_unknown: bool,
}

/// How a sequence begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Introducer {
    /// `ESC [`
    Control,
    /// `ESC O`
    Function,
}

/// Alt, Ctrl and Meta, in xterm's number for modifiers less one.
const WORDWISE: u16 = 2 | 4 | 8;

impl Sequence {
    pub(crate) const fn new(introducer: Introducer) -> Self {
        Sequence { introducer, numbers: [0; 2], number: 0, is_unknown: false }
    }

    /// Whether it is `ESC [` and nothing more.
    pub(crate) const fn is_bare_control(self) -> bool {
        matches!(self.introducer, Introducer::Control) && self.number == 0 && self.numbers[0] == 0
    }

    /// Takes a byte between the introducer and the final byte, 0x20 to 0x3f.
    pub(crate) fn take(&mut self, byte: u8) {
        match (byte, self.numbers.get_mut(self.number)) {
            (b'0'..=b'9', Some(number)) => {
                *number = number.saturating_mul(10).saturating_add(u16::from(byte - b'0'));
            }
            (b';', Some(_)) => self.number += 1,
            _ => self.is_unknown = true,
        }
    }

    /// The key, now that the final byte came; `None` for a key that does nothing here.
    pub(crate) fn key(self, last: u8) -> Option<Key> {
        match (self.is_unknown, self.introducer) {
            (true, _) => None,
            (false, Introducer::Control) if last == b'~' => self.numbered(),
            (false, Introducer::Control) => self.moving(last),
            // rxvt's arrows with Ctrl.
            (false, Introducer::Function) if last == b'c' => Some(Key::WordRight),
            (false, Introducer::Function) if last == b'd' => Some(Key::WordLeft),
            (false, Introducer::Function) if last == b'M' => Some(Key::Enter),
            (false, Introducer::Function) => self.moving(last),
        }
    }

    /// `ESC [ 3 ~` and the like: VT220 keys, and the marks around a paste.
    fn numbered(self) -> Option<Key> {
        match self.numbers[0] {
            1 | 7 => Some(Key::Home),
            4 | 8 => Some(Key::End),
            3 if self.is_wordwise() => Some(Key::WordDelete),
            3 => Some(Key::Delete),
            200 => Some(Key::Paste),
            _ => None,
        }
    }

    fn moving(self, last: u8) -> Option<Key> {
        match (last, self.is_wordwise()) {
            (b'A', _) => Some(Key::Up),
            (b'B', _) => Some(Key::Down),
            (b'C', true) => Some(Key::WordRight),
            (b'D', true) => Some(Key::WordLeft),
            (b'C', false) => Some(Key::Right),
            (b'D', false) => Some(Key::Left),
            (b'H', _) => Some(Key::Home),
            (b'F', _) => Some(Key::End),
            _ => None,
        }
    }

    /// Modifiers are the second number, in old forms of `ESC O` the only one.
    fn is_wordwise(self) -> bool {
        let [first, second] = self.numbers;
        let modifiers =
            if self.introducer == Introducer::Function && second == 0 { first } else { second };
        modifiers.saturating_sub(1) & WORDWISE != 0
    }
}
