//! `receipts on`: the caller hears what becomes of its messages, by `* stored` and `* delivered`.
//! Touches the caller's session and mailbox.

use super::call::Call;
use crate::wire::Reply;

/// `receipts on` works before a login too, so that no receipt slips through.
pub(super) fn switch_on<E>(call: &mut Call<'_, '_, E>) -> Reply<'static> {
    call.chat.sessions[call.connection].receipts = true;
    call.chat.set_receipts(call.connection);
    Reply::ReceiptsOn { epoch: call.chat.epoch }
}
