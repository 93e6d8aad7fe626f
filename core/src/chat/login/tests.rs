//! Logins: proofs, refusals, budgets, and claims of a session.

use core::net::{IpAddr, Ipv4Addr};

use super::*;
use crate::chat::testing::{Nothing, chat_of};
use crate::environment::SessionEnd;

const HOME: ConnectionId = ConnectionId(0);
const AWAY: ConnectionId = ConnectionId(1);
const PROVEN: Proof<'static> = Proof::Proven;

fn at(second: u64) -> Instant {
    Instant::from_millis(1_000 * second)
}

/// A chat of two users, with two strangers connected from one source.
fn chat() -> Chat<'static> {
    let mut chat = chat_of(2);
    for connection in [HOME, AWAY] {
        chat.connect(connection, IpAddr::V4(Ipv4Addr::LOCALHOST).into(), at(0));
    }
    chat
}

fn leave(chat: &mut Chat<'_>, connection: ConnectionId, now: Instant) {
    chat.end_session(connection, now, SessionEnd::Gone, &mut Nothing);
    chat.disconnect(connection);
    chat.connect(connection, IpAddr::V4(Ipv4Addr::LOCALHOST).into(), now);
}

#[test]
fn a_right_password_lets_the_user_in_and_a_wrong_one_does_not() {
    let mut chat = chat();
    let refused = chat.log_in(HOME, "u0", Proof::Password("q"), at(0), &mut Nothing);
    assert_eq!(refused, Err(LoginRefusal::WrongPassword));
    assert_eq!(chat.user_of(HOME), None);
    let user = chat.log_in(HOME, "u0", Proof::Password("p"), at(0), &mut Nothing).unwrap();
    assert_eq!((chat.user_of(HOME), chat.name(user)), (Some(user), "u0"));
}

#[test]
fn a_proven_name_needs_no_password_and_meets_no_lock_and_no_guess_counter() {
    let mut chat = chat();
    let locked = LoginRefusal::Locked(Wait(60));
    for wrong in [LoginRefusal::WrongPassword, LoginRefusal::WrongPassword, locked] {
        assert_eq!(chat.log_in(HOME, "u0", Proof::Password("q"), at(0), &mut Nothing), Err(wrong));
    }
    let untried = chat.log_in(AWAY, "u1", Proof::Password("q"), at(0), &mut Nothing);
    assert_eq!(untried, Err(LoginRefusal::WrongPassword));
    let waits = chat.log_in(AWAY, "u1", Proof::Password("p"), at(0), &mut Nothing);
    assert!(matches!(waits, Err(LoginRefusal::GuessWait(_))), "{waits:?}");
    assert_eq!(
        chat.log_in(HOME, "u0", PROVEN, at(0), &mut Nothing).map(|user| user.index()),
        Ok(0)
    );
    assert_eq!(
        chat.log_in(AWAY, "u1", PROVEN, at(0), &mut Nothing).map(|user| user.index()),
        Ok(1)
    );
}

#[test]
fn a_proven_name_without_an_account_is_refused_and_counts_as_no_guess() {
    let mut chat = chat();
    for _ in 0..9 {
        assert_eq!(
            chat.log_in(HOME, "u2", PROVEN, at(0), &mut Nothing),
            Err(LoginRefusal::UnknownName)
        );
    }
    assert!(chat.log_in(HOME, "u0", Proof::Password("p"), at(0), &mut Nothing).is_ok());
}

#[test]
fn a_user_who_is_online_is_let_in_by_no_proof() {
    let mut chat = chat();
    chat.log_in(HOME, "u0", PROVEN, at(0), &mut Nothing).unwrap();
    for (proof, now) in [(PROVEN, at(60)), (Proof::Password("p"), at(120))] {
        assert_eq!(chat.log_in(AWAY, "u0", proof, now, &mut Nothing), Err(LoginRefusal::Claimed));
        assert!(chat.note_sign_of_life(HOME) && !chat.note_sign_of_life(HOME));
        assert_eq!(chat.log_in(AWAY, "u0", proof, now, &mut Nothing), Err(LoginRefusal::Claimed));
        assert_eq!(chat.attempt(HOME), Some(IpAddr::V4(Ipv4Addr::LOCALHOST)));
        chat.refuse_claim(HOME);
        assert_eq!((chat.attempt(HOME), chat.claimed_by(AWAY)), (None, None));
        assert_eq!(
            chat.log_in(AWAY, "u0", proof, now, &mut Nothing),
            Err(LoginRefusal::AlreadyOnline)
        );
    }
}

#[test]
fn a_claim_gives_no_further_time_to_log_in() {
    let mut chat = chat();
    chat.log_in(HOME, "u0", PROVEN, at(0), &mut Nothing).unwrap();
    let came = chat.since(AWAY);
    for now in [at(20), at(50)] {
        assert_eq!(chat.log_in(AWAY, "u0", PROVEN, now, &mut Nothing), Err(LoginRefusal::Claimed));
        assert_eq!(chat.since(AWAY), now, "three seconds from here");
        chat.refuse_claim(HOME);
        let refused = chat.log_in(AWAY, "u0", PROVEN, now, &mut Nothing);
        assert_eq!(refused, Err(LoginRefusal::AlreadyOnline));
        assert_eq!(chat.since(AWAY), came, "its time goes on as if it had not claimed");
    }
}

