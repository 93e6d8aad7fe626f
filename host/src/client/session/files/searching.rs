//! What a search has found, and what is done with it.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::Instant;

use smolchat_core::protocol::Reply;
use smolchat_words::Size;

use super::{CHUNKS, ChunkQuestion, Session, Wish, size};
use crate::client::files::{
    Chunks, Claims, Found, Purpose, WHOLE, chunk_count, holders_in_words, id_in_words,
};
use crate::client::render;
use crate::client::sanitize::{name as shown_name, sanitize};
use crate::client::session::hearing::Answer;
use crate::client::shown::Shown;
use crate::client::transfer::command::{ContentId, TransferCommand};
use crate::client::words;

/// So many digits of an id tell two files of one name apart.
pub(super) const ID_DIGITS: usize = 12;

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
        match <[Claims; 1]>::try_from(Claims::of(found)) {
            Ok([claims]) => self.use_found(now, claims, purpose),
            Err(several) => self.refuse_several(&several),
        }
    }

    fn use_found(&mut self, now: Instant, mut claims: Claims, purpose: Purpose) {
        match purpose {
            Purpose::Show => {}
            Purpose::Download { folder, is_sure, size } => {
                let is_chosen = size.is_some_and(|size| claims.prefer(size));
                if let Some(size) = size.filter(|_| !is_chosen) {
                    return self.refuse_size(&claims, size);
                }
                self.wish(Wish { claims, folder, is_sure, is_chosen });
            }
            Purpose::Chunks(chunks) => self.ask_for_chunks(now, &claims, &chunks),
            Purpose::Chunk { user, chunk, folder } => {
                claims.prefer_of(&user);
                self.load_chunk(&claims, user, chunk, folder);
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
            None => match words::hint_at_file(self.files.listing.near(name)) {
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
            let has_size = |other: &&Found| other.offer.id == offer.id;
            let is_disputed = found.iter().filter(has_size).count() > 1;
            let (holders, size) = (holders_in_words(holders), size(offer, is_disputed));
            let file = format!("{}, {size}", sanitize(&offer.name));
            let id = match is_alone {
                true => String::new(),
                false => format!(", {}", &id_in_words(&offer.id)[..ID_DIGITS]),
            };
            self.say(format!("Available: {holders} ({file}{id})"));
        }
    }

    /// A person chose a size that nobody tells.
    fn refuse_size(&mut self, claims: &Claims, chosen: u64) {
        let offer = claims.offer();
        let (name, bytes) = (sanitize(&offer.name), size(offer, true));
        let holders = holders_in_words(&claims.holders());
        let text = format!("nobody tells {chosen} bytes of {name}; it has {bytes} according to");
        self.refuse_download(format!("{text} {holders}"));
    }

    fn refuse_several(&mut self, several: &[Claims]) {
        let count = several.len();
        let text = format!("{count} files have this name; name one by its id, for example:");
        self.refuse_download(text);
        for claims in several {
            let (offer, slash) = (claims.offer(), self.slash());
            let (id, size) = (&id_in_words(&offer.id)[..ID_DIGITS], Size(offer.size));
            let holders = holders_in_words(&claims.holders());
            self.say(format!("{slash}download {id} is {size}, from {holders}"));
        }
    }

    /// Whoever holds the whole file holds any of its chunks. The others are asked. Of sizes that
    /// differ each is a question of its own.
    fn ask_for_chunks(&mut self, now: Instant, claims: &Claims, chunks: &Chunks) {
        let sizes = [(claims.offer(), claims.holders())].into_iter().chain(claims.others());
        let mut has_asked = false;
        for (offer, holders) in sizes.filter(|(offer, _)| chunks.is_within(chunk_count(offer.size)))
        {
            has_asked = true;
            let (whole, partial): (Vec<_>, Vec<_>) =
                holders.into_iter().partition(|holder| holder.share == WHOLE);
            let available = whole.into_iter().map(|holder| holder.user).collect();
            let asked: BTreeSet<_> = partial.into_iter().map(|holder| holder.user).collect();
            for user in &asked {
                let (offer, user) = (offer.clone(), user.clone());
                self.transfer(TransferCommand::Ask { offer, user });
            }
            let (offer, chunks, by) = (offer.clone(), chunks.clone(), now + CHUNKS);
            self.files.questions.push(ChunkQuestion { offer, chunks, available, asked, by });
        }
        if !has_asked {
            self.has_refused = true;
            let offer = claims.offer();
            let chunks = words::counted(chunk_count(offer.size).into(), "chunk");
            return self.refuse(format!("{} has {chunks}", sanitize(&offer.name)));
        }
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

    fn load_chunk(&mut self, claims: &Claims, user: String, chunk: u32, folder: PathBuf) {
        let (offer, holders) = (claims.offer().clone(), claims.holders());
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
