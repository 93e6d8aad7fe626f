//! `help [command]`: the table of requests, or one row of it.
//! Knows no chat.

use super::answer::{Answer, Step};
use super::context::Outcome;
use crate::protocol::{Item, REQUESTS, RequestForm};

/// Begins the table.
pub(super) fn handle(command: Option<&'static RequestForm>) -> Outcome<'static> {
    Outcome::Answer(match command {
        Some(form) => Answer::HelpOn { form },
        None => Answer::Help { next: 0 },
    })
}

/// The next rows.
pub(super) fn next_items(next: usize, sink: &mut impl FnMut(Item<'_>) -> bool) -> Step {
    for (row, form) in REQUESTS.iter().enumerate().skip(next) {
        if !sink(Item::Form(form)) {
            return Step::Full(Answer::Help { next: row });
        }
    }
    Step::Last
}

/// One row.
pub(super) fn only_item(
    form: &'static RequestForm,
    sink: &mut impl FnMut(Item<'_>) -> bool,
) -> Step {
    if sink(Item::Form(form)) { Step::Last } else { Step::Full(Answer::HelpOn { form }) }
}
