//! Downloads while they last: who holds the file, and which of the sizes that are told is tried.

use std::time::Instant;

use smolchat_core::protocol::{Reply, Request};

use super::{FileWork, Session, size};
use crate::client::files::{Download, Stage, holders_in_words, id_in_words, percent};
use crate::client::requests::Pending;
use crate::client::sanitize::{name as shown_name, sanitize};
use crate::client::session::hearing::Answer;
use crate::client::transfer::command::{ContentId, TransferCommand};

/// Why another size is tried.
#[derive(Clone, Copy, Debug)]
pub(super) enum Doubt {
    /// Whoever tells the one before has sent what is not of the file.
    Wrong,
    /// Nothing comes from whoever tells it.
    Silence,
    /// Nobody tells it any more.
    Gone,
}

impl Session {
    /// The client leaves, and nothing is loaded without it.
    pub(in crate::client::session) fn tell_unfinished_files(&mut self) {
        let slash = self.slash();
        let told = |download: &Download| {
            let name = sanitize(&download.offer.name);
            let percent = percent(download.done, download.offer.size);
            format!("{name} stays at {percent} %; {slash}download goes on with it next time")
        };
        let lines: Vec<_> = self.files.downloads.iter().map(told).collect();
        lines.into_iter().for_each(|line| self.note(line));
    }

    /// Asks the server who holds a file now that is being loaded.
    pub(super) fn ask_holders(&mut self, now: Instant) {
        while let Some(id) = self.files.downloads.next_to_ask(now) {
            let name = id_in_words(&id);
            self.request(&Request::SearchFile { name: &name }, Pending::Holders(id));
        }
    }

    /// The server's answer to it, behind all of its parts.
    pub(super) fn handle_holders(&mut self, now: Instant, id: ContentId, answer: Answer<'_>) {
        let found = self.files.lookup.take_of(&id);
        self.files.downloads.handle_asked(now, &id);
        let is_told = matches!(answer.reply, Some(Reply::Available { .. } | Reply::NotAvailable));
        let Some(download) = self.files.downloads.get(&id).filter(|_| is_told) else { return };
        download.claims.update(found);
        let holders = download.claims.holders();
        if holders.is_empty() && self.try_other_size(now, &id, Doubt::Gone) {
            return;
        }
        self.note_held(now, &id, !holders.is_empty());
        self.transfer(TransferCommand::Holders { id, holders });
    }

    /// A user has sent what is not of the file.
    pub(super) fn handle_wrong(&mut self, now: Instant, id: &ContentId, user: &str) {
        let name = self.files.name_of(id).map(|name| sanitize(name).into_owned());
        let (name, shown_user) = (name.unwrap_or_default(), shown_name(user));
        self.refuse(format!("{shown_user} sent wrong bytes for {name}, and is asked no more"));
        let Some(download) = self.files.downloads.get(id) else { return };
        download.claims.note_liar(user);
        if download.claims.holders().is_empty() && !self.try_other_size(now, id, Doubt::Wrong) {
            self.note_held(now, id, false);
        }
    }

    /// Turns to another size of the file, if anybody tells one who may be right. A person hears of
    /// each one once.
    pub(super) fn try_other_size(&mut self, now: Instant, id: &ContentId, doubt: Doubt) -> bool {
        let Some(download) = self.files.downloads.get(id) else { return false };
        let before = download.offer.clone();
        let (told_by, share) = (holders_in_words(&download.claims.holders()), download.share);
        let Some(is_new) = download.turn(now) else { return false };
        let (offer, folder) = (download.offer.clone(), download.folder.clone());
        let holders = download.claims.holders();
        if share > 0 {
            self.withdraw_from_server(*id);
        }
        if is_new {
            let (name, bytes) = (sanitize(&before.name), size(&before, true));
            let why = match doubt {
                Doubt::Wrong => format!("{name} has not {bytes}"),
                Doubt::Silence => format!("nothing of {name} with {bytes} comes from {told_by}"),
                Doubt::Gone => format!("nobody has {name} with {bytes} any more"),
            };
            let (bytes, told_by) = (size(&offer, true), holders_in_words(&holders));
            self.note(format!("{why}; {bytes} are tried now, from {told_by}"));
        }
        self.transfer(TransferCommand::Download { offer, folder, holders });
        true
    }

    /// Somebody has a file that is being loaded, or nobody any more: one line says why nothing
    /// comes.
    fn note_held(&mut self, now: Instant, id: &ContentId, is_held: bool) {
        let Some(download) = self.files.downloads.get(id) else { return };
        if !is_held && download.is_coming() {
            // Links outlive the server's word on who holds it.
            return;
        }
        if !std::mem::replace(&mut download.is_held, is_held) || is_held {
            return;
        }
        let (done, size) = (download.done, download.offer.size);
        let name = sanitize(&download.offer.name).into_owned();
        let percent = percent(done, size);
        let text = match download.claims.has_liars() {
            true => format!("nobody else has {name}; it waits at {percent} %"),
            false => format!("nobody has {name} any more; it waits at {percent} %"),
        };
        self.note(text);
        self.handle_stage(now, id, Stage::Unheld, (done, size));
    }
}

impl FileWork {
    /// Whether this file is being loaded.
    pub(super) fn is_wanted(&self, id: &ContentId) -> bool {
        self.downloads.iter().any(|download| download.offer.id == *id)
    }
}
