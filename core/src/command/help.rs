//! `help [command]`: the table of requests, or one row of it.
//! Touches `protocol` only.

use super::answer::{Answer, Step};
use super::context::Outcome;
use crate::dialect::lines::{LineWriter, emit_reply, mark_continued};
use crate::protocol::{REQUESTS, Reply, RequestForm};

/// Begins the table.
pub(super) fn handle(command: Option<&'static RequestForm>) -> Outcome<'static> {
    Outcome::Answer(match command {
        Some(form) => Answer::HelpOn { form },
        None => Answer::Help { next: 0 },
    })
}

/// The next row.
pub(super) fn next_line(next: usize, line: &mut LineWriter) -> Step {
    let Some(form) = REQUESTS.get(next) else { return Step::Nothing };
    only_line(form, line);
    if next + 1 == REQUESTS.len() {
        return Step::Last;
    }
    mark_continued(line);
    Step::Line(Answer::Help { next: next + 1 })
}

/// One row.
pub(super) fn only_line(form: &RequestForm, line: &mut LineWriter) -> Step {
    emit_reply(&Reply::Help { form: form.form }, line);
    line.push_str(": ");
    line.push_str(form.help);
    Step::Last
}
