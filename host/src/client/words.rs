//! Replies in plain words: who was refused and why, and for a person at a terminal also counts and
//! lists. A script reads the protocol's own texts, and behind a refusal who and why.
//! Knows the protocol's values only.

use smolchat_core::dialect::lines::parse_request;
use smolchat_core::protocol::{Reply, Request};
use smolchat_words::near_name;

use super::render::{WRONG_PASSWORD, ago};
use super::sanitize::{name, sanitize};

/// What a person reads instead of `text`, which is that of `reply`: one of a thing is no plural,
/// and a list of nobody is a sentence. `None` where the text is good enough.
pub(crate) fn answered(reply: Reply<'_>, text: &str) -> Option<String> {
    const ONE: [(&str, &str); 7] = [
        ("1 broadcasts", "1 broadcast"),
        ("1 keys are all", "1 key is all"),
        ("1 keys", "1 key"),
        ("1 seconds ", "1 second "),
        ("1 blocks are all", "1 block is all"),
        (
            "1 online users did not get it, their mailboxes have",
            "1 online user did not get it, the mailbox has",
        ),
        ("1 mailboxes have", "1 mailbox has"),
    ];
    let text = match reply {
        Reply::UsersOnline { users: "" } => "Nobody else is online.".to_owned(),
        Reply::UsersSince { users: "" } => "Nobody else was online.".to_owned(),
        Reply::UsersBlocked { users: "" } => "You block nobody.".to_owned(),
        Reply::History { broadcast: "0 broadcasts" } => "no broadcasts".to_owned(),
        Reply::Keys { key: "0 keys" } => "no keys".to_owned(),
        Reply::SeenBefore { user, seconds } => {
            format!("{} was last here {}", name(user), ago(seconds))
        }
        _ => {
            let (many, one) = ONE.iter().find(|(many, _)| text.starts_with(many))?;
            text.replacen(many, one, 1)
        }
    };
    Some(text)
}

/// So many of a thing: `1 message`, `2 messages`.
pub(crate) fn counted(count: u64, thing: &str) -> String {
    let ending = if count == 1 { "" } else { "s" };
    format!("{count} {thing}{ending}")
}

/// Who was refused, and why: what the text of `reply` to the request in `line`, by `me`, does not
/// say. `None` where the text says enough.
pub(crate) fn explained<'n>(
    reply: Reply<'_>,
    line: &str,
    me: &str,
    names: impl Iterator<Item = &'n str> + Clone,
    to_all: ToAll,
) -> Option<String> {
    if let Some(text) = locked(reply, me) {
        return Some(text);
    }
    let request = parse_request(line).ok()?;
    if let (Reply::InvalidCredentials, Request::ChangePassword { .. }) = (reply, &request) {
        return Some(WRONG_PASSWORD.to_owned());
    }
    if reply == Reply::UnknownCommand {
        return Some(format!("this server is older and has no \"{}\"", request.form().name));
    }
    if let (Reply::LoggedInAlready, Request::Register { .. }) = (reply, &request) {
        return Some(A_PATH_WITH_SPACES.to_owned());
    }
    let user = user_of(&request)?.to_owned();
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
    let text = match reply {
        _ if user == me => return Some("that is you".to_owned()),
        Reply::InvalidUserToUnblock => format!("you do not block \"{shown}\""),
        Reply::InvalidUserToSee => not_seen(&user),
        _ => format!("there is no user \"{shown}\""),
    };
    let is_receiver = matches!(reply, Reply::InvalidReceiver | Reply::InvalidPeer);
    match hint_at_all(&user, to_all) {
        at_all if is_receiver && !at_all.is_empty() => Some(text + at_all),
        _ => Some(text + &hint(near_name(&user, names))),
    }
}

/// Whoever is logged in registers a file, and two words are a name and a password.
const A_PATH_WITH_SPACES: &str =
    "you have an account; for a file: a path with spaces stands in quotes, or begins with ./";

/// Words that other chats have for all of their users.
const EVERYBODY: [&str; 3] = ["all", "everybody", "everyone"];

/// What says something to everybody, for those who took a word for it that is no user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ToAll {
    /// A person's command.
    Person,
    /// A script's.
    Script,
    /// There is none: `smolchat send` is for one user.
    Sending,
}

/// Behind the refusal of a receiver: how to talk to everybody, if that is meant.
pub(crate) fn hint_at_all(user: &str, to_all: ToAll) -> &'static str {
    if !EVERYBODY.iter().any(|word| user.eq_ignore_ascii_case(word)) {
        return "";
    }
    match to_all {
        ToAll::Person => "; /all talks to everybody",
        ToAll::Script => "; broadcast talks to everybody",
        ToAll::Sending => {
            "; send is for one user: echo broadcast TEXT | smolchat HOST talks to everybody"
        }
    }
}

/// The answer to `seen` tells no more than this.
pub(crate) fn not_seen(user: &str) -> String {
    let shown = name(user);
    format!("there is no user \"{shown}\", or \"{shown}\" has blocked you")
}

/// Behind the refusal of a name: which one may be meant.
pub(crate) fn hint(near: Option<&str>) -> String {
    near.map_or_else(String::new, |near| format!("; did you mean \"{}\"?", name(near)))
}

/// The same for a file's name, which may hold what no user's name does.
pub(crate) fn hint_at_file(near: Option<&str>) -> String {
    near.map_or_else(String::new, |near| format!("; did you mean \"{}\"?", sanitize(near)))
}

