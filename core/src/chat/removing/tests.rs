//! Accounts that are removed: what is forgotten with them, and whose their rows are then.

use core::net::{IpAddr, Ipv4Addr};

use super::*;
use crate::chat::testing::{Nothing, chat_of, chat_with_history, chat_with_keys};
use crate::chat::{LoginRefusal, Proof};
use crate::operator::Whom;
use crate::protocol::Text;
use crate::time::Duration;

const NOW: Instant = Instant::START;
const HOME: ConnectionId = ConnectionId(0);
const AWAY: ConnectionId = ConnectionId(1);

fn come(chat: &mut Chat<'_>, connection: ConnectionId, name: &str) -> UserId {
    chat.connect(connection, IpAddr::V4(Ipv4Addr::LOCALHOST).into(), NOW);
    chat.log_in(connection, name, Proof::Password("p"), NOW, &mut Nothing).unwrap()
}

fn go(chat: &mut Chat<'_>, connection: ConnectionId) {
    chat.end_session(connection, NOW, SessionEnd::Gone, &mut Nothing);
    chat.disconnect(connection);
}

fn send(chat: &mut Chat<'_>, from: UserId, to: &str) {
    let text = Text::new("hi").unwrap();
    let ticket = chat.admit_message(from, to, text).unwrap();
    chat.send(from, ticket, text, NOW, &mut Nothing).unwrap();
    chat.mark_notified(from);
}

fn remove(chat: &mut Chat<'_>, name: &str) -> UserId {
    let user = chat.find(name).unwrap();
    chat.remove_account(user, NOW, &mut Nothing).unwrap();
    user
}

fn add(chat: &mut Chat<'_>, name: &str) -> Result<(), AccountRefusal> {
    chat.give_account(None, name, "p".into(), NOW, &mut Nothing)
}

#[test]
fn as_many_accounts_fit_as_before_and_one_more_after_each_removal_however_often() {
    let mut chat = chat_of(4);
    assert_eq!(add(&mut chat, "more"), Err(AccountRefusal::Full));
    for round in 0..10_000 {
        let gone = format!("u{}", if round < 4 { round } else { round - 4 + 100 });
        remove(&mut chat, &gone);
        assert_eq!((chat.accounts(), chat.find(&gone)), (3, None));
        assert_eq!(add(&mut chat, &format!("u{}", 100 + round)), Ok(()), "{round}");
        assert_eq!(add(&mut chat, "more"), Err(AccountRefusal::Full));
        assert_eq!(chat.accounts(), 4);
    }
    assert_eq!(chat.account_rows(), 4);
}

#[test]
fn a_row_whose_texts_wait_is_nobody_elses_until_the_last_is_read() {
    let mut chat = chat_of(3);
    let from = come(&mut chat, HOME, "u0");
    send(&mut chat, from, "u1");
    remove(&mut chat, "u0");
    assert_eq!(add(&mut chat, "u0"), Err(AccountRefusal::Full), "its text waits");
    assert_eq!(chat.accounts(), 2);
    let reader = come(&mut chat, AWAY, "u1");
    let said = chat.unsent(reader).unwrap().from;
    assert_eq!((chat.name(said), said), ("u0", from));
    chat.mark_sent(reader, 1);
    chat.release(reader, crate::chat::Upto::Offset(1), &mut Nothing);
    assert_eq!(add(&mut chat, "u0"), Ok(()));
    assert_eq!(chat.held_by(from).texts, 0);
}

