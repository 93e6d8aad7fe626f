//! Receipts that came together, and are told in one line. Knows no screen.

use smolchat_core::protocol::UserName;

use crate::errands::Errand;
use crate::page::Page;

/// Messages to one user, or broadcasts, that were delivered.
#[derive(Debug, Default)]
pub(super) struct Tally {
    count: u64,
    first: Errand,
}

impl Tally {
    pub(super) fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Whether a message to this user can be counted with the others.
    pub(super) fn is_alike(&self, user: &UserName) -> bool {
        self.is_empty() || self.first.user == *user
    }

    /// Counts a message.
    pub(super) fn add(&mut self, errand: Errand) {
        if self.is_empty() {
            self.first = errand;
        }
        self.count += 1;
    }

    /// Tells of all.
    pub(super) fn write(&self, page: &mut Page<'_, '_>) {
        page.text("✓✓ ");
        if self.count == 1 {
            return write_message(page, &self.first);
        }
        write_receiver(page, &self.first);
        page.number(self.count);
        page.text(" messages");
    }
}

/// Writes to whom a message was and how it begins.
pub(super) fn write_message(page: &mut Page<'_, '_>, errand: &Errand) {
    write_receiver(page, errand);
    errand.words.write(page);
}

fn write_receiver(page: &mut Page<'_, '_>, errand: &Errand) {
    if errand.user.is_empty() {
        page.text("to all");
    } else {
        page.name(&errand.user);
    }
    page.text(": ");
}
