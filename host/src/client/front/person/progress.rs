//! How far files are: a row for each, written over where it stands. Once it has left the screen, or
//! the window has another size, it stands anew at each quarter and now and then.

use std::time::{Duration, Instant};

use jiff::ZonedDateTime;

use super::Person;
use crate::client::files::FileProgress;
use crate::client::front::sent::Standing;
use crate::client::rows::NARROW;

/// A row that cannot be written over is shown anew no more often than this, but for quarters.
const ANEW: Duration = Duration::from_secs(15);

impl Person {
    /// Shows how far a file is.
    pub(super) fn show_progress(&mut self, progress: &FileProgress) {
        let (columns, screen) = (self.terminal.columns(), self.terminal.height());
        let line = Standing::File(progress.number);
        let row = self.look.progress(progress, &ZonedDateTime::now(), columns);
        let place = self.sent.place(line, screen).filter(|_| columns >= NARROW);
        if let Some((above, _)) = place {
            return self.terminal.write_over(above, &row);
        }
        let now = Instant::now();
        let is_due = self.progress.get(&progress.number).is_none_or(|at| now >= *at + ANEW);
        if !is_due && !progress.is_step {
            return;
        }
        self.progress.insert(progress.number, now);
        self.terminal.show(&row);
        self.sent.note_rows(1);
        if columns >= NARROW && !self.is_asked {
            self.sent.note(line, 0);
        }
    }
}
