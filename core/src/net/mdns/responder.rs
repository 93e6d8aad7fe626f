//! The responder as one value: messages in, and what is to be said when.
//! Knows no frame.

use domain::base::Message;
use domain::base::iana::Opcode;
use smoltcp::wire::{EthernetAddress, IpAddress, IpCidr};

use super::super::error::NetError;
use super::super::service::Service;
use super::asked::{Asked, Received, ttl};
use super::lane::{Lane, Saying};
use super::message::{Form, Text, answer, probe};
use super::naming::{Label, Naming};
use super::pace::{Pace, Retry, Which};
use super::phase::{Course, Step};
use super::records::{Identity, Records};
use super::set::Set;
use super::shares::Shares;
use super::{Family, PORT};
use crate::environment::{Environment, Notice};
use crate::time::{Duration, Instant};

/// Messages that are read in one second. Reading one takes longer than any other frame beside the
/// chat.
const MESSAGES_PER_SECOND: u32 = 100;
/// Answers to one host in one second, for all hosts together. Everybody hears each record once a
/// second at most, and so needs no limit.
const ANSWERS_PER_SECOND: u32 = 20;

/// A message, and where it came from.
#[derive(Clone, Copy)]
pub(super) struct Heard<'m> {
    pub(super) bytes: &'m [u8],
    pub(super) family: Family,
    /// The host of the link that sent it.
    pub(super) host: EthernetAddress,
    pub(super) from: IpAddress,
    pub(super) port: u16,
    /// It was for the group, and not for us alone.
    pub(super) is_to_all: bool,
    /// The longest answer.
    pub(super) longest: usize,
}

/// What the log is to be told.
#[derive(Clone, Copy, Debug)]
enum NameNotice {
    Ours,
    Taken,
    NoneLeft,
}

/// The responder.
pub(in super::super) struct Responder {
    identity: Identity,
    course: Course,
    pace: Pace,
    lanes: [Lane; Family::COUNT],
    /// Messages that may be read.
    messages: Shares,
    /// Answers that one host may get.
    replies: Shares,
    chance: u64,
    notice: Option<NameNotice>,
    /// The log knows our name.
    is_told: bool,
}

impl Responder {
    /// A responder that says nothing before [`follow`](Self::follow).
    ///
    /// # Errors
    /// The name is no name of a host.
    pub(in super::super) fn new(
        naming: &Naming<'_>,
        services: &[Service],
        now: Instant,
        seed: u64,
    ) -> Result<Self, NetError> {
        let label = Label::new(naming.name)?;
        Ok(Responder {
            identity: Identity::new(naming, label, services),
            course: Course::new(),
            pace: Pace::new(),
            lanes: Default::default(),
            messages: Shares::new((MESSAGES_PER_SECOND, MESSAGES_PER_SECOND / 2), seed, now),
            replies: Shares::new((ANSWERS_PER_SECOND, ANSWERS_PER_SECOND), seed, now),
            chance: seed,
            notice: None,
            is_told: false,
        })
    }

    /// Our addresses are others than before. A name that is ours stays ours, and everybody hears
    /// where it leads now.
    pub(in super::super) fn follow(&mut self, now: Instant, addresses: &[IpCidr]) {
        self.hush();
        if self.course.is_silent() {
        } else if addresses.is_empty() {
            self.course.wait();
        } else if self.course.has_name() {
            self.course.announce_from(now);
        } else {
            // Machines that are switched on together must not ask together (RFC 6762, 8.1).
            let at = now + self.chosen(Duration::from_millis(250));
            self.course.probe_from(at);
        }
    }

    /// Says goodbye, and then nothing more.
    pub(in super::super) fn stop(&mut self, addresses: &[IpCidr]) {
        self.hush();
        if self.course.has_name() {
            let all = Records { identity: &self.identity, addresses }.all();
            self.lanes.iter_mut().for_each(|lane| lane.goodbye = all);
        }
        self.course.fall_silent();
    }

    /// When there is something to say, if nobody asks before.
    pub(in super::super) fn due(&self) -> Option<Instant> {
        let lanes = self.lanes.iter().flat_map(|lane| [lane.answers.due(), lane.membership]);
        lanes.chain([self.course.due()]).flatten().min()
    }

