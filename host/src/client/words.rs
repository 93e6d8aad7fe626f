//! Refusals in the words of a person at a terminal: who, and why. The protocol's own texts are for
//! scripts, and for whatever has no better words here.
//! Knows the protocol's values only.

use smolchat_core::dialect::lines::parse_request;
use smolchat_core::protocol::{Reply, Request};

use super::sanitize::name;

/// What to say instead of the text of `reply` to the request in `line`, as `me`; `None` where the
/// text is good enough.
pub(crate) fn explained(reply: Reply<'_>, line: &str, me: &str) -> Option<String> {
    let user = user_of(&parse_request(line).ok()?)?.to_owned();
    let is_about_name = matches!(
        reply,
        Reply::InvalidReceiver
            | Reply::InvalidUserToBlock
            | Reply::InvalidUserToUnblock
            | Reply::InvalidUserToSee
            | Reply::InvalidPeer
    );
    if !is_about_name {
        return None;
    }
    let shown = name(&user);
    Some(match reply {
        _ if user == me => "that is you".to_owned(),
        Reply::InvalidUserToUnblock => format!("you do not block \"{shown}\""),
        _ => format!("there is no user \"{shown}\""),
    })
}

/// The user whom a request names.
fn user_of<'a>(request: &Request<'a>) -> Option<&'a str> {
    match *request {
        Request::Message { to: user, .. }
        | Request::Block { user }
        | Request::Unblock { user }
        | Request::Seen { user }
        | Request::StartPrivate { user } => Some(user),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_names_who_and_why() {
        for (reply, line, told) in [
            (Reply::InvalidReceiver, "message nobody hi", "there is no user \"nobody\""),
            (Reply::InvalidReceiver, "message hans hi", "that is you"),
            (Reply::InvalidUserToBlock, "block hans", "that is you"),
            (Reply::InvalidUserToUnblock, "unblock yoda", "you do not block \"yoda\""),
            (Reply::InvalidUserToSee, "seen nobody", "there is no user \"nobody\""),
            (Reply::InvalidPeer, "startprivate x", "there is no user \"x\""),
        ] {
            assert_eq!(explained(reply, line, "hans").as_deref(), Some(told));
        }
    }

    #[test]
    fn what_says_enough_stays_as_it_is() {
        assert_eq!(explained(Reply::MessagesFull, "message yoda hi", "hans"), None);
        assert_eq!(explained(Reply::UnknownCommand, "dance", "hans"), None);
        assert_eq!(explained(Reply::InvalidReceiver, "", "hans"), None);
    }
}
