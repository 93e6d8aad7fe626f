//! `receipts on`: the caller is told what becomes of its messages: `* stored`, `* delivered`.
//! Touches the caller's session and mailbox.

use super::call::Call;
use crate::wire::Reply;

/// `receipts on`: heard before a login too, so that none slips through.
pub(super) fn switch_on<E>(call: &mut Call<'_, '_, E>) -> Reply<'static> {
    call.chat.sessions[call.connection].receipts = true;
    call.chat.set_receipts(call.connection);
    Reply::ReceiptsOn { epoch: call.chat.epoch }
}