    /// Tells the log what happened to our name.
    pub(super) fn tell(&mut self, environment: &mut impl Environment) {
        let name = self.identity.label.as_str();
        match self.notice.take() {
            None => {}
            Some(NameNotice::Ours) => environment.notice(Notice::Named { name }),
            Some(NameNotice::Taken) => environment.notice(Notice::NameTaken { next: Some(name) }),
            Some(NameNotice::NoneLeft) => environment.notice(Notice::NameTaken { next: None }),
        }
    }

    /// Takes a message, and answers what its sender alone is to hear.
    pub(super) fn hear(
        &mut self,
        now: Instant,
        heard: Heard<'_>,
        addresses: &[IpCidr],
    ) -> Result<Option<Text>, TooMany> {
        if self.course.is_silent() {
            return Ok(None);
        }
        if !self.messages.allow(now, heard.host) {
            return Err(TooMany);
        }
        let Ok(message) = Message::from_octets(heard.bytes) else { return Ok(None) };
        let header = message.header();
        if header.opcode() != Opcode::QUERY || header.rcode().to_int() != 0 {
            return Ok(None);
        }
        match header.qr() {
            // Answers come from the port of multicast DNS (RFC 6762, 6).
            true if heard.port == PORT => self.hear_answer(now, &message, addresses),
            true => {}
            false if self.course.is_probing() => self.hear_probe(now, &message, addresses),
            false if self.course.has_name() => {
                return self.hear_question(now, &message, heard, addresses);
            }
            false => {}
        }
        Ok(None)
    }

    /// A host that has our name says so.
    fn hear_answer(&mut self, now: Instant, message: &Received<'_>, addresses: &[IpCidr]) {
        let records = Records { identity: &self.identity, addresses };
        let is_probing = self.course.is_probing();
        let may_contradict = is_probing || self.course.has_name();
        if !may_contradict || !records.are_contradicted(message, is_probing) {
            return;
        }
        self.hush();
        if !is_probing {
            // Whether the name is still ours, the probes will tell (RFC 6762, 9).
            return self.course.probe_from(self.pace.after_claim(now));
        }
        let was_told = core::mem::take(&mut self.is_told);
        let was_resting = self.pace.is_resting();
        let Retry { at, which } = self.pace.after_denial(now, self.identity.label.has_more());
        match which {
            Which::Next => self.identity.label.advance(),
            Which::First => self.identity.label.restart(),
        }
        // While all names are denied, the log hears so once.
        if !self.pace.is_resting() {
            self.notice = Some(NameNotice::Taken);
        } else if was_told || !was_resting {
            self.notice = Some(NameNotice::NoneLeft);
        }
        self.course.probe_from(at);
    }

    /// While we ask for a name, another host may ask for it, too.
    fn hear_probe(&mut self, now: Instant, message: &Received<'_>, addresses: &[IpCidr]) {
        let records = Records { identity: &self.identity, addresses };
        if message.header_counts().nscount() > 0 && records.come_second(message) {
            self.hush();
            self.course.defer(now);
        }
    }

    fn hear_question(
        &mut self,
        now: Instant,
        message: &Received<'_>,
        heard: Heard<'_>,
        addresses: &[IpCidr],
    ) -> Result<Option<Text>, TooMany> {
        let records = Records { identity: &self.identity, addresses };
        let (names, is_plain) = (records.names(), heard.port != PORT);
        let known = if is_plain { Set::EMPTY } else { records.known(message, &names) };
        let Asked { by_all, by_one } = Asked::of(message, records, &names);
        let (mut by_all, mut by_one) = (by_all & !known, by_one & !known);
        let lane = &mut self.lanes[heard.family as usize];
        if message.header_counts().qdcount() == 0 {
            lane.answers.drop_known(heard.from, known);
        }
        if is_plain || !heard.is_to_all {
            (by_one, by_all) = (by_one | by_all, Set::EMPTY);
        } else if !lane.answers.are_fresh(now, by_one, ttl) {
            // Others have to hear it again soon, too.
            (by_all, by_one) = (by_all | by_one, Set::EMPTY);
        }
        if !by_all.is_empty() {
            let is_defence = message.header_counts().nscount() > 0;
            let due = now + self.delay(by_all, message.header().tc());
            let lane = &mut self.lanes[heard.family as usize];
            lane.answers.add(by_all, due, heard.from, is_defence);
        }
        if by_one.is_empty() {
            return Ok(None);
        }
        if !self.replies.allow(now, heard.host) {
            return Err(TooMany);
        }
        let form = if is_plain { Form::Plain(message) } else { Form::Usual };
        let records = Records { identity: &self.identity, addresses };
        let (text, told) = answer(records, (by_one, records.beside(by_one)), form, heard.longest);
        Ok((!told.is_empty()).then_some(text))
    }

