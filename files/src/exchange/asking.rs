//! Questions of a person: what one user holds of a file, and one chunk of it from that user.

use super::{Exchange, LinkId, Notice, map_of};
use crate::Moment;
use crate::content::ContentId;
use crate::record::Record;
use crate::shape::Shape;

/// Questions that wait for an answer at most.
const QUESTIONS_MAX: usize = 64;

impl Exchange {
    /// Asks what a user holds of a file. `Notice::Held` or `Notice::NotHeld` answers.
    pub fn ask(&mut self, now: Moment, id: ContentId, shape: Shape, user: &str) {
        if self.questions.len() >= QUESTIONS_MAX {
            return self.tell(Notice::NotHeld { id, user: user.to_owned() });
        }
        self.questions.push((id, user.to_owned(), shape.count()));
        let link = self.links_of(user).next();
        match link {
            Some(link) => self.send(link, Record::AskHeld { id }),
            None => self.call(now, user),
        }
    }

    /// Loads one chunk from one user, if the file is not being loaded anyway. `Notice::NoChunk`
    /// tells that it does not come. `Exchange::stop` ends it, whether or not it has come.
    pub fn load_one(&mut self, now: Moment, id: ContentId, shape: Shape, user: &str, index: u32) {
        self.load(id, shape, 0);
        let holders = [(user.to_owned(), u8::MAX)];
        if let Some(load) = self.loads.get_mut(&id) {
            load.holders = holders.iter().cloned().collect();
        }
        self.want_only(now, id, Some(index));
        self.holders(now, id, &holders);
    }

    /// A link stands with somebody whom questions wait for.
    pub(super) fn put_questions(&mut self, link: LinkId) {
        let user = &self.links[&link].user;
        let ids: Vec<_> =
            self.questions.iter().filter(|question| question.1 == *user).map(|q| q.0).collect();
        ids.into_iter().for_each(|id| self.send(link, Record::AskHeld { id }));
    }

    /// Somebody whom questions wait for cannot be asked.
    pub(super) fn drop_questions(&mut self, user: &str) {
        let (dropped, rest) = std::mem::take(&mut self.questions)
            .into_iter()
            .partition(|(_, asked, _)| asked == user);
        self.questions = rest;
        let dropped: Vec<_> = dropped;
        for (id, user, _) in dropped {
            self.tell(Notice::NotHeld { id, user });
        }
    }

    /// A user says what it holds: whoever wanted to know hears it.
    pub(super) fn answer_questions(
        &mut self,
        now: Moment,
        link: LinkId,
        id: ContentId,
        body: &[u8],
    ) {
        let user = self.links[&link].user.clone();
        let is_asked = |question: &(ContentId, String, u32)| question.0 == id && question.1 == user;
        let Some(at) = self.questions.iter().position(is_asked) else { return };
        let (_, _, count) = self.questions.remove(at);
        match map_of(count, body) {
            Some(held) => self.tell(Notice::Held { id, user, held }),
            None => {
                self.tell(Notice::NotHeld { id, user });
                self.close(now, link);
            }
        }
    }
}
