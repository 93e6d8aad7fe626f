//! Downloads: the question before one, and its holders while it lasts.

use std::time::Instant;

use smolchat_core::protocol::{Reply, Request};
use smolchat_words::Size;

use super::{FileWork, Session};
use crate::client::files::{Download, holders_in_words, id_in_words, percent};
use crate::client::requests::Pending;
use crate::client::sanitize::sanitize;
use crate::client::session::hearing::Answer;
use crate::client::session::{Action, Ask};
use crate::client::shown::Shown;
use crate::client::transfer::command::{ContentId, TransferCommand};

impl Session {
    /// Asks whether to load the next file that somebody wants, unless something else is asked.
    pub(super) fn ask_next_wish(&mut self) {
        if self.files.asked.is_some() || self.change.is_some() || self.is_asking {
            return;
        }
        let Some(wish) = self.files.wishes.pop_front() else { return };
        let (offer, folder) = (&wish.found.offer, self.config.folders.shown(&wish.folder));
        let (name, size) = (sanitize(&offer.name).into_owned(), Size(offer.size));
        let (holders, folder) = (holders_in_words(&wish.found.holders), sanitize(&folder));
        let text = format!("{name}, {size}, from {holders}; it goes to {folder}");
        self.say(text);
        self.files.asked = Some(wish);
        self.actions.push_back(Action::Ask(Ask::Download));
    }

    /// Whether somebody is asked whether to load a file.
    pub(crate) fn is_asking_for_download(&self) -> bool {
        self.files.asked.is_some()
    }

    /// Somebody answered whether to load a file.
    pub(crate) fn handle_download_answer(&mut self, now: Instant, is_wanted: bool) {
        self.now = now;
        let Some(wish) = self.files.asked.take() else { return };
        if is_wanted {
            let command = self.files.begin(now, wish);
            self.transfer(command);
        } else {
            let name = sanitize(&wish.found.offer.name).into_owned();
            self.answer(Shown::Note(format!("{name} is not loaded")));
        }
        self.ask_next_wish();
    }

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
        let sizes = self.files.downloads.iter().filter(|download| download.offer.id == id);
        let size = sizes.map(|download| download.offer.size).next();
        let holders = self.files.lookup.take_holders(&id, size.unwrap_or(0));
        self.files.downloads.handle_asked(now, &id);
        let is_told = matches!(answer.reply, Some(Reply::Available { .. } | Reply::NotAvailable));
        if is_told && size.is_some() {
            self.note_held(now, &id, !holders.is_empty());
            self.transfer(TransferCommand::Holders { id, holders });
        }
    }
}

impl FileWork {
    /// Whether this file is being loaded.
    pub(super) fn is_wanted(&self, id: &ContentId) -> bool {
        self.downloads.iter().any(|download| download.offer.id == *id)
    }
}
