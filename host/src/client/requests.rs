//! Which request a reply answers: exactly one final reply comes for each request, in order. Knows
//! nothing of what the requests do.

use std::collections::VecDeque;

use smolchat_core::dialect::lines::ReplyLine;

use super::files::{Purpose, Tell};
use super::said::OwnMessage;
use super::shown::Shown;
use super::transfer::command::ContentId;

/// A request on its way, with what its reply will be read against.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Pending {
    /// `acks on`
    AcknowledgementsOn,
    /// `receipts on`
    ReceiptsOn,
    /// `ack`
    Acknowledge,
    /// `p2p`
    Announce,
    /// `register`
    Register,
    /// `login`
    Login,
    /// `passwd`
    ChangePassword {
        /// The password from now on, if it is done.
        new: String,
    },
    /// `passwd` with a password that is wrong as far as this client knows.
    Guess {
        /// The password.
        password: String,
    },
    /// `message` or `broadcast`
    Message(OwnMessage),
    /// `startprivate` with this user.
    StartPrivate(String),
    /// `logout`
    Logout,
    /// A question, or a request that is harmless when it is done twice. Its reply is only shown.
    Repeatable,
    /// `seen`, asked by the client itself: plain text was turned to this user.
    Turn {
        /// The user.
        user: String,
        /// Whether the person was told to whom plain text goes.
        is_told: bool,
    },
    /// Any other request. Its reply is only shown.
    Other,
    /// `active`
    Active,
    /// `status`, asked by the client itself: whether the history may lack something.
    Gap,
    /// `history`, asked by the client itself for what this user missed.
    History,
    /// `whoelse`, asked by the client itself to greet whoever came.
    Greeting,
    /// `blocks`, asked by the client itself: whom this user has blocked in earlier runs.
    Blocks,
    /// `files`
    Files,
    /// `searchfile`, for whoever named the file so.
    Search {
        /// As it was typed.
        name: String,
        /// What is to be done with what is found.
        purpose: Purpose,
    },
    /// `searchfile`, asked by the client itself: who holds a file that is being loaded.
    Holders(ContentId),
    /// `offer`, `hold` or `withdraw`.
    Tell(Tell),
    /// `startprivate`, asked by the client itself to reach this user for a file.
    FilePeer(String),
    /// No request: what the client answered itself, shown in its turn.
    LocalAnswer(Shown),
}

/// A request and the line that it was written as.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sent {
    /// What its reply will be read against.
    pub(crate) pending: Pending,
    /// As it is sent; empty where nothing is.
    pub(crate) line: String,
    /// A connection was lost between the moment at which it was typed and its reply. Whoever typed
    /// it has seen other lines since.
    pub(crate) is_late: bool,
    /// It was on its way, and nothing says that the server does not have it.
    pub(crate) may_be_there: bool,
}

impl Sent {
    /// A request that is typed now.
    pub(crate) fn new(pending: Pending, line: String) -> Self {
        Sent { pending, line, is_late: false, may_be_there: false }
    }
}

/// What a line of a reply amounts to.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum ReplyPart {
    /// A list that goes on in the next line.
    Unfinished,
    /// A line of a longer answer that stands for itself.
    Part(String),
    /// The final reply, a list joined to one text, and the request it answers if one was waiting.
    Answer(Option<Sent>, u16, String),
}

/// A joined list longer than this is handed out in parts, whatever the server sends.
const JOINED_MAX: usize = 128 * 1024;

/// The requests that wait for their replies.
#[derive(Debug, Default)]
pub(crate) struct Requests {
    queue: VecDeque<Sent>,
    list: String,
}

impl Requests {
    /// A request went out.
    pub(crate) fn push(&mut self, sent: Sent) {
        self.queue.push_back(sent);
    }

    /// The connection is gone: what waits will not be answered. What was heard of a list is
    /// dropped.
    pub(crate) fn take_unanswered(&mut self) -> Vec<Sent> {
        self.list.clear();
        std::mem::take(&mut self.queue).into()
    }

    /// Messages that were not answered yet, as they were sent.
    pub(crate) fn messages(&self) -> impl Iterator<Item = &str> {
        let messages = self.queue.iter().filter(|sent| matches!(sent.pending, Pending::Message(_)));
        messages.map(|sent| &*sent.line)
    }

    /// What the next reply answers.
    pub(crate) fn first(&self) -> Option<&Pending> {
        self.queue.front().map(|sent| &sent.pending)
    }

    /// Whether the server owes an answer to any of them.
    pub(crate) fn is_owed(&self) -> bool {
        self.queue.iter().any(|sent| !matches!(sent.pending, Pending::LocalAnswer(_)))
    }

