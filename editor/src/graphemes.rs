//! Boundaries of grapheme clusters: what a person takes for one letter.
//! Knows no line and no cursor.

use unicode_segmentation::{GraphemeCursor, UnicodeSegmentation};

/// The first boundary at `at` or behind it. `at` is the offset of a character, or the text's end.
pub(crate) fn at_or_after(text: &str, at: usize) -> usize {
    let mut cursor = GraphemeCursor::new(at, text.len(), true);
    match cursor.is_boundary(text, 0) {
        Ok(false) => cursor.next_boundary(text, 0).ok().flatten().unwrap_or(text.len()),
        _ => at,
    }
}

/// The boundary behind the boundary `at`; `at` itself at the end.
pub(crate) fn after(text: &str, at: usize) -> usize {
    at + text[at..].graphemes(true).next().map_or(0, str::len)
}

/// The boundary before the boundary `at`; `at` itself at the beginning.
pub(crate) fn before(text: &str, at: usize) -> usize {
    at - text[..at].graphemes(true).next_back().map_or(0, str::len)
}

/// The longest beginning of `text` that takes no more than `bytes` and cuts no cluster.
pub(crate) fn beginning(text: &str, bytes: usize) -> &str {
    if text.len() <= bytes {
        return text;
    }
    let ends = text.grapheme_indices(true).map(|(start, cluster)| start + cluster.len());
    &text[..ends.take_while(|&end| end <= bytes).last().unwrap_or(0)]
}

#[cfg(test)]
mod tests {
    use super::*;

    const FAMILY: &str = "👨\u{200d}👩\u{200d}👧";

    #[test]
    fn a_family_is_one_letter() {
        let text = format!("a{FAMILY}b");
        let end = 1 + FAMILY.len();
        assert_eq!((after(&text, 1), before(&text, end)), (end, 1));
        assert_eq!(at_or_after(&text, 5), end);
        assert_eq!(at_or_after(&text, 1), 1);
    }

    #[test]
    fn nothing_lies_beyond_the_ends() {
        assert_eq!((before("a", 0), after("a", 1), at_or_after("a", 1)), (0, 1, 1));
        assert_eq!((before("", 0), after("", 0), at_or_after("", 0)), (0, 0, 0));
    }

    #[test]
    fn a_beginning_cuts_no_letter() {
        let text = format!("ab{FAMILY}");
        assert_eq!(beginning(&text, text.len()), text);
        assert_eq!(beginning(&text, text.len() - 1), "ab");
        assert_eq!(beginning(&text, 1), "a");
        assert_eq!(beginning(&text, 0), "");
    }
}
