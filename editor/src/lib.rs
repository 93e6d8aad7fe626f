//! # smolchat-editor
//!
//! A line editor as a value: bytes from a terminal go in; lines, keys of interest and one row to
//! draw come out. `no_std`, no allocation. It owns no terminal, reads no clock and blocks nobody,
//! so a client, a server and a board can use it alike.
//!
//! ```
//! use smolchat_editor::{Action, Editor, Storage};
//!
//! // A board lends what it has. What it does not lend is not there: no history, no search.
//! let (mut line, mut killed) = ([0; 512], [0; 64]);
//! let storage = Storage { line: &mut line, killed: &mut killed, ..Storage::default() };
//! let mut editor = Editor::new(storage);
//!
//! // One read of a terminal: a word is corrected, a line finished, another one begun.
//! let mut read: &[u8] = b"hello wrld\x02\x02\x02o\rgood b";
//! let mut lines = Vec::new();
//! while let (taken, Some(action)) = editor.handle(read) {
//!     read = &read[taken..];
//!     if action == Action::Line {
//!         lines.push(editor.line().to_owned());
//!     }
//! }
//! assert_eq!(lines, ["hello world"]);
//!
//! let row = editor.row("all> ", 80);
//! assert_eq!(row.to_string(), "all> good b");
//! assert_eq!(row.cursor_column(), 11);
//! ```
//!
//! # Memory
//!
//! All memory is lent in a [`Storage`]. Its slices are the capacities, and each may be empty.
//!
//! | slice | holds | what does not fit |
//! |---|---|---|
//! | `line` | the row | is told by [`Action::Full`] once a line, and never sent in part |
//! | `killed` | the text that Ctrl-K and the like removed last | is removed and not kept; the bell rings |
//! | `history` | lines, and the row that waits while they are looked at | the oldest lines give way |
//! | `search` | the pattern of a search | is refused; the bell rings |
//! | `undo` | the row as it was before its last changes | the oldest changes stay |
//!
//! A chat over lines of 512 bytes needs 512 bytes of `line`. A host lends 64 KiB, so that a long
//! text may be pasted and split afterwards.
//!
//! # Bytes
//!
//! The bytes may be cut anywhere. Half a key waits until [`Editor::handle_pause`] gives it up; half
//! a character and half an end of a paste wait until something follows.
//! - A carriage return, a line feed and both together are one line end each, typed or pasted.
//! - A byte that is no UTF-8 is dropped. So is half a character when something else follows. The
//!   bell rings. Control characters that are no key, and the line and paragraph separators, are
//!   dropped as well.
//! - A sequence that is no key of ours is eaten whole and does nothing. A prefix such as Ctrl-V
//!   takes nothing with it.
//! - A control key in the middle of a sequence ends it and counts. So Enter and Ctrl-C always work.
//! - Switch on bracketed paste (`ESC [ ? 2004 h`). In a paste each line end finishes a line. A tab
//!   and a separator are a space, and other control characters are dropped. What follows the last
//!   line end stays in the row. Ctrl-C ends a paste whose end was lost.
//!
//! # Keys
//!
//! As Emacs and readline have them. Letters are grapheme clusters, moved over and deleted whole.
//!
//! | key | does |
//! |---|---|
//! | Ctrl-B Ctrl-F Left Right, Ctrl-A Ctrl-E Home End | moves |
//! | Alt-B Alt-F, Ctrl-Left Ctrl-Right | moves by words |
//! | Backspace Ctrl-H, Delete Ctrl-D | deletes a letter |
//! | Ctrl-K Ctrl-U, Ctrl-W Alt-Backspace Alt-D | kills to an end, a word |
//! | Ctrl-Y | yanks what was killed last |
//! | Ctrl-_ | takes the last change of the row back; the same key several times is one change |
//! | Ctrl-T Alt-T | exchanges two letters, two words |
//! | Alt-U Alt-L Alt-C | changes the case of a word |
//! | Ctrl-P Ctrl-N Up Down, Alt-< Alt-> | walks through the history |
//! | Ctrl-R Ctrl-S | searches the history; Ctrl-G leaves the search, any other key takes the match |
//! | Enter, Tab, Ctrl-C, Ctrl-D, Ctrl-Z, Ctrl-\\, Ctrl-L | an [`Action`] of the caller |
//!
//! # Drawing
//!
//! [`Editor::row`] is one row of the terminal, without its last column. Write a carriage return,
//! erase the row, write the row, and put the cursor into [`Row::cursor_column`]. Some terminals
//! draw a letter wider than Unicode says. If automatic wrapping is off meanwhile (`ESC [ ? 7 l`),
//! that costs columns and never a second row. A row takes at most 128 bytes for each column,
//! whatever was typed.
#![cfg_attr(not(test), no_std)]
#![forbid(unsafe_code)]

mod action;
mod buffer;
mod cells;
mod characters;
mod command;
mod decoder;
mod edit;
mod editor;
mod entries;
mod graphemes;
mod history;
mod key;
mod killed;
mod paste;
mod row;
mod search;
mod sequence;
#[cfg(test)]
mod tests;
mod undo;
mod utf8;
mod words;

pub use action::Action;
pub use editor::{Editor, Storage};
pub use row::Row;
