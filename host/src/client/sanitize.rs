//! Text for a terminal or a script: without characters that command it, and names without
//! characters that lie.
//! Knows `protocol`'s table of characters only. Everything that is shown goes through here, whoever
//! wrote it.

use std::borrow::Cow;

use smolchat_core::protocol::{Class, check_user_name, shown, shown_name};

/// `text` as it may be [shown].
pub(crate) fn sanitize(text: &str) -> Cow<'_, str> {
    if text.chars().all(|c| Class::of(c).is_none()) {
        return text.into();
    }
    shown(text).collect()
}

/// `name` as it [may be shown](shown_name).
pub(crate) fn name(name: &str) -> Cow<'_, str> {
    if check_user_name(name).is_ok() {
        return name.into();
    }
    shown_name(name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_text_in_any_script_passes_untouched() {
        for text in ["", "hi", "Grüße", "你好", "שלום", "👩‍👩‍👧", "❤️‍🔥", "हिन्दी", "می‌خواهم", "Việt"]
        {
            assert_eq!(sanitize(text), text);
        }
        assert!(matches!(sanitize("Grüße"), Cow::Borrowed(_)));
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
        for c in "\u{2028}\u{2029}\u{202a}\u{202b}\u{202c}\u{202d}\u{202e}\u{2066}\u{2067}\u{2068}\u{2069}".chars() {
            assert_eq!(sanitize(&format!("a{c}b")), "a\u{fffd}b", "{c:?}");
        }
    }

    #[test]
    fn what_nobody_sees_is_left_out_and_what_looks_like_a_space_is_one() {
        for c in "\u{ad}\u{61c}\u{200b}\u{200e}\u{200f}\u{2060}\u{206a}\u{feff}\u{e0041}".chars() {
            assert_eq!(sanitize(&format!("a{c}b")), "ab", "{c:?}");
        }
        for c in "\u{a0}\u{2003}\u{202f}\u{2800}\u{3000}\u{3164}\u{115f}".chars() {
            assert_eq!(sanitize(&format!("a{c}b")), "a b", "{c:?}");
        }
    }

    #[test]
    fn marks_stand_on_something_and_make_no_towers() {
        assert_eq!(
            sanitize("h\u{335}\u{338}\u{334}\u{321}\u{322}\u{316}x"),
            "h\u{335}\u{338}\u{334}\u{321}x"
        );
        assert_eq!(
            sanitize("ก\u{e47}\u{e47}\u{e47}\u{e47}\u{e47}\u{e47}"),
            "ก\u{e47}\u{e47}\u{e47}\u{e47}"
        );
        assert_eq!(sanitize("yoda: \u{301}\u{200d}a"), "yoda: a");
        // Characters that are left out between them make no new room.
        assert_eq!(
            sanitize(&"e\u{301}".replace('e', "e\u{301}\u{301}\u{301}\u{301}\u{200b}")),
            "e\u{301}\u{301}\u{301}\u{301}"
        );
    }

    #[test]
    fn a_name_that_is_none_is_marked_and_every_other_stays() {
        for same in ["yoda", "Zoë", "योडा", "*", "尤达"] {
            assert_eq!(name(same), same);
        }
        for (told, shown) in [
            ("hans\u{a0}(private)", "hans\u{fffd}(private)"),
            ("yoda\u{200b}", "yoda\u{fffd}"),
            ("yo\u{202e}da", "yo\u{fffd}da"),
            ("\u{2800}", "\u{fffd}"),
            ("Zoe\u{308}", "Zoe\u{fffd}"),
            ("\u{93f}", "\u{fffd}"),
            ("\x1b[2J", "\u{fffd}[2J"),
        ] {
            assert_eq!(name(told), shown);
        }
    }
}
