//! The chat once more, slow and plain: std collections, whole scans, no flow control but "is there
//! room for this line". Knows nothing of how the server does it. It has the server's own shape, so
//! that every call can be made to both.

mod accounts;
mod claims;
mod commands;
mod entering;
mod files;
mod history;
mod keys;
mod links;
mod mailboxes;
mod orders;
mod output;
mod refusals;
mod shares;
mod sources;

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use smolchat_core::dialect::lines::{LineWriter, emit_event, emit_reply};
use smolchat_core::protocol::{CloseReason, Event, MessageId, Reply};
use smolchat_core::server::Flow;
use smolchat_core::store::StoreError;

use super::ask::{Ask, Word};
use super::environment::Shape;
use files::Files;
use history::Past;
use links::{Answer, State};
pub(super) use links::{Input, Link};
use mailboxes::{Delivery, Said};
use orders::Ban;
use sources::{Budget, Lock, Row, Source};

/// An account is named by its place in the order in which they were created.
pub(super) type User = usize;
/// A connection is named as the server names it.
pub(super) type Place = usize;
/// Milliseconds since the start.
pub(super) type Millis = u64;
/// Who says what the operator says. No account has this number.
const OPERATOR: User = User::MAX;

/// One account.
#[derive(Debug, Default)]
pub(super) struct Account {
    pub(super) name: String,
    word: Word,
    lock: Lock,
    logins: Budget,
    changes: Budget,
    session: Option<Place>,
    last_logout: Option<Millis>,
    mailbox: VecDeque<Delivery>,
    /// Every message that was ever accepted for this user.
    pub(super) promised: Vec<u64>,
    /// Those of them that this user did not fetch in time.
    pub(super) expired: BTreeSet<u64>,
    /// The user wants to be told what becomes of its texts.
    listens: bool,
    /// The texts of which there is something to tell.
    receipts: VecDeque<u64>,
    /// It was removed.
    pub(super) is_gone: bool,
    /// It was there from the start.
    pub(super) is_given: bool,
    /// Its user may give orders.
    pub(super) is_admin: bool,
}

/// Somebody came or went.
#[derive(Debug)]
struct Came {
    user: User,
    login: bool,
    /// The next message's number at that moment.
    before: u64,
}

/// The naive chat.
#[derive(Debug)]
pub(super) struct Naive {
    shape: Shape,
    pub(super) accounts: Vec<Account>,
    blocks: BTreeSet<(User, User)>,
    /// Whose each key is, row by row.
    keys: Vec<Option<(User, u8)>>,
    files: Files,
    texts: BTreeMap<u64, Said>,
    presence: Vec<Came>,
    /// Logins and logouts before this one are told no more.
    floor: usize,
    bans: Vec<Option<Ban>>,
    /// Rows that became another's since the last look.
    pub(super) reused: Vec<User>,
    /// The last broadcasts, by number.
    history: BTreeMap<u64, Past>,
    pub(super) links: BTreeMap<Place, Link>,
    connected: u64,
    /// What is remembered of sources.
    rows: Vec<Row>,
    /// How often a row's count of strangers changed.
    changes: u64,
    sharing: usize,
    /// Who had to wait: with guesses, registrations, logins, changes.
    refused: [u32; 4],
    next_id: u64,
    drawn: u8,
    pub(super) without_entropy: bool,
    /// What the store answers to everything.
    pub(super) refuses: Option<StoreError>,
    /// No password is checked or hashed.
    pub(super) is_busy: bool,
    epoch: u32,
    /// The store took nothing when it was last asked.
    store_refuses: bool,
    /// Before this moment it is not asked again for what waits.
    store_retry: Millis,
    /// When mail that waits is looked at next.
    expiry_at: Millis,
    /// How often others got their turn behind a request: behind an order, and whenever an account
    /// was to be written down.
    stored: usize,
}

