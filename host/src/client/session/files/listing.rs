//! What the server tells of files, part by part, and what this client does with its own: the answer
//! to `files`.

use std::time::Instant;

use smolchat_core::dialect::lines::{ReplyLine, parse_file, parse_holder};
use smolchat_core::protocol::check_file_name;
use smolchat_words::Size;

use super::{FileWork, GIVING, Session};
use crate::client::files::{Download, Folders, Holders, Listed, OwnFile, Stage, duration, percent};
use crate::client::requests::Pending;
use crate::client::sanitize::{name as shown_name, sanitize};
use crate::client::shown::Shown;
use crate::client::transfer::command::{Holder, Offer};
use crate::client::words::counted;

impl Session {
    /// A part of an answer that tells of files. False if it is none.
    pub(in crate::client::session) fn handle_file_line(&mut self, line: ReplyLine<'_>) -> bool {
        let listed = match self.requests.first() {
            Some(Pending::Files) => file(line.text),
            Some(Pending::Search { .. } | Pending::Holders(_)) => holder(line.text),
            _ => return false,
        };
        // What is no file, or has a name that no file may have, is nobody's to load.
        let Some(listed) = listed else { return true };
        let is_asked = !matches!(self.requests.first(), Some(Pending::Holders(_)));
        self.files.listing.learn(&listed.offer);
        match &listed.holders {
            Holders::One(holder) => {
                self.names.learn(&holder.user);
                self.files.lookup.push(listed.offer.clone(), holder.clone());
            }
            Holders::Count(_) => {
                let is_here = self.files.is_ours(&listed.offer);
                let and_you = if is_here { ", and you" } else { "" };
                self.say(listed.text() + and_you);
            }
        }
        if is_asked {
            self.show(Shown::Listed(listed));
        }
        true
    }

    /// The answer to `files`, behind all of its parts: what the others have was told.
    pub(super) fn tell_own_files(&mut self, count: &str) {
        let slash = self.slash();
        let count = count.split(' ').next().and_then(|count| count.parse::<u64>().ok());
        match count {
            Some(0) => {
                self.say(format!("no files of others; {slash}register PATH offers one of yours"));
            }
            Some(count) => {
                let files = counted(count, "file");
                self.say(format!("{files} in all; {slash}download NAME loads one"));
            }
            None => {}
        }
        let folders = &self.config.folders;
        let mut lines = Vec::new();
        lines.extend(self.files.hashing.iter().map(|hashing| {
            let path = folders.shown(&hashing.path);
            format!("you offer soon, once it is read: {path}; {slash}unregister ends that")
        }));
        lines.extend(self.files.offered.iter().map(|own| offered_in_words(own, folders)));
        lines.extend(self.files.downloads.iter().map(|download| {
            format!("{}; {slash}stopdownload ends it", download_in_words(download))
        }));
        lines.extend(self.files.giving_in_words(self.now));
        lines.into_iter().for_each(|line| self.say(line));
    }
}

impl FileWork {
    /// Whether the file is here, or a part of it, with this size.
    fn is_ours(&self, offer: &Offer) -> bool {
        match self.offered.get(&offer.id) {
            Some(own) => own.offer.size == offer.size,
            None => self.name_of(&offer.id).is_some(),
        }
    }

    fn giving_in_words(&self, now: Instant) -> Vec<String> {
        let told = |((user, id), (given, at)): (&(String, _), &(u64, Instant))| {
            if now >= *at + GIVING {
                return None;
            }
            let (user, given) = (shown_name(user), Size(*given));
            Some(format!("{user} loads {} from you, {given} so far", sanitize(self.name_of(id)?)))
        };
        self.giving.iter().filter_map(told).collect()
    }
}

fn offered_in_words(own: &OwnFile, folders: &Folders) -> String {
    let (name, size) = (sanitize(&own.offer.name), Size(own.offer.size));
    let path = folders.shown(&own.path);
    let path = sanitize(&path);
    let name = match &own.known_as {
        Some(other) => format!("{name}, which others know as {}", sanitize(other)),
        None => name.into_owned(),
    };
    match (own.is_known, own.is_loaded) {
        (true, false) => format!("you offer {name}, {size}: {path}"),
        (true, true) => format!("you give on {name}, {size}, until you leave: {path}"),
        (false, _) => format!("nobody finds {name}, {size}, now: {path}"),
    }
}

fn download_in_words(download: &Download) -> String {
    let (name, size) = (sanitize(&download.offer.name), Size(download.offer.size));
    let percent = percent(download.done, download.offer.size);
    let state = match download.stage {
        None => "it begins".to_owned(),
        Some(Stage::Hashing | Stage::Checking) => "what is here is being checked".to_owned(),
        Some(Stage::Loading { rate: 0, peers: 0, .. }) => "nobody gives it".to_owned(),
        Some(Stage::Loading { rate, peers, .. }) => {
            format!("{}/s from {}", Size(rate), counted(peers.into(), "user"))
        }
        Some(Stage::Unheld) => "nobody has it now".to_owned(),
        Some(Stage::Stalled(since)) => format!("nothing came for {}", duration(since)),
    };
    format!("you load {name}: {percent} % of {size}, {state}")
}

fn file(text: &str) -> Option<Listed> {
    let file = parse_file(text)?;
    let name = check_file_name(file.name).ok()?.to_owned();
    let offer = Offer { id: file.id, size: file.size, name };
    Some(Listed { offer, holders: Holders::Count(file.holders) })
}

fn holder(text: &str) -> Option<Listed> {
    let line = parse_holder(text).filter(|line| line.share > 0)?;
    let name = check_file_name(line.name).ok()?.to_owned();
    let offer = Offer { id: line.id, size: line.size, name };
    let holder = Holder { user: line.user.to_owned(), share: line.share };
    Some(Listed { offer, holders: Holders::One(holder) })
}
