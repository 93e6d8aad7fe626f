//! The commands: one file each, with what it does and what it answers on one page. This file only chooses among them.
//! Touches `chat`, `wire` and `environment`. No command writes to a connection: a reply is a return value, and an answer too long
//! for one line is a cursor that the server asks for line after line.

mod acknowledge;
mod answer;
mod block;
mod broadcast;
mod call;
mod help;
mod login;
mod logout;
mod message;
mod names;
mod p2p;
mod receipts;
mod register;
mod startprivate;
mod status;
mod unblock;
mod whoelse;
mod whoelsesince;

pub use answer::{Answer, NamesCursor, Step};
pub(crate) use call::{Call, Outcome};
pub(crate) use startprivate::emit_event as emit_introduction;

use crate::chat::{Chat, ConnectionId, UserId};
use crate::environment::{Environment, Notice};
use crate::time::Instant;
use crate::wire::{LineError, LineWriter, Reply, Request, RequestError};

/// Does what one line asks.
pub(crate) fn handle_line<'a, E: Environment>(
    call: &mut Call<'_, '_, E>,
    line: Result<&'a str, LineError>,
) -> Outcome<'a> {
    let outcome = match line.map(Request::parse) {
        Err(error) => line_refusal(error).into(),
        Ok(Err(error)) => request_refusal(error).into(),
        Ok(Ok(request)) => match call.chat.user_of(call.connection) {
            Some(user) => user_request(call, user, request),
            None => stranger_request(call, request),
        },
    };
    if let Outcome::Reply(reply) = &outcome
        && is_full(reply)
    {
        call.environment.notice(Notice::Full { code: reply.code() });
    }
    outcome
}

/// Writes the next line of an answer for `connection`.
pub(crate) fn next_line(
    answer: Answer,
    chat: &Chat<'_>,
    environment: &impl Environment,
    connection: ConnectionId,
    now: Instant,
    line: &mut LineWriter,
) -> Step {
    match answer {
        Answer::UsersOnline(cursor) => whoelse::next_line(chat, connection, cursor, line),
        Answer::UsersSince { since, cursor } => {
            whoelsesince::next_line(chat, connection, since, cursor, line)
        }
        Answer::Help { next } => help::next_line(next, line),
        Answer::HelpOn { form } => help::only_line(form, line),
        Answer::Status { next } => status::next_line(chat, environment, now, next, line),
        Answer::Introduced { peer, user, token } => {
            startprivate::next_line(chat, peer, user, token, line)
        }
    }
}

/// The few requests that need no login.
fn stranger_request<'a, E: Environment>(
    call: &mut Call<'_, '_, E>,
    request: Request<'a>,
) -> Outcome<'a> {
    match request {
        Request::Login { user, password } => login::handle(call, user, password).into(),
        Request::Register { user, password } => register::handle(call, user, password),
        Request::AcknowledgementsOn => acknowledge::switch_on(call).into(),
        Request::ReceiptsOn => receipts::switch_on(call).into(),
        Request::Help { command } => help::handle(command),
        Request::Ping => Reply::Pong.into(),
        Request::Logout => Outcome::Goodbye(Reply::LoggedOut),
        _ => Reply::LoginFirst.into(),
    }
}

fn user_request<'a, E: Environment>(
    call: &mut Call<'_, '_, E>,
    user: UserId,
    request: Request<'a>,
) -> Outcome<'a> {
    if is_activity(&request) {
        call.chat.sessions[call.connection].since = call.now;
    }
    match request {
        Request::Login { .. } | Request::Register { .. } => Reply::LoggedInAlready.into(),
        Request::Message { to, text } => message::handle(call, user, to, text).into(),
        Request::Broadcast { text } => broadcast::handle(call, user, text).into(),
        Request::WhoElse => whoelse::handle(),
        Request::WhoElseSince { seconds } => whoelsesince::handle(call.now, seconds),
        Request::Block { user: whom } => block::handle(call, user, whom).into(),
        Request::Unblock { user: whom } => unblock::handle(call, user, whom).into(),
        Request::Logout => logout::handle(call, user),
        Request::StartPrivate { user: whom } => startprivate::handle(call, user, whom),
        Request::PeerToPeer { port, addresses } => p2p::handle(call, port, addresses).into(),
        Request::Acknowledge { id } => acknowledge::handle(call, user, id).into(),
        Request::AcknowledgementsOn => acknowledge::switch_on(call).into(),
        Request::ReceiptsOn => receipts::switch_on(call).into(),
        Request::Help { command } => help::handle(command),
        Request::Status => status::handle(),
        Request::Ping => Reply::Pong.into(),
    }
}

/// Whether a request shows that a person is there; what a client sends by itself does not.
fn is_activity(request: &Request<'_>) -> bool {
    !matches!(
        request,
        Request::Ping
            | Request::Acknowledge { .. }
            | Request::AcknowledgementsOn
            | Request::ReceiptsOn
    )
}

fn line_refusal(error: LineError) -> Reply<'static> {
    match error {
        LineError::TooLong => Reply::LineTooLong,
        LineError::NotUtf8 => Reply::NotUtf8,
        LineError::ControlCharacter => Reply::ControlCharacter,
    }
}

fn request_refusal(error: RequestError) -> Reply<'static> {
    match error {
        RequestError::Unknown => Reply::UnknownCommand,
        RequestError::Arguments(form) => Reply::WrongArguments { form: form.form },
        RequestError::TextTooLong => Reply::TextTooLong,
        RequestError::BetweenClients => Reply::BetweenClients,
    }
}

/// Whether a refusal tells of a full table, which whoever runs the server wants to know.
fn is_full(reply: &Reply<'_>) -> bool {
    matches!(
        reply,
        Reply::AccountsFull
            | Reply::BlocksFull
            | Reply::BlockQuota { .. }
            | Reply::MailboxFull { .. }
            | Reply::MessagesFull
            | Reply::SenderQuota { .. }
            | Reply::StoreFull
            | Reply::NotStored
    )
}
