//! What the keys ask of the caller.
//! Knows no key.

/// What [`Editor::handle`](crate::Editor::handle) returns: what the caller is to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// A line is finished. [`Editor::line`](crate::Editor::line) tells it until the next byte is
    /// handled, which begins a new row.
    Line,
    /// Tab: complete what stands before the cursor.
    Complete,
    /// Ctrl-C. The row is given up; [`Editor::line`](crate::Editor::line) tells it as after `Line`.
    Cancelled,
    /// Ctrl-D on an empty row: nothing more will come.
    End,
    /// Ctrl-Z: stop the program until the shell continues it. The row stays.
    Suspend,
    /// Ctrl-\\: end the program at once.
    Quit,
    /// Ctrl-L: clear the screen. The row stays.
    Redraw,
    /// A key could do nothing, or a byte was no text. Ring the bell, once for all that were read.
    Refused,
    /// The line is longer than the memory, which holds `capacity` bytes. This is told once a line.
    /// The rest of the line is dropped up to its end, and the end finishes no line. What fits stays
    /// to be edited: after any key that edits or moves, Enter sends it. If text follows instead, it
    /// begins a new row, and Ctrl-Y brings back what was there.
    Full {
        /// The capacity of the line, in bytes.
        capacity: usize,
    },
    /// Enter was typed behind a line that was [`Full`](Action::Full). The row stays, and nothing is
    /// sent. Say so, and that any key that edits or moves makes a line of what is left.
    Unsent,
}
