//! Which messages were shown already, and what the server is still to be told of it.
//! Touches only `wire`. One acknowledgement at most is on its way, and it covers everything before it.

use smolchat_core::wire::MessageId;

/// Messages received in this run.
#[derive(Debug, Default)]
pub struct Inbox {
    /// The highest number seen; numbers rise, so whatever is not above it was shown before.
    highest: Option<MessageId>,
    /// Something arrived that the server was not told of.
    is_due: bool,
    /// An `ack` waits for its reply.
    in_flight: bool,
}

impl Inbox {
    /// A message arrived. True if it is to be shown, false if it was before; either way the server shall hear of it.
    pub fn handle_message(&mut self, id: MessageId) -> bool {
        self.is_due = true;
        let is_new = self.highest.is_none_or(|highest| id > highest);
        if is_new {
            self.highest = Some(id);
        }
        is_new
    }

    /// What to acknowledge now, if anything: called once for each burst of lines, after they were shown.
    pub fn poll_acknowledge(&mut self) -> Option<MessageId> {
        if !self.is_due || self.in_flight {
            return None;
        }
        (self.is_due, self.in_flight) = (false, true);
        self.highest
    }

    /// The `ack` was answered.
    pub fn handle_acknowledged(&mut self) {
        self.in_flight = false;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
        assert_eq!(inbox.poll_acknowledge(), None);
        for id in 1..=5 {
            inbox.handle_message(MessageId(id));
        }
        assert_eq!(inbox.poll_acknowledge(), Some(MessageId(5)));
        assert_eq!(inbox.poll_acknowledge(), None);
        inbox.handle_message(MessageId(6));
        assert_eq!(inbox.poll_acknowledge(), None);
        inbox.handle_acknowledged();
        assert_eq!(inbox.poll_acknowledge(), Some(MessageId(6)));
        inbox.handle_acknowledged();
        assert_eq!(inbox.poll_acknowledge(), None);
    }

    #[test]
    fn what_comes_again_is_acknowledged_again() {
        let mut inbox = Inbox::default();
        inbox.handle_message(MessageId(4));
        inbox.poll_acknowledge();
        inbox.handle_acknowledged();
        inbox.handle_message(MessageId(4));
        assert_eq!(inbox.poll_acknowledge(), Some(MessageId(4)));
    }
}
