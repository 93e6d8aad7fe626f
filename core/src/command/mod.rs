//! The commands: one file each, with its effect and its answer on one page. `ping` and `active`
//! have none, since they only answer. This file holds the gate and chooses among the commands. No
//! command writes to a connection. A reply is a return value. An answer of many items is a cursor,
//! from which the server draws item after item. Knows no text and no connection's bytes.

mod acknowledge;
mod addkey;
#[cfg(feature = "operator")]
mod admin;
mod answer;
mod block;
mod blocks;
mod broadcast;
mod context;
mod files;
mod help;
mod history;
mod hold;
mod keys;
mod login;
mod logout;
mod message;
mod names;
mod offer;
#[cfg(feature = "operator")]
pub(crate) mod order;
#[cfg(feature = "operator")]
pub(crate) mod order_items;
mod p2p;
mod passwd;
#[cfg(feature = "operator")]
mod prefix;
mod receipts;
mod refusals;
mod register;
mod removekey;
mod searchfile;
mod seen;
mod startprivate;
mod status;
mod unblock;
mod whoelse;
mod whoelsesince;
mod withdraw;

pub(crate) use answer::{Answer, Step};
pub(crate) use context::{Context, Outcome};
#[cfg(feature = "operator")]
pub(crate) use login::banned;
pub(crate) use login::{Entered, enter, reply_to, tell_refusal};
pub(crate) use startprivate::introduction;
#[cfg(feature = "operator")]
pub(crate) use status::next_items as status_items;

use crate::chat::{Chat, ConnectionId, FileKey, UserId};
use crate::environment::{Environment, Notice};
use crate::protocol::{Item, Reply, Request};
use crate::time::Instant;

// Parse, gate, run. The dialect parses; here a request passes the gate and runs. On a strict server
// the OK to a text may be outstanding: it waits for the receiver's acknowledgement or for the
// store. Replies keep the order of their requests, so this decides what another request of the same
// user may do meanwhile:
//
//  OK outstanding | request                              | what happens
// ----------------+--------------------------------------+---------------------------------------
//  no             | any                                  | it runs
//  yes            | `ack`                                | it runs; its reply waits
//  yes            | a text, accepted without the store   | it runs; its OK stands behind the other
//  yes            | a text, refused or needing the store | it waits
//  yes            | any other, and no request at all     | it waits
//
// Of these, a request that waits has changed nothing but when its user was last active, and none
// runs twice. A request that waits, or whose reply waits, is parsed again when the OK is written.
// The bytes in the transport remember it, so no connection needs memory for it.

/// Does what a request asks, or refuses what is none.
pub(crate) fn handle_request<'a, E: Environment>(
    context: &mut Context<'_, '_, E>,
    request: Result<Request<'a>, Reply<'static>>,
) -> Outcome<'a> {
    let outcome = match (context.chat.user_of(context.connection), request) {
        (Some(user), request) if context.chat.has_ok_outstanding(user) => {
            return run_ahead(context, user, request.ok());
        }
        (_, Err(refusal)) => refusal.into(),
        (Some(user), Ok(request)) => user_request(context, user, request),
        (None, Ok(request)) if request.form().before_login => stranger_request(context, request),
        (None, Ok(_)) => Reply::LoginFirst.into(),
    };
    if let Outcome::Reply(reply) | Outcome::Slow(reply) = &outcome
        && reply.is_full()
    {
        tell_full(context, reply.code());
    }
    outcome
}

/// Tells the log that a table was full. A function of its own, since a message seldom needs it.
#[cold]
#[inline(never)]
fn tell_full<E: Environment>(context: &mut Context<'_, '_, E>, code: u16) {
    let Context { chat, connection, environment, .. } = context;
    let user = chat.user_of(*connection).map(|user| chat.name(user));
    environment.notice(Notice::Full { user, from: Some(chat.remote(*connection)), code });
}

/// What a user's request may do while an OK is outstanding.
fn run_ahead<E: Environment>(
    context: &mut Context<'_, '_, E>,
    user: UserId,
    request: Option<Request<'_>>,
) -> Outcome<'static> {
    match request {
        // Another user may wait for this `ack`, and this user may wait for that user's.
        Some(Request::Acknowledge { id }) => acknowledge::handle_ahead(context, user, id),
        Some(Request::Message { to, text }) => {
            context.chat.note_activity(context.connection, context.now);
            message::handle_ahead(context, user, to, text)
        }
        Some(Request::Broadcast { text }) => {
            context.chat.note_activity(context.connection, context.now);
            broadcast::handle_ahead(context, user, text)
        }
        _ => Outcome::Defer,
    }
}

