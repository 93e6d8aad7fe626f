//! Characters that are not simply printed: one table of ranges, for names and for screens.
//! Knows only Unicode 16.0.0. ASCII never reaches the table, and a message passes the server
//! without asking it.

mod shown;
mod table;
#[cfg(test)]
mod tests;

pub use shown::{shown, shown_name};
use table::RANGES;

/// Why a character is not simply printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// A control character, or a line or paragraph separator: it ends a row, or commands a
    /// terminal.
    Break,
    /// It reorders the characters around it: bidirectional embeddings, overrides and isolates.
    Turn,
    /// Nobody can see it: default ignorable, or a format character.
    Unseen,
    /// It looks like a space and is not one.
    Blank,
    /// It joins two characters into one sign, or chooses a form: zero width (non-)joiners,
    /// variation selectors.
    Joiner,
    /// It stands on any letter before it, and many letters exist with it built in: accents, later
    /// parts of a Hangul syllable.
    Mark,
    /// It stands on letters of its own script, which cannot be written without it: vowel signs,
    /// tone marks.
    Sign,
    /// It has no agreed look: private use, noncharacters, the replacement character.
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
    /// The class of `c`; `None` for a character that is simply printed, such as the space.
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

    /// Whether it has no width of its own and stands on the character before it.
    pub const fn is_stacked(self) -> bool {
        matches!(self, Class::Joiner | Class::Mark | Class::Sign)
    }
}

/// Private use, noncharacters and U+FFFD. Their ranges are so long or so many that code takes less
/// room than rows.
const fn is_unknown(code: u32) -> bool {
    matches!(code, 0xe000..=0xf8ff | 0xfdd0..=0xfdef | 0xfffd | 0xf_0000..)
        || code & 0xfffe == 0xfffe
}

/// Whether `text` holds a line or paragraph separator, which some programs take for a line's end.
pub fn holds_separator(text: &str) -> bool {
    let is_separator = |at: usize| matches!(text.as_bytes()[at..], [_, 0x80, 0xa8 | 0xa9, ..]);
    memchr::memchr_iter(0xe2, text.as_bytes()).any(is_separator)
}
