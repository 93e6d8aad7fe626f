//! Files in a session: commands and answers of the server on one side, the transfer threads on the
//! other. What is known of files is `client::files`.

mod downloading;
mod hearing;
mod introducing;
mod leftovers;
mod listing;
mod searching;
mod telling;
mod typing;
mod wishing;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use smolchat_words::Size;

use super::{Action, Session};
use crate::client::files::{
    Chunks, Claims, Download, Downloads, Introductions, Listing, Lookup, Offered, Purpose, Showing,
    Telling,
};
use crate::client::requests::Pending;
use crate::client::transfer::command::{ContentId, Offer, TransferCommand};
use crate::client::words::counted;

/// A user who is asked for the chunks it holds answers within this time, or is left out.
const CHUNKS: Duration = Duration::from_secs(15);

/// A link on which nothing was asked for in this time stands, and gives nothing any more.
const GIVING: Duration = Duration::from_secs(5);

/// Files of an earlier run, which a thread looks at.
#[derive(Debug, Default)]
struct Kept {
    /// How many are offered again, and were not told.
    count: u64,
    is_looked_at: bool,
    /// The greeting is over, and they are told once all were looked at.
    is_awaited: bool,
}

/// Somebody wants a file, and has not said yes yet.
#[derive(Debug)]
struct Wish {
    claims: Claims,
    folder: PathBuf,
    /// Nobody is to be asked.
    is_sure: bool,
    /// Somebody has chosen one of several sizes.
    is_chosen: bool,
}

/// Somebody wants to know who holds certain chunks.
#[derive(Debug)]
struct ChunkQuestion {
    offer: Offer,
    chunks: Chunks,
    /// Who holds one of them.
    available: Vec<String>,
    /// Who is asked.
    asked: BTreeSet<String>,
    by: Instant,
}

/// A file that is being read, to be offered.
#[derive(Debug)]
struct Hashing {
    path: PathBuf,
    /// It is to be read no more.
    is_stopped: bool,
    showing: Showing,
}

/// All that a session knows of files, and wants of them.
#[derive(Debug, Default)]
pub(super) struct FileWork {
    offered: Offered,
    hashing: Vec<Hashing>,
    downloads: Downloads,
    listing: Listing,
    lookup: Lookup,
    telling: Telling,
    introductions: Introductions,
    /// What is to be asked next, and what is said before.
    wishes: VecDeque<(Wish, Vec<String>)>,
    /// Files that are wanted and were here: it is looked whether they still are.
    looking: Vec<Wish>,
    /// Files that are wanted: it is looked what their folders are like.
    surveying: Vec<Wish>,
    /// Folders that are looked through for what is left in them, oldest first, and what is to be
    /// dropped there.
    leftovers: VecDeque<(PathBuf, Option<String>)>,
    /// What is being dropped, and its name.
    discarding: Vec<(ContentId, String)>,
    /// The last thing that was said of a download was no question, so what answers one is no text.
    has_not_asked: bool,
    /// Somebody is asked whether to load this.
    asked: Option<Wish>,
    questions: Vec<ChunkQuestion>,
    /// Single chunks that are being loaded: the file, the user, the index, the file's name.
    chunks: Vec<(ContentId, String, u32, String)>,
    /// To whom this client gives a file, how many bytes so far, and when it last did.
    giving: BTreeMap<(String, ContentId), (u64, Instant)>,
    /// Files of an earlier run that are offered again.
    kept: Kept,
    /// Rows of progress so far.
    rows: u64,
}

impl FileWork {
    /// The names of files that were told, and of those that are here.
    pub(super) fn names(&self) -> Vec<&str> {
        let own = self.offered.iter().map(|own| own.offer.name.as_str());
        let loading = self.downloads.iter().map(|download| download.offer.name.as_str());
        let names: BTreeSet<_> = self.listing.names().chain(own).chain(loading).collect();
        names.into_iter().collect()
    }