/// Hands on the next items of an answer for `connection`. `sink` answers whether it took the item:
/// if not, the answer goes on with this item later.
pub(crate) fn next_items(
    answer: Answer,
    chat: &Chat<'_>,
    environment: &impl Environment,
    connection: ConnectionId,
    now: Instant,
    sink: &mut impl FnMut(Item<'_>) -> bool,
) -> Step {
    match answer {
        Answer::UsersOnline { next } => whoelse::next_items(chat, connection, next, sink),
        Answer::UsersSince { since, next } => {
            whoelsesince::next_items(chat, connection, since, next, sink)
        }
        Answer::UsersBlocked { next } => blocks::next_items(chat, connection, next, sink),
        Answer::Keys { next, told } => keys::next_items(chat, connection, (next, told), sink),
        Answer::Broadcasts(recall) => history::next_items(chat, connection, now, recall, sink),
        Answer::Files(listing) => files::next_items(chat, connection, listing, sink),
        Answer::Search(search) => searchfile::next_items(chat, connection, search, sink),
        Answer::Help { next } => help::next_items(next, sink),
        Answer::HelpOn { form } => help::only_item(form, sink),
        // Nobody is told anything who has left.
        Answer::Status { next } => match chat.user_of(connection) {
            Some(user) => status::next_items(chat, environment, user, now, next, sink),
            None => Step::Nothing,
        },
        #[cfg(feature = "operator")]
        Answer::Accounts { .. } | Answer::Bans { .. } | Answer::Top { .. } => {
            match chat.user_of(connection) {
                Some(_) => order_items::next_items(answer, chat, now, sink),
                None => Step::Nothing,
            }
        }
        Answer::Introduced { peer, user, token } => {
            startprivate::next_items(chat, connection, (peer, user), token, sink)
        }
    }
}

/// The requests whose rows say that they need no login.
fn stranger_request<'a, E: Environment>(
    context: &mut Context<'_, '_, E>,
    request: Request<'a>,
) -> Outcome<'a> {
    match request {
        Request::Login { user, password } => login::handle(context, user, password),
        Request::Register { user, password } => register::handle(context, user, password),
        Request::AcknowledgementsOn => acknowledge::switch_on(context).into(),
        Request::ReceiptsOn => receipts::switch_on(context).into(),
        Request::Help { command } => help::handle(command),
        Request::Ping => Reply::Pong.into(),
        Request::Active => {
            context.chat.note_typing(context.connection, context.now);
            Reply::Active.into()
        }
        Request::Logout => Outcome::Goodbye(Reply::LoggedOut),
        request => {
            debug_assert!(false, "{} has no arm for strangers", request.form().name);
            Reply::LoginFirst.into()
        }
    }
}

fn user_request<'a, E: Environment>(
    context: &mut Context<'_, '_, E>,
    user: UserId,
    request: Request<'a>,
) -> Outcome<'a> {
    if request.form().is_activity {
        context.chat.note_activity(context.connection, context.now);
    }
    match request {
        Request::Login { .. } | Request::Register { .. } => Reply::LoggedInAlready.into(),
        Request::ChangePassword { old, new } => passwd::handle(context, user, old, new),
        Request::Message { to, text } => message::handle(context, user, to, text),
        Request::Broadcast { text } => broadcast::handle(context, user, text),
        Request::WhoElse => whoelse::handle(),
        Request::WhoElseSince { seconds } => whoelsesince::handle(context.now, seconds),
        Request::Block { user: whom } => block::handle(context, user, whom).into(),
        Request::Unblock { user: whom } => unblock::handle(context, user, whom).into(),
        Request::Blocks => blocks::handle(),
        Request::Keys => keys::handle(),
        Request::AddKey { key } => addkey::handle(context, user, &key).into(),
        Request::RemoveKey { key } => removekey::handle(context, user, &key).into(),
        Request::History { count } => history::handle(context, user, count),
        Request::Seen { user: whom } => seen::handle(context, user, whom).into(),
        Request::Logout => logout::handle(context),
        Request::StartPrivate { user: whom } => startprivate::handle(context, user, whom),
        Request::Files => files::handle(context),
        Request::SearchFile { name } => searchfile::handle(context, name),
        Request::Offer { file, size, name } => offer::handle(context, &file, size, name).into(),
        Request::Hold { file, size, share, name } => {
            hold::handle(context, FileKey { id: &file, size, name }, share).into()
        }
        Request::Withdraw { file } => withdraw::handle(context, &file).into(),
        Request::PeerToPeer { port, key, addresses } => {
            p2p::handle(context, port, key, addresses).into()
        }
        Request::Active => Reply::Active.into(),
        Request::Acknowledge { id } => acknowledge::handle(context, user, id).into(),
        Request::AcknowledgementsOn => acknowledge::switch_on(context).into(),
        Request::ReceiptsOn => receipts::switch_on(context).into(),
        Request::Help { command } => help::handle(command),
        Request::Status => status::handle(),
        #[cfg(feature = "operator")]
        Request::Admin { order } => admin::handle(context, user, order),
        Request::Ping => Reply::Pong.into(),
    }
}
