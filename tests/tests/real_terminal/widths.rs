//! Letters of every width in windows of every width. The line goes out whole and unchanged, and
//! what others say meanwhile is shown once.

use smolchat_tests::real::Place;
use smolchat_tests::terminal::{LineUser, TerminalUser, is_told, message};

use crate::Case;

/// Windows, in columns.
const WINDOWS: [u16; 4] = [20, 30, 80, 200];
/// Pieces in which a line is typed. Somebody speaks behind each.
const PIECES: usize = 6;

pub(crate) fn cases() -> Vec<Case> {
    let case = |columns| {
        let name = format!("in {columns} columns odd letters go out whole and hide no message");
        Case::new(name, move |place, _| in_a_window(place, columns))
    };
    WINDOWS.map(case).into()
}

fn in_a_window(place: &Place<'_>, columns: u16) {
    let mut hans = TerminalUser::arrive_in(place, "hans", columns);
    let (mut yoda, mut luke) = (LineUser::arrive(place, "yoda"), LineUser::arrive(place, "luke"));
    hans.sees("luke logged");
    for (number, text) in texts().iter().enumerate() {
        let said: Vec<_> = (0..PIECES).map(|piece| format!("m{number:02}{piece}")).collect();
        let line = message("yoda", text);
        let typed: Vec<_> = line.chars().collect();
        for (piece, said) in typed.chunks(typed.len().div_ceil(PIECES)).zip(&said) {
            hans.types(piece.iter().collect::<String>());
            luke.tells("hans", said);
            hans.is_told("luke", said);
        }
        hans.types("\r");
        let got = yoda.hears_texts(number + 1);
        assert_eq!(got.last().map(|got| got.trim_end()), Some(text.as_str()), "{columns} columns");
        let rows = hans.screen().rows();
        for said in said.iter().take(typed.chunks(typed.len().div_ceil(PIECES)).len()) {
            let count = rows.iter().filter(|row| is_told(row, "luke", said)).count();
            assert_eq!(count, 1, "{said} beside {text:?} in {columns} columns: {rows:#?}");
        }
    }
}

/// Lines that terminals and programs measure differently.
fn texts() -> Vec<String> {
    let combining: String = ('\u{300}'..='\u{31d}').collect();
    let texts = [
        "a👨‍👩‍👧‍👦b👩🏽‍🚀c",
        "你好世界你好世界你好世界你好世界",
        "שלום עולם abc שלום",
        "🇩🇪🇫🇷🇯🇵 ok",
        "❤️ ☺️ 1️⃣ ok",
        "a\u{200d}b",
        "abcde你好 世界你好",
        "a\u{ad}b",
        "\u{1112}\u{1161}\u{11ab}\u{1100}\u{1173}\u{11af}",
        "नमस्ते दुनिया",
    ];
    let mut texts: Vec<_> = texts.into_iter().map(str::to_owned).collect();
    texts.push(format!("x{combining}y"));
    texts.push(format!("{}end", "word ".repeat(60)));
    texts
}
