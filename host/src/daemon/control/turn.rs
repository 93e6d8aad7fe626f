//! The operators' turn in the loop: whoever has come is let in, and each gets a little done.

use smolchat_core::server::Server;
use smolchat_core::store::Store;
use smolchat_core::time::Instant;

use super::orders::{self, Counting};
use super::{Control, Guest};

/// Orders that one operator gets done before others get their turn, and lines of an answer.
const STEPS: usize = 8;

impl Control {
    /// Lets in whoever has come, and does what was asked for. Answers whether there is more to do.
    pub(in crate::daemon) fn attend(
        &mut self,
        now: Instant,
        server: &mut Server<'_>,
        environment: &mut Counting<'_>,
    ) -> bool {
        if !std::mem::take(&mut self.has_news) {
            return false;
        }
        self.let_in(now);
        let (mut has_begun, mut has_more) = (false, false);
        for Guest { visitor, doing } in &mut self.guests {
            visitor.fill(now);
            for _ in 0..STEPS {
                let step = orders::go_on(visitor, doing, now, server, environment);
                has_begun |= step;
                has_more = step;
                if !step {
                    break;
                }
            }
            self.has_news |= has_more;
        }
        // No answer goes out before what it tells is on the disk.
        if has_begun && environment.commit().is_err() {
            return false;
        }
        for guest in &mut self.guests {
            self.has_news |= guest.visitor.flush(now);
        }
        self.guests.retain(|guest| !guest.is_over(now));
        self.has_news
    }
}
