//! Any bytes at a line editor, at any capacities. However they are split, the same is told and
//! drawn. No line holds a control character, and no row takes the last column.
#![no_main]

use libfuzzer_sys::fuzz_target;
use smolchat_editor::{Action, Editor, Storage};

/// What the caller hears, and the row at the end.
type Outcome = (Vec<(Action, String)>, String);

/// What is told and drawn if the bytes come in pieces with the lengths in `pieces`, over and over.
fn outcome(capacities: [u8; 5], bytes: &[u8], pieces: &[u8]) -> Outcome {
    let mut memory = capacities.map(|capacity| vec![0; usize::from(capacity)]);
    let [line, killed, history, search, undo] = &mut memory;
    let mut editor = Editor::new(Storage { line, killed, history, search, undo });
    let (mut told, mut rest) = (Vec::new(), bytes);
    let mut lengths = pieces.iter().map(|&piece| usize::from(piece).max(1)).cycle();
    while !rest.is_empty() {
        let (mut piece, behind) =
            rest.split_at(lengths.next().unwrap_or(rest.len()).min(rest.len()));
        rest = behind;
        while let (taken, Some(action)) = editor.handle(piece) {
            piece = &piece[taken..];
            told.push((action, editor.line().to_owned()));
            if action == Action::Line {
                editor.keep_line();
            }
        }
        check(&editor);
    }
    let row = editor.row("all> ", 40).to_string();
    (told, row)
}

fn check(editor: &Editor<'_>) {
    assert!(!editor.line().contains(char::is_control));
    assert!(editor.line().is_char_boundary(editor.cursor()));
    for columns in [1, 2, 3, 12, 40] {
        let row = editor.row("all> ", columns);
        assert!(row.cursor_column() < columns);
        assert!(!row.to_string().contains(char::is_control));
    }
}

fuzz_target!(|input: ([u8; 5], Vec<u8>, Vec<u8>)| {
    let (capacities, pieces, bytes) = input;
    let whole = outcome(capacities, &bytes, &[]);
    assert_eq!(outcome(capacities, &bytes, &pieces), whole, "split at {pieces:?}");
});
