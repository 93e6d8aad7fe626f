//! One row of the table of replies, as a value.

/// One row of the table of replies, as `docs/PROTOCOL.md` repeats it.
#[derive(Debug, PartialEq, Eq)]
pub struct ReplyForm {
    /// The reply's name in the code.
    pub name: &'static str,
    /// Three digits.
    pub code: u16,
    /// The words for a person; a field stands in braces.
    pub text: &'static str,
    /// The names of the fields, in the order in which
    /// [`Reply::with_row`](super::Reply::with_row) hands them on.
    pub fields: &'static [&'static str],
}

impl ReplyForm {
    /// Whether it is a list of names, which reads on from part to part.
    pub fn is_list(&self) -> bool {
        self.fields == ["users"]
    }
}
