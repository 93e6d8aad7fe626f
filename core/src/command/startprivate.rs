//! `startprivate <user>`: the server introduces two clients to each other: names, addresses, and a
//! one-time token.
//! Touches users, blocks, sessions, and the environment's entropy.

use core::net::SocketAddr;

use super::answer::{Answer, Step};
use super::context::{Context, Outcome};
use crate::chat::{Chat, ConnectionId, Introduction, UserId, Wait};
use crate::dialect::lines::{LineWriter, emit_event};
use crate::environment::Environment;
use crate::protocol::{Event, Reply, TOKEN_BYTES, Token};

/// Introduces the two, or says why not, without any address.
pub(super) fn handle<'a, E: Environment>(
    context: &mut Context<'_, '_, E>,
    user: UserId,
    name: &'a str,
) -> Outcome<'a> {
    let (called, peer) = match reachable(context.chat, user, name) {
        Ok(found) => found,
        Err(refusal) => return refusal.into(),
    };
    if context.chat.sessions.is_introducing(context.connection) {
        return Reply::IntroductionPending.into();
    }
    if let Err(Wait(seconds)) = context.chat.check_change(user, context.now) {
        return Reply::ChangeWait { seconds }.into();
    }
    let mut bytes = [0; TOKEN_BYTES];
    if context.environment.entropy(&mut bytes).is_err() {
        return Reply::NoEntropy.into();
    }
    let token = Token(bytes);
    let introduction = Introduction { peer, token, before: context.chat.mailboxes.next_id() };
    if context.chat.sessions.introduce(context.connection, introduction).is_err() {
        return Reply::IntroductionPending.into();
    }
    context.chat.take_change(user, context.now);
    context.chat.ready.push(peer.index());
    let answer = Answer::Introduced { peer, user: called, token };
    Outcome::ReplyThen(Reply::Introduced { user: name }, answer)
}

/// The peer and its connection, if the caller may know them.
fn reachable<'a>(
    chat: &Chat<'_>,
    user: UserId,
    name: &'a str,
) -> Result<(UserId, ConnectionId), Reply<'a>> {
    let peer = chat.users.find(name).filter(|&peer| peer != user).ok_or(Reply::InvalidPeer)?;
    if chat.blocks.contains(peer, user) {
        return Err(Reply::BlockedByPeer { user: name });
    }
    let connection = chat.users[peer].session.ok_or(Reply::PeerOffline { user: name })?;
    match chat.sessions[connection].listening.is_some() {
        true => Ok((peer, connection)),
        false => Err(Reply::PeerSilent { user: name }),
    }
}

/// The caller's side of the introduction, behind the reply. If the peer has left since, there is
/// nobody to connect to, and the caller hears of that as of any logout.
pub(super) fn next_line(
    chat: &Chat<'_>,
    peer: ConnectionId,
    user: UserId,
    token: Token,
    line: &mut LineWriter,
) -> Step {
    if chat.user_of(peer) != Some(user) {
        return Step::Nothing;
    }
    emit_introduction(chat, peer, user, token, line);
    Step::Last
}

/// Writes the event that tells of `peer`: the address the server sees first, then those its client
/// announced.
pub(crate) fn emit_introduction(
    chat: &Chat<'_>,
    peer: ConnectionId,
    user: UserId,
    token: Token,
    line: &mut LineWriter,
) {
    let session = &chat.sessions[peer];
    let mut addresses = heapless::Vec::new();
    if let Some(listening) = &session.listening {
        // The list has one place more than a client may announce, so nothing is refused here.
        for ip in core::iter::once(&session.from).chain(&listening.addresses) {
            let _ = addresses.push(SocketAddr::new(*ip, listening.port));
        }
    }
    emit_event(&Event::Private { user: &chat.users[user].name, token, addresses }, line);
}
