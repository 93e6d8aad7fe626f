//! What a request is by itself, before the naive chat looks at anything: whether it needs a person,
//! whether it can be read, whether its name may be chosen.

use smolchat_core::dialect::lines::LINE_MAX;
use smolchat_core::protocol::{NAME_MAX, RequestForm, TEXT_MAX};
use smolchat_core::store::StoreError;

use super::{Ask, Reply};
use crate::model::ask::Garbage;

/// Whether a client may write this without anybody being there.
pub(super) fn is_unattended(ask: &Ask) -> bool {
    let is_of_client =
        matches!(ask, Ask::Ping | Ask::Acknowledge { .. } | Ask::Offer { .. } | Ask::Hold { .. });
    is_of_client || matches!(ask, Ask::Withdraw { .. } | Ask::AcknowledgementsOn | Ask::ReceiptsOn)
}

/// The reply where the store does not take something.
pub(super) fn not_stored(error: StoreError) -> Reply<'static> {
    match error {
        StoreError::Full => Reply::StoreFull,
        StoreError::Failed | StoreError::NameTaken => Reply::NotStored,
    }
}

/// The refusal of a line that is no request, whoever wrote it.
pub(super) fn refused_unread(ask: &Ask) -> Option<Reply<'static>> {
    match ask {
        Ask::Message { length, .. } | Ask::Broadcast { length } if *length > TEXT_MAX => {
            debug_assert!(*length < LINE_MAX - NAME_MAX, "still a line");
            Some(Reply::TextTooLong)
        }
        Ask::Garbage(garbage) => Some(match garbage {
            Garbage::Empty | Garbage::Unknown => Reply::UnknownCommand,
            Garbage::Arguments => Reply::WrongArguments { form: block_form().form },
            Garbage::BetweenClients => Reply::BetweenClients,
            Garbage::NotUtf8 => Reply::NotUtf8,
            Garbage::Control | Garbage::Separator => Reply::ControlCharacter,
            Garbage::TooLong => Reply::LineTooLong,
        }),
        _ => None,
    }
}

/// A name of ASCII letters, digits, `-`, `_` and `.`, a letter or a digit first, and no four
/// numbers with dots.
pub(super) fn may_be_chosen(name: &str) -> bool {
    const LETTERS: &str = "abcdefghijklmnopqrstuvwxyz0123456789";
    let name = name.to_ascii_lowercase();
    name.starts_with(|c| LETTERS.contains(c))
        && name.chars().all(|c| LETTERS.contains(c) || "-_.".contains(c))
        && name.len() <= NAME_MAX
        && !(name.split('.').count() == 4 && name.chars().all(|c| "0123456789.".contains(c)))
}

/// Whether two names differ in no more than case.
pub(super) fn is_alike(one: &str, other: &str) -> bool {
    one.eq_ignore_ascii_case(other)
}

/// The row of `block` in the table of requests.
pub(super) fn block_form() -> &'static RequestForm {
    RequestForm::of("block").expect("block is a request")
}
