//! A file is wanted: is it here already, what is the folder like, and does a person really want it?

use std::path::Path;
use std::time::Instant;

use super::searching::ID_DIGITS;
use super::{Action, Session, Wish, size};
use crate::client::files::{holders_in_words, id_in_words, percent};
use crate::client::sanitize::sanitize;
use crate::client::session::Ask;
use crate::client::shown::Shown;
use crate::client::transfer::command::{ContentId, Offer, TransferCommand};
use crate::client::transfer::event::Survey;

impl Session {
    /// Somebody wants the file. What may be here already is looked at first, and then the folder.
    pub(super) fn wish(&mut self, wish: Wish) {
        let offer = wish.claims.offer().clone();
        if let Some(own) = self.files.offered.get(&offer.id) {
            let (id, path) = (own.offer.id, own.path.clone());
            self.files.looking.push(wish);
            return self.transfer(TransferCommand::Look { id, path });
        }
        if self.files.is_wanted(&offer.id) {
            return self.refuse_wanted(&offer.name);
        }
        let folder = wish.folder.clone();
        self.files.surveying.push(wish);
        self.transfer(TransferCommand::Survey { offer, folder });
    }

    fn refuse_wanted(&mut self, name: &str) {
        self.refuse_download(format!("{} is being loaded already", sanitize(name)));
    }

    /// A file that is wanted and was here was looked at. What is gone is loaded again.
    pub(super) fn handle_looked(&mut self, id: ContentId, is_there: bool) {
        if !is_there {
            self.files.offered.remove(&id);
        }
        let is_it = |wish: &mut Wish| wish.claims.offer().id == id;
        let looked: Vec<_> = self.files.looking.extract_if(.., is_it).collect();
        for wish in looked {
            match self.files.offered.get(&id) {
                Some(own) => {
                    let path = self.config.folders.shown(&own.path);
                    let (path, slash) = (sanitize(&path).into_owned(), self.slash());
                    let name = sanitize(&own.offer.name);
                    let text = format!("you have it already: {path}; to load it again, first");
                    self.refuse_download(format!("{text} {slash}unregister {name}"));
                }
                None => self.wish(wish),
            }
        }
    }

    /// The folder was looked at. A person is asked, if nothing says that it is sure.
    pub(super) fn handle_surveyed(
        &mut self,
        now: Instant,
        (id, folder): (ContentId, &Path),
        seen: Result<Box<Survey>, String>,
    ) {
        let is_it = |wish: &Wish| wish.claims.offer().id == id && wish.folder == folder;
        let Some(at) = self.files.surveying.iter().position(is_it) else { return };
        let mut wish = self.files.surveying.remove(at);
        let name = sanitize(&wish.claims.offer().name).into_owned();
        let seen = match seen {
            Ok(seen) => seen,
            Err(why) => return self.refuse_download(format!("{name} is not loaded: {why}")),
        };
        if self.files.is_wanted(&id) {
            return self.refuse_wanted(&name);
        }
        if let Some(left) = seen.left.as_ref().filter(|_| !wish.is_chosen) {
            // Whoever had loaded some of it had found somebody who has it with this size.
            wish.claims.prefer(left.size);
        }
        let told = self.wish_in_words(&wish, &seen);
        if wish.is_sure {
            told.into_iter().for_each(|line| self.say(line));
            let command = self.files.begin(now, wish);
            return self.transfer(command);
        }
        if !self.config.is_interactive {
            let told = told.join("; ");
            return self.refuse_download(format!("not loaded: {told}; download! loads it"));
        }
        self.files.wishes.push_back((wish, told));
        self.ask_next_wish();
    }

    /// What a person has to know before an answer.
    fn wish_in_words(&self, wish: &Wish, seen: &Survey) -> Vec<String> {
        let (claims, slash) = (&wish.claims, self.slash());
        let offer = claims.offer();
        let is_disputed = claims.others().next().is_some();
        let folder = self.config.folders.shown(&wish.folder);
        let (name, folder) = (sanitize(&offer.name), sanitize(&folder));
        let (bytes, holders) = (size(offer, is_disputed), holders_in_words(&claims.holders()));
        let mut text = format!("{name}, {bytes}, from {holders}; it goes to {folder}");
        if seen.name != offer.name {
            text += &format!(" as {}", sanitize(&seen.name));
        }
        if let Some(left) = seen.left.as_ref().filter(|left| left.done > 0) {
            let percent = percent(left.done, offer.size);
            text += &format!("; {percent} % are here from before, and are checked first");
        }
        let other = |(offer, holders): (&Offer, Vec<_>)| {
            let (holders, id) = (holders_in_words(&holders), &id_in_words(&offer.id)[..ID_DIGITS]);
            let bytes = size(offer, true);
            format!(
                "not all tell the same: it has {bytes} according to {holders}; {slash}download {id}:{} \
                 begins with that",
                offer.size
            )
        };
        [text].into_iter().chain(claims.others().map(other)).collect()
    }

    /// Asks whether to load the next file that somebody wants, unless something else is asked.
    pub(super) fn ask_next_wish(&mut self) {
        if self.files.asked.is_some() || self.change.is_some() || self.is_asking {
            return;
        }
        let Some((wish, told)) = self.files.wishes.pop_front() else { return };
        told.into_iter().for_each(|line| self.say(line));
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
            let name = sanitize(&wish.claims.offer().name).into_owned();
            self.answer(Shown::Note(format!("{name} is not loaded")));
        }
        self.ask_next_wish();
    }
}
