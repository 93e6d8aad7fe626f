//! What may reach a terminal or a script: text without characters that command it.
//! Touches nothing. Everything that is shown goes through here, whoever wrote it.

use std::borrow::Cow;

/// Stands where a character was that may not pass.
const SUBSTITUTE: char = char::REPLACEMENT_CHARACTER;

/// `text` in which every control character and every character that reorders or splits lines is replaced by one visible mark.
pub fn sanitize(text: &str) -> Cow<'_, str> {
    match text.chars().any(is_commanding) {
        true => text.chars().map(|c| if is_commanding(c) { SUBSTITUTE } else { c }).collect(),
        false => text.into(),
    }
}

/// C0 and C1 control characters, DEL, the line and paragraph separators, and the bidirectional embeddings, overrides and isolates.
fn is_commanding(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_text_in_any_script_passes_untouched() {
        for text in ["", "hi", "Grüße", "你好", "שלום", "👩‍👩‍👧", "a\u{200e}b", "nbsp\u{a0}"]
        {
            assert!(matches!(sanitize(text), Cow::Borrowed(same) if same == text));
        }
    }

    #[test]
    fn escape_sequences_lose_what_makes_them_work() {
        assert_eq!(sanitize("\x1b[2Jgone"), "\u{fffd}[2Jgone");
        assert_eq!(sanitize("\u{9b}31m"), "\u{fffd}31m");
        assert_eq!(sanitize("a\r\nb\tc\x07\x7f"), "a\u{fffd}\u{fffd}b\u{fffd}c\u{fffd}\u{fffd}");
    }

    #[test]
    fn no_control_character_passes() {
        for c in (0..0x20).chain(0x7f..0xa0).filter_map(char::from_u32) {
            assert_eq!(sanitize(&c.to_string()), "\u{fffd}", "{c:?}");
        }
    }

    #[test]
    fn text_cannot_turn_its_own_direction_or_split_its_line() {
        for c in ('\u{2028}'..='\u{202e}').chain('\u{2066}'..='\u{2069}') {
            assert_eq!(sanitize(&format!("a{c}b")), "a\u{fffd}b", "{c:?}");
        }
        assert_eq!(
            sanitize("\u{2027}\u{202f}\u{2065}\u{206a}"),
            "\u{2027}\u{202f}\u{2065}\u{206a}"
        );
    }
}
