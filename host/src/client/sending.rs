//! What a command line that ends by itself says, whatever way it is to go.

/// What is to be said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sending {
    /// Stands before each line.
    pub(crate) head: String,
    /// The lines; none if the standard input has them.
    pub(crate) lines: Option<String>,
    /// The user's key is to be added. What is said follows from it.
    pub(super) is_key: bool,
}

impl Sending {
    /// Says this line.
    pub(super) fn of_line(line: String) -> Self {
        Sending { lines: Some(line), ..Sending::default() }
    }
}
