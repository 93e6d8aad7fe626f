//! Lines that come faster than anybody types: pasted with and without the terminal's marks, or
//! typed ahead. Each goes out once and in order.

use smolchat_tests::terminal::message;

use crate::{Case, hans_and_yoda};

/// Lines of the longer pastes.
const MANY: usize = 200;

pub(crate) fn cases() -> Vec<Case> {
    let [one, two] = ["one", "two"].map(|text| message("yoda", text));
    let texts: Vec<_> = (0..MANY).map(|number| format!("m{number:03}")).collect();
    let lines: Vec<_> = texts.iter().map(|text| message("yoda", text)).collect();
    let ended: String = lines.iter().map(|line| format!("{line}\r")).collect();
    let both = &["one", "two"];
    vec![
        case("two lines and Enter", paste(&format!("{one}\r{two}")) + "\r", both),
        case("one line with its end, then Enter", paste(&format!("{one}\r")) + "\r", &["one"]),
        case("one line with a line feed, then Enter", paste(&format!("{one}\n")) + "\r", &["one"]),
        case("lines that end in both", paste(&format!("{one}\r\n{two}\r\n")), both),
        case("a tab inside", paste(&message("yoda", "a\tb")) + "\r", &["a b"]),
        case("200 lines", paste(&lines.join("\r")) + "\r", &texts),
        case("two lines without marks", format!("{one}\r{two}\r"), both),
        case("two lines with line feeds and without marks", format!("{one}\n{two}\n"), both),
        case("200 lines without marks", ended, &texts),
        typed_ahead(lines, texts),
        too_long(),
    ]
}

/// What a terminal sends for a paste when the program asked for marks.
fn paste(text: &str) -> String {
    format!("\x1b[200~{text}\x1b[201~")
}

fn case(name: &str, typed: String, expected: &[impl ToString]) -> Case {
    let expected: Vec<_> = expected.iter().map(ToString::to_string).collect();
    Case::new(format!("of {name} each goes out once and in order"), move |place, _| {
        let (mut hans, mut yoda) = hans_and_yoda(place);
        hans.types(&typed);
        hans.types(format!("{}\r", message("yoda", "last")));
        while !yoda.texts().any(|text| text == "last") {
            yoda.hears("* message ");
            hans.looks();
        }
        let texts = yoda.all_texts();
        assert_eq!(texts, [expected, vec!["last".to_owned()]].concat());
        hans.has_in_hand("");
    })
}

fn typed_ahead(lines: Vec<String>, texts: Vec<String>) -> Case {
    Case::new("of lines typed ahead each goes out once and in order", move |place, _| {
        let (mut hans, mut yoda) = hans_and_yoda(place);
        for line in &lines {
            hans.says(line);
        }
        assert_eq!(yoda.hears_texts(texts.len()), texts);
        assert_eq!(yoda.all_texts(), texts);
    })
}

fn too_long() -> Case {
    Case::new("a text that is too long is refused or sent whole", move |place, _| {
        let (mut hans, mut yoda) = hans_and_yoda(place);
        let long = "word ".repeat(400);
        hans.types(paste(&message("yoda", &long)) + "\r");
        hans.says(&message("yoda", "last"));
        yoda.hears("* message ");
        while !yoda.texts().any(|text| text == "last") {
            yoda.hears("* message ");
        }
        let mut texts = yoda.all_texts();
        assert_eq!(texts.pop().as_deref(), Some("last"));
        if texts.is_empty() {
            hans.sees("longer than");
        } else {
            let sent: Vec<_> = texts.iter().flat_map(|text| text.split_whitespace()).collect();
            assert_eq!(sent, long.split_whitespace().collect::<Vec<_>>());
        }
    })
}
