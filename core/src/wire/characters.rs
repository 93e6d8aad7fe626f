//! Which characters are not simply printed: one table of ranges, for names and for what a screen shows.
//! Knows only Unicode 16.0.0. ASCII never reaches the table, and nothing on a message's way through the server asks it.

mod table;
#[cfg(test)]
mod tests;

use table::RANGES;

/// What is particular about a character that is not simply printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// A control character, or a line or paragraph separator: it ends a row, or commands a terminal.
    Break,
    /// It reorders what stands around it: the bidirectional embeddings, overrides and isolates.
    Turn,
    /// Nobody can see it: default ignorable, or a format character.
    Unseen,
    /// It looks like a space and is none.
    Blank,
    /// It makes one sign of two, or chooses a form: zero width (non-)joiners and variation selectors.
    Joiner,
    /// It stands on any letter before it, and many letters have it built in as well: accents, the later parts of a Hangul syllable.
    Mark,
    /// It stands on the letters of its own script, which is not written without it: vowel signs, tone marks.
    Sign,
    /// Nobody agrees how it looks: private use, noncharacters, the replacement character.
    Unknown,
}

const CLASSES: [Class; 7] = [
    Class::Break,
    Class::Turn,
    Class::Unseen,
    Class::Blank,
    Class::Joiner,
    Class::Mark,
    Class::Sign,
];

impl Class {
    /// The class of `c`; none for what is simply printed, the space among it.
    pub fn of(c: char) -> Option<Class> {
        if matches!(c, ' '..='~') {
            return None;
        }
        let code = u32::from(c);
        if is_unknown(code) {
            return Some(Class::Unknown);
        }
        let after = RANGES.partition_point(|range| range >> 11 <= code);
        let range = RANGES.get(after.checked_sub(1)?)?;
        let is_within = code - (range >> 11) <= (range >> 3 & 0xff);
        is_within.then_some(CLASSES[(range & 7) as usize])
    }

    /// Whether it has no width of its own, and stands on the character before it.
    pub const fn is_stacked(self) -> bool {
        matches!(self, Class::Joiner | Class::Mark | Class::Sign)
    }
}

/// Private use, noncharacters and U+FFFD: so long or so many ranges that telling them takes less room.
const fn is_unknown(code: u32) -> bool {
    matches!(code, 0xe000..=0xf8ff | 0xfdd0..=0xfdef | 0xfffd | 0xf_0000..)
        || code & 0xfffe == 0xfffe
}

/// Whether `text` holds a line or paragraph separator, which is a line's end to some who read it.
pub fn holds_separator(text: &str) -> bool {
    let is_separator = |at: usize| matches!(text.as_bytes()[at..], [_, 0x80, 0xa8 | 0xa9, ..]);
    memchr::memchr_iter(0xe2, text.as_bytes()).any(is_separator)
}
