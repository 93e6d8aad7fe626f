//! Which messages were shown already, and what the server is still to be told of it. Knows no
//! connection. One acknowledgement at most is on its way, and it covers everything before it.

use smolchat_core::protocol::MessageId;

/// Messages received in this run, on however many connections.
#[derive(Debug, Default)]
pub(crate) struct Inbox {
    /// For as long as this is the same, a number means the same message. None where the server does
    /// not tell.
    epoch: Option<u32>,
    /// The highest number seen; numbers rise, so whatever is not above it was seen before.
    highest: Option<MessageId>,
    /// Something arrived that nobody asked for by [`poll_shown`](Self::poll_shown).
    has_news: bool,
    /// What was shown and the server was not told of.
    due: Option<MessageId>,
    /// An `ack` waits for its reply.
    in_flight: bool,
}

impl Inbox {
    /// A message arrived. True if it is to be shown, false if it was before; either way the server
    /// shall hear of it.
    pub(crate) fn handle_message(&mut self, id: MessageId) -> bool {
        self.has_news = true;
        let is_new = self.highest.is_none_or(|highest| id > highest);
        if is_new {
            self.highest = Some(id);
        }
        is_new
    }

    /// The last message that arrived, if it was not asked for yet.
    pub(crate) fn poll_shown(&mut self) -> Option<MessageId> {
        std::mem::take(&mut self.has_news).then_some(self.highest).flatten()
    }

    /// Everything up to this message was shown.
    pub(crate) fn handle_shown(&mut self, id: MessageId) {
        self.due = self.due.max(Some(id));
    }

    /// The number to acknowledge now, if there is one.
    pub(crate) fn poll_acknowledge(&mut self) -> Option<MessageId> {
        let id = self.due.filter(|_| !self.in_flight)?;
        (self.due, self.in_flight) = (None, true);
        Some(id)
    }

    /// Notes that a connection was lost. Messages that were not acknowledged come again, and have
    /// to be acknowledged then.
    pub(crate) fn handle_disconnect(&mut self) {
        (self.has_news, self.due, self.in_flight) = (false, None, false);
    }

    /// A connection's numbers are of this epoch. If it is another epoch, or an unknown one, numbers
    /// may begin again. Then a message is rather shown twice than never.
    pub(crate) fn handle_epoch(&mut self, epoch: Option<u32>) {
        if epoch.is_none() || epoch != self.epoch {
            self.highest = None;
        }
        self.epoch = epoch;
    }

    /// The `ack` was answered.
    pub(crate) fn handle_acknowledged(&mut self) {
        self.in_flight = false;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is acknowledged once all that arrived was shown.
    fn acknowledged(inbox: &mut Inbox) -> Option<MessageId> {
        if let Some(id) = inbox.poll_shown() {
            inbox.handle_shown(id);
        }
        inbox.poll_acknowledge()
    }

    #[test]
    fn what_is_not_shown_is_not_acknowledged() {
        let mut inbox = Inbox::default();
        inbox.handle_message(MessageId(1));
        assert_eq!(inbox.poll_shown(), Some(MessageId(1)));
        inbox.handle_message(MessageId(2));
        assert_eq!(inbox.poll_acknowledge(), None);
        inbox.handle_shown(MessageId(1));
        assert_eq!(inbox.poll_acknowledge(), Some(MessageId(1)));
        inbox.handle_acknowledged();
        assert_eq!(inbox.poll_acknowledge(), None);
        assert_eq!(acknowledged(&mut inbox), Some(MessageId(2)));
    }

    #[test]
    fn a_message_is_shown_once() {
        let mut inbox = Inbox::default();
        assert!(inbox.handle_message(MessageId(0)));
        assert!(!inbox.handle_message(MessageId(0)));
        assert!(inbox.handle_message(MessageId(7)));
        assert!(!inbox.handle_message(MessageId(3)));
        assert!(inbox.handle_message(MessageId(8)));
    }

    #[test]
    fn a_burst_is_acknowledged_once_and_the_next_when_that_was_answered() {
        let mut inbox = Inbox::default();
        assert_eq!(acknowledged(&mut inbox), None);
        for id in 1..=5 {
            inbox.handle_message(MessageId(id));
        }
        assert_eq!(acknowledged(&mut inbox), Some(MessageId(5)));
        assert_eq!(acknowledged(&mut inbox), None);
        inbox.handle_message(MessageId(6));
        assert_eq!(acknowledged(&mut inbox), None);
        inbox.handle_acknowledged();
        assert_eq!(acknowledged(&mut inbox), Some(MessageId(6)));
        inbox.handle_acknowledged();
        assert_eq!(acknowledged(&mut inbox), None);
    }

    #[test]
    fn what_comes_again_is_acknowledged_again() {
        let mut inbox = Inbox::default();
        inbox.handle_message(MessageId(4));
        acknowledged(&mut inbox);
        inbox.handle_acknowledged();
        inbox.handle_message(MessageId(4));
        assert_eq!(acknowledged(&mut inbox), Some(MessageId(4)));
    }

    #[test]
    fn numbers_count_across_connections_of_one_epoch() {
        let mut inbox = Inbox::default();
        inbox.handle_epoch(Some(7));
        inbox.handle_message(MessageId(4));
        acknowledged(&mut inbox);
        inbox.handle_disconnect();
        assert_eq!(acknowledged(&mut inbox), None);
        inbox.handle_epoch(Some(7));
        assert!(!inbox.handle_message(MessageId(4)));
        assert_eq!(acknowledged(&mut inbox), Some(MessageId(4)));
    }

    #[test]
    fn numbers_begin_anew_with_another_epoch_or_none() {
        let mut inbox = Inbox::default();
        for epoch in [Some(7), Some(8), None, None, Some(8)] {
            inbox.handle_epoch(epoch);
            assert!(inbox.handle_message(MessageId(4)), "{epoch:?}");
            inbox.handle_disconnect();
        }
    }
}
