//! Replies that several commands give if a table or the store refuses.

use crate::chat::Refusal;
use crate::protocol::Reply;
use crate::store::StoreError;

/// The reply if the server has no room for a text.
pub(super) fn no_room(refusal: Refusal) -> Reply<'static> {
    match refusal {
        Refusal::Sender => Reply::SenderShare,
        Refusal::Reserved => Reply::AbsentFull,
        Refusal::Server | Refusal::Mailbox => Reply::MessagesFull,
    }
}

/// The reply if the store does not take something.
pub(super) fn not_stored(error: StoreError) -> Reply<'static> {
    match error {
        StoreError::Full => Reply::StoreFull,
        StoreError::Failed => Reply::NotStored,
    }
}
