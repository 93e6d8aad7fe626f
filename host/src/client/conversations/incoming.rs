//! The texts that one peer says to this user: each is shown once, whatever link it comes by, and
//! acknowledged when it was shown. Knows no link.

/// What a peer's texts have come to.
#[derive(Debug, Default)]
pub(super) struct Incoming {
    /// The peer's run, in which its numbers are.
    run: Option<u64>,
    /// The last text that was heard.
    heard: u64,
    /// The last text that was acknowledged.
    acknowledged: u64,
}

/// What to do with a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Show it.
    New,
    /// It came by another link before.
    Known,
    /// One before it is missing, or it has no number at all: no peer does that.
    Wrong,
}

impl Incoming {
    /// A link begins: the texts on it have numbers from `first` on. False if no peer begins so.
    pub(super) fn begin(&mut self, run: u64, first: u64) -> bool {
        let Some(before) = first.checked_sub(1) else { return false };
        if self.run != Some(run) {
            *self = Incoming { run: Some(run), heard: before, acknowledged: before };
        }
        // What lies between was lost with an earlier link, as its sender knows.
        self.heard = self.heard.max(before);
        self.acknowledged = self.acknowledged.max(before);
        true
    }

    /// A text with this number came.
    pub(super) fn judge(&mut self, id: u64) -> Verdict {
        match id.checked_sub(self.heard) {
            _ if self.run.is_none() => Verdict::Wrong,
            None | Some(0) => Verdict::Known,
            Some(1) => {
                self.heard = id;
                Verdict::New
            }
            Some(_) => Verdict::Wrong,
        }
    }

    /// The last text that was heard.
    pub(super) fn heard(&self) -> u64 {
        self.heard
    }

    /// Whether something was heard that is not acknowledged yet.
    pub(super) fn is_unshown(&self) -> bool {
        self.acknowledged < self.heard
    }

    /// Everything up to this text was shown: the acknowledgement, if it says anything new.
    pub(super) fn acknowledge(&mut self, shown: u64) -> Option<String> {
        if shown <= self.acknowledged {
            return None;
        }
        self.acknowledged = shown;
        Some(format!("ack {shown}"))
    }

    /// A text came once more: its sender does not know that it was acknowledged.
    pub(super) fn acknowledge_again(&self) -> Option<String> {
        (self.acknowledged > 0).then(|| format!("ack {}", self.acknowledged))
    }
}
