//! What a search has found, and what is done with it.

use std::path::PathBuf;
use std::time::Instant;

use smolchat_core::protocol::Reply;
use smolchat_words::Size;

use super::{Action, CHUNKS, ChunkQuestion, Looking, Session, Wish};
use crate::client::files::{
    Chunks, Found, Purpose, WHOLE, chunk_count, holders_in_words, id_in_words,
};
use crate::client::render;
use crate::client::sanitize::{name as shown_name, sanitize};
use crate::client::session::hearing::Answer;
use crate::client::shown::Shown;
use crate::client::transfer::command::{ContentId, TransferCommand};
use crate::client::words;

/// So many digits of an id tell two files of one name apart.
const ID_DIGITS: usize = 12;

impl Session {
    /// The answer to a search, behind all of its parts.
    pub(super) fn handle_search_answer(
        &mut self,
        now: Instant,
        (name, purpose): (String, Purpose),
        (line, answer): (&str, Answer<'_>),
    ) {
        let found = self.files.lookup.take();
        match answer.reply {
            Some(Reply::Available { .. }) if !found.is_empty() => {}
            Some(Reply::Available { .. } | Reply::NotAvailable) => {
                return self.not_available(&name, &purpose);
            }
            _ => return self.show_reply((line, false), answer),
        }
        if purpose == Purpose::Show {
            return self.tell_found(&found);
        }
        match <[Found; 1]>::try_from(likeliest(found)) {
            Ok([found]) => self.use_found(now, found, purpose),
            Err(several) => self.refuse_several(&several),
        }
    }

    fn use_found(&mut self, now: Instant, found: Found, purpose: Purpose) {
        match purpose {
            Purpose::Show => self.tell_found(&[found]),
            Purpose::Download { folder, is_sure } => self.wish(now, found, folder, is_sure),
            Purpose::Chunks(chunks) => self.ask_for_chunks(now, found, chunks),
            Purpose::Chunk { user, chunk, folder } => {
                self.load_chunk(found, user, chunk, folder);
            }
        }
    }

    /// Nobody else has it. This user may.
    fn not_available(&mut self, name: &str, purpose: &Purpose) {
        let text = render::own(Reply::NotAvailable);
        let own = self.files.offered.iter().find(|own| own.has_name(name));
        let own = own.map(|own| self.config.folders.shown(&own.path));
        let why = match own {
            Some(path) => format!(": only you have it, {}", sanitize(&path)),
            None => match words::hint(self.files.listing.near(name)) {
                hint if hint.is_empty() && *purpose == Purpose::Show => String::new(),
                hint if hint.is_empty() => {
                    format!("; {}files lists what there is", self.slash())
                }
                hint => hint,
            },
        };
        match purpose {
            // To whoever only asks it is an answer.
            Purpose::Show => self.say(text + &why),
            _ => self.refuse_download(text + &why),
        }
    }

    fn tell_found(&mut self, found: &[Found]) {
        let is_alone = found.len() == 1;
        for Found { offer, holders } in found {
            let holders = holders_in_words(holders);
            let file = format!("{}, {}", sanitize(&offer.name), Size(offer.size));
            let id = match is_alone {
                true => String::new(),
                false => format!(", {}", &id_in_words(&offer.id)[..ID_DIGITS]),
            };
            self.say(format!("Available: {holders} ({file}{id})"));
        }
    }

    fn refuse_several(&mut self, found: &[Found]) {
        let count = found.len();
        let text = format!("{count} files have this name; name one by its id, for example:");
        self.refuse_download(text);
        for Found { offer, holders } in found {
            let (id, size) = (&id_in_words(&offer.id)[..ID_DIGITS], Size(offer.size));
            let (slash, holders) = (self.slash(), holders_in_words(holders));
            self.say(format!("{slash}download {id} is {size}, from {holders}"));
        }
    }

    /// Somebody wants the file. A person is asked, if nothing says that it is sure.
    fn wish(&mut self, now: Instant, found: Found, folder: PathBuf, is_sure: bool) {
        if let Some(own) = self.files.offered.get(&found.offer.id) {
            let (id, path) = (own.offer.id, own.path.clone());
            self.files.looking.push(Looking { wish: Wish { found, folder }, is_sure });
            return self.transfer(TransferCommand::Look { id, path });
        }
        if self.files.is_wanted(&found.offer.id) {
            let name = sanitize(&found.offer.name).into_owned();
            return self.refuse_download(format!("{name} is being loaded already"));
        }
        let folder_in_words = self.config.folders.shown(&folder);
        let text = format!(
            "{}, {}, from {}; it goes to {}",
            sanitize(&found.offer.name),
            Size(found.offer.size),
            holders_in_words(&found.holders),
            sanitize(&folder_in_words)
        );
        let wish = Wish { found, folder };
        if is_sure {
            self.say(text);
            let command = self.files.begin(now, wish);
            return self.transfer(command);
        }
        if !self.config.is_interactive {
            return self.refuse_download(format!("not loaded: {text}; download! loads it"));
        }
        self.files.wishes.push_back(wish);
        self.ask_next_wish();
    }

    /// A file that is wanted and was here was looked at. What is gone is loaded again.
    pub(super) fn handle_looked(&mut self, now: Instant, id: ContentId, is_there: bool) {
        if !is_there {
            self.files.offered.remove(&id);
        }
        let all = std::mem::take(&mut self.files.looking);
        let (looked, waiting): (Vec<_>, Vec<_>) =
            all.into_iter().partition(|looking| looking.wish.found.offer.id == id);
        self.files.looking = waiting;
        for Looking { wish: Wish { found, folder }, is_sure } in looked {
            match self.files.offered.get(&id) {
                Some(own) => {
                    let path = self.config.folders.shown(&own.path);
                    let (path, slash) = (sanitize(&path).into_owned(), self.slash());
                    let name = sanitize(&own.offer.name);
                    let text = format!("you have it already: {path}; to load it again, first");
                    self.refuse_download(format!("{text} {slash}unregister {name}"));
                }
                None => self.wish(now, found, folder, is_sure),
            }
        }
    }

    /// Whoever holds the whole file holds any of its chunks. The others are asked.
    fn ask_for_chunks(&mut self, now: Instant, found: Found, chunks: Chunks) {
        let Found { offer, holders } = found;
        let count = chunk_count(offer.size);
        if !chunks.is_within(count) {
            self.has_refused = true;
            let chunks = words::counted(count.into(), "chunk");
            return self.refuse(format!("{} has {chunks}", sanitize(&offer.name)));
        }
        let (whole, partial): (Vec<_>, Vec<_>) =
            holders.into_iter().partition(|holder| holder.share == WHOLE);
        let available = whole.into_iter().map(|holder| holder.user).collect();
        let asked = partial.into_iter().map(|holder| holder.user).collect();
        let question = ChunkQuestion { offer, chunks, available, asked, by: now + CHUNKS };
        for user in &question.asked {
            let (offer, user) = (question.offer.clone(), user.clone());
            self.actions.push_back(Action::Transfer(TransferCommand::Ask { offer, user }));
        }
        self.files.questions.push(question);
        self.tell_chunk_answers();
    }

    /// A user has told which chunks it holds, or nothing.
    pub(super) fn handle_held(&mut self, id: &ContentId, user: &str, held: Option<&[bool]>) {
        for question in self.files.questions.iter_mut().filter(|question| question.offer.id == *id)
        {
            let meets = held.is_some_and(|held| question.chunks.meets(held));
            if question.asked.remove(user) && meets {
                question.available.push(user.to_owned());
            }
        }
        self.tell_chunk_answers();
    }

    pub(super) fn give_up_questions(&mut self, now: Instant) {
        let mut questions = self.files.questions.iter_mut();
        if let Some(question) = questions.find(|question| now >= question.by) {
            question.asked.clear();
            self.tell_chunk_answers();
        }
    }

    fn tell_chunk_answers(&mut self) {
        let all = std::mem::take(&mut self.files.questions);
        let (done, waiting): (Vec<_>, Vec<_>) =
            all.into_iter().partition(|question| question.asked.is_empty());
        self.files.questions = waiting;
        for question in done {
            let users: Vec<_> = question.available.iter().map(|user| shown_name(user)).collect();
            let text = match users.is_empty() {
                true => render::own(Reply::NotAvailable),
                false => format!("Available: {}", users.join(", ")),
            };
            self.answer(Shown::Answer(format!("{text} ({})", sanitize(&question.offer.name))));
        }
    }

    fn load_chunk(&mut self, found: Found, user: String, chunk: u32, folder: PathBuf) {
        let Found { offer, holders } = found;
        let (name, count) = (sanitize(&offer.name).into_owned(), chunk_count(offer.size));
        let is_holder = holders.iter().any(|holder| holder.user == user);
        let refusal = if chunk > count {
            Some(format!("{name} has {}", words::counted(count.into(), "chunk")))
        } else if !is_holder {
            let holders = holders_in_words(&holders);
            Some(format!("{} does not have {name}; available: {holders}", shown_name(&user)))
        } else if self.files.is_wanted(&offer.id) {
            Some(format!("all of {name} is being loaded already"))
        } else {
            None
        };
        if let Some(text) = refusal {
            self.has_refused = true;
            return self.refuse(text);
        }
        let index = chunk - 1;
        self.files.chunks.push((offer.id, user.clone(), index, offer.name.clone()));
        self.transfer(TransferCommand::Chunk { offer, folder, user, index });
    }
}

/// Each file with one size. A content has one, and whoever tells of another lies or errs: so the
/// size that most holders tell counts, and of these the one that was told first.
fn likeliest(found: Vec<Found>) -> Vec<Found> {
    let mut kept: Vec<Found> = Vec::new();
    for found in found {
        match kept.iter_mut().find(|other| other.offer.id == found.offer.id) {
            Some(other) if found.holders.len() > other.holders.len() => *other = found,
            Some(_) => {}
            None => kept.push(found),
        }
    }
    kept
}
