//! Replies as lines: a three-digit code, then the words of the reply's row. `emit` is the server's
//! side, `parse` the client's.
//! Knows no row by its name: rows stand in `protocol`.

#[cfg(test)]
mod tests;

use super::LineWriter;
use super::template::Template;
use crate::protocol::{Field, REPLIES, Reply};

/// How each row of [`REPLIES`] is written.
static TEMPLATES: [Template; REPLIES.len()] = {
    let mut templates = [const { Template::EMPTY }; REPLIES.len()];
    let mut row = 0;
    while row < REPLIES.len() {
        let form = &REPLIES[row];
        templates[row] = Template::new(form.code, form.text, form.fields);
        row += 1;
    }
    templates
};

/// A line of a reply as a client reads it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReplyLine<'a> {
    /// The three digits.
    pub code: u16,
    /// Whether no further line of this reply follows.
    pub last: bool,
    /// The rest of the line.
    pub text: &'a str,
}

impl<'a> ReplyLine<'a> {
    /// Whether it is of a list of names, which reads on from line to line.
    pub fn is_of_list(&self) -> bool {
        REPLIES.iter().any(|form| form.code == self.code && form.is_list())
    }

    /// Reads `NNN text` or `NNN-text`; `None` for any other line.
    pub fn parse(line: &'a str) -> Option<Self> {
        let (digits, rest) = line.split_at_checked(3)?;
        if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let code = digits.parse().ok()?;
        if rest.is_empty() {
            return Some(ReplyLine { code, last: true, text: rest });
        }
        let last = rest.starts_with(' ');
        let text = rest.strip_prefix([' ', '-'])?;
        Some(ReplyLine { code, last, text })
    }
}

/// Writes the final line of the reply.
pub fn emit(reply: &Reply<'_>, line: &mut LineWriter) {
    reply.with_row(|row, fields| emit_row(line, &TEMPLATES[row], fields));
}

/// Reads what a server wrote. `None` if the code or the fields are of another version. The words
/// that are for people may differ.
pub fn parse(line: ReplyLine<'_>) -> Option<Reply<'_>> {
    let row = REPLIES.iter().position(|form| form.code == line.code)?;
    Reply::of_row(row, TEMPLATES[row].read(line.text)?)
}

/// Writes the beginning of a reply's last line; the caller writes its text.
pub(super) fn emit_last(code: u16, line: &mut LineWriter) {
    line.push_number(code.into());
    line.push_space();
}

/// Turns a last line into a line that another line of the same reply follows.
pub(super) fn mark_continued(line: &mut LineWriter) {
    line.replace_ascii(3, b'-');
}

/// Writes a row of the table with its fields.
fn emit_row(line: &mut LineWriter, template: &Template, fields: &[Field<'_>]) {
    template.emit(line, |line, field| match fields[field] {
        Field::Text(text) => line.push_str(text),
        Field::Number(number) => line.push_number(number),
    });
}
