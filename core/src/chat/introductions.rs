//! Introductions that the called side has not heard of yet. Each caller has one at most, so the
//! table cannot be full while a connection is free.

use super::id::ConnectionId;
use super::sessions::{Introduction, Sessions};

/// The caller's last introduction is still on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct IntroductionPending;

impl Sessions<'_> {
    /// Whether the caller's last introduction is still on its way.
    pub(super) fn is_introducing(&self, caller: ConnectionId) -> bool {
        self[caller].introduction.is_some()
    }

    /// Puts an introduction on its way to its peer.
    pub(super) fn introduce(
        &mut self,
        caller: ConnectionId,
        introduction: Introduction,
    ) -> Result<(), IntroductionPending> {
        if self.is_introducing(caller) {
            return Err(IntroductionPending);
        }
        self[caller].introduction = Some(introduction);
        let mut callers = self[introduction.peer].callers;
        self.caller_links.push_back(&mut callers, caller.index());
        self[introduction.peer].callers = callers;
        Ok(())
    }

    /// The first introduction that `called` has not heard of, and its caller.
    pub(super) fn next_introduction(
        &self,
        called: ConnectionId,
    ) -> Option<(ConnectionId, Introduction)> {
        let caller = ConnectionId(self[called].callers.front()? as u16);
        Some((caller, self[caller].introduction?))
    }

    /// Ends the caller's introduction: it was heard, or never will be.
    pub(super) fn end_introduction(&mut self, caller: ConnectionId) {
        if let Some(introduction) = self[caller].introduction.take() {
            let mut callers = self[introduction.peer].callers;
            self.caller_links.remove(&mut callers, caller.index());
            self[introduction.peer].callers = callers;
        }
    }

    /// Forgets the introduction that `connection` asked for, and those to it.
    pub(super) fn cancel_introductions(&mut self, connection: ConnectionId) {
        self.end_introduction(connection);
        while let Some((caller, _)) = self.next_introduction(connection) {
            self.end_introduction(caller);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::sessions::Session;
    use crate::chat::strangers::Strangers;
    use crate::protocol::{MessageId, TOKEN_BYTES, Token};
    use crate::table::{LinkSlot, List};

    fn with(places: usize, test: impl FnOnce(&mut Sessions<'_>)) {
        let mut slots: Vec<Session> = (0..places).map(|_| Session::default()).collect();
        let (mut links, mut callers) =
            (vec![LinkSlot::new(); places], vec![LinkSlot::new(); places]);
        let (mut lists, mut ranks) = (vec![List::default(); places], vec![List::default(); places]);
        let mut rank_links = vec![LinkSlot::new(); places];
        let strangers = Strangers::new(&mut lists, &mut ranks, &mut rank_links);
        test(&mut Sessions::new(&mut slots, &mut links, &mut callers, strangers));
    }

    fn call(
        sessions: &mut Sessions<'_>,
        caller: u16,
        peer: u16,
    ) -> Result<(), IntroductionPending> {
        let token = Token([caller as u8; TOKEN_BYTES]);
        let introduction = Introduction { peer: ConnectionId(peer), token, before: MessageId(1) };
        sessions.introduce(ConnectionId(caller), introduction)
    }

    /// Who calls first.
    fn caller(sessions: &Sessions<'_>, called: u16) -> Option<u16> {
        let (caller, introduction) = sessions.next_introduction(ConnectionId(called))?;
        assert_eq!(introduction.token.0[0], caller.0 as u8);
        Some(caller.0)
    }

    #[test]
    fn a_caller_calls_one_at_a_time_and_callers_are_heard_in_order() {
        with(4, |sessions| {
            assert_eq!((call(sessions, 2, 0), call(sessions, 1, 0)), (Ok(()), Ok(())));
            assert_eq!(call(sessions, 2, 3), Err(IntroductionPending));
            assert_eq!((caller(sessions, 0), caller(sessions, 3)), (Some(2), None));
            sessions.end_introduction(ConnectionId(2));
            assert_eq!((caller(sessions, 0), call(sessions, 2, 3)), (Some(1), Ok(())));
            assert_eq!(caller(sessions, 3), Some(2));
        });
    }

    #[test]
    fn everybody_may_call_the_same_one_and_two_may_call_each_other() {
        with(5, |sessions| {
            for number in 0..4 {
                assert_eq!(call(sessions, number, 4), Ok(()));
            }
            assert_eq!(call(sessions, 4, 0), Ok(()));
            assert_eq!((caller(sessions, 4), caller(sessions, 0)), (Some(0), Some(4)));
        });
    }

    #[test]
    fn who_leaves_calls_nobody_and_is_called_by_nobody() {
        with(4, |sessions| {
            for (caller, peer) in [(0, 1), (2, 1), (1, 3)] {
                assert_eq!(call(sessions, caller, peer), Ok(()));
            }
            sessions.cancel_introductions(ConnectionId(1));
            assert_eq!((caller(sessions, 1), caller(sessions, 3)), (None, None));
            assert_eq!((call(sessions, 0, 3), call(sessions, 2, 3)), (Ok(()), Ok(())));
        });
    }
}
