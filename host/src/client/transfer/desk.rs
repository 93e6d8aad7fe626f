//! The thread that decides: it hears commands, links and errands, and hands on what the exchange
//! wants done. It never waits for a disk or a peer.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use smolchat_files::exchange::{Action, Arrival, Exchange, Giving, LinkId, Notice};
use smolchat_files::offers::SourceError;
use smolchat_files::record::{What, Why};
use smolchat_files::{ContentId, Moment, Record};

use super::command::TransferCommand;
use super::download::{Download, StoppedPart};
use super::event::TransferEvent;
use super::givers::Givers;
use super::input::{Input, Outcome};
use super::link_end::LinkEnd;
use super::links;
use super::outbox::Out;
use super::source::Source;
use super::{CallError, Hub, yielding};

/// How often something may be due.
const TICK: Duration = Duration::from_millis(100);

/// What the deciding thread has.
pub(super) struct Desk {
    pub(super) hub: Hub,
    pub(super) exchange: Exchange,
    pub(super) links: BTreeMap<LinkId, LinkEnd>,
    pub(super) sources: BTreeMap<ContentId, Arc<Source>>,
    pub(super) downloads: BTreeMap<ContentId, Download>,
    /// Part files that may still be open.
    pub(super) stopped: BTreeMap<ContentId, StoppedPart>,
    /// Files that are read, to be offered: true once they are to be read no more.
    pub(super) reading: BTreeMap<PathBuf, Arc<AtomicBool>>,
    /// So many downloads were begun.
    pub(super) count: u64,
    givers: Givers,
    begun: Instant,
}

impl Desk {
    pub(super) fn new(hub: Hub) -> Self {
        Desk {
            hub,
            exchange: Exchange::new(),
            links: BTreeMap::new(),
            sources: BTreeMap::new(),
            downloads: BTreeMap::new(),
            stopped: BTreeMap::new(),
            reading: BTreeMap::new(),
            count: 0,
            givers: Givers::default(),
            begun: Instant::now(),
        }
    }

    /// Hears the other threads until the program ends.
    pub(super) fn run(mut self, received: &Receiver<Input>) {
        yielding::give_way();
        self.begin_offering();
        let mut ticked = Instant::now();
        loop {
            let is_idle = self.downloads.is_empty() && self.links.is_empty();
            let input = match is_idle {
                true => received.recv().map_err(|_| RecvTimeoutError::Disconnected),
                false => received.recv_timeout(TICK.saturating_sub(ticked.elapsed())),
            };
            match input {
                Ok(input) => self.hear(input),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return,
            }
            if ticked.elapsed() >= TICK {
                ticked = Instant::now();
                self.tick();
            }
            self.act();
        }
    }

    pub(super) fn now(&self) -> Moment {
        self.begun.elapsed()
    }

    fn tick(&mut self) {
        let now = self.now();
        let taking = self.links.iter().filter(|(_, end)| end.outbox.is_moving());
        taking.for_each(|(link, _)| self.exchange.taken(now, *link));
        self.exchange.tick(now);
        self.tell_progress();
        self.singles_end();
        self.givers.look(now, &self.exchange, &self.hub.tell);
    }

    fn hear(&mut self, input: Input) {
        let now = self.now();
        match input {
            Input::Command(command) => self.obey(command),
            Input::Linked { link, end } => {
                self.exchange.linked(now, link, &end.user);
                self.links.insert(link, end);
            }
            Input::Lost { link } => {
                self.links.remove(&link);
                self.exchange.lost(now, link);
            }
            Input::NotCalled { user, error } => self.not_called(user, &error),
            Input::Heard { link, record, body } => {
                self.heard_of(link);
                self.exchange.heard(now, link, record, &body);
            }
            Input::Moved { link, id, bytes } => {
                self.heard_of(link);
                self.exchange.moved(now, link, id, bytes);
            }
            Input::Arrived { link, id, index, moved, outcome } => {
                self.heard_of(link);
                self.exchange.moved(now, link, id, moved);
                self.arrived(link, id, index, outcome);
            }
            Input::Given { link, id, bytes, failure } => self.given(link, id, bytes, failure),
            Input::Kept { offered, looked } => self.kept(offered, looked),
            Input::KeptLooked => self.hub.tell(TransferEvent::KeptLooked),
            Input::Hashed { path, result } => self.hashed(path, result),
            Input::Looked { id, looked } => self.looked(id, looked),
            Input::Opened { id, number, result } => self.opened(ContentId(id), number, result),
            Input::Checked { list, number, found } => self.checked(list, number, found),
            Input::Finished { id, number, result } => self.finished(ContentId(id), number, result),
        }
    }

    fn heard_of(&self, link: LinkId) {
        if let Some(end) = self.links.get(&link) {
            end.backlog.leave();
        }
    }