/// What to say if `reply` says that the name `me` is locked.
pub(crate) fn locked(reply: Reply<'_>, me: &str) -> Option<String> {
    let Reply::Locked { seconds } = reply else { return None };
    Some(format!("too many wrong passwords: {} is locked for {seconds} s", name(me)))
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
    use smolchat_core::dialect::lines::{ReplyLine, parse_reply};
    use smolchat_core::protocol::MessageId;

    use super::*;

    const NAMES: [&str; 4] = ["Yoda", "vader", "x2", "yoda"];

    #[test]
    fn a_refusal_names_who_and_why() {
        for (reply, line, told) in [
            (Reply::InvalidReceiver, "message nobody hi", "there is no user \"nobody\""),
            (Reply::InvalidReceiver, "message hans hi", "that is you"),
            (Reply::InvalidUserToBlock, "block hans", "that is you"),
            (Reply::InvalidUserToUnblock, "unblock yoda", "you do not block \"yoda\""),
            (
                Reply::InvalidUserToSee,
                "seen nobody",
                "there is no user \"nobody\", or \"nobody\" has blocked you",
            ),
            (
                Reply::InvalidReceiver,
                "message yODA hi",
                "there is no user \"yODA\"; did you mean \"Yoda\"?",
            ),
            (
                Reply::InvalidUserToBlock,
                "block vadre",
                "there is no user \"vadre\"; did you mean \"vader\"?",
            ),
            (Reply::InvalidPeer, "startprivate x", "there is no user \"x\""),
            (
                Reply::Locked { seconds: 43 },
                "passwd guess mine",
                "too many wrong passwords: hans is locked for 43 s",
            ),
            (Reply::InvalidCredentials, "passwd guess mine", "the old password is wrong"),
            (Reply::LoggedInAlready, "register my film.mkv", A_PATH_WITH_SPACES),
        ] {
            assert_eq!(
                explained(reply, line, "hans", NAMES.into_iter(), ToAll::Person).as_deref(),
                Some(told)
            );
        }
    }

    #[test]
    fn whoever_takes_all_for_a_user_is_told_what_talks_to_everybody() {
        for (to_all, told) in [
            (ToAll::Person, "there is no user \"All\"; /all talks to everybody"),
            (ToAll::Script, "there is no user \"All\"; broadcast talks to everybody"),
            (
                ToAll::Sending,
                "there is no user \"All\"; send is for one user: echo broadcast TEXT | smolchat \
                 HOST talks to everybody",
            ),
        ] {
            let names = NAMES.into_iter();
            let said = explained(Reply::InvalidReceiver, "message All hi", "hans", names, to_all);
            assert_eq!(said.as_deref(), Some(told));
        }
        assert_eq!(hint_at_all("allan", ToAll::Person), "");
    }

    #[test]
    fn one_of_a_thing_is_no_plural_and_nobody_is_a_sentence() {
        for (line, told) in [
            ("218 0 broadcasts", Some("no broadcasts")),
            ("219 0 keys", Some("no keys")),
            ("219 1 keys", Some("1 key")),
            ("219 2 keys", None),
            (
                "444 1 keys are all one user may have now, remove one first",
                Some("1 key is all one user may have now, remove one first"),
            ),
            ("218 1 broadcasts", Some("1 broadcast")),
            ("218 2 broadcasts", None),
            ("212 Users you block: ", Some("You block nobody.")),
            ("212 Users you block: yoda", None),
            ("210 Users current online: ", Some("Nobody else is online.")),
            ("211 Users that logged in: ", Some("Nobody else was online.")),
            ("216 yoda was last here 1 seconds ago", Some("yoda was last here 1 second ago")),
            ("216 yoda was last here 7200 seconds ago", Some("yoda was last here 2 hours ago")),
            (
                "437 1 seconds until you may log in again, after too many logins",
                Some("1 second until you may log in again, after too many logins"),
            ),
            ("437 11 seconds until you may log in again, after too many logins", None),
            (
                "441 1 blocks are all one user may hold now, unblock somebody first",
                Some("1 block is all one user may hold now, unblock somebody first"),
            ),
        ] {
            let line = ReplyLine::parse(line).unwrap();
            let reply = parse_reply(line).unwrap();
            assert_eq!(answered(reply, line.text).as_deref(), told, "{}", line.text);
        }
        let full = "1 online users did not get it, their mailboxes have no room for it";
        let reply = Reply::BroadcastPartly { id: MessageId(1), recipients: 2, full: 1 };
        let told = "1 online user did not get it, the mailbox has no room for it";
        assert_eq!(answered(reply, full).as_deref(), Some(told));
    }

    #[test]
    fn what_says_enough_stays_as_it_is() {
        assert_eq!(
            explained(
                Reply::MessagesFull,
                "message yoda hi",
                "hans",
                NAMES.into_iter(),
                ToAll::Person
            ),
            None
        );
        let old =
            explained(Reply::UnknownCommand, "blocks", "hans", NAMES.into_iter(), ToAll::Person);
        assert_eq!(old.as_deref(), Some("this server is older and has no \"blocks\""));
        assert_eq!(
            explained(Reply::UnknownCommand, "dance", "hans", NAMES.into_iter(), ToAll::Person),
            None
        );
        assert_eq!(
            explained(Reply::InvalidReceiver, "", "hans", NAMES.into_iter(), ToAll::Person),
            None
        );
    }
}
