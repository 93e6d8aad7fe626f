//! Bytes on the terminal that are no text. They are dropped, and the session goes on.

use smolchat_tests::terminal::message;

use crate::{Case, hans_and_yoda};

/// What is typed, before the line that must arrive.
const BYTES: [(&str, &[u8]); 8] = [
    ("a letter of Latin-1", b"\xe4"),
    ("0xFF", b"\xff"),
    ("0x80", b"\x80"),
    ("half a letter", b"\xc3"),
    ("Alt as the eighth bit", b"\xec"),
    ("a surrogate", b"\xed\xa0\x80"),
    ("a letter in too many bytes", b"\xc0\xaf"),
    ("a zero byte", b"\0"),
];

pub(crate) fn cases() -> Vec<Case> {
    let alone = BYTES.into_iter().map(|(name, bytes)| {
        Case::new(format!("after {name} the session goes on"), move |place, _| {
            let (mut hans, mut yoda) = hans_and_yoda(place);
            hans.types(bytes);
            hans.looks();
            hans.says(&message("yoda", "hi"));
            assert_eq!(yoda.hears_texts(1), ["hi"]);
        })
    });
    alone.chain([in_a_line()]).collect()
}

fn in_a_line() -> Case {
    Case::new("letters of Latin-1 in a line are left out", |place, _| {
        let (mut hans, mut yoda) = hans_and_yoda(place);
        hans.types([message("yoda", "Gr").as_bytes(), b"\xfc\xdfe\r"].concat());
        assert_eq!(yoda.hears_texts(1), ["Gre"]);
    })
}