#[test]
fn whoever_takes_the_name_finds_no_mail_no_block_no_lock_and_was_never_here() {
    let mut chat = chat_of(4);
    let (first, other) = (come(&mut chat, HOME, "u0"), come(&mut chat, AWAY, "u1"));
    chat.block(first, "u2", NOW, &mut Nothing).unwrap();
    chat.block(other, "u0", NOW, &mut Nothing).unwrap();
    go(&mut chat, HOME);
    send(&mut chat, other, "u0");
    for _ in 0..3 {
        chat.connect(HOME, IpAddr::V4(Ipv4Addr::LOCALHOST).into(), NOW);
        let _ = chat.log_in(HOME, "u0", Proof::Password("x"), NOW, &mut Nothing);
        go(&mut chat, HOME);
    }
    assert!(chat.last_logout(first).is_some() && chat.waiting_for(first) == 1);
    assert!(chat.has_blocked(first, chat.find("u2").unwrap()) && chat.has_blocked(other, first));
    remove(&mut chat, "u0");
    let told = chat.notification(other);
    assert!(matches!(told, Some(crate::chat::Notification::Expired(_))), "{told:?}");
    chat.mark_notified(other);
    assert_eq!((chat.figures().blocks.used, chat.figures().texts.used), (0, 0));
    add(&mut chat, "u0").unwrap();
    let new = come(&mut chat, HOME, "u0");
    assert_eq!((chat.last_logout(new), chat.waiting_for(new)), (None, 0));
    assert!(!chat.has_blocked(other, new) && !chat.has_blocked(new, chat.find("u2").unwrap()));
    assert!(!chat.is_locked(new, NOW) && !chat.is_given(new) && !chat.is_admin(new));
}

#[test]
fn keys_bans_and_broadcasts_of_the_history_go_with_the_account() {
    let mut chat = chat_with_keys(3, 8);
    let user = come(&mut chat, HOME, "u0");
    chat.add_key(user, &[9; 32], NOW, &mut Nothing).unwrap();
    go(&mut chat, HOME);
    remove(&mut chat, "u0");
    add(&mut chat, "u0").unwrap();
    assert_eq!(chat.user_with_key("u0", &[9; 32], &Nothing), None);
    assert_eq!(chat.figures().keys.used, 0);
    let mut chat = chat_with_history(3, 6);
    let user = come(&mut chat, HOME, "u0");
    come(&mut chat, AWAY, "u1");
    let text = Text::new("hi all").unwrap();
    for _ in 0..2 {
        let ticket = chat.admit_broadcast(user, text).unwrap();
        chat.broadcast(user, ticket, text, NOW, &mut Nothing).unwrap();
        chat.mark_notified(user);
    }
    assert_eq!(chat.figures().history.used, 2);
    remove(&mut chat, "u0");
    assert_eq!(chat.figures().history.used, 0);
}

#[test]
fn logins_and_logouts_of_the_old_one_are_missed_once_another_has_its_row() {
    let mut chat = chat_of(2);
    come(&mut chat, HOME, "u0");
    let listener = come(&mut chat, AWAY, "u1");
    chat.pass_over_presence(AWAY, listener);
    remove(&mut chat, "u0");
    let told = chat.next_presence(AWAY, None).map(|(event, _)| event);
    assert_eq!(told, Some(crate::protocol::Event::Logout { user: "u0" }));
    add(&mut chat, "luke").unwrap();
    let told = chat.next_presence(AWAY, None).map(|(event, _)| event);
    assert_eq!(told, Some(crate::protocol::Event::Missed { count: 1 }));
}

#[test]
fn an_ok_that_is_not_written_yet_names_nobody_who_takes_the_row() {
    let mut chat = chat_of(2);
    let from = come(&mut chat, HOME, "u0");
    let text = Text::new("hi").unwrap();
    let ticket = chat.admit_message(from, "u1", text).unwrap();
    chat.send(from, ticket, text, NOW, &mut Nothing).unwrap();
    remove(&mut chat, "u1");
    add(&mut chat, "luke").unwrap();
    let Some(crate::chat::Notification::Accepted(id, audience)) = chat.notification(from) else {
        panic!("its OK is outstanding")
    };
    assert_eq!(chat.ok(id, audience), crate::protocol::Reply::Accepted { id });
}

#[test]
fn a_ban_of_a_user_ends_with_the_account() {
    let mut chat = crate::chat::testing::chat_with_bans(2, 2);
    let whom = Whom::User("u0");
    chat.ban(whom, Some(Duration::from_secs(9)), NOW, &mut Nothing).unwrap();
    chat.connect(HOME, IpAddr::V4(Ipv4Addr::LOCALHOST).into(), NOW);
    let refused = chat.log_in(HOME, "u0", Proof::Password("p"), NOW, &mut Nothing);
    assert_eq!(refused, Err(LoginRefusal::Banned(crate::chat::Wait(9))));
    remove(&mut chat, "u0");
    add(&mut chat, "u0").unwrap();
    assert!(chat.log_in(HOME, "u0", Proof::Password("p"), NOW, &mut Nothing).is_ok());
    assert_eq!(chat.next_ban(0, NOW), None);
}

