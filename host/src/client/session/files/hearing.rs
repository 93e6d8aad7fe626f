//! What the transfer threads tell, and the server's answers to what was asked of files.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use smolchat_core::protocol::Reply;
use smolchat_words::Size;

use super::downloading::Doubt;
use super::{FileWork, Hashing, Session};
use crate::client::files::{
    Download, FileProgress, OwnFile, Stage, Tell, WHOLE, duration, percent,
};
use crate::client::requests::{Pending, Sent};
use crate::client::sanitize::{name as shown_name, sanitize};
use crate::client::session::Phase;
use crate::client::session::hearing::Answer;
use crate::client::shown::Shown;
use crate::client::transfer::command::{ContentId, Offer, TransferCommand};
use crate::client::transfer::event::{Progress, TransferEvent};
use crate::client::words::counted;

impl Session {
    /// The final reply to something that was asked of files.
    pub(in crate::client::session) fn handle_file_answer(
        &mut self,
        now: Instant,
        sent: Option<Sent>,
        answer: Answer<'_>,
    ) {
        let Some(Sent { pending, line, is_late, .. }) = sent else { return };
        match (pending, answer.reply) {
            (Pending::Files, Some(Reply::Files { file })) => self.tell_own_files(file),
            (Pending::Files, _) => {
                self.show_reply((&line, is_late), answer);
                self.tell_own_files("");
            }
            (Pending::Search { name, purpose }, _) => {
                self.handle_search_answer(now, (name, purpose), (&line, answer));
            }
            (Pending::Holders(id), _) => self.handle_holders(now, id, answer),
            (Pending::Tell(tell), _) => self.handle_tell_answer(tell, answer),
            (Pending::FilePeer(_), _) => self.handle_introduction_answer(now, answer),
            _ => {}
        }
    }

    /// Something happened to a file.
    pub(crate) fn handle_transfer(&mut self, now: Instant, event: TransferEvent) {
        self.now = now;
        if self.phase == Phase::Over {
            return;
        }
        match event {
            TransferEvent::Hashing { path, done, size } => {
                self.handle_hashing(now, &path, (done, size));
            }
            TransferEvent::Offered { offer, path, is_kept } => {
                self.handle_offered(offer, path, is_kept);
            }
            TransferEvent::KeptLooked => self.handle_kept_looked(),
            TransferEvent::NotOffered { path, why } => {
                self.handle_not_offered(&path, &why);
            }
            TransferEvent::Withdrawn { id, name, why } => self.handle_withdrawn(id, &name, why),
            TransferEvent::Checking { id, done, size } => {
                self.handle_stage(now, &id, Stage::Checking, (done, size));
            }
            TransferEvent::Progress { id, progress } => self.handle_progress(now, &id, progress),
            TransferEvent::Stalled { id, since } => self.handle_stall(now, &id, since),
            TransferEvent::Looked { id, is_there } => self.handle_looked(id, is_there),
            TransferEvent::Surveyed { id, folder, seen } => {
                self.handle_surveyed(now, (id, &folder), seen);
            }
            TransferEvent::Leftovers { folder, left } => self.handle_leftovers(&folder, left),
            TransferEvent::Discarded { id, dropped } => self.handle_discarded(&id, dropped),
            TransferEvent::WrongChunk { id, user } => self.handle_wrong(now, &id, &user),
            TransferEvent::Share { id, share } => self.handle_share(id, share),
            TransferEvent::Giving { id, user, given, is_over } => {
                let at = (!is_over).then_some(now);
                self.files.note_giving(id, user, given, at);
            }
            TransferEvent::WantsIntroduction { user } => self.want_introduction(now, user),
            TransferEvent::Held { id, user, chunks } => {
                self.handle_held(&id, &user, Some(&chunks));
            }
            TransferEvent::NotHeld { id, user, .. } => self.handle_held(&id, &user, None),
            ending => self.handle_ending(ending),
        }
        self.tell_next();
    }

    /// Something has come to its end, and one line tells it.
    fn handle_ending(&mut self, event: TransferEvent) {
        match event {
            TransferEvent::Finished { id, path, took, from } => {
                self.handle_finished(id, path, took, &from);
            }
            TransferEvent::Failed { id, why } => {
                self.end_chunks(&id, &why);
                let Some(download) = self.files.downloads.take(&id) else { return };
                self.withdraw_share(&download);
                let name = sanitize(&download.offer.name).into_owned();
                self.answer(Shown::Refused(format!("{name} is not loaded: {why}")));
            }
            TransferEvent::Stopped { id } => {
                let Some(download) = self.files.downloads.take(&id) else { return };
                self.withdraw_share(&download);
                let name = sanitize(&download.offer.name).into_owned();
                let percent = percent(download.done, download.offer.size);
                let slash = self.slash();
                let stays = match download.done {
                    0 => "nothing of it is here".to_owned(),
                    _ => format!("its {percent} % stay for {slash}download"),
                };
                self.answer(Shown::Answer(format!("{name} is loaded no more; {stays}")));
            }
            TransferEvent::Chunk { id, user, index, held } => {
                let Some(name) = self.files.take_chunk(&id, &user, index) else { return };
                let (name, user, (here, all)) = (sanitize(&name), shown_name(&user), held);
                let text =
                    format!("chunk {} of {name} is here, from {user}; {here} of {all}", index + 1);
                let whole = match here == all {
                    true => format!("; {}download {name} makes it a file", self.slash()),
                    false => String::new(),
                };
                self.answer(Shown::Answer(text + &whole));
            }
            TransferEvent::NoChunk { id, user, index, why } => {
                let Some(name) = self.files.take_chunk(&id, &user, index) else { return };
                self.refuse_chunk(&name, &user, index, &why);
            }
            _ => {}
        }
    }