#[test]
fn a_claim_counts_as_a_login_of_the_user() {
    let mut chat = chat();
    chat.log_in(HOME, "u0", PROVEN, at(0), &mut Nothing).unwrap();
    assert_eq!(chat.log_in(AWAY, "u0", PROVEN, at(0), &mut Nothing), Err(LoginRefusal::Claimed));
    chat.refuse_claim(HOME);
    assert_eq!(
        chat.log_in(AWAY, "u0", PROVEN, at(0), &mut Nothing),
        Err(LoginRefusal::AlreadyOnline)
    );
    let next = chat.log_in(AWAY, "u0", PROVEN, at(0), &mut Nothing);
    assert_eq!(next, Err(LoginRefusal::LoginWait(Wait(30))), "no further attempt is told");
    assert_eq!(chat.claimed_by(AWAY), None);
}

#[test]
fn a_claim_ends_with_either_side() {
    let mut chat = chat();
    chat.log_in(HOME, "u0", PROVEN, at(0), &mut Nothing).unwrap();
    assert_eq!(chat.log_in(AWAY, "u0", PROVEN, at(0), &mut Nothing), Err(LoginRefusal::Claimed));
    leave(&mut chat, AWAY, at(0));
    assert!(!chat.note_sign_of_life(HOME), "nobody claims it any more");
    assert_eq!(chat.log_in(AWAY, "u0", PROVEN, at(60), &mut Nothing), Err(LoginRefusal::Claimed));
    assert_eq!(chat.claimed_by(AWAY), Some(HOME));
    leave(&mut chat, HOME, at(60));
    assert_eq!(chat.claimed_by(AWAY), None);
    assert!(chat.log_in(AWAY, "u0", PROVEN, at(60), &mut Nothing).is_ok());
}

#[test]
fn a_proven_login_takes_from_the_users_budget() {
    let mut chat = chat();
    for _ in 0..2 {
        chat.log_in(HOME, "u0", PROVEN, at(0), &mut Nothing).unwrap();
        leave(&mut chat, HOME, at(0));
    }
    for proof in [PROVEN, Proof::Password("p")] {
        assert_eq!(
            chat.log_in(HOME, "u0", proof, at(0), &mut Nothing),
            Err(LoginRefusal::LoginWait(Wait(30)))
        );
    }
    assert!(chat.log_in(HOME, "u0", PROVEN, at(30), &mut Nothing).is_ok());
}

#[test]
fn mistakes_at_a_name_are_forgiven_only_as_long_as_the_source_errs_nowhere_else() {
    let guess = |chat: &mut Chat<'_>, name, second| {
        chat.log_in(HOME, name, Proof::Password("q"), at(second), &mut Nothing).unwrap_err()
    };
    let mut chat = chat();
    // Slips at one's own name, which time makes up for, are not kept for later.
    guess(&mut chat, "u0", 0);
    guess(&mut chat, "u1", 600);
    chat.log_in(AWAY, "u0", Proof::Password("p"), at(600), &mut Nothing).unwrap();
    for _ in 0..3 {
        assert_eq!(guess(&mut chat, "x", 600), LoginRefusal::UnknownName);
    }
    let fourth = guess(&mut chat, "x", 600);
    assert!(matches!(fourth, LoginRefusal::GuessWait(_)), "{fourth:?}");
}

#[test]
fn a_newcomer_whose_refusal_came_too_late_is_let_in_and_may_be_asked_for_a_sign_of_life() {
    let mut chat = chat();
    let proof = Proof::Password("p");
    chat.log_in(HOME, "u0", proof, at(0), &mut Nothing).unwrap();
    assert_eq!(chat.log_in(AWAY, "u0", proof, at(0), &mut Nothing), Err(LoginRefusal::Claimed));
    chat.note_sign_of_life(HOME);
    chat.refuse_claim(HOME);
    leave(&mut chat, HOME, at(60));
    assert!(chat.log_in(AWAY, "u0", proof, at(60), &mut Nothing).is_ok());
    assert_eq!(chat.log_in(HOME, "u0", proof, at(120), &mut Nothing), Err(LoginRefusal::Claimed));
}

#[test]
fn a_login_by_a_carrier_counts_at_its_check_and_only_once() {
    let mut chat = chat();
    let check = |chat: &mut Chat<'_>, password| {
        chat.check_name_and_password(HOME, "u0", password, at(0), &mut Nothing)
    };
    let user = check(&mut chat, "p").unwrap();
    assert_eq!(chat.log_in(HOME, "u0", Proof::Counted, at(0), &mut Nothing), Ok(user));
    leave(&mut chat, HOME, at(0));
    // No session follows on this one.
    assert_eq!(check(&mut chat, "p"), Ok(user));
    let wait = Err(LoginRefusal::LoginWait(Wait(30)));
    assert_eq!(check(&mut chat, "p"), wait);
    assert_eq!(check(&mut chat, "q"), wait, "no hash is worked for it");
    assert_eq!(chat.log_in(HOME, "u0", Proof::Password("p"), at(0), &mut Nothing), wait);
}