#[test]
fn of_two_accounts_of_one_name_the_store_knows_which_is_meant() {
    let account = |password: &'static str, since| Entry::Account {
        user: "luke",
        secret: password.into(),
        change: 0,
        is_given: false,
        since: MessageId(since),
    };
    let removal = |before| Entry::AccountRemoved {
        user: "luke",
        before: MessageId(before),
        block: 0,
        key: 0,
        is_given: false,
    };
    let old = Entry::Delivery {
        id: MessageId(3),
        kind: Kind::Message,
        from: "luke",
        to: "u0",
        at: NOW,
        text: "old",
    };
    let (first, second) = (account("one", 0), account("two", 10));
    for order in [
        [first, old, removal(10), second],
        [second, first, removal(10), old],
        [removal(10), second, old, first],
        [removal(10), first, second, old],
    ] {
        let mut chat = crate::chat::testing::chat_with_room(1, 3);
        for entry in &order {
            assert_eq!(chat.restore(entry), Ok(()), "{entry:?}");
        }
        let (luke, reader) = (chat.find("luke").unwrap(), chat.find("u0").unwrap());
        assert!(chat.has_secret(luke, "two".into()), "{order:?}");
        assert_eq!((chat.accounts(), chat.held_by(luke).texts), (2, 0), "{order:?}");
        assert_eq!(chat.waiting_for(reader), 1);
        let from = chat.unsent(reader).unwrap().from;
        assert_eq!((chat.name(from), from == luke), ("luke", false));
        assert!(chat.next_id() >= MessageId(10));
        // What waits keeps the removal alive, and nothing keeps the first account.
        assert!(chat.is_live(&removal(10)) && chat.is_live(&old) && chat.is_live(&second));
        assert!(!chat.is_live(&first));
    }
}

/// A product that answers so when it is to hash a password.
struct Hasher(Seal);

impl crate::store::Store for Hasher {
    fn append(&mut self, _: &Entry<'_>, _: crate::store::IsLive<'_>) -> Result<(), StoreError> {
        Ok(())
    }

    fn commit(&mut self) -> Result<(), StoreError> {
        Ok(())
    }
}

impl Environment for Hasher {
    fn entropy(&mut self, _: &mut [u8]) -> Result<(), crate::environment::NoEntropy> {
        Err(crate::environment::NoEntropy)
    }

    fn notice(&mut self, _: crate::environment::Notice<'_>) {}

    fn seal(&mut self, _: crate::environment::Given<'_>) -> Seal {
        self.0.clone()
    }
}

#[test]
fn a_password_that_is_still_hashed_is_not_for_whoever_takes_the_name_meanwhile() {
    let mut chat = chat_of(3);
    come(&mut chat, HOME, "u1");
    let give = |chat: &mut Chat<'_>, seal| {
        let user = chat.find("u0").unwrap();
        chat.give_secret(Some(HOME), user, "new".into(), NOW, &mut Hasher(seal))
    };
    for is_removed in [false, true] {
        assert_eq!(give(&mut chat, Seal::Later), Err(AccountRefusal::NotYet));
        if is_removed {
            remove(&mut chat, "u0");
            add(&mut chat, "u0").unwrap();
            assert_eq!(give(&mut chat, Seal::Plain), Err(AccountRefusal::NoSuchUser));
        }
        // The next one is meant for the account that has the name now.
        assert_eq!(give(&mut chat, Seal::Failed), Err(AccountRefusal::Store(StoreError::Failed)));
    }
    assert_eq!(give(&mut chat, Seal::Later), Err(AccountRefusal::NotYet));
    chat.give_no_secret(HOME);
    remove(&mut chat, "u0");
    add(&mut chat, "u0").unwrap();
    assert_eq!(give(&mut chat, Seal::Failed), Err(AccountRefusal::Store(StoreError::Failed)));
}
