//! What came of a reload, in lines: what was done, who became an admin, and what is odd about the
//! file.
//! Knows no file and no server.

use std::fmt::Write;

use heapless::String;
use smolchat_core::dialect::lines::LineWriter;

/// Bytes of what is told of it in a line.
pub(super) const SUMMARY: usize = 480;
/// Names that are told before the rest is only counted.
pub(super) const TOLD: usize = 5;

/// What came of a reload.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    pub(super) is_done: bool,
    /// In one line, unless lines of the file were wrong.
    pub(super) summary: String<SUMMARY>,
    /// Who became an admin and who is none any more, in a line.
    admins: String<SUMMARY>,
    admins_told: usize,
    /// More is to be told of the file.
    pub(super) has_more: bool,
}

impl Outcome {
    /// Writes one of its lines. Answers whether it is the last one.
    pub(super) fn write(
        &self,
        line: usize,
        told: &[std::string::String],
        writer: &mut LineWriter,
    ) -> bool {
        let admins = Some(&*self.admins).filter(|admins| !admins.is_empty());
        let told = if self.has_more { told } else { &[] };
        let lines = [&*self.summary].into_iter().chain(admins);
        let mut lines = lines.chain(told.iter().map(|told| &**told)).skip(line);
        let text = lines.next().unwrap_or_default();
        let is_last = lines.next().is_none();
        writer.push_str(if self.is_done { "290" } else { "590" });
        writer.push_str(if is_last { " " } else { "-" });
        writer.push_str(text);
        is_last
    }

    /// An account became an admin's, or is none any more.
    pub(super) fn note_admin(&mut self, name: &str, is_admin: bool) {
        let comma = if self.admins_told > 0 { ", " } else { "" };
        let what = if is_admin { "is an admin now" } else { "is no admin any more" };
        self.admins_told += 1;
        let _ = match self.admins_told {
            ..=TOLD => write!(self.admins, "{comma}{name} {what}"),
            _ if self.admins_told == TOLD + 1 => write!(self.admins, ", and more"),
            _ => Ok(()),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(outcome: &Outcome, told: &[&str]) -> Vec<std::string::String> {
        let told: Vec<_> = told.iter().map(|&line| line.to_owned()).collect();
        let mut lines = Vec::new();
        loop {
            let mut writer = LineWriter::new();
            let is_last = outcome.write(lines.len(), &told, &mut writer);
            lines.push(writer.as_str().to_owned());
            if is_last {
                return lines;
            }
        }
    }

    #[test]
    fn admins_and_oddities_stand_behind_what_was_done() {
        let mut outcome = Outcome { is_done: true, ..Outcome::default() };
        let _ = write!(outcome.summary, "reloaded");
        assert_eq!(lines(&outcome, &["of the last one"]), ["290 reloaded"]);
        outcome.has_more = true;
        outcome.note_admin("hans", true);
        outcome.note_admin("yoda", false);
        let admins = "290-hans is an admin now, yoda is no admin any more";
        assert_eq!(lines(&outcome, &["odd"]), ["290-reloaded", admins, "290 odd"]);
        (0..8).for_each(|_| outcome.note_admin("luke", true));
        assert!(lines(&outcome, &[])[1].ends_with("luke is an admin now, and more"));
    }
}
