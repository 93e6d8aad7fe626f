//! The editor as its caller sees it: bytes in, actions and rows out.

use crate::{Action, Editor, Storage};

mod full;
mod hidden;
mod history;
mod keys;
mod pastes;
mod random;
mod rows;
mod search;
mod states;
mod undo;

/// What a terminal sends around a paste.
const PASTE: (&str, &str) = ("\x1b[200~", "\x1b[201~");

/// An action, and the line that it finished.
type Told = (Action, Option<String>);

/// The capacities of the line, the killed text, the history, the search and the undo.
type Capacities = [usize; 5];

/// Feeds `input`, and returns what is told. Each line goes into the history at once.
fn feed_and_keep(editor: &mut Editor<'_>, input: &[u8]) -> Vec<Told> {
    feed_with(editor, input, |editor| editor.keep_line())
}

/// Feeds `input`, and returns what is told.
fn feed(editor: &mut Editor<'_>, input: &[u8]) -> Vec<Told> {
    feed_with(editor, input, |_| ())
}

fn feed_with(
    editor: &mut Editor<'_>,
    mut input: &[u8],
    on_line: impl Fn(&mut Editor<'_>),
) -> Vec<Told> {
    let mut told = Vec::new();
    loop {
        let (taken, action) = editor.handle(input);
        input = &input[taken..];
        let Some(action) = action else {
            assert!(input.is_empty(), "all is taken");
            return told;
        };
        let is_finished = matches!(action, Action::Line | Action::Cancelled);
        told.push((action, is_finished.then(|| editor.line().to_owned())));
        if action == Action::Line {
            on_line(editor);
        }
    }
}

/// Calls `test` with an editor that has these capacities.
fn with_capacities<T>(capacities: Capacities, test: impl FnOnce(Editor<'_>) -> T) -> T {
    let mut memory = capacities.map(|capacity| vec![0; capacity]);
    let [line, killed, history, search, undo] = &mut memory;
    test(Editor::new(Storage { line, killed, history, search, undo }))
}

/// Calls `test` with an editor that has room for everything.
fn with_editor<T>(test: impl FnOnce(Editor<'_>) -> T) -> T {
    with_capacities([512; 5], test)
}

/// The row, the cursor as `|`.
fn row(editor: &Editor<'_>) -> String {
    let (before, behind) = editor.line().split_at(editor.cursor());
    format!("{before}|{behind}")
}

/// The row and the actions after `input`.
fn after(input: &str) -> (String, Vec<Action>) {
    with_editor(|mut editor| {
        let told = feed(&mut editor, input.as_bytes());
        (row(&editor), told.into_iter().map(|(action, _)| action).collect())
    })
}
