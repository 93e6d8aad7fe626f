//! The real thread: what it answers, and that nobody waits for it.

use rustix::event::{PollFd, PollFlags, Timespec, poll};

use super::*;

const SMALL: Profile = Profile::BoardS;

fn given(asker: u16, password: &str) -> Given<'_> {
    Given { asker, source: asker, password }
}

fn start() -> Hashing {
    Hashing::start(Hashing::blocks()).unwrap()
}

/// Waits as the loop does; who has an answer.
fn wait(hashing: &mut Hashing) -> Option<u16> {
    let mut descriptors = [PollFd::new(&hashing.answers, PollFlags::IN)];
    let limit = Timespec { tv_sec: 30, tv_nsec: 0 };
    assert_eq!(poll(&mut descriptors, Some(&limit)), Ok(1), "no answer within half a minute");
    hashing.note_answer();
    hashing.next_answered()
}

#[test]
fn a_password_is_checked_and_hashed_while_the_asker_does_something_else() {
    let mut hashing = start();
    let mut memory = vec![smolchat_secret::Block::new(); 16];
    let hash = Hash::new(SMALL, [7; 16], "solo", &mut memory).unwrap().pack();
    for (asker, word, verdict) in [(1, "solo", Verdict::Right), (2, "sol0", Verdict::Wrong)] {
        assert_eq!(hashing.verify(given(asker, word), Some(&hash)), Verdict::Later);
        assert_eq!(wait(&mut hashing), Some(asker));
        assert_eq!(hashing.next_answered(), None);
        assert_eq!(hashing.verify(given(asker, word), Some(&hash)), verdict);
    }
    assert_eq!(hashing.seal(given(1, "new")), Seal::Later);
    assert_eq!(wait(&mut hashing), Some(1));
    let Seal::Hash(made) = hashing.seal(given(1, "new")) else { panic!("it has an answer") };
    assert_eq!(hashing.verify(given(1, "solo"), Some(&hash)), Verdict::Right, "both are there");
    hashing.forget(1);
    assert_eq!(hashing.verify(given(1, "new"), Some(&made)), Verdict::Later);
    assert_eq!(wait(&mut hashing), Some(1));
    assert_eq!(hashing.verify(given(1, "new"), Some(&made)), Verdict::Right);
}

#[test]
fn a_name_without_an_account_takes_the_work_of_one_and_is_wrong() {
    let mut hashing = start();
    assert_eq!(hashing.verify(given(1, "p"), None), Verdict::Later);
    assert_eq!(wait(&mut hashing), Some(1));
    assert_eq!(hashing.verify(given(1, "p"), None), Verdict::Wrong);
}

#[test]
fn a_thread_that_is_gone_lets_nobody_in_and_keeps_nobody_waiting() {
    let mut hashing = start();
    let (closed, _) = pipe_with(PipeFlags::CLOEXEC).unwrap();
    assert_eq!(hashing.verify(given(1, "p"), None), Verdict::Later);
    assert_eq!(hashing.verify(given(2, "p"), None), Verdict::Later);
    hashing.answers = closed.into();
    hashing.note_answer();
    let mut told = [hashing.next_answered(), hashing.next_answered()];
    if told[0].is_none() {
        // The first look found the end of the pipe.
        told = [told[1], hashing.next_answered()];
    }
    told.sort();
    assert_eq!(told, [Some(1), Some(2)]);
    assert!(hashing.is_lost());
    assert_eq!(hashing.verify(given(1, "p"), None), Verdict::Full);
    assert_eq!(hashing.next_answered(), None);
}
