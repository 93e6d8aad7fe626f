//! A person who comes with OpenSSH's client alone, on a real pseudo-terminal: the server draws the
//! prompt, the row in hand and what others say.

use smolchat_tests::real::Place;
use smolchat_tests::terminal::{LineUser, TerminalUser, is_told};

use crate::Case;

/// Windows, in columns.
const WINDOWS: [u16; 2] = [30, 100];

pub(crate) fn cases() -> Vec<Case> {
    let states = WINDOWS.map(|columns| {
        let name = format!("in {columns} columns messages stand above the row in hand");
        Case::new(name, move |place, _| states(place, columns))
    });
    let conversations = WINDOWS.map(|columns| {
        let name = format!("in {columns} columns two people see the same conversation");
        Case::new(name, move |place, _| conversation(place, columns))
    });
    let others = [
        Case::new("another width is known with the next row", |place, _| resized(place)),
        Case::new("a paste of many lines goes out line by line", |place, _| pasted(place)),
        Case::new("a password is changed and nobody sees it", |place, _| password(place)),
        Case::new("whoever reads nothing gets all of it later", |place, _| looks_away(place)),
        Case::new("the escapes of ssh itself work behind Enter", |place, _| escapes(place)),
        Case::new("the end gives the terminal back", |place, _| ends(place)),
    ];
    states.into_iter().chain(conversations).chain(others).collect()
}

/// Keys that leave the editor in the middle of something, and the row that they leave.
const STATES: [(&str, &str); 6] = [
    ("half a line", "half a line"),
    ("half\x1b[", "half"),
    ("\x1b[200~half a paste", "half a paste"),
    ("尤达 e\u{301}", "尤达 e\u{301}"),
    ("half\x01", "half"),
    ("half\x16", "half"),
];

fn states(place: &Place<'_>, columns: u16) {
    let mut hans = TerminalUser::arrive_by_ssh(place, "hans", columns);
    let mut luke = LineUser::arrive(place, "luke");
    hans.sees("luke logged in");
    for (number, (keys, row)) in STATES.iter().enumerate() {
        hans.types(keys);
        hans.has_in_hand(row);
        let id = luke.tells("hans", &format!("number {number}"));
        hans.is_told("luke", &format!("number {number}"));
        hans.has_in_hand(row);
        luke.hears_delivered(&id);
        hans.types("\x03\x03");
        hans.has_in_hand("");
    }
    let rows = hans.screen().rows();
    for number in 0..STATES.len() {
        let said = format!("number {number}");
        assert_eq!(rows.iter().filter(|row| is_told(row, "luke", &said)).count(), 1, "{rows:#?}");
    }
}

fn conversation(place: &Place<'_>, columns: u16) {
    let mut hans = TerminalUser::arrive_by_ssh(place, "hans", columns);
    let mut yoda = TerminalUser::arrive_by_ssh(place, "yoda", columns);
    hans.sees("yoda logged in");
    hans.types("\x0c");
    hans.says("/to yoda");
    hans.says("are you there?");
    yoda.is_told("hans", "are you there?");
    hans.sees("→ yoda: are you there? ✓✓");
    yoda.types("/r ");
    yoda.has_in_hand("/to hans");
    yoda.types("here I am\r");
    hans.is_told("yoda", "here I am");
    yoda.sees("→ hans: here I am ✓✓");
    hans.says("message nobody hi");
    hans.sees("Invalid receiver!");
    let long = "there is no try ".repeat(8);
    hans.says(long.trim_end());
    let words = |rows: Vec<String>| rows.join(" ").split_whitespace().collect::<Vec<_>>().join(" ");
    yoda.sees_that("the long text", |screen| words(screen.rows()).contains(long.trim_end()));
    let rows = yoda.screen().rows();
    let at_edge = rows.iter().filter(|row| row.starts_with("there") || row.starts_with("try"));
    assert_eq!(at_edge.count(), 0, "no text begins a row: {rows:#?}");
}

fn resized(place: &Place<'_>) {
    let mut hans = TerminalUser::arrive_by_ssh(place, "hans", 100);
    let mut luke = LineUser::arrive(place, "luke");
    hans.resizes(30, 24);
    hans.says("hi");
    hans.sees("→ all: hi");
    // The terminal is asked with the first key of a row. Its answer is there before these keys.
    hans.types("half");
    hans.has_in_hand("half");
    hans.types("way");
    hans.has_in_hand("halfway");
    luke.tells("hans", "do or do not, there is no try");
    hans.sees("luke: do or do not, there is");
    hans.sees("    no try");
}

fn pasted(place: &Place<'_>) {
    let mut hans = TerminalUser::arrive_by_ssh(place, "hans", 100);
    let mut luke = LineUser::arrive(place, "luke");
    hans.says("/to luke");
    let lines: Vec<_> = (0..300).map(|number| format!("line {number}")).collect();
    hans.types(format!("\x1b[200~{}\nrest\x1b[201~", lines.join("\n")));
    assert_eq!(luke.hears_texts(300), lines);
    hans.has_in_hand("rest");
}

fn password(place: &Place<'_>) {
    let mut hans = TerminalUser::arrive_by_ssh(place, "hans", 100);
    hans.says("/passwd");
    for typed in ["falcon*solo", "kessel-run", "kessel-run"] {
        hans.sees("password:");
        hans.says(typed);
    }
    hans.sees("password changed");
    let written = String::from_utf8_lossy(hans.screen().written()).into_owned();
    assert!(!written.contains("falcon") && !written.contains("kessel"), "{written}");
}

fn escapes(place: &Place<'_>) {
    let mut hans = TerminalUser::arrive_by_ssh(place, "hans", 100);
    for line in ["hello", "once more"] {
        // The terminal has answered what the first key had the server ask.
        hans.types(line);
        hans.has_in_hand(line);
        hans.types("\r");
        hans.sees(&format!("→ all: {line}"));
        // An answer of the terminal's to a question behind Enter would stand before these.
        hans.types("~?");
        hans.sees("Supported escape sequences:");
        hans.types("\x0c");
    }
}

fn looks_away(place: &Place<'_>) {
    let mut hans = TerminalUser::arrive_by_ssh(place, "hans", 100);
    let mut luke = LineUser::arrive(place, "luke");
    hans.sees("luke logged in");
    hans.holds(true);
    let texts: Vec<_> = (0..200).map(|number| format!("{number} {}", "x".repeat(200))).collect();
    let ids: Vec<_> = texts.iter().map(|text| luke.tells("hans", text)).collect();
    hans.holds(false);
    luke.hears_delivered(ids.last().unwrap());
    hans.sees("luke: 199 xxx");
    let rows = hans.screen().rows();
    for number in 0..200 {
        let beginning = format!("luke: {number} xxx");
        assert_eq!(rows.iter().filter(|row| row.starts_with(&beginning)).count(), 1, "{number}");
    }
}

fn ends(place: &Place<'_>) {
    let mut hans = TerminalUser::arrive_by_ssh(place, "hans", 100);
    hans.types("\x04");
    hans.sees("You just logged out");
    // The server cannot tell OpenSSH how it ended.
    hans.ends_with(255);
}
