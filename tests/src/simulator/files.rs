//! Which files each user's client may hold, as far as others can know: whatever the server tells of
//! a holder was so at some moment between the question and the answer. A change without a reply may
//! have been made or not, and a new session holds nothing.
//! Knows no line but those of files.

use smolchat_core::dialect::lines::{parse_file, parse_holder};
use smolchat_core::protocol::{Reply, Request};
use std::num::NonZeroU8;

use super::person::Person;
use super::talk::{Asked, Scene, number};

/// Files that there are.
const COUNT: usize = 4;

/// The bytes, the size and the name of a file.
fn file(number: usize) -> ([u8; 32], u64, String) {
    ([number as u8 + 1; 32], 1_000 + number as u64, format!("film {}", number / 2))
}

/// The shares of a file that somebody may hold: each until when at most, once that is known. A
/// share of 0 is none of it.
#[derive(Clone, Debug)]
struct Possible(Vec<(u8, Option<u64>)>);

impl Default for Possible {
    fn default() -> Self {
        Possible(vec![(0, None)])
    }
}

impl Possible {
    fn may_be(&mut self, share: u8) {
        if !self.0.contains(&(share, None)) {
            self.0.push((share, None));
        }
    }

    /// From now on nobody doubts this one.
    fn is(&mut self, share: u8, now: u64) {
        self.0.iter_mut().for_each(|(_, until)| _ = until.get_or_insert(now));
        // What was possible an hour ago is asked about by nobody any more.
        self.0.retain(|(_, until)| until.is_none_or(|until| until + 3_600_000 > now));
        self.0.push((share, None));
    }

    /// This one was refused.
    fn is_not(&mut self, share: u8) {
        self.0.retain(|entry| *entry != (share, None));
    }

    /// Whether somebody may have held so much at any moment from `since` on.
    fn was(&self, share: u8, since: u64) -> bool {
        let is_it = |&(other, until): &(u8, Option<u64>)| {
            other == share && until.is_none_or(|until| until >= since)
        };
        self.0.iter().any(is_it)
    }
}

/// What one user may hold.
#[derive(Clone, Debug, Default)]
pub(super) struct Holding([Possible; COUNT]);

impl Holding {
    /// A session has begun, and every earlier one is over.
    pub(super) fn begin(&mut self, now: u64) {
        self.0.iter_mut().for_each(|possible| possible.is(0, now));
    }
}

/// A change that was asked for: of this file, to this share.
#[derive(Clone, Copy, Debug)]
pub(super) struct Change {
    file: usize,
    share: u8,
    /// That share was possible before.
    was_possible: bool,
}

/// A question about files: of one of them, or of all; when it was asked, and who was told.
#[derive(Clone, Copy, Debug)]
pub(super) struct Question {
    name: Option<usize>,
    at: u64,
    told: [u64; COUNT],
}

impl Person {
    /// Says where its peers find it, as every other user does.
    pub(super) fn announce(&mut self, scene: &mut Scene<'_>) {
        if self.number.is_multiple_of(2) {
            let (port, key) = (5_000 + self.number as u16, [7; 32]);
            let request = Request::PeerToPeer { port, key, addresses: Default::default() };
            self.ask(scene, &request, Asked::Plain);
        }
    }

    /// Asks about files, or changes what it holds if the reply to the last change is there.
    pub(super) fn deal_with_files(&mut self, scene: &mut Scene<'_>) {
        let (number, kind) = (scene.chance.below(COUNT), scene.chance.below(8));
        let (id, size, name) = file(number);
        let question = Question { name: Some(number / 2), at: scene.now, told: [0; COUNT] };
        match kind {
            0 | 1 => {
                let request = Request::SearchFile { name: &name };
                return self.ask(scene, &request, Asked::Files(question));
            }
            2 => {
                let all = Question { name: None, ..question };
                return self.ask(scene, &Request::Files, Asked::Files(all));
            }
            _ => {}
        }
        if self.asked.iter().any(|asked| matches!(asked, Asked::File(_))) {
            return;
        }
        let (request, share) = match kind {
            3 | 4 => (Request::Offer { file: id, size, name: &name }, u8::MAX),
            5 | 6 => {
                let share = NonZeroU8::MIN.saturating_add(scene.chance.below(255) as u8);
                (Request::Hold { file: id, size, share, name: &name }, share.get())
            }
            _ if scene.without_withdrawals => (Request::Ping, 0),
            _ => (Request::Withdraw { file: id }, 0),
        };
        let possible = &mut scene.records.holdings[self.number].0[number];
        let was_possible = possible.was(share, u64::MAX);
        possible.may_be(share);
        self.ask(scene, &request, Asked::File(Change { file: number, share, was_possible }));
    }