    /// What all of them are read against.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Pending> {
        self.queue.iter().map(|sent| &sent.pending)
    }

    /// How many wait.
    pub(crate) fn waiting(&self) -> usize {
        self.queue.len()
    }

    /// Whether this one may go out, too, if at most `most` bytes are on their way. A single one
    /// always may.
    pub(crate) fn fits(&self, next: &Sent, most: usize) -> bool {
        let waiting = self.queue.iter().map(|sent| sent.line.len()).sum::<usize>();
        waiting == 0 || waiting + next.line.len() <= most
    }

    /// What the client answered itself, if it is its turn.
    pub(crate) fn next_local_answer(&mut self) -> Option<Shown> {
        match self
            .queue
            .pop_front_if(|sent| matches!(sent.pending, Pending::LocalAnswer(_)))?
            .pending
        {
            Pending::LocalAnswer(shown) => Some(shown),
            _ => None,
        }
    }

    /// Takes the next line of a reply.
    pub(crate) fn handle(&mut self, line: ReplyLine<'_>) -> ReplyPart {
        let is_list = line.is_of_list();
        if line.last {
            let text = self.joined(line.text);
            return ReplyPart::Answer(self.queue.pop_front(), line.code, text);
        }
        if !is_list {
            return ReplyPart::Part(line.text.to_owned());
        }
        self.list = self.joined(line.text);
        if self.list.len() > JOINED_MAX {
            ReplyPart::Part(std::mem::take(&mut self.list))
        } else {
            ReplyPart::Unfinished
        }
    }

    /// What was heard of a list so far, and `text` behind it.
    fn joined(&mut self, text: &str) -> String {
        let mut joined = std::mem::take(&mut self.list);
        if !joined.is_empty() && !text.is_empty() {
            joined.push_str(", ");
        }
        joined.push_str(text);
        joined
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(pending: Pending) -> Sent {
        Sent::new(pending, String::new())
    }

    fn hi() -> Pending {
        Pending::Message(OwnMessage { to: Some("yoda".into()), text: "hi".into(), number: 0 })
    }

    fn handle(requests: &mut Requests, line: &str) -> ReplyPart {
        requests.handle(ReplyLine::parse(line).unwrap())
    }

    #[test]
    fn replies_answer_the_requests_in_order() {
        let mut requests = Requests::default();
        for pending in [Pending::Login, hi(), Pending::Logout] {
            requests.push(sent(pending));
        }
        assert_eq!(
            handle(&mut requests, "230 Welcome"),
            ReplyPart::Answer(Some(sent(Pending::Login)), 230, "Welcome".into())
        );
        assert_eq!(
            handle(&mut requests, "250 7 accepted"),
            ReplyPart::Answer(Some(sent(hi())), 250, "7 accepted".into())
        );
        assert_eq!(requests.waiting(), 1);
        assert_eq!(
            handle(&mut requests, "221 bye"),
            ReplyPart::Answer(Some(sent(Pending::Logout)), 221, "bye".into())
        );
        assert_eq!(handle(&mut requests, "502 long"), ReplyPart::Answer(None, 502, "long".into()));
    }

    #[test]
    fn a_continued_list_is_one_answer() {
        let mut requests = Requests::default();
        requests.push(sent(Pending::Other));
        assert_eq!(handle(&mut requests, "210-Users current online: a, b"), ReplyPart::Unfinished);
        assert_eq!(handle(&mut requests, "210-c, d"), ReplyPart::Unfinished);
        let all = "Users current online: a, b, c, d, e".to_owned();
        assert_eq!(
            handle(&mut requests, "210 e"),
            ReplyPart::Answer(Some(sent(Pending::Other)), 210, all)
        );
        requests.push(sent(Pending::Other));
        handle(&mut requests, "210-Users current online: a");
        let all = "Users current online: a".to_owned();
        assert_eq!(
            handle(&mut requests, "210 "),
            ReplyPart::Answer(Some(sent(Pending::Other)), 210, all)
        );
    }

    #[test]
    fn lines_of_other_long_answers_stand_for_themselves() {
        let mut requests = Requests::default();
        requests.push(sent(Pending::Other));
        assert_eq!(
            handle(&mut requests, "213-users 5 of 8"),
            ReplyPart::Part("users 5 of 8".into())
        );
        assert_eq!(
            handle(&mut requests, "213 blocks 0"),
            ReplyPart::Answer(Some(sent(Pending::Other)), 213, "blocks 0".into())
        );
    }

    #[test]
    fn what_is_not_answered_is_handed_back_in_order_and_half_a_list_is_forgotten() {
        let mut requests = Requests::default();
        requests.push(Sent::new(Pending::Repeatable, "whoelse".into()));
        requests.push(Sent::new(hi(), "message yoda hi".into()));
        assert_eq!(requests.messages().collect::<Vec<_>>(), ["message yoda hi"]);
        handle(&mut requests, "210-Users current online: a");
        let lines: Vec<_> = requests.take_unanswered().into_iter().map(|sent| sent.line).collect();
        assert_eq!(lines, ["whoelse", "message yoda hi"]);
        assert_eq!(requests.waiting(), 0);
        requests.push(sent(Pending::Repeatable));
        let all = "Users current online: b".to_owned();
        assert_eq!(
            handle(&mut requests, "210 Users current online: b"),
            ReplyPart::Answer(Some(sent(Pending::Repeatable)), 210, all)
        );
    }

    #[test]
    fn a_list_without_end_does_not_grow_without_end() {
        let mut requests = Requests::default();
        let line = format!("210-{}", "n".repeat(500));
        let parts = (0..JOINED_MAX / 500 + 1)
            .filter(|_| handle(&mut requests, &line) != ReplyPart::Unfinished)
            .count();
        assert_eq!(parts, 1);
        assert!(requests.list.len() < JOINED_MAX);
    }
}