impl Naive {
    /// An empty chat.
    pub(super) fn new(shape: Shape, epoch: u32) -> Self {
        Naive {
            shape,
            accounts: Vec::new(),
            blocks: BTreeSet::new(),
            keys: vec![None; shape.capacities.keys],
            files: Files::new(shape.capacities.files),
            texts: BTreeMap::new(),
            presence: Vec::new(),
            floor: 0,
            bans: vec![None; shape.capacities.bans],
            reused: Vec::new(),
            history: BTreeMap::new(),
            links: BTreeMap::new(),
            connected: 0,
            rows: Naive::rows(shape.capacities.sources),
            changes: 0,
            sharing: 0,
            refused: [0; 4],
            next_id: 1,
            drawn: 0,
            without_entropy: false,
            refuses: None,
            is_busy: false,
            epoch,
            store_refuses: false,
            store_retry: 0,
            expiry_at: (shape.settings.mail_expires.as_millis() / 32).max(1_000),
            stored: 0,
        }
    }

    /// Somebody connects.
    pub(super) fn handle_connect(
        &mut self,
        now: Millis,
        place: Place,
        (host, source): (&'static str, Source),
        capacity: usize,
    ) {
        let row = self.admit(source, now);
        self.connected += 1;
        let link = Link::new(self.connected, now, capacity, (host, source, row));
        assert!(self.links.insert(place, link).is_none(), "a place serves one at a time");
        self.count_strangers();
        if let Some(ban) = self.ban_of_source(now, source) {
            let link = self.link(place);
            (link.greeting, link.state) = (Some(ban.reply(now)), State::Leaving);
            return self.count_strangers();
        }
        let full = self.present() > self.shape.capacities.connections;
        if full && !self.make_room(now, place) {
            let link = self.link(place);
            link.greeting = Some(Reply::ServerFull);
            link.state = State::Leaving;
            self.count_strangers();
        }
    }

    /// The server may read from the connection.
    pub(super) fn handle_input(&mut self, now: Millis, place: Place) {
        self.release_acknowledged(place);
        let stored = self.stored;
        // Others get their turn once an account was written down.
        while self.stored == stored {
            if !self.has_readable_line(place) {
                return;
            }
            let Some(input) = self.link(place).inbox.pop_front() else { return };
            self.link(place).waits = false;
            match &input {
                Input::End => {
                    // Who writes nothing more may still read.
                    if self.user_of(place).is_some_and(|user| self.has_ok_outstanding(user)) {
                        let link = self.link(place);
                        link.inbox.push_front(input);
                        link.waits = true;
                        return;
                    }
                    self.end_session(now, place);
                    self.leave(now, place);
                }
                Input::Line(ask, tag) => {
                    if !self.handle_ask(now, place, ask, *tag) {
                        let link = self.link(place);
                        link.inbox.push_front(input);
                        link.waits = true;
                        return;
                    }
                }
            }
        }
    }

    /// Whether the connection has a line that could be read and answered now.
    pub(super) fn has_readable_line(&self, place: Place) -> bool {
        let link = &self.links[&place];
        let has_ok_outstanding =
            self.user_of(place).is_some_and(|user| self.has_ok_outstanding(user));
        let waits = link.waits && (has_ok_outstanding || link.claims.is_some());
        link.has_readable_line() && !waits
    }

    /// The connection is gone.
    pub(super) fn handle_disconnect(&mut self, now: Millis, place: Place) {
        self.end_session(now, place);
        self.end_claim(place);
        self.links.remove(&place);
        self.count_strangers();
    }

    /// A user whose session ends at the same moment as another's, if nothing happens before.
    pub(super) fn tied(&self) -> Option<Place> {
        let is_online = |link: &&Link| matches!(link.state, State::Online(_));
        let due = |link: &Link| link.due(&self.shape.settings);
        let mut ends = BTreeSet::new();
        let online = self.links.iter().filter(|(_, link)| is_online(link));
        online
            .filter_map(|(&place, link)| Some((place, due(link)?)))
            .find_map(|(place, due)| (!ends.insert(due)).then_some(place))
    }

    /// Time has passed.
    pub(super) fn handle_timeout(&mut self, now: Millis) {
        for user in 0..self.accounts.len() {
            if self.storing_due(user).is_some_and(|due| due <= now) {
                let _ = self.store_mailbox(now, user);
            }
        }
        let mut due: Vec<_> = self
            .links
            .iter()
            .filter_map(|(&place, link)| {
                link.due(&self.shape.settings).filter(|&due| due <= now).map(|due| (due, place))
            })
            .collect();
        due.sort_unstable();
        for (_, place) in due {
            match self.links[&place].state {
                State::Stranger => match self.links[&place].claims {
                    Some(holder) => self.decide_claim(now, place, holder),
                    None if !self.links[&place].warned
                        && self.links[&place].typed.is_some()
                        && links::login_warning(&self.shape.settings).as_secs() > 0 =>
                    {
                        let link = self.link(place);
                        (link.warned, link.idle) = (true, true);
                    }
                    None => self.dismiss(now, place, CloseReason::LoginDeadline),
                },
                State::Online(_)
                    if !self.links[&place].warned
                        && links::warning(&self.shape.settings).as_secs() > 0 =>
                {
                    let link = self.link(place);
                    (link.warned, link.idle) = (true, true);
                }
                State::Online(_) => {
                    self.end_session(now, place);
                    self.dismiss(now, place, CloseReason::Inactive);
                }
                State::Leaving => self.link(place).overdue = true,
            }
        }
        self.expire_mail(now);
    }

    /// The server stops.
    pub(super) fn handle_shutdown(&mut self, now: Millis) {
        let places: Vec<Place> = self.links.keys().copied().collect();
        for place in places {
            if self.links[&place].state != State::Leaving {
                self.dismiss(now, place, CloseReason::ShuttingDown);
            }
        }
    }

    /// When the next deadline is.
    pub(super) fn next_due(&self) -> Option<Millis> {
        let links = self.links.values().filter_map(|link| link.due(&self.shape.settings));
        let storing = (0..self.accounts.len()).filter_map(|user| self.storing_due(user));
        links.chain(storing).chain(self.expiry_due()).min()
    }

    /// Whose session the connection is.
    pub(super) fn user_of(&self, place: Place) -> Option<User> {
        match self.links.get(&place)?.state {
            State::Online(user) => Some(user),
            _ => None,
        }
    }

    /// Whether the user is online.
    pub(super) fn is_online(&self, user: User) -> bool {
        self.accounts[user].session.is_some()
    }

    /// How many users are online.
    pub(super) fn online(&self) -> usize {
        self.accounts.iter().filter(|account| account.session.is_some()).count()
    }

    /// Strangers and users.
    pub(super) fn present(&self) -> usize {
        self.links.values().filter(|link| link.state != State::Leaving).count()
    }

    /// How many blocks stand.
    pub(super) fn blocks(&self) -> usize {
        self.blocks.len()
    }

    fn link(&mut self, place: Place) -> &mut Link {
        self.links.get_mut(&place).expect("the connection is there")
    }

    /// Ends the session on the connection, if there is one; the others hear of it.
    fn end_session(&mut self, now: Millis, place: Place) {
        if let Some(user) = self.user_of(place) {
            self.leave(now, place);
            self.presence.push(Came { user, login: false, before: self.next_id });
        }
    }

    fn dismiss(&mut self, now: Millis, place: Place, close_reason: CloseReason) {
        self.leave(now, place);
        self.link(place).close_reason = Some(close_reason);
    }

    /// Nothing is read from the connection any more.
    fn leave(&mut self, now: Millis, place: Place) {
        if let Some(user) = self.user_of(place) {
            self.forget_files(place);
            let account = &mut self.accounts[user];
            account.session = None;
            account.last_logout = Some(now);
            for delivery in &mut account.mailbox {
                delivery.sent_until = None;
            }
            self.end_receipts(user);
            // What is refused is asked for again.
            let _ = self.store_mailbox(now, user);
        }
        self.end_claim(place);
        for link in self.links.values_mut() {
            link.introductions.retain(|call| call.caller != place);
        }
        let link = self.link(place);
        link.introductions.clear();
        if link.state != State::Leaving {
            (link.state, link.since) = (State::Leaving, now);
        }
        self.count_strangers();
    }
}

/// The line of a reply.
fn reply_line(reply: &Reply<'_>) -> String {
    let mut line = LineWriter::new();
    emit_reply(reply, &mut line);
    line.as_str().to_owned()
}

/// The line of an event.
fn event_line(event: &Event<'_>) -> String {
    let mut line = LineWriter::new();
    emit_event(event, &mut line);
    line.as_str().to_owned()
}
