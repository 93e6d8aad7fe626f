//! What the server is to be told of the files of this user, one after the other: it forgets all of
//! it with each connection. Knows no connection.

use std::collections::VecDeque;

use crate::client::transfer::command::ContentId;

/// Something to tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tell {
    /// The whole file is here. `is_asked`: somebody waits for the answer.
    Offer {
        /// The file.
        id: ContentId,
        /// Somebody typed it just now.
        is_asked: bool,
    },
    /// So much of the file is here, in 255ths.
    Hold {
        /// The file.
        id: ContentId,
        /// How much.
        share: u8,
    },
    /// The file is here no more.
    Withdraw {
        /// The file.
        id: ContentId,
    },
}

/// What waits to be told.
#[derive(Debug, Default)]
pub(crate) struct Telling {
    waiting: VecDeque<Tell>,
    /// The server knows where this client is, so it takes offers.
    is_open: bool,
    /// It owes an answer to this.
    told: Option<Tell>,
}

impl Telling {
    /// A new login has announced where this client is: everything is told again.
    pub(crate) fn open(&mut self, all: impl IntoIterator<Item = Tell>) {
        let asked = std::mem::take(&mut self.waiting);
        let is_asked = |tell: &Tell| matches!(tell, Tell::Offer { is_asked: true, .. });
        self.waiting.extend(asked.into_iter().filter(is_asked));
        for tell in all {
            self.push(tell);
        }
        (self.is_open, self.told) = (true, None);
    }

    /// The connection is gone. Somebody may still wait for the answer that is owed.
    pub(crate) fn close(&mut self) {
        self.is_open = false;
        self.waiting.extend(self.told.take());
    }

    /// Whether the server takes what is told.
    pub(crate) fn is_open(&self) -> bool {
        self.is_open
    }

    /// Whether something is not told yet.
    pub(crate) fn is_pending(&self) -> bool {
        self.is_open && (self.told.is_some() || !self.waiting.is_empty())
    }

    /// Something else is to be told. It takes the place of what is overtaken by it.
    pub(crate) fn push(&mut self, tell: Tell) {
        let is_offered = |other: &Tell| matches!(other, Tell::Offer { id, .. } if *id == tell.id());
        if matches!(tell, Tell::Offer { is_asked: false, .. })
            && self.waiting.iter().any(is_offered)
        {
            return;
        }
        self.waiting.retain(|other| other.id() != tell.id());
        self.waiting.push_back(tell);
    }

    /// The next thing to tell, unless the server owes an answer to the last one.
    pub(crate) fn next(&mut self) -> Option<Tell> {
        if !self.is_open || self.told.is_some() {
            return None;
        }
        self.told = self.waiting.pop_front();
        self.told
    }

    /// The server has answered the last one.
    pub(crate) fn handle_answer(&mut self) {
        self.told = None;
    }
}

impl Tell {
    fn id(&self) -> ContentId {
        match self {
            Tell::Offer { id, .. } | Tell::Hold { id, .. } | Tell::Withdraw { id } => *id,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: ContentId = [1; 32];
    const OFFER: Tell = Tell::Offer { id: ONE, is_asked: true };

    #[test]
    fn one_thing_is_told_at_a_time_and_none_before_the_server_takes_it() {
        let mut telling = Telling::default();
        telling.push(OFFER);
        assert_eq!((telling.next(), telling.is_pending()), (None, false));
        let kept = Tell::Offer { id: [2; 32], is_asked: false };
        telling.open([Tell::Offer { id: ONE, is_asked: false }, kept]);
        assert_eq!((telling.next(), telling.next()), (Some(OFFER), None));
        telling.close();
        telling.open([kept]);
        assert_eq!(telling.next(), Some(OFFER), "its answer is still waited for");
        telling.handle_answer();
        assert_eq!((telling.next(), telling.is_pending()), (Some(kept), true));
        telling.handle_answer();
        assert_eq!((telling.next(), telling.is_pending()), (None, false));
    }

    #[test]
    fn a_later_word_of_a_file_takes_the_place_of_an_earlier_one() {
        let mut telling = Telling::default();
        telling.open([Tell::Hold { id: ONE, share: 1 }]);
        telling.push(Tell::Hold { id: ONE, share: 64 });
        assert_eq!(telling.next(), Some(Tell::Hold { id: ONE, share: 64 }));
        telling.push(OFFER);
        telling.push(Tell::Withdraw { id: ONE });
        telling.close();
        telling.open([]);
        assert_eq!(telling.next(), None, "with a connection all is forgotten");
    }
}
