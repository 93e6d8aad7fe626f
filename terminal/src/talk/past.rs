//! What was said to all before this person came: the last broadcasts, with ages, each once. A
//! broadcast may also come as one that waited for this user. Knows no screen.

use smolchat_core::protocol::MessageId;

/// Numbers of broadcasts that were shown, the newest last. The memory holds twice as many as are
/// asked for: those that came before the answer, and those of the answer.
#[derive(Debug, Default)]
pub(super) struct Past<'s> {
    shown: &'s mut [MessageId],
    len: usize,
    /// The answer has begun.
    pub(super) has_begun: bool,
    /// The answer is whole. What comes later and is not in it is new.
    is_whole: bool,
}

impl<'s> Past<'s> {
    pub(super) fn new(shown: &'s mut [MessageId]) -> Self {
        Past { shown, len: 0, has_begun: false, is_whole: false }
    }

    pub(super) fn clear(&mut self) {
        (self.len, self.has_begun, self.is_whole) = (0, false, false);
    }

    /// How many broadcasts are to be asked for.
    pub(super) fn count(&self) -> u32 {
        (self.shown.len() / 2) as u32
    }

    /// A broadcast is to be shown. Returns whether it was not shown before.
    pub(super) fn note(&mut self, id: MessageId) -> bool {
        if self.shown[..self.len].contains(&id) {
            return false;
        }
        if self.is_whole || self.shown.is_empty() {
            return true;
        }
        if self.len == self.shown.len() {
            self.shown.rotate_left(1);
            self.len -= 1;
        }
        self.shown[self.len] = id;
        self.len += 1;
        true
    }

    /// The answer is whole.
    pub(super) fn end(&mut self) {
        self.is_whole = true;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_broadcast_is_shown_once_whether_it_waited_or_is_told_of() {
        let mut shown = vec![MessageId(0); 6];
        let mut past = Past::new(&mut shown);
        assert_eq!(past.count(), 3);
        // These came while the answer was on its way: many, of which the last count.
        assert!((1..=20).all(|id| past.note(MessageId(id))));
        let told = (18..=21).filter(|id| past.note(MessageId(*id)));
        assert_eq!(told.collect::<Vec<_>>(), [21]);
        past.end();
        let later = (19..=30).filter(|id| past.note(MessageId(*id)));
        assert_eq!(later.collect::<Vec<_>>(), Vec::from_iter(22..=30));
        past.clear();
        assert!(past.note(MessageId(21)));
    }

    #[test]
    fn without_memory_nothing_is_asked_for_and_everything_is_new() {
        let mut past = Past::new(&mut []);
        assert!(past.count() == 0 && past.note(MessageId(1)) && past.note(MessageId(1)));
    }
}
