//! Commands from a terminal: line editing, history and completion, while messages arrive above the
//! line. Runs in a thread of its own. Nothing else may write to it meanwhile but its printer.

use std::io;
use std::sync::Arc;
use std::sync::mpsc::RecvTimeoutError;
use std::thread;
use std::time::Duration;

use rustyline::config::{BellStyle, CompletionType};
use rustyline::error::ReadlineError;
use rustyline::history::{History, MemHistory};
use rustyline::{ColorMode, Config, Editor, ExternalPrinter};

use super::Source;
use crate::client::completion::Completion;
use crate::client::event::Input;
use crate::client::names::Names;

/// Stands before the line being typed.
const PROMPT: &str = "> ";
/// Lines of history, in memory only.
const HISTORY: usize = 500;
/// How long a typed line may keep the next one waiting. Not for ever: the loop may itself wait for
/// the editor to print something.
const TURN_TIMEOUT: Duration = Duration::from_secs(1);

/// A line editor on the terminal, not started yet.
pub(crate) type Terminal = Editor<Completion, MemHistory>;

/// The editor, and the only way to write to the terminal while it runs. An error where the terminal
/// cannot do it.
pub(crate) fn open(
    names: Arc<Names>,
) -> rustyline::Result<(Terminal, Box<dyn ExternalPrinter + Send>)> {
    let config = Config::builder()
        .bell_style(BellStyle::None)
        .color_mode(ColorMode::Disabled)
        .completion_type(CompletionType::List)
        .max_history_size(HISTORY)?
        .build();
    let history = MemHistory::with_config(&config);
    let mut editor = Editor::with_history(config, history)?;
    editor.set_helper(Some(Completion::new(names)));
    let printer = editor.create_external_printer()?;
    Ok((editor, Box::new(printer)))
}

/// Reads commands until the user presses Ctrl-D or nobody wants more. Ctrl-C gives up the line
/// being typed.
pub(crate) fn spawn(terminal: Terminal, source: Source) -> io::Result<()> {
    thread::Builder::new().name("commands".into()).spawn(move || read(terminal, &source)).map(drop)
}

fn read(mut editor: Terminal, source: &Source) {
    loop {
        let line = match editor.readline(PROMPT) {
            Ok(line) => line,
            Err(ReadlineError::Interrupted) => {
                if source.events.send(Input::Cancelled).is_err() {
                    return;
                }
                continue;
            }
            Err(_) => break,
        };
        if !line.trim().is_empty() && !line.trim_start().starts_with("register ") {
            // A line that does not fit into the history is still a command.
            let _ = editor.history_mut().add(&line);
        }
        source.turns.try_iter().for_each(drop);
        if source.events.send(Input::Typed(checked(line))).is_err() {
            return;
        }
        if source.turns.recv_timeout(TURN_TIMEOUT) == Err(RecvTimeoutError::Disconnected) {
            return;
        }
    }
    // The terminal is back as it was before anybody is told.
    drop(editor);
    let _ = source.events.send(Input::End);
}

/// The limits that a line from a pipe is held to.
fn checked(line: String) -> crate::client::lines::Line {
    use smolchat_core::dialect::lines::{LINE_MAX, LineError};
    if line.len() > LINE_MAX {
        return Err(LineError::TooLong);
    }
    if line.chars().any(char::is_control) { Err(LineError::ControlCharacter) } else { Ok(line) }
}
