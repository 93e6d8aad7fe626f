//! Sessions against `sunset`'s client and against raw bytes, on wires in memory.

mod bounds;
mod channels;
mod doors;
mod logins;
mod peer;
mod shells;
mod wire;

use smolchat_core::time::{Duration, Instant};
use smolchat_core::transport::Transport;

use crate::{Attempt, End, HostKey, Limits, Progress, Proof, Round, Session, Sizes, Verdict};
use peer::{KEY, Peer};
use wire::Wire;

/// A session, its wire, and the clock.
struct World {
    session: Session<'static>,
    wire: Wire,
    now: Instant,
    limits: Limits,
    host_key: HostKey,
    /// What the last call gave.
    outcome: Result<Progress, End>,
    /// Attempts that were shown, for people to read in a failed test.
    attempts: Vec<String>,
    /// Whether slow passwords are still looked into.
    is_patient: bool,
}

impl World {
    fn new(sizes: &Sizes, limits: Limits) -> Self {
        let memory = vec![0; sizes.total()].leak();
        let mut session = Session::new(memory, sizes).unwrap();
        let now = Instant::START + Duration::from_secs(1000);
        session.open(now);
        World {
            session,
            wire: Wire::new(4096),
            now,
            limits,
            host_key: HostKey::from_seed(&[1; 32]),
            outcome: Ok(Progress::Rest),
            attempts: Vec::new(),
            is_patient: false,
        }
    }

    /// One round of the server.
    fn serve(&mut self) {
        let World { session, wire, now, limits, host_key, outcome, attempts, is_patient } = self;
        let mut steps = limits.steps;
        let mut round = Round { now: *now, host_key, limits, steps: &mut steps };
        let mut login = |attempt: Attempt<'_>| {
            if attempt.proof != Proof::Nothing {
                attempts.push(format!("{attempt:?}"));
            }
            match attempt.proof {
                Proof::Password("slow" | "slower") if *is_patient => Verdict::Later,
                _ => judge(attempt),
            }
        };
        *outcome = session.progress(&mut round, &mut wire.server(), &mut login);
    }

    /// Rounds of both sides, as many as a login and some lines take.
    fn talk(&mut self, peer: &mut Peer) {
        for _ in 0..200 {
            self.serve();
            peer.progress(&mut self.wire);
            // A refusal comes in less than a second.
            let due = self.session.poll_at(self.now, &self.limits);
            if let Some(due) = due.filter(|due| *due < self.now + Duration::from_secs(1)) {
                self.now = self.now.max(due);
            }
        }
    }

    /// A peer that has logged in and has the chat.
    fn logged_in(sizes: &Sizes, limits: Limits) -> (Self, Peer) {
        let (mut world, mut peer) = (World::new(sizes, limits), Peer::new("luke", &["force"]));
        world.talk(&mut peer);
        assert_eq!((world.outcome, world.session.user()), (Ok(Progress::Rest), Some(1)));
        (world, peer)
    }

    /// All plain bytes that came from the peer, consumed.
    fn received(&mut self) -> Vec<u8> {
        let mut bytes = vec![0; self.session.received()];
        assert_eq!(self.session.peek(&mut bytes), bytes.len());
        self.session.consume(bytes.len());
        bytes
    }
}

/// Who may log in: luke with a password, leia with a key. New is a guest, and vader is sent away.
fn judge(attempt: Attempt<'_>) -> Verdict {
    match (attempt.name, attempt.proof) {
        ("luke", Proof::Password("force")) => Verdict::Admit(1),
        ("luke", Proof::Password("slow")) => Verdict::Admit(3),
        ("leia", Proof::Key(key)) if *key == *HostKey::from_seed(&KEY).public() => {
            Verdict::Admit(2)
        }
        ("vader", Proof::Password(_) | Proof::Key(_)) => Verdict::End,
        ("new", Proof::Nothing) => Verdict::Guest,
        _ => Verdict::Refuse,
    }
}

#[test]
fn the_state_of_a_session_takes_what_is_told_of_it() {
    assert!(size_of::<Session<'_>>() <= 4352, "{}", size_of::<Session<'_>>());
}