    fn obey(&mut self, command: TransferCommand) {
        match command {
            TransferCommand::Offer { path } => self.offer(path),
            TransferCommand::StopReading { path } => self.stop_reading(&path),
            TransferCommand::Look { id, path } => self.look(ContentId(id), path),
            TransferCommand::Survey { offer, folder } => self.survey(offer, folder),
            TransferCommand::Leftovers { folder } => self.look_for_leftovers(folder),
            TransferCommand::Discard { id, folder } => self.discard(ContentId(id), folder),
            TransferCommand::Withdraw { id } => self.withdraw(ContentId(id)),
            TransferCommand::Download { offer, folder, holders } => {
                self.download(offer, folder, &holders);
            }
            TransferCommand::Chunk { offer, folder, user, index } => {
                self.download_chunk(offer, folder, user, index);
            }
            TransferCommand::Holders { id, holders } => self.holders(ContentId(id), &holders),
            TransferCommand::Ask { offer, user } => self.ask(&offer, user),
            TransferCommand::Stop { id } => self.stop(ContentId(id)),
            TransferCommand::NotIntroduced { user, .. } => self.not_linked(&user),
        }
    }

    fn not_called(&mut self, user: String, error: &CallError) {
        match error {
            CallError::NoWay => self.hub.tell(TransferEvent::WantsIntroduction { user }),
            CallError::Unreachable => self.not_linked(&user),
        }
    }

    fn not_linked(&mut self, user: &str) {
        self.exchange.not_linked(self.now(), user);
        self.single_is_unreachable(user);
    }

    fn given(&mut self, link: LinkId, id: ContentId, bytes: u32, failure: Option<SourceError>) {
        let giving = if failure.is_some() { Giving::NotRead } else { Giving::Sent(bytes) };
        self.exchange.given(self.now(), link, id, giving);
        if let Some(error) = failure {
            self.cannot_give(id, &error);
        }
    }

    fn arrived(&mut self, link: LinkId, id: ContentId, index: u32, outcome: Outcome) {
        let arrival = match outcome {
            Outcome::Written => Arrival::Written,
            Outcome::Wrong => Arrival::Wrong,
            Outcome::NotWritten(error) => return self.fail(id, &error.to_string()),
        };
        self.exchange.arrived(self.now(), link, id, index, arrival);
        if arrival == Arrival::Written {
            self.single_arrived(link, id, index);
        }
    }

    /// Does all that the exchange wants done.
    fn act(&mut self) {
        while let Some(action) = self.exchange.next_action() {
            match action {
                Action::Send { link, record, body } => self.send(link, record, body),
                Action::Give { link, id, index } => self.give(link, id, index),
                Action::Prepare { id, list } => self.prepare(id, list),
                Action::Call { user } => links::call(&self.hub, user),
                Action::Close { link } => {
                    if let Some(end) = self.links.remove(&link) {
                        end.close();
                    }
                }
                Action::Tell(notice) => self.notice(notice),
            }
        }
    }

    fn send(&mut self, link: LinkId, record: Record, body: Vec<u8>) {
        let Some(end) = self.links.get(&link) else { return };
        if let Record::Want { id, index } = record {
            let Some(target) = self.downloads.get(&id).and_then(Download::target) else { return };
            end.wanted.insert(id, index, target);
        }
        let (record, body) = match record {
            Record::List { id, .. } if self.has_list(&end.user, id) => {
                (Record::Not { id, what: What::List, why: Why::Busy }, Vec::new())
            }
            _ => (record, body),
        };
        let elsewhere = self.bytes_elsewhere(link, &end.user);
        if end.outbox.put(Out::Say(record, body), elsewhere).is_err() {
            // Its reader sees the end and tells it.
            end.close();
        }
    }

    /// Whether the list of this file waits for the user already, on any link.
    fn has_list(&self, user: &str, id: ContentId) -> bool {
        self.links.values().any(|end| end.user == user && end.outbox.has_list(id))
    }

    /// Bytes that wait for the user on its other links.
    fn bytes_elsewhere(&self, link: LinkId, user: &str) -> usize {
        let others = self.links.iter().filter(|(other, end)| **other != link && end.user == user);
        others.map(|(_, end)| end.outbox.bytes()).sum()
    }

    fn give(&mut self, link: LinkId, id: ContentId, index: u32) {
        let source = self.sources.get(&id);
        match (self.links.get(&link), source) {
            (Some(end), Some(source)) => {
                // Chunks are bounded by the slots, and so always find room.
                let _ = end.outbox.put(Out::Give(source.clone(), id, index), 0);
            }
            _ => self.exchange.given(self.now(), link, id, Giving::NotRead),
        }
    }

    fn notice(&mut self, notice: Notice) {
        let event = match notice {
            Notice::Whole { id } => return self.whole(id),
            Notice::NoChunk { id, .. } => {
                return self.no_chunk(id, "the user does not have it any more");
            }
            Notice::Share { id, share } => TransferEvent::Share { id: id.0, share },
            Notice::Stalled { id, since } => TransferEvent::Stalled { id: id.0, since },
            Notice::Wrong { id, user } => TransferEvent::WrongChunk { id: id.0, user },
            Notice::Held { id, user, held } => {
                let chunks = (0..held.count()).map(|index| held.has(index)).collect();
                TransferEvent::Held { id: id.0, user, chunks }
            }
            Notice::NotHeld { id, user } => {
                let why = "it cannot be asked".to_owned();
                TransferEvent::NotHeld { id: id.0, user, why }
            }
        };
        self.hub.tell(event);
    }
}
