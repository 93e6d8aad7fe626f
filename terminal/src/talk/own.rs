//! What a terminal asks the server by itself. Knows no screen.

use smolchat_core::protocol::Request;

use crate::errands::Kind;

/// Requests that nobody typed, and that are to go out.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Own {
    pub(super) receipts: bool,
    pub(super) past: bool,
    pub(super) online: bool,
    pub(super) active: bool,
}

impl Own {
    pub(super) fn is_empty(self) -> bool {
        !(self.receipts || self.past || self.online || self.active)
    }

    /// The next one, which is then done. `count` broadcasts of the past are asked for.
    pub(super) fn take(&mut self, count: u32) -> Option<(Kind, Request<'static>)> {
        let Own { receipts, past, online, active } = self;
        let each = [
            (receipts, Kind::Own, Request::ReceiptsOn),
            (past, Kind::Past, Request::History { count: Some(count) }),
            (online, Kind::Online, Request::WhoElse),
            (active, Kind::Own, Request::Active),
        ];
        let is_due = |(is_due, kind, request): (&mut bool, _, _)| {
            core::mem::take(is_due).then_some((kind, request))
        };
        each.into_iter().find_map(is_due)
    }
}