    /// The reply to a change.
    ///
    /// # Errors
    /// It cannot be.
    pub(super) fn hear_file(
        &self,
        scene: &mut Scene<'_>,
        Change { file, share, was_possible }: Change,
        reply: &Reply<'_>,
        line: &str,
    ) -> Result<(), String> {
        let possible = &mut scene.records.holdings[self.number].0[file];
        match reply {
            Reply::Offered { .. } | Reply::FileKnown { .. } if share == u8::MAX => {}
            Reply::HoldNoted if share > 0 => {}
            Reply::Withdrawn | Reply::Pong if share == 0 => {}
            Reply::NotHolder if share == 0 && was_possible => {}
            Reply::AnnounceFirst if !self.number.is_multiple_of(2) && share > 0 => {
                possible.is_not(share);
                return Ok(());
            }
            Reply::NoSuchFile | Reply::FilesFull | Reply::HoldersFull | Reply::FileShare { .. }
                if share > 0 =>
            {
                if !was_possible {
                    possible.is_not(share);
                }
                return Ok(());
            }
            _ => return Err(format!("u{}: {file} of {possible:?}: {line}", self.number)),
        }
        possible.is(share, scene.now);
        Ok(())
    }
}

impl Question {
    /// A line of the answer that is not the last.
    ///
    /// # Errors
    /// It cannot be.
    pub(super) fn hear(&mut self, who: usize, line: &str, scene: &Scene<'_>) -> Result<(), String> {
        let is_so = match self.name {
            Some(name) => self.hear_of_holder(who, name, line, scene)?,
            None => self.hear_of_file(who, line, scene),
        };
        match is_so {
            true => Ok(()),
            false => Err(format!("u{who} asked {self:?} and hears {line}")),
        }
    }

    fn hear_of_holder(
        &mut self,
        who: usize,
        name: usize,
        line: &str,
        scene: &Scene<'_>,
    ) -> Result<bool, String> {
        let Some(told) = parse_holder(line) else { return Ok(false) };
        let (user, at) = (number(told.user)?, usize::from(told.id[0]).wrapping_sub(1));
        let Some(holding) = scene.records.holdings.get(user).filter(|_| at < COUNT) else {
            return Ok(false);
        };
        let is_new = self.told[at] & 1 << user == 0;
        self.told[at] |= 1 << user;
        let is_file = file(at) == (told.id, told.size, told.name.to_owned()) && at / 2 == name;
        Ok(is_file && is_new && user != who && holding.0[at].was(told.share, self.at))
    }

    fn hear_of_file(&mut self, who: usize, line: &str, scene: &Scene<'_>) -> bool {
        let Some(told) = parse_file(line) else { return false };
        let at = usize::from(told.id[0]).wrapping_sub(1);
        if at >= COUNT || file(at) != (told.id, told.size, told.name.to_owned()) {
            return false;
        }
        let may_hold = |holding: &Holding| (1..=255).any(|share| holding.0[at].was(share, self.at));
        let others = scene.records.holdings.iter().enumerate().filter(|(user, _)| *user != who);
        let most = others.filter(|(_, holding)| may_hold(holding)).count();
        let is_new = std::mem::replace(&mut self.told[at], 1) == 0;
        is_new && (1..=most).contains(&(told.holders as usize))
    }

    /// The last line.
    ///
    /// # Errors
    /// It cannot be.
    pub(super) fn end(self, who: usize, reply: &Reply<'_>, line: &str) -> Result<(), String> {
        let count = self.told.iter().filter(|told| **told > 0).count();
        let is_so = match (self.name, *reply) {
            (Some(_), Reply::Available { .. }) => count > 0,
            (Some(_), Reply::NotAvailable) => count == 0,
            (None, Reply::Files { file }) => file == format!("{count} files"),
            _ => false,
        };
        match is_so {
            true => Ok(()),
            false => Err(format!("u{who} asked {self:?} and hears {line} at the end")),
        }
    }
}
