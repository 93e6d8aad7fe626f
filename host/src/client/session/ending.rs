//! The end of a run: what is told before it, and which ending it is.

use super::{Action, Phase, Session};
use crate::client::exit::Ending;
use crate::client::render;
use crate::client::shown::Shown;

impl Session {
    /// Says why, and ends. If a signal asked for the end, this is that end, whatever went wrong on
    /// the way to it.
    pub(super) fn exit_with(&mut self, text: &str, ending: Ending) {
        if self.phase == Phase::Over {
            return;
        }
        if ending == Ending::AsAsked {
            self.say(text);
        } else {
            self.refuse(text);
        }
        self.exit(self.interrupted.unwrap_or(ending));
    }

    /// Ends, and tells which messages nobody has answered for.
    pub(super) fn exit(&mut self, ending: Ending) {
        self.phase = Phase::Over;
        self.tell_refused();
        self.give_up_private();
        let lines = self.receipts.poll_lines(self.now);
        self.actions.extend(lines.into_iter().map(Action::Show));
        let lacks_receipts = self.has_said_all && self.tell_unconfirmed();
        let is_script = !self.config.is_interactive && self.interrupted.is_none();
        let ending = match ending {
            Ending::AsAsked if is_script && self.has_refused => Ending::CommandRefused,
            Ending::AsAsked if is_script && lacks_receipts => Ending::Unconfirmed,
            ending => ending,
        };
        let told = |why: &str, line: &str| Action::Show(Shown::Refused(format!("{why}: {line}")));
        let unanswered = self.requests.messages().map(|line| told("unanswered", line));
        let refused = self.pressure.message().map(|line| told("not sent", line));
        let waiting = self.outbox.messages().map(|(line, may_be_there)| {
            told(if may_be_there { "unanswered" } else { "not sent" }, line)
        });
        self.actions.extend(unanswered.chain(refused).chain(waiting));
        self.keep_seen();
        self.actions.push_back(Action::Exit(ending));
    }

    /// Tells what has no receipt, if receipts were asked for. Whether there is such a thing.
    fn tell_unconfirmed(&mut self) -> bool {
        let lacking: Vec<_> = self.receipts.unconfirmed().map(render::unconfirmed).collect();
        let lacks_receipts = !lacking.is_empty();
        lacking.into_iter().for_each(|text| self.refuse(text));
        lacks_receipts
    }
}
