//! `receipts on`: the caller hears what becomes of its messages, by `* stored` and `* delivered`.

use super::context::Context;
use crate::protocol::Reply;

/// `receipts on` works before a login too, so that no receipt slips through.
pub(super) fn switch_on<E>(context: &mut Context<'_, '_, E>) -> Reply<'static> {
    context.chat.request_receipts(context.connection);
    Reply::ReceiptsOn { epoch: context.chat.epoch() }
}
