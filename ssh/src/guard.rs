//! What a peer may cost: before it has asked for the chat, and by new keys afterwards. `sunset` has
//! no limit of its own. Knows no packet.

use smolchat_core::carrier::End;
use smolchat_core::time::{Duration, Instant};

/// What a peer may cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Time from its connection to its shell or subsystem.
    pub login_timeout: Duration,
    /// Bytes that it may send until then.
    pub login_bytes: u32,
    /// Packets that it may send until then. A packet may carry a signature, which costs as much as
    /// a third of a key exchange; if it is wrong, nobody hears of it.
    pub login_packets: u16,
    /// Refused passwords, with which the session is over.
    pub passwords: u8,
    /// A password is refused at a whole number of these after it came. So nobody hears how long the
    /// work at it took: a name without an account, or with an account of another profile.
    pub refusal_interval: Duration,
    /// Refused keys, with which the session is over. A peer offers every key that it has.
    pub keys: u8,
    /// Peers that are no users of the chat, in all sessions together. The next one makes an earlier
    /// one leave.
    pub strangers: u16,
    /// Packets of peers without the chat that are handled in one round of the loop, in all sessions
    /// together. A key exchange is one packet.
    pub steps: u32,
    /// New keys that a peer may ask for at once.
    pub rekeys: u8,
    /// Time for each further exchange. A peer that asks sooner is not read meanwhile.
    pub rekey_interval: Duration,
    /// Time after which a session is over in which requests and replies wait for each other.
    pub stuck_timeout: Duration,
}

impl Default for Limits {
    /// A peer costs at most a few key exchanges.
    fn default() -> Self {
        Limits {
            login_timeout: Duration::from_secs(60),
            login_bytes: 16 * 1024,
            login_packets: 32,
            passwords: 3,
            refusal_interval: Duration::from_millis(300),
            keys: 6,
            strangers: 64,
            steps: 1,
            rekeys: 6,
            rekey_interval: Duration::from_secs(10),
            stuck_timeout: Duration::from_secs(60),
        }
    }
}

/// What one peer has cost.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Guard {
    opened: Instant,
    bytes: u32,
    packets: u16,
    passwords: u8,
    keys: u8,
    has_keys: bool,
    /// When all exchanges of keys are paid for.
    paid: Instant,
}

impl Guard {
    /// A peer that connects.
    pub(crate) fn new(now: Instant) -> Self {
        Guard { opened: now, paid: now, ..Guard::default() }
    }

    /// When the peer must have asked for the chat.
    pub(crate) fn deadline(&self, limits: &Limits) -> Instant {
        self.opened + limits.login_timeout
    }

    /// A peer without the chat has sent this.
    pub(crate) fn spend(
        &mut self,
        limits: &Limits,
        bytes: usize,
        is_packet: bool,
    ) -> Result<(), End> {
        self.bytes = self.bytes.saturating_add(u32::try_from(bytes).unwrap_or(u32::MAX));
        self.packets = self.packets.saturating_add(is_packet.into());
        if self.bytes > limits.login_bytes || self.packets > limits.login_packets {
            return Err(End::LoginTooLong);
        }
        Ok(())
    }

    /// When a password is refused that came at `since`.
    pub(crate) fn refusal_at(limits: &Limits, since: Instant, now: Instant) -> Instant {
        let interval = limits.refusal_interval.as_millis().max(1);
        let passed = now.saturating_since(since).as_millis();
        since + Duration::from_millis((passed / interval + 1) * interval)
    }

    /// A password was refused.
    pub(crate) fn refuse_password(&mut self, limits: &Limits) -> Result<(), End> {
        self.passwords = self.passwords.saturating_add(1);
        if self.passwords >= limits.passwords { Err(End::TooManyRefusals) } else { Ok(()) }
    }

    /// A key was refused.
    pub(crate) fn refuse_key(&mut self, limits: &Limits) -> Result<(), End> {
        self.keys = self.keys.saturating_add(1);
        if self.keys >= limits.keys { Err(End::TooManyRefusals) } else { Ok(()) }
    }

    /// Keys were exchanged. The first exchange is the login's.
    pub(crate) fn exchange_keys(&mut self, now: Instant, limits: &Limits) {
        if self.has_keys {
            self.paid = self.paid.max(now) + limits.rekey_interval;
        }
        self.has_keys = true;
    }

    /// Whether keys were exchanged.
    pub(crate) fn has_keys(&self) -> bool {
        self.has_keys
    }

    /// Until when the peer is not read, because it asked for new keys too often.
    pub(crate) fn rests_until(&self, limits: &Limits) -> Instant {
        let at_once = limits.rekey_interval.as_millis().saturating_mul(limits.rekeys.into());
        self.paid - Duration::from_millis(at_once)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: Limits = Limits {
        login_timeout: Duration::from_secs(60),
        login_bytes: 100,
        login_packets: 4,
        passwords: 3,
        refusal_interval: Duration::from_millis(300),
        keys: 2,
        strangers: 4,
        steps: 1,
        rekeys: 2,
        rekey_interval: Duration::from_secs(10),
        stuck_timeout: Duration::from_secs(60),
    };

    fn at(secs: u64) -> Instant {
        Instant::START + Duration::from_secs(secs)
    }

    #[test]
    fn bytes_and_packets_are_counted_up_to_their_limits() {
        let mut guard = Guard::new(at(5));
        assert_eq!(guard.deadline(&LIMITS), at(65));
        assert_eq!(guard.spend(&LIMITS, 99, true), Ok(()));
        assert_eq!(guard.spend(&LIMITS, 1, false), Ok(()));
        assert_eq!(guard.spend(&LIMITS, 1, false), Err(End::LoginTooLong));
        let mut guard = Guard::new(at(0));
        for _ in 0..4 {
            assert_eq!(guard.spend(&LIMITS, 1, true), Ok(()));
        }
        assert_eq!(guard.spend(&LIMITS, 1, true), Err(End::LoginTooLong));
    }

    #[test]
    fn passwords_and_keys_are_refused_so_often_and_no_more() {
        let mut guard = Guard::new(at(0));
        assert_eq!(guard.refuse_password(&LIMITS), Ok(()));
        assert_eq!(guard.refuse_key(&LIMITS), Ok(()));
        assert_eq!(guard.refuse_password(&LIMITS), Ok(()));
        assert_eq!(guard.refuse_password(&LIMITS), Err(End::TooManyRefusals));
        assert_eq!(guard.refuse_key(&LIMITS), Err(End::TooManyRefusals));
    }

    #[test]
    fn a_peer_rests_only_after_more_rekeys_than_may_come_at_once() {
        let mut guard = Guard::new(at(100));
        for _ in 0..3 {
            // The login's exchange, and two more.
            guard.exchange_keys(at(100), &LIMITS);
            assert!(guard.rests_until(&LIMITS) <= at(100));
        }
        guard.exchange_keys(at(100), &LIMITS);
        assert_eq!(guard.rests_until(&LIMITS), at(110));
        guard.exchange_keys(at(110), &LIMITS);
        assert_eq!(guard.rests_until(&LIMITS), at(120));
        // After a while as many may come at once as before.
        for _ in 0..2 {
            guard.exchange_keys(at(1000), &LIMITS);
            assert!(guard.rests_until(&LIMITS) <= at(1000));
        }
    }
}
