//! Which characters a line may hold.
//! Knows no line.

/// Whether a line may hold `c`: anything but control characters, and the line and paragraph
/// separators, which some programs take for a line's end.
pub(crate) fn is_text(c: char) -> bool {
    !c.is_control() && !is_separator(c)
}

const fn is_separator(c: char) -> bool {
    matches!(c, '\u{2028}' | '\u{2029}')
}

/// What a pasted `c` becomes. Whatever separates words or lines separates words; other control
/// characters are dropped.
pub(crate) fn pasted(c: char) -> Option<char> {
    match c {
        '\t' | '\u{85}' => Some(' '),
        _ if is_separator(c) => Some(' '),
        _ if is_text(c) => Some(c),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_holds_no_control_character_and_no_separator() {
        for c in ['\0', '\u{1b}', '\n', '\u{7f}', '\u{85}', '\u{9f}', '\u{2028}', '\u{2029}'] {
            assert!(!is_text(c), "{c:?}");
        }
        for c in [' ', '~', '\u{a0}', 'ß', '\u{200d}', '\u{202e}', '\u{fffd}', '👩'] {
            assert!(is_text(c), "{c:?}");
        }
    }

    #[test]
    fn what_separates_words_is_a_space_in_a_paste() {
        let pasted: String = "a\tb\u{2028}c\u{85}d\0e".chars().filter_map(pasted).collect();
        assert_eq!(pasted, "a b c de");
    }
}