    fn refuse_chunk(&mut self, name: &str, user: &str, index: u32, why: &str) {
        let (name, user) = (sanitize(name), shown_name(user));
        self.answer(Shown::Refused(format!("no chunk {} of {name} from {user}: {why}", index + 1)));
    }

    /// No single chunk of this file comes any more.
    fn end_chunks(&mut self, id: &ContentId, why: &str) {
        let ended: Vec<_> = self.files.chunks.extract_if(.., |chunk| chunk.0 == *id).collect();
        for (_, user, index, name) in ended {
            self.refuse_chunk(&name, &user, index, why);
        }
    }

    fn handle_hashing(&mut self, now: Instant, path: &Path, figures: (u64, u64)) {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
        let mut all = self.files.hashing.iter_mut();
        let shown = all.find(|hashing| hashing.path == path).and_then(|hashing| {
            hashing.showing.show(now, &name.unwrap_or_default(), Stage::Hashing, figures)
        });
        self.show_progress(shown);
    }

    /// Nobody asked for a file of an earlier run, so no command is refused.
    fn handle_not_offered(&mut self, path: &Path, why: &str) {
        let asked = self.files.take_hashing(path);
        let path = self.config.folders.shown(path);
        let path = sanitize(&path);
        let text = format!("{path} is not offered: {why}");
        match asked {
            Some(Hashing { is_stopped: true, .. }) => {
                self.answer(Shown::Answer(format!("{path} is read no more, and not offered")));
            }
            Some(_) => self.answer(Shown::Refused(text)),
            None => self.note(text),
        }
    }

    fn handle_offered(&mut self, offer: Offer, path: PathBuf, is_kept: bool) {
        let (id, size) = (offer.id, offer.size);
        let mut asked = self.files.take_hashing(&path);
        let shown = asked.as_mut().and_then(|hashing| hashing.showing.end(&offer.name, size));
        self.show_progress(shown);
        if asked.is_some_and(|hashing| hashing.is_stopped) {
            // It was read before it could be stopped. The server does not know of it.
            return self.transfer(TransferCommand::Withdraw { id });
        }
        self.files.kept.count += u64::from(is_kept);
        let own = OwnFile { offer, path, is_loaded: false, is_known: false, known_as: None };
        self.files.offered.insert(own);
        let is_asked = !is_kept;
        if is_asked && self.reconnecting.is_some() {
            self.note("kept until connected again");
        }
        self.files.telling.push(Tell::Offer { id, is_asked });
    }

    fn handle_withdrawn(&mut self, id: ContentId, name: &str, why: Option<String>) {
        self.files.offered.remove(&id);
        self.withdraw_from_server(id);
        let name = sanitize(name);
        match why {
            Some(why) => {
                let slash = self.slash();
                let text = format!("{name} is offered no more: {why}");
                self.refuse(format!("{text}; {slash}register offers it again"));
            }
            None => self.answer(Shown::Answer(format!("{name} is offered no more"))),
        }
    }

    fn handle_progress(&mut self, now: Instant, id: &ContentId, progress: Progress) {
        let Progress { done, rate, peers, left } = progress;
        let Some(download) = self.files.downloads.get(id) else { return };
        let (size, is_held) = (download.offer.size, download.is_held);
        let was_coming = matches!(download.stage, Some(Stage::Loading { peers: 1.., .. }));
        let stage = match (peers, is_held) {
            (0, false) => Stage::Unheld,
            _ => Stage::Loading { rate, peers, left },
        };
        self.handle_stage(now, id, stage, (done, size));
        if peers == 0 && was_coming {
            self.files.downloads.ask_earlier(now, id);
        }
    }

    fn handle_stall(&mut self, now: Instant, id: &ContentId, since: Duration) {
        let Some(download) = self.files.downloads.get(id) else { return };
        let figures = (download.done, download.offer.size);
        if download.is_held && self.try_other_size(now, id, Doubt::Silence) {
            return;
        }
        let Some(download) = self.files.downloads.get(id) else { return };
        let stage = if download.is_held { Stage::Stalled(since) } else { Stage::Unheld };
        self.handle_stage(now, id, stage, figures);
        self.files.downloads.ask_soon(now);
    }

