//! The room's past: what was broadcast while this user was away, asked for at every login, and
//! whatever `history` tells.

use smolchat_core::dialect::lines::{ReplyLine, parse_history, parse_reply};
use smolchat_core::protocol::{Reply, Request};

use super::Session;
use crate::client::requests::Pending;
use crate::client::said::{Channel, Said};
use crate::client::shown::Shown;

/// Broadcasts that a person is shown at a login.
const AT_LOGIN: u32 = 20;

impl Session {
    /// Asks for what was said to all while this user was away.
    pub(super) fn ask_for_history(&mut self) {
        self.request(&Request::History { count: Some(AT_LOGIN) }, Pending::History);
    }

    /// A line of a reply that is not its last. Whether it told of a broadcast.
    pub(super) fn handle_history(&mut self, line: ReplyLine<'_>) -> bool {
        let is_history = matches!(parse_reply(line), Some(Reply::History { .. }));
        let told = parse_history(line.text).filter(|_| is_history);
        let Some((id, from, age, text)) = told else { return false };
        // Asked for by the user, it is told whole.
        let is_asked_for = !matches!(self.requests.first(), Some(Pending::History));
        let is_own = from == self.config.user && self.sent > 0;
        if is_asked_for || !is_own && self.inbox.handle_past(id) {
            self.names.learn(from);
            let (from, text) = (from.to_owned(), text.to_owned());
            self.show(Shown::Said(Said { from, channel: Channel::All, text, age }));
        }
        true
    }
}
