//! Where letters and words begin and end, and their case. A letter is a grapheme cluster; its first
//! character decides what it is. Knows no cursor and no memory.

use unicode_segmentation::UnicodeSegmentation;

use crate::graphemes;

/// A way from a place in a text to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Motion {
    Left,
    Right,
    /// To the beginning of a word of letters and digits.
    WordLeft,
    /// To the end of such a word.
    WordRight,
    /// To the beginning of a word between blanks.
    BlankLeft,
    Start,
    End,
}

impl Motion {
    /// Where the motion ends that begins at the boundary `from`.
    pub(crate) fn target(self, text: &str, from: usize) -> usize {
        match self {
            Motion::Left => graphemes::before(text, from),
            Motion::Right => graphemes::after(text, from),
            Motion::WordLeft => word_start(text, from, is_word),
            Motion::WordRight => word_end(text, from),
            Motion::BlankLeft => word_start(text, from, |letter| !is_blank(letter)),
            Motion::Start => 0,
            Motion::End => text.len(),
        }
    }
}

/// How a word is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Case {
    Lower,
    Upper,
    /// Its first letter in upper case.
    Capitalized,
}

fn is_word(letter: &str) -> bool {
    letter.starts_with(char::is_alphanumeric)
}

fn is_blank(letter: &str) -> bool {
    letter.starts_with(char::is_whitespace)
}

/// The beginning of the last word before `from`; 0 if there is none.
fn word_start(text: &str, from: usize, is_in: impl Fn(&str) -> bool) -> usize {
    let mut letters = text[..from].grapheme_indices(true).rev().skip_while(|(_, l)| !is_in(l));
    let last = letters.next().map_or(0, |(at, _)| at);
    letters.take_while(|(_, letter)| is_in(letter)).last().map_or(last, |(at, _)| at)
}

/// The end of the next word behind `from`; the text's end if there is none.
fn word_end(text: &str, from: usize) -> usize {
    let letters = text[from..].grapheme_indices(true);
    let mut behind = letters.skip_while(|(_, letter)| !is_word(letter));
    behind.find(|(_, letter)| !is_word(letter)).map_or(text.len(), |(at, _)| from + at)
}

/// The beginning of the next word behind `from`; the text's end if there is none.
pub(crate) fn next_word(text: &str, from: usize) -> usize {
    let mut letters = text[from..].grapheme_indices(true);
    letters.find(|(_, letter)| is_word(letter)).map_or(text.len(), |(at, _)| from + at)
}

/// The two words that change places with the cursor at `from`: `[start, end, start, end]`.
pub(crate) fn words_around(text: &str, from: usize) -> Option<[usize; 4]> {
    let end = word_end(text, from);
    let second = word_start(text, end, is_word);
    let first = word_start(text, second, is_word);
    let first_end = word_end(text, first);
    let end = word_end(text, second);
    let are_words = [first, second].iter().all(|&at| is_word(&text[at..]));
    (are_words && first_end <= second).then_some([first, first_end, second, end])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(motion: Motion, text: &str, from: usize) -> &str {
        &text[motion.target(text, from)..]
    }

    #[test]
    fn words_end_where_letters_and_digits_end() {
        let text = "to /msg-42, né.";
        assert_eq!(target(Motion::WordLeft, text, text.len()), "né.");
        assert_eq!(target(Motion::WordLeft, text, 11), "42, né.");
        assert_eq!(target(Motion::WordRight, text, 0), " /msg-42, né.");
        assert_eq!(target(Motion::WordRight, text, 2), "-42, né.");
        assert_eq!(target(Motion::WordRight, text, 10), ".");
        assert_eq!(target(Motion::WordRight, "...", 0), "");
        assert_eq!(Motion::WordLeft.target("...", 3), 0);
    }

    #[test]
    fn words_between_blanks_keep_their_signs() {
        assert_eq!(target(Motion::BlankLeft, "to /msg-42,  ", 13), "/msg-42,  ");
        assert_eq!(target(Motion::BlankLeft, "a e\u{301}!b", 6), "e\u{301}!b");
    }

    #[test]
    fn two_words_around_the_cursor() {
        let words = |text, from| {
            let [a, b, c, d] = words_around(text, from)?;
            Some((&text[a..b], &text[c..d]))
        };
        assert_eq!(words("one, two three", 0), None);
        assert_eq!(words("one, two three", 4), Some(("one", "two")));
        assert_eq!(words("one, two three", 14), Some(("two", "three")));
        assert_eq!(words("one, two!", 9), Some(("one", "two")));
        assert_eq!(words("one", 3), None);
        assert_eq!(words("...", 1), None);
    }
}
