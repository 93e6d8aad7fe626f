//! The end of a paste, found in its bytes.
//! Knows no key.

/// What a terminal sends behind a paste (xterm's "bracketed paste").
const END: &[u8] = b"\x1b[201~";

/// How much of the end has come, and how much of that was none after all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct End {
    matched: usize,
    /// From here on, `END[..matched]` is text of the paste.
    replayed: Option<usize>,
}

/// What a byte did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Taken {
    More,
    /// The paste is over.
    Over,
    /// This character is text of the paste after all; the byte must be given again.
    Text(char),
    /// It was no end; the byte must be given again, as text.
    None,
}

impl End {
    /// The escape character has come.
    pub(crate) const fn new() -> Self {
        End { matched: 1, replayed: None }
    }

    /// Takes the next byte. The escape character of what turns out to be no end is dropped.
    pub(crate) fn take(&mut self, byte: u8) -> Taken {
        if self.replayed.is_none() {
            if END[self.matched] == byte {
                self.matched += 1;
                return if self.matched == END.len() { Taken::Over } else { Taken::More };
            }
            self.replayed = Some(1);
        }
        let at = self.replayed.unwrap_or(self.matched);
        if at == self.matched {
            return Taken::None;
        }
        self.replayed = Some(at + 1);
        Taken::Text(char::from(END[at]))
    }
}
