//! The table against the Unicode Character Database, character by character, and against what
//! people have tried.

use std::collections::BTreeSet;

use proptest::prelude::*;
use regex_syntax::hir::{Class as HirClass, HirKind};

use super::*;

/// Every character that a regular expression's class means.
fn characters(class: &str) -> BTreeSet<char> {
    let hir = regex_syntax::parse(class).unwrap();
    let HirKind::Class(HirClass::Unicode(ranges)) = hir.kind() else {
        panic!("{class} is no class")
    };
    ranges.iter().flat_map(|range| range.start()..=range.end()).collect()
}

/// The classes in the order in which they claim a character, as the database tells them.
const CLAIMS: [(Class, &str); 8] = [
    (Class::Unknown, r"[\p{Co}\p{Noncharacter_Code_Point}\x{fffd}]"),
    (Class::Break, r"[\p{Cc}\p{Zl}\p{Zp}]"),
    (Class::Turn, r"[\p{Bidi_Control}--[\x{61c}\x{200e}\x{200f}]]"),
    (Class::Joiner, r"[\p{Variation_Selector}\x{200c}\x{200d}]"),
    // Letters and symbols without ink, which no property tells.
    (
        Class::Blank,
        r"[[\p{Zs}--\x20]\x{2800}\x{3164}\x{115f}\x{1160}\x{ffa0}\x{1d159}\x{13441}\x{13442}]",
    ),
    (
        Class::Unseen,
        r"[\p{Default_Ignorable_Code_Point}\p{Bidi_Control}[\p{Cf}--\p{Prepended_Concatenation_Mark}]]",
    ),
    (
        Class::Mark,
        r"[[\p{M}&&\p{sc=Inherited}]\x{1161}-\x{11ff}\x{d7b0}-\x{d7c6}\x{d7cb}-\x{d7fb}]",
    ),
    (Class::Sign, r"\p{M}"),
];

#[test]
fn every_character_has_the_class_that_the_database_gives_it() {
    let claims = CLAIMS.map(|(class, pattern)| (class, characters(pattern)));
    for c in '\0'..=char::MAX {
        let claim = claims.iter().find(|(_, all)| all.contains(&c)).map(|(class, _)| *class);
        assert_eq!(Class::of(c), claim, "U+{:04X}", u32::from(c));
    }
}

#[test]
fn the_ranges_rise_and_do_not_touch() {
    for pair in RANGES.windows(2) {
        let last = (pair[0] >> 11) + (pair[0] >> 3 & 0xff);
        assert!(last < pair[1] >> 11, "{:x} {:x}", pair[0] >> 11, pair[1] >> 11);
    }
}

#[test]
fn what_people_have_tried_is_known() {
    let known = [
        ("\u{200b}\u{2060}\u{feff}\u{ad}\u{34f}\u{61c}\u{200e}\u{e0041}\u{e0fff}", Class::Unseen),
        ("\u{202e}\u{202a}\u{2066}\u{2069}", Class::Turn),
        ("\u{a0}\u{3000}\u{2800}\u{3164}\u{115f}\u{1160}\u{ffa0}", Class::Blank),
        ("\u{85}\u{2028}\u{2029}\u{1b}\u{7f}\u{9b}\t", Class::Break),
        ("\u{200c}\u{200d}\u{fe0f}", Class::Joiner),
        ("\u{301}\u{308}\u{335}\u{20dd}\u{3099}\u{1161}", Class::Mark),
        ("\u{93f}\u{94d}\u{e31}\u{5b8}", Class::Sign),
        ("\u{e000}\u{ffff}\u{10fffd}\u{fffd}", Class::Unknown),
    ];
    for (characters, class) in known {
        for c in characters.chars() {
            assert_eq!(Class::of(c), Some(class), "U+{:04X}", u32::from(c));
        }
    }
}

#[test]
fn letters_digits_and_signs_of_every_script_are_simply_printed() {
    for c in "azAZ09 -_.@~äßñøŠжЯΩאبहก你한ｙ€✓→👩🎉\u{110bd}".chars() {
        assert_eq!(Class::of(c), None, "{c}");
    }
}

proptest! {
    #[test]
    fn a_separator_is_found_wherever_it_stands(before in ".{0,20}", after in ".{0,20}") {
        let clean = |text: &str| text.replace(['\u{2028}', '\u{2029}'], "\u{2027}");
        let (before, after) = (clean(&before), clean(&after));
        for separator in ["\u{2028}", "\u{2029}"] {
            let text = format!("{before}{separator}{after}");
            prop_assert!(holds_separator(&text));
        }
        let text = format!("{before}\u{2026}{after}â");
        prop_assert!(!holds_separator(&text));
    }
}
