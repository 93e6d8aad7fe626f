//! Changes of a row that are more than a letter: words and letters change places or case.
//! Knows no key and no history.

use crate::buffer::Buffer;
use crate::graphemes;
use crate::words::{Case, Motion, next_word, words_around};

/// Exchanges the letter before the cursor with the one behind it, or the last two at the end. The
/// cursor goes behind them.
pub(crate) fn transpose_letters(buffer: &mut Buffer<'_>) -> bool {
    let (text, cursor) = (buffer.text(), buffer.cursor());
    let end = graphemes::after(text, cursor);
    let middle = if cursor == end { graphemes::before(text, end) } else { cursor };
    let start = graphemes::before(text, middle);
    if start == middle || middle == end {
        return false;
    }
    buffer.exchange(start, middle, end);
    buffer.move_to(end);
    true
}

/// Exchanges the word before the cursor with the one behind it. The cursor goes behind them.
pub(crate) fn transpose_words(buffer: &mut Buffer<'_>) -> bool {
    let Some([start, first_end, second, end]) = words_around(buffer.text(), buffer.cursor()) else {
        return false;
    };
    let moved = start + end - second;
    buffer.exchange(start, second, end);
    buffer.exchange(moved, moved + first_end - start, end);
    buffer.move_to(end);
    true
}

/// Writes the word at the cursor, or the next one, anew. The cursor goes behind it.
pub(crate) fn change_case(buffer: &mut Buffer<'_>, case: Case) -> bool {
    let (text, cursor) = (buffer.text(), buffer.cursor());
    let (start, end) = (next_word(text, cursor), Motion::WordRight.target(text, cursor));
    start < end && buffer.rewrite(start..end, |at, c| written(c, case, at == 0))
}

/// `c` in upper or lower case: up to three characters. Without the tables of all letters only
/// those of ASCII change.
#[cfg(not(feature = "unicode-case"))]
fn written(c: char, case: Case, is_first: bool) -> impl Iterator<Item = char> {
    let is_upper = case == Case::Upper || is_first && case == Case::Capitalized;
    core::iter::once(if is_upper { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() })
}

/// `c` in upper or lower case: up to three characters.
#[cfg(feature = "unicode-case")]
fn written(c: char, case: Case, is_first: bool) -> impl Iterator<Item = char> {
    let is_upper = case == Case::Upper || is_first && case == Case::Capitalized;
    let upper = is_upper.then(|| c.to_uppercase()).into_iter().flatten();
    upper.chain((!is_upper).then(|| c.to_lowercase()).into_iter().flatten())
}
