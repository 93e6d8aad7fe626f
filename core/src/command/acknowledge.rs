//! `acks on` and `ack <id>`: the client says what has arrived, and the mailbox releases it.

use super::context::{Context, Outcome};
use crate::chat::{Upto, UserId};
use crate::environment::Environment;
use crate::protocol::{MessageId, Reply};

/// `acks on`: from now on only the client's `ack` releases a message. It works before a login too,
/// so that no message slips through.
pub(super) fn switch_on<E>(context: &mut Context<'_, '_, E>) -> Reply<'static> {
    context.chat.begin_acknowledgements(context.connection);
    Reply::AcknowledgementsOn
}

/// `ack <id>`: releases every message up to `id` that was sent to this session. Messages that were
/// not sent stay.
pub(super) fn handle<E: Environment>(
    context: &mut Context<'_, '_, E>,
    user: UserId,
    id: MessageId,
) -> Reply<'static> {
    if !context.reply_only {
        context.chat.release(user, Upto::Id(id), context.environment);
    }
    Reply::Acknowledged { id }
}

/// As [`handle`], while the OK to an earlier text of the user is outstanding: the reply comes
/// behind that OK, and the user's next requests behind the reply.
pub(super) fn handle_ahead<E: Environment>(
    context: &mut Context<'_, '_, E>,
    user: UserId,
    id: MessageId,
) -> Outcome<'static> {
    handle(context, user, id);
    Outcome::ReplyLater
}
