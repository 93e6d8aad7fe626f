//! What an operator's order does to the chat, and what is answered. Sessions that it ends are the
//! server's to close.
//! Knows no line and no connection's bytes.

use super::answer::Answer;
use super::context::{Context, Outcome};
use super::prefix::Prefix;
use crate::chat::{
    AccountRefusal, BanRefusal, Chat, ConnectionId, Reach, Refusal, SayRefusal, Target, UserId,
};
use crate::environment::{Environment, Notice};
use crate::operator::{Network, Order, Whom};
use crate::protocol::{CloseReason, Reply, Secret};
use crate::store::StoreError;
use crate::time::Duration;

/// Who gives an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operator {
    /// Whoever runs the server.
    Console,
    /// An admin among the users. It does not keep itself out.
    Admin(UserId),
}

/// Whose sessions the server is to close.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ended {
    /// Nobody's.
    Nobody,
    /// This user's. It is over, and so is a peer's that has proved to be the user.
    Removed(UserId, Option<ConnectionId>),
    /// This user's.
    Kicked(UserId),
    /// Those of a ban.
    Banned(Target),
}

/// Does an order, and tells the log of what it changed. `context.connection` is the admin's; the
/// console has none.
pub(crate) fn handle<'a, E: Environment>(
    context: &mut Context<'_, '_, E>,
    by: Operator,
    order: Order<'a>,
) -> (Outcome<'a>, Ended) {
    let subject = subject(&order);
    let done = perform(context, by, order);
    if let ((Outcome::Reply(reply) | Outcome::Slow(reply), _), Some((order, user, network))) =
        (&done, subject)
        && reply.is_done()
    {
        let by = match by {
            Operator::Console => None,
            Operator::Admin(admin) => Some(context.chat.name(admin)),
        };
        context.environment.notice(Notice::Ordered { order, user, network, by });
    }
    done
}

/// The word of an order that changes something, and the account or the network that it is about.
fn subject<'a>(order: &Order<'a>) -> Option<(&'static str, Option<&'a str>, Option<Network>)> {
    let (word, whom) = match *order {
        Order::AddUser { name, .. } => ("user add", Whom::User(name)),
        Order::ChangePassword { name, .. } => ("user passwd", Whom::User(name)),
        Order::RemoveUser { name } => ("user remove", Whom::User(name)),
        Order::Kick { name } => ("kick", Whom::User(name)),
        Order::Ban { whom, .. } => ("ban", whom),
        Order::Unban { whom } => ("unban", whom),
        Order::Say { .. } => return Some(("say", None, None)),
        Order::Users { .. } | Order::Bans | Order::Status | Order::Top => return None,
    };
    Some(match whom {
        Whom::User(name) => (word, Some(name), None),
        Whom::Network(network) => (word, None, Some(network)),
    })
}

fn perform<'a, E: Environment>(
    context: &mut Context<'_, '_, E>,
    by: Operator,
    order: Order<'a>,
) -> (Outcome<'a>, Ended) {
    match order {
        Order::AddUser { name, secret } => (add(context, by, name, secret), Ended::Nobody),
        Order::ChangePassword { name, secret } => {
            (change(context, by, name, secret), Ended::Nobody)
        }
        Order::RemoveUser { name } => remove(context, by, name),
        Order::Kick { name } => kick(context, by, name),
        Order::Ban { whom, span } => ban(context, by, whom, span),
        Order::Unban { whom } => (unban(context, whom), Ended::Nobody),
        Order::Say { text } => {
            let said = context.chat.say(text, context.now, context.environment);
            let reply = match said {
                Ok(Reach { listeners, full: 0 }) => Reply::Said { listeners },
                Ok(Reach { listeners, full }) => Reply::SaidToSome { listeners, full },
                Err(SayRefusal::NoRoom(Refusal::Reserved)) => Reply::AbsentFull,
                Err(SayRefusal::NoRoom(_)) => Reply::MessagesFull,
                Err(SayRefusal::Store(StoreError::Full)) => Reply::StoreFull,
                Err(SayRefusal::Store(_)) => Reply::NotStored,
            };
            (Outcome::Slow(reply), Ended::Nobody)
        }
        Order::Users { prefix } => {
            let answer = Answer::Accounts { next: 0, told: 0, prefix: Prefix::new(prefix) };
            (Outcome::Answer(answer), Ended::Nobody)
        }
        Order::Bans => (Outcome::Answer(Answer::Bans { next: 0, told: 0 }), Ended::Nobody),
        Order::Status => (Outcome::Answer(Answer::Status { next: 0 }), Ended::Nobody),
        Order::Top => (Outcome::Answer(Answer::TOP), Ended::Nobody),
    }
}

/// The connection on which a password comes that is to be hashed. The console has none.
fn asker<E>(context: &Context<'_, '_, E>, by: Operator) -> Option<ConnectionId> {
    matches!(by, Operator::Admin(_)).then_some(context.connection)
}

fn add<'a, E: Environment>(
    context: &mut Context<'_, '_, E>,
    by: Operator,
    name: &'a str,
    secret: Secret<'a>,
) -> Outcome<'a> {
    let (by, now) = (asker(context, by), context.now);
    let given = context.chat.give_account(by, name, secret, now, context.environment);
    finish(context, given, Reply::AccountAdded { user: name })
}

fn change<'a, E: Environment>(
    context: &mut Context<'_, '_, E>,
    by: Operator,
    name: &'a str,
    secret: Secret<'a>,
) -> Outcome<'a> {
    let (by, now) = (asker(context, by), context.now);
    let Some(user) = context.chat.find(name) else {
        // It may have been there when this order was given.
        if let Some(connection) = by {
            context.chat.give_no_secret(connection);
        }
        let gone = Err(AccountRefusal::NoSuchUser);
        return finish(context, gone, Reply::SecretSet { user: name });
    };
    let given = context.chat.give_secret(by, user, secret, now, context.environment);
    finish(context, given, Reply::SecretSet { user: name })
}