    /// The server introduced `user`. Whether it was for a file.
    pub(super) fn handle_introduction(&mut self, user: &str) -> bool {
        self.introductions.handle_introduction(user)
    }

    /// The connection to the server is lost. Transfers go on.
    pub(super) fn handle_disconnect(&mut self) {
        self.telling.close();
        self.introductions.handle_disconnect();
        self.lookup.take();
    }

    /// When something is due, while the server is there.
    pub(super) fn poll_at(&self) -> Option<Instant> {
        let questions = self.questions.iter().map(|question| question.by).min();
        [self.downloads.poll_at(), self.introductions.poll_at(), questions]
            .into_iter()
            .flatten()
            .min()
    }

    fn next_row(&mut self) -> u64 {
        self.rows += 1;
        self.rows
    }

    fn is_busy(&self) -> bool {
        !self.hashing.is_empty()
            || !self.downloads.is_empty()
            || !self.questions.is_empty()
            || !self.chunks.is_empty()
            || !self.looking.is_empty()
            || !self.surveying.is_empty()
            || !self.leftovers.is_empty()
            || !self.discarding.is_empty()
            || self.telling.is_pending()
    }

    fn begin(&mut self, now: Instant, wish: Wish) -> TransferCommand {
        let Wish { claims, folder, .. } = wish;
        let (offer, holders) = (claims.offer().clone(), claims.holders());
        let number = self.next_row();
        self.downloads.push(Download::new(now, claims, folder.clone(), number));
        TransferCommand::Download { offer, folder, holders }
    }
}

impl Session {
    /// Stands before a command that this front is told of.
    pub(in crate::client::session) fn slash(&self) -> &'static str {
        if self.config.is_interactive { "/" } else { "" }
    }

    fn transfer(&mut self, command: TransferCommand) {
        self.actions.push_back(Action::Transfer(command));
    }

    /// Whether a line answers a question that was not asked: somebody waits for one behind
    /// `download`. Everybody would read it.
    pub(super) fn answers_nothing(&mut self, line: &str) -> bool {
        let is_download = |pending: &Pending| match pending {
            Pending::Search { purpose, .. } => matches!(purpose, Purpose::Download { .. }),
            _ => false,
        };
        let is_waited_for = std::mem::take(&mut self.files.has_not_asked)
            || !self.files.looking.is_empty()
            || !self.files.surveying.is_empty()
            || self.requests.iter().any(is_download);
        let is_answer = ["yes", "y", "no", "n"].iter().any(|word| line.eq_ignore_ascii_case(word));
        is_waited_for && is_answer
    }

    /// No question comes behind `download`, and this is why.
    fn refuse_download(&mut self, text: String) {
        (self.has_refused, self.files.has_not_asked) = (true, true);
        self.refuse(text);
    }

    /// Whether a script that has said all waits for files.
    pub(super) fn waits_for_files(&self) -> bool {
        let is_wanted = |pending: &Pending| match pending {
            Pending::Search { purpose, .. } => *purpose != Purpose::Show,
            _ => false,
        };
        let is_busy = self.files.is_busy() || self.requests.iter().any(is_wanted);
        self.has_said_all && !self.config.is_interactive && is_busy
    }

    /// Whatever is due.
    pub(super) fn handle_files_timeout(&mut self, now: Instant) {
        self.ask_next_wish();
        self.give_up_questions(now);
        if self.phase != super::Phase::Online {
            return;
        }
        if let Some(user) = self.files.introductions.handle_timeout(now) {
            self.not_introduced(user, "the server did not introduce it in time".to_owned());
        }
        self.tell_next();
        self.ask_introduction(now);
        self.ask_holders(now);
    }
}

/// The size of a file. Where several are told of one, each byte counts.
fn size(offer: &Offer, is_disputed: bool) -> String {
    match is_disputed {
        true => counted(offer.size, "byte"),
        false => Size(offer.size).to_string(),
    }
}