    /// How long an answer to everybody waits (RFC 6762, 6): others may have the same names of
    /// services to tell, and an asker with more to say than one message holds goes on.
    fn delay(&mut self, answers: Set, is_to_go_on: bool) -> Duration {
        let is_shared = answers.iter().any(|record| !record.owner().is_unique());
        match (is_to_go_on, is_shared) {
            (true, _) => Duration::from_millis(400) + self.chosen(Duration::from_millis(100)),
            (false, true) => Duration::from_millis(20) + self.chosen(Duration::from_millis(100)),
            (false, false) => Duration::from_millis(0),
        }
    }

    /// A router or a bridge asks who is in the group, and wants to know within this time.
    pub(super) fn hear_membership_query(&mut self, now: Instant, family: Family, within: Duration) {
        if self.course.is_silent() {
            return;
        }
        let at = now + self.chosen(within);
        let membership = &mut self.lanes[family as usize].membership;
        *membership = Some(membership.map_or(at, |earlier| earlier.min(at)));
    }

    /// The next thing to say to everybody.
    pub(super) fn next(&mut self, now: Instant, addresses: &[IpCidr]) -> Option<(Family, Saying)> {
        self.advance(now, addresses);
        Family::ALL.into_iter().find_map(|family| {
            let lane = &mut self.lanes[family as usize];
            if !addresses.iter().any(|own| Family::of(own.address()) == family) {
                *lane = Lane::default();
                return None;
            }
            lane.next(now).map(|saying| (family, saying))
        })
    }

    /// The message for that; none for a membership.
    pub(super) fn write(
        &self,
        saying: Saying,
        addresses: &[IpCidr],
        longest: usize,
    ) -> Option<(Text, Set)> {
        let records = Records { identity: &self.identity, addresses };
        let beside = |answers| (answers, records.beside(answers));
        match saying {
            Saying::Probe => Some((probe(records, longest), Set::EMPTY)),
            Saying::Answer(set) => Some(answer(records, beside(set), Form::Usual, longest)),
            Saying::Goodbye(set) => {
                Some(answer(records, (set, Set::EMPTY), Form::Goodbye, longest))
            }
            Saying::Membership => None,
        }
    }

    /// That is said now, with these records of it. What found no room is said next.
    pub(super) fn note_said(&mut self, now: Instant, family: Family, saying: Saying, told: Set) {
        self.lanes[family as usize].note_said(now, saying, told);
    }

    fn advance(&mut self, now: Instant, addresses: &[IpCidr]) {
        match self.course.advance(now) {
            None => {}
            Some(Step::Probe) => self.lanes.iter_mut().for_each(|lane| {
                lane.probe = true;
                lane.membership = Some(now);
            }),
            Some(Step::Announce) => {
                let all = Records { identity: &self.identity, addresses }.all();
                self.lanes.iter_mut().for_each(|lane| lane.ready |= all);
                self.pace.note_held(now);
                if !self.is_told {
                    (self.is_told, self.notice) = (true, Some(NameNotice::Ours));
                }
            }
        }
    }

    /// Forgets what was to be said.
    fn hush(&mut self) {
        self.lanes.iter_mut().for_each(Lane::hush);
    }

    /// A time below `most`, by chance (SplitMix64).
    fn chosen(&mut self, most: Duration) -> Duration {
        self.chance = self.chance.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.chance ^ self.chance >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        Duration::from_millis((mixed ^ mixed >> 31) % most.as_millis().max(1))
    }
}

/// There was no budget for a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct TooMany;
