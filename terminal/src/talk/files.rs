//! Files that others hold, a row each: their names, sizes in the units that people use, and who has
//! how much. Fetching one takes a client with a port of its own. Knows no server.

use smolchat_core::dialect::lines::{parse_file, parse_holder};
use smolchat_core::protocol::Reply;
use smolchat_words::Size;

use super::Talk;
use crate::page::Page;
use crate::style::PLAIN;

impl Talk<'_> {
    /// Shows a file of a list, or who has it. Returns whether the reply is such a row. A script
    /// gets the server's row, which has the file's id.
    pub(super) fn show_file(&mut self, reply: Option<Reply<'_>>) -> bool {
        if !self.screen.is_person() {
            return false;
        }
        match reply {
            Some(Reply::Files { file }) => {
                let Some(file) = parse_file(file) else { return false };
                self.screen.line(PLAIN, |page| {
                    write_file(page, file.name, file.size);
                    page.text(": ");
                    page.number(file.holders.into());
                    page.text(if file.holders == 1 { " user has it" } else { " users have it" });
                });
            }
            Some(Reply::Available { holder }) => {
                let Some(holder) = parse_holder(holder) else { return false };
                self.people.learn(holder.user);
                self.screen.line(PLAIN, |page| {
                    page.name(holder.user);
                    page.text(" has ");
                    write_share(page, holder.share);
                    write_file(page, holder.name, holder.size);
                });
            }
            _ => return false,
        }
        true
    }
}

fn write_file(page: &mut Page<'_, '_>, name: &str, size: u64) {
    page.text(name);
    page.text(" (");
    write_size(page, size);
    page.text(")");
}

fn write_share(page: &mut Page<'_, '_>, share: u8) {
    match share {
        u8::MAX => {}
        115..=140 => page.text("half of "),
        share => {
            page.number((u64::from(share) * 100 / 255).max(1));
            page.text(" % of ");
        }
    }
}

/// Writes a size as the program smolchat tells it.
fn write_size(page: &mut Page<'_, '_>, size: u64) {
    let (whole, tenth, unit) = Size(size).parts();
    page.number(whole);
    if let Some(tenth) = tenth {
        page.text(".");
        page.number(tenth);
    }
    page.text(" ");
    page.text(unit);
}
