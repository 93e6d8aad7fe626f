//! The letters of a text as they are drawn, and their columns.
//! Knows no row.

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use crate::characters::is_text;

/// Stands for a letter that is wider than there is room, or larger than `LETTER_BYTES`.
const NO_ROOM: &str = "?";
/// What is drawn takes no more bytes than this for each column, whatever is typed. A family of four
/// takes 25, with colours of skin 41.
const LETTER_BYTES: usize = 128;

/// A letter, and where it is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Cell<'e> {
    /// Its offset in the text.
    pub(crate) at: usize,
    pub(crate) column: usize,
    pub(crate) width: usize,
    pub(crate) shown: &'e str,
}

/// The letters of `text` that are drawn. A question mark stands for each that is wider than
/// `widest`. Control characters are left out. So is what has no width: it would change the
/// letter before it.
pub(crate) fn cells(text: &str, widest: usize) -> impl Iterator<Item = Cell<'_>> {
    let widths = text.grapheme_indices(true).map(|(at, letter)| (at, letter, width(letter)));
    let drawn = widths.filter(|&(_, _, width)| width > 0);
    drawn.scan(0, move |columns, (at, letter, width)| {
        let has_room = width <= widest && letter.len() <= LETTER_BYTES;
        let (width, shown) = if has_room { (width, letter) } else { (1, NO_ROOM) };
        let column = *columns;
        *columns += width;
        Some(Cell { at, column, width, shown })
    })
}

fn width(letter: &str) -> usize {
    if letter.chars().all(is_text) { letter.width() } else { 0 }
}