    pub(super) fn handle_stage(
        &mut self,
        now: Instant,
        id: &ContentId,
        stage: Stage,
        figures: (u64, u64),
    ) {
        let download = self.files.downloads.get(id);
        let shown = download.and_then(|download| download.handle_stage(now, stage, figures));
        self.show_progress(shown);
    }

    fn show_progress(&mut self, progress: Option<FileProgress>) {
        if let Some(progress) = progress {
            self.show(Shown::FileProgress(progress));
        }
    }

    /// What is here is told to the server as it grows. What is whole is offered.
    fn handle_share(&mut self, id: ContentId, share: u8) {
        let Some(download) = self.files.downloads.get(&id) else { return };
        download.share = share;
        if share < WHOLE && self.files.telling.is_open() {
            self.files.telling.push(Tell::Hold { id, share });
        }
    }

    fn withdraw_share(&mut self, download: &Download) {
        if download.share > 0 {
            self.withdraw_from_server(download.offer.id);
        }
    }

    /// What the server knows of this client and this file is so no more.
    pub(super) fn withdraw_from_server(&mut self, id: ContentId) {
        if self.files.telling.is_open() {
            self.files.telling.push(Tell::Withdraw { id });
        }
    }

    fn handle_finished(
        &mut self,
        id: ContentId,
        path: PathBuf,
        took: Duration,
        from: &[(String, u64)],
    ) {
        let Some(mut download) = self.files.downloads.take(&id) else { return };
        let size = download.offer.size;
        let rate = (size as f64 / took.as_secs_f64().max(0.001)) as u64;
        let stage = Stage::Loading { rate, peers: 0, left: None };
        if download.stage.is_some() {
            // The row stays on the screen as it ended.
            let last = download.handle_stage(self.now, stage, (size, size));
            let last = last.map(|last| FileProgress { is_step: false, ..last });
            self.show_progress(last);
        }
        let shown_path = self.config.folders.shown(&path);
        let (name, path_in_words) = (sanitize(&download.offer.name), sanitize(&shown_path));
        let (size, took) = (Size(size), duration(took));
        let text = format!("{name} is here: {path_in_words} ({size} in {took}{})", sources(from));
        self.answer(Shown::Answer(text));
        let offer = download.offer;
        let own = OwnFile { offer, path, is_loaded: true, is_known: false, known_as: None };
        self.files.offered.insert(own);
        self.files.telling.push(Tell::Offer { id, is_asked: false });
    }
}

impl FileWork {
    /// A file is read no more.
    fn take_hashing(&mut self, path: &Path) -> Option<Hashing> {
        let at = self.hashing.iter().position(|hashing| hashing.path == path)?;
        Some(self.hashing.remove(at))
    }

    /// The name of a file that is here, or parts of it.
    pub(super) fn name_of(&self, id: &ContentId) -> Option<&str> {
        let own = self.offered.iter().map(|own| &own.offer);
        let loading = self.downloads.iter().map(|download| &download.offer);
        let whole = own.chain(loading).map(|offer| (&offer.id, &offer.name));
        let chunks = self.chunks.iter().map(|(file, .., name)| (file, name));
        let mut all = whole.chain(chunks).filter(|(file, _)| *file == id);
        all.next().map(|(_, name)| name.as_str())
    }

    /// One chunk is not waited for any more: the name of its file.
    fn take_chunk(&mut self, id: &ContentId, user: &str, index: u32) -> Option<String> {
        let mut all = self.chunks.iter();
        let at = all.position(|(file, from, at, _)| (file, &**from, *at) == (id, user, index))?;
        Some(self.chunks.remove(at).3)
    }

    /// So much was given at this moment; `None` once nothing more is asked for.
    fn note_giving(&mut self, id: ContentId, user: String, given: u64, at: Option<Instant>) {
        match at {
            None => self.giving.remove(&(user, id)),
            Some(at) => self.giving.insert((user, id), (given, at)),
        };
    }
}

/// From whom a file came: of several, how much from each.
fn sources(from: &[(String, u64)]) -> String {
    let all: u64 = from.iter().map(|(_, bytes)| bytes).sum();
    match from {
        [] => String::new(),
        [(user, _)] => format!(", from {}", shown_name(user)),
        // Cut to whole percent, the two would not make up all of it.
        [(first, bytes), (second, _)] => {
            let share = percent(*bytes, all);
            let (first, second) = (shown_name(first), shown_name(second));
            format!(", {share} % from {first}, {} % from {second}", 100 - share)
        }
        [first, second, others @ ..] => {
            let share = |(user, bytes): &(String, u64)| {
                format!("{} % from {}", percent(*bytes, all), shown_name(user))
            };
            let more = counted(others.len() as u64, "user");
            format!(", {}, {} and {more} more", share(first), share(second))
        }
    }
}