/// The answer to an order about an account. Nobody waits for a hash any more, unless it is to come.
fn finish<'a, E: Environment>(
    context: &mut Context<'_, '_, E>,
    done: Result<(), AccountRefusal>,
    reply: Reply<'a>,
) -> Outcome<'a> {
    if done == Err(AccountRefusal::NotYet) {
        return Outcome::Defer;
    }
    context.environment.forget(context.connection.0);
    match done {
        Ok(()) => Outcome::Slow(reply),
        Err(refusal) => Outcome::Slow(refused(refusal)),
    }
}

fn refused(refusal: AccountRefusal) -> Reply<'static> {
    match refusal {
        AccountRefusal::BadName => Reply::BadName,
        AccountRefusal::BadSecret => Reply::BadPassword,
        AccountRefusal::NameTaken | AccountRefusal::Store(StoreError::NameTaken) => {
            Reply::NameTaken
        }
        AccountRefusal::Full => Reply::AccountsFull,
        AccountRefusal::NoSuchUser => Reply::NoSuchUser,
        AccountRefusal::Stays => Reply::AccountStays,
        AccountRefusal::NotYet | AccountRefusal::Busy => Reply::ChecksFull,
        AccountRefusal::Store(StoreError::Full) => Reply::StoreFull,
        AccountRefusal::Store(StoreError::Failed) => Reply::NotStored,
    }
}

/// The user of that name, if the operator may keep it out.
fn other(chat: &Chat<'_>, by: Operator, name: &str) -> Result<UserId, Reply<'static>> {
    match chat.find(name) {
        None => Err(Reply::NoSuchUser),
        Some(user) if by == Operator::Admin(user) => Err(Reply::NotYourself),
        Some(user) => Ok(user),
    }
}

fn remove<'a, E: Environment>(
    context: &mut Context<'_, '_, E>,
    by: Operator,
    name: &'a str,
) -> (Outcome<'a>, Ended) {
    let user = match other(context.chat, by, name) {
        Ok(user) => user,
        Err(reply) => return (reply.into(), Ended::Nobody),
    };
    match context.chat.remove_account(user, context.now, context.environment) {
        Ok(session) => {
            (Outcome::Slow(Reply::AccountRemoved { user: name }), Ended::Removed(user, session))
        }
        Err(refusal) => (Outcome::Slow(refused(refusal)), Ended::Nobody),
    }
}

fn kick<'a, E: Environment>(
    context: &mut Context<'_, '_, E>,
    by: Operator,
    name: &'a str,
) -> (Outcome<'a>, Ended) {
    match other(context.chat, by, name) {
        Ok(user) if context.chat.is_online(user) => {
            (Reply::Kicked { user: name }.into(), Ended::Kicked(user))
        }
        Ok(_) => (Reply::PeerOffline { user: name }.into(), Ended::Nobody),
        Err(reply) => (reply.into(), Ended::Nobody),
    }
}

fn ban<'a, E: Environment>(
    context: &mut Context<'_, '_, E>,
    by: Operator,
    whom: Whom<'a>,
    span: Option<Duration>,
) -> (Outcome<'a>, Ended) {
    let is_own = match (by, whom) {
        (Operator::Console, _) => false,
        (Operator::Admin(user), Whom::User(name)) => context.chat.find(name) == Some(user),
        (_, Whom::Network(network)) => context.chat.is_from(context.connection, network),
    };
    if is_own {
        return (Reply::NotYourself.into(), Ended::Nobody);
    }
    match context.chat.ban(whom, span, context.now, context.environment) {
        Ok(target) => (Outcome::Slow(Reply::BanSet), Ended::Banned(target)),
        Err(refusal) => (Outcome::Slow(not_banned(refusal)), Ended::Nobody),
    }
}

fn unban<'a, E: Environment>(context: &mut Context<'_, '_, E>, whom: Whom<'_>) -> Outcome<'a> {
    Outcome::Slow(match context.chat.unban(whom, context.now, context.environment) {
        Ok(()) => Reply::BanEnded,
        Err(refusal) => not_banned(refusal),
    })
}

fn not_banned(refusal: BanRefusal) -> Reply<'static> {
    match refusal {
        BanRefusal::Off => Reply::BansOff,
        BanRefusal::NoSuchUser => Reply::NoSuchUser,
        BanRefusal::Full => Reply::BansFull,
        BanRefusal::NoSuchBan => Reply::NoSuchBan,
        BanRefusal::Store(StoreError::Full) => Reply::StoreFull,
        BanRefusal::Store(_) => Reply::NotStored,
    }
}

/// Why the server ends the sessions.
impl Ended {
    pub(crate) fn reason(self) -> CloseReason {
        match self {
            Ended::Nobody | Ended::Kicked(_) => CloseReason::Kicked,
            Ended::Removed(..) => CloseReason::Removed,
            Ended::Banned(_) => CloseReason::Banned,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_log_hears_whom_an_order_is_about() {
        let about = |words| subject(&Order::parse(words).unwrap());
        let Some(Whom::Network(network)) = Whom::parse("10.0.0.0/8") else { panic!() };
        assert_eq!(about("ban 10.1.2.3/8 10m"), Some(("ban", None, Some(network))));
        assert_eq!(about("unban 10.1.2.3/8"), Some(("unban", None, Some(network))));
        assert_eq!(about("ban hans"), Some(("ban", Some("hans"), None)));
        assert_eq!(about("say hello"), Some(("say", None, None)));
        assert_eq!(about("bans"), None);
    }
}
