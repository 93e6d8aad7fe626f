//! The letters of a text as they are drawn, and their columns.
//! Knows no row.

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use crate::characters::is_text;

/// Stands for a letter that is wider than there is room.
const TOO_WIDE: &str = "?";

/// A letter, and where it is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Cell<'e> {
    /// Its offset in the text.
    pub(crate) at: usize,
    pub(crate) column: usize,
    pub(crate) width: usize,
    pub(crate) shown: &'e str,
}

/// The letters of `text` that are drawn, none wider than `widest` but for the question mark that
/// stands for it. Control characters are left out. So is what has no width: it would change the
/// letter before it.
pub(crate) fn cells(text: &str, widest: usize) -> impl Iterator<Item = Cell<'_>> {
    let widths = text.grapheme_indices(true).map(|(at, letter)| (at, letter, width(letter)));
    let drawn = widths.filter(|&(_, _, width)| width > 0);
    drawn.scan(0, move |columns, (at, letter, width)| {
        let (width, shown) = if width > widest { (1, TOO_WIDE) } else { (width, letter) };
        let column = *columns;
        *columns += width;
        Some(Cell { at, column, width, shown })
    })
}

fn width(letter: &str) -> usize {
    if letter.chars().all(is_text) { letter.width() } else { 0 }
}
