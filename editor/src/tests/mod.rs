//! The editor as its caller sees it: bytes in, actions and rows out.

use crate::{Action, Editor, Storage};

mod keys;
mod pastes;

/// What a terminal sends around a paste.
const PASTE: (&str, &str) = ("\x1b[200~", "\x1b[201~");

/// Feeds `input`, and returns the actions and the finished lines.
fn feed(editor: &mut Editor<'_>, mut input: &[u8]) -> Vec<(Action, String)> {
    let mut actions = Vec::new();
    loop {
        let (taken, action) = editor.handle(input);
        input = &input[taken..];
        let Some(action) = action else {
            assert!(input.is_empty(), "all is taken");
            return actions;
        };
        let is_told = matches!(action, Action::Line | Action::Cancelled);
        let line = if is_told { editor.line().to_owned() } else { String::new() };
        actions.push((action, line));
    }
}

/// Calls `test` with an editor that has `capacity` bytes for everything.
fn with_editor<T>(capacity: usize, test: impl FnOnce(Editor<'_>) -> T) -> T {
    let [mut line, mut killed, mut history, mut search] = [(); 4].map(|()| vec![0; capacity]);
    test(Editor::new(Storage {
        line: &mut line,
        killed: &mut killed,
        history: &mut history,
        search: &mut search,
    }))
}

/// The row and the actions after `input`, the cursor as `|`.
fn after(input: &str) -> (String, Vec<Action>) {
    with_editor(512, |mut editor| {
        let actions = feed(&mut editor, input.as_bytes()).into_iter().map(|(action, _)| action);
        let actions = actions.collect();
        let (before, behind) = editor.line().split_at(editor.cursor());
        (format!("{before}|{behind}"), actions)
    })
}
