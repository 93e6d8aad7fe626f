//! What a person notices beside new rows: ticks at lines that stand on the screen, the bell, the
//! title, the desktop.

use super::Person;
use crate::client::choices::Attention;
use crate::client::front::sent::Standing;
use crate::client::progress::Progress;
use crate::client::said::{Channel, Said};
use crate::client::sanitize::sanitize;
use crate::client::shown::Shown;

impl Person {
    /// Changes the ticks of lines where they stand. False if not all of them can be reached.
    pub(super) fn tick(&mut self, numbers: &[u64], progress: Progress) -> bool {
        let (columns, screen) = (self.terminal.columns(), self.terminal.height());
        let mark = self.look.tick(match progress {
            Progress::Accepted => " ✓",
            Progress::Stored => " ✓ stored",
            Progress::Delivered => " ✓✓",
            // What is gone is told in words.
            Progress::Expired => return false,
        });
        let places: Option<Vec<_>> =
            numbers.iter().map(|number| self.sent.place(Standing::Sent(*number), screen)).collect();
        let Some(places) = places else { return false };
        let has_room = |(_, column): &(usize, usize)| column + mark.chars().count() < columns;
        if !places.iter().all(has_room) {
            return false;
        }
        for (above, column) in places {
            self.terminal.write_above(above, column, &mark);
        }
        true
    }

    /// Somebody said something: the bell, the title and the desktop tell, as the person wants it.
    pub(super) fn attend(&mut self, said: &Said) {
        self.unread += 1;
        self.tell_unread();
        let is_direct = said.channel != Channel::All;
        if self.taste.bell == Attention::All || self.taste.bell == Attention::Direct && is_direct {
            self.terminal.ring();
        }
        if self.taste.notify == Attention::All
            || self.taste.notify == Attention::Direct && is_direct
        {
            self.terminal.notify(&sanitize(&Shown::Said(said.clone()).text()));
        }
    }

    pub(super) fn tell_unread(&mut self) {
        if self.taste.has_title {
            let count = match self.unread {
                0 => String::new(),
                unread => format!("({unread}) "),
            };
            self.terminal.set_title(&format!("{count}{}", self.taste.title));
        }
    }
}
