//! `startprivate <user>`: the server introduces two clients to each other: names, keys,
//! addresses, and a one-time token.
//! Knows no table: the chat introduces the two.

use super::answer::{Answer, Step};
use super::context::{Context, Outcome};
use crate::chat::{Chat, ConnectionId, Introduced, IntroductionRefusal, UserId, Wait};
use crate::environment::Environment;
use crate::protocol::{ADDRESSES_MAX, Event, Item, Reply, Token};

/// Introduces the two, or says why not, without any address.
pub(super) fn handle<'a, E: Environment>(
    context: &mut Context<'_, '_, E>,
    user: UserId,
    name: &'a str,
) -> Outcome<'a> {
    let Context { connection, now, .. } = *context;
    let reply = match context.chat.introduce(connection, user, name, now, context.environment) {
        Ok(Introduced { peer, user, token }) => {
            let answer = Answer::Introduced { peer, user, token };
            return Outcome::ReplyThen(Reply::Introduced { user: name }, answer);
        }
        Err(IntroductionRefusal::InvalidPeer) => Reply::InvalidPeer,
        Err(IntroductionRefusal::Blocked) => Reply::BlockedByPeer { user: name },
        Err(IntroductionRefusal::Offline) => Reply::PeerOffline { user: name },
        Err(IntroductionRefusal::Silent) => Reply::PeerSilent { user: name },
        Err(IntroductionRefusal::Pending) => Reply::IntroductionPending,
        Err(IntroductionRefusal::Wait(Wait(seconds))) => Reply::ChangeWait { seconds },
        Err(IntroductionRefusal::NoEntropy) => Reply::NoEntropy,
    };
    reply.into()
}

/// The caller's side of the introduction, behind the reply. If the peer has left since, there is
/// nobody to connect to, and the caller hears of that as of any logout.
pub(super) fn next_items(
    chat: &Chat<'_>,
    caller: ConnectionId,
    (peer, user): (ConnectionId, UserId),
    token: Token,
    sink: &mut impl FnMut(Item<'_>) -> bool,
) -> Step {
    if chat.user_of(peer) != Some(user) {
        return Step::Nothing;
    }
    if sink(Item::Event(introduction(chat, caller, (peer, user), token))) {
        Step::Last
    } else {
        Step::Full(Answer::Introduced { peer, user, token })
    }
}

/// The event that tells `listener` of `peer`: the key by which its client is known, the address
/// that the server sees, then those that its client announced.
pub(crate) fn introduction<'c>(
    chat: &'c Chat<'_>,
    listener: ConnectionId,
    (peer, user): (ConnectionId, UserId),
    token: Token,
) -> Event<'c> {
    // The list has one place more than a client may announce, so nothing is left out here.
    let addresses = chat.peer_addresses(peer, listener).take(ADDRESSES_MAX + 1).collect();
    Event::Private { user: chat.name(user), token, key: chat.peer_key(peer), addresses }
}
