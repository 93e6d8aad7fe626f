//! The server from a start to the loss of its power: its tables, its driver, its store, the frames
//! at its end of the cable. What the server needs of the world is in `environment`.

use bumpalo::Bump;
use smolchat_core::dialect::lines::LineWriter;
use smolchat_core::net::{Driver, NetMemory, NetSettings, Service};
use smolchat_core::operator::Order;
use smolchat_core::server::{Server, ServerMemory, Settings};
use smolchat_core::store::Durability;
use smolchat_core::time::Instant;
use smolchat_ssh::Ssh;
use smolchat_store::simulated::SimulatedFlash;
use smolchat_store::{Figures, Log, RestoreCounts, restore};
use smoltcp::wire::EthernetAddress;

use super::cable::Cable;
use super::door;
use super::edge::Edge;
use super::environment::SimulatorEnvironment;
use super::person::{PORT, SERVER, SERVER_6, address_of, on_segment};
use super::plan::Plan;
use super::records::STORING_AGAIN;
use super::sabotage::Sabotage;
use super::segment::Segment;
use super::talk::name;
use super::waits::Waits;
use crate::model::Heap;

/// A flash with words of eight bytes and pages of 4 KiB.
pub(super) type Flash = SimulatedFlash<WORD, PAGE>;
/// Bytes of its words, and of its pages.
pub(super) const WORD: usize = 8;
pub(super) const PAGE: usize = 4096;

/// The server's Ethernet address.
pub(super) const MAC: EthernetAddress = EthernetAddress([2, 0, 0, 0, 0, 2]);
/// The store's number.
const EPOCH: u32 = 1;
/// Rounds at one moment after which a server will never come to rest.
const ROUNDS: usize = 10_000;

/// A server that runs.
pub(super) struct Life<'s> {
    pub(super) server: Server<'s>,
    pub(super) driver: Driver<'s, Ssh<'s>>,
    environment: SimulatorEnvironment,
    cable: Cable,
    edge: Edge,
    pub(super) waits: Waits,
    /// When it wants to be polled, by its own clock.
    pub(super) until: Option<u64>,
    expired: Vec<Expired>,
}

/// A delivery that was not fetched in time.
pub(super) struct Expired {
    /// Whose, by name.
    pub(super) to: String,
    pub(super) id: u64,
    /// The store has heard of it, so that it does not come any more. Else it may.
    pub(super) for_good: bool,
}

impl<'s> Life<'s> {
    /// Starts a server with what the flash holds. `now` is by its own clock.
    ///
    /// # Errors
    /// What the store or the server says: both are violations.
    pub(super) fn start(
        memory: &'s Bump,
        plan: &Plan,
        flash: Flash,
        sabotage: Sabotage,
        now: u64,
        seed: u64,
    ) -> Result<Self, String> {
        let now = Instant::from_millis(now);
        let range = 0..(plan.pages * PAGE) as u32;
        let log = Log::open(flash, range, EPOCH);
        let log = log.map_err(|(error, _)| format!("the store is not opened: {error}"))?;
        let lent = ServerMemory::from_arena(&plan.capacities, &mut Heap(memory));
        let durability = sabotage.durability(plan.settings.durability);
        let mail_expires = sabotage.mail_expires(plan.settings.mail_expires);
        let limits = sabotage.limits(plan.settings.limits);
        let settings = Settings { durability, mail_expires, limits, ..plan.settings };
        let mut server = Server::new(lent, settings, now, seed);
        let people = (0..plan.people).filter(|user| !plan.habits[*user].registers).map(name);
        for user in people.chain(plan.threat.accounts.iter().cloned()) {
            server.add_account(&user, &*user).map_err(|error| format!("{user}: {error:?}"))?;
        }
        match restore(&log, &mut server) {
            Ok(RestoreCounts { ownerless: 0, .. }) => {}
            other => return Err(format!("the store is not restored: {other:?}")),
        }
        let addresses = [SERVER, SERVER_6].map(on_segment);
        let mut settings = NetSettings::new(MAC, &addresses);
        let services = [Service { port: PORT, ..Service::LINES }, door::service()];
        settings.services = if plan.by_ssh() > 0 { &services } else { &services[..1] };
        let ssh = door::sessions(plan, &mut Heap(memory))?;
        let lent = NetMemory::from_arena(&plan.capacities, plan.buffers, &mut Heap(memory));
        let mut cable = Cable::default();
        let driver =
            Driver::with_carriers(lent, &settings, now, &mut cable, (seed ^ 1).into(), ssh);
        let driver = driver.map_err(|error| format!("no driver: {error:?}"))?;
        let environment = SimulatorEnvironment::new(log, sabotage);
        let by_lines = (0..plan.people).filter(|number| !plan.habits[*number].comes_by_ssh);
        let waits = Waits::new(by_lines.map(address_of));
        let edge = Edge::new(sabotage);
        Ok(Life {
            server,
            driver,
            environment,
            cable,
            edge,
            waits,
            until: Some(0),
            expired: Vec::new(),
        })
    }

    /// A frame comes to the server.
    pub(super) fn receive(&mut self, frame: Vec<u8>) {
        if let Some(segment) = Segment::parse(&frame) {
            self.waits.hear(&segment);
        }
        self.cable.incoming.extend(self.edge.come(frame));
    }

    /// One round.
    fn poll(&mut self, now: u64, plan: &Plan) -> Result<(), String> {
        let at = Instant::from_millis(now);
        let Life { server, driver, environment, cable, edge, waits, until, .. } = self;
        cable.incoming.extend(edge.release());
        waits.begin_round(now)?;
        environment.begin_round(now, server.chat(), plan);
        *until = driver.poll(at, cable, server, environment).map(Instant::as_millis);
        for frame in &mut cable.outgoing {
            edge.leave(frame);
            if let Some(segment) = Segment::parse(frame) {
                waits.say(&segment);
            }
        }
        if environment.has_refused && plan.settings.durability == Durability::Strict {
            waits.pardon(now + STORING_AGAIN);
        }
        environment.end_round(server, plan)
    }

    /// Rounds until it rests, each handed to `carry`. Answers whether it goes on: not without
    /// power, when nothing of the round leaves; nor after a commit that failed, when whatever the
    /// driver sends all the same does leave.
    ///
    /// # Errors
    /// It does not come to rest, or refused something without a reason.
    pub(super) fn settle(
        &mut self,
        now: u64,
        plan: &Plan,
        mut carry: impl FnMut(Vec<u8>),
    ) -> Result<bool, String> {
        for _ in 0..ROUNDS {
            self.poll(now, plan)?;
            self.note_expired();
            if self.flash().is_gone() {
                return Ok(false);
            }
            self.cable.outgoing.drain(..).for_each(&mut carry);
            if self.environment.has_failed {
                return Ok(false);
            }
            let is_idle = self.cable.incoming.is_empty() && self.edge.is_idle();
            if is_idle && self.until.is_none_or(|until| until > now) {
                return Ok(true);
            }
        }
        Err("the server does not come to rest".to_owned())
    }

    /// Notes what expired in a round. What a loss of power or a failed commit takes back may be in
    /// the store or not.
    fn note_expired(&mut self) {
        let has_ended = self.flash().is_gone() || self.environment.has_failed;
        let SimulatorEnvironment { expired, untold, .. } = &mut self.environment;
        self.expired.extend(expired.drain(..).map(|(to, id)| {
            let for_good = !has_ended && !untold.contains(&to);
            Expired { to, id, for_good }
        }));
    }

    /// What expired since the last call.
    pub(super) fn take_expired(&mut self) -> Vec<Expired> {
        std::mem::take(&mut self.expired)
    }

    /// The users of people who are online.
    pub(super) fn online(&self, plan: &Plan) -> Vec<String> {
        (0..plan.people).map(name).filter(|name| self.is_online(name)).collect()
    }

    /// Whether that user is online.
    pub(super) fn is_online(&self, name: &str) -> bool {
        let chat = self.server.chat();
        chat.find(name).is_some_and(|user| chat.is_online(user))
    }

    /// Does an operator's order. Its answer counts once a commit has followed.
    pub(super) fn order(&mut self, now: u64, order: Order<'_>) -> String {
        let mut line = LineWriter::new();
        let Life { server, environment, .. } = self;
        // Each of these orders has an answer of one line.
        _ = server.operate(Instant::from_millis(now), order, environment, &mut line);
        line.as_str().to_owned()
    }

    /// The next commit fails, and the power stays.
    pub(super) fn fail_commit(&mut self) {
        self.environment.commit_fails = true;
    }

    /// Whether the store has refused anything since the last call.
    pub(super) fn take_refused(&mut self) -> bool {
        std::mem::take(&mut self.environment.has_refused)
    }

    /// The flash, to cut its power.
    pub(super) fn flash(&mut self) -> &mut Flash {
        self.environment.store.store.flash()
    }

    /// What the store has written.
    pub(super) fn figures(&self) -> Figures {
        self.environment.store.store.figures()
    }

    /// The power is gone: what is left.
    pub(super) fn end(self) -> Flash {
        self.environment.store.store.into_flash()
    }

    /// What a server that holds nothing must show.
    ///
    /// # Errors
    /// What is held all the same.
    pub(super) fn check_leaks(&self, plan: &Plan) -> Result<(), String> {
        let chat = self.server.chat();
        let (places, free) = (plan.capacities.places(), self.driver.free_places());
        if self.server.connections() == 0 && self.driver.half_open() == 0 && free != places {
            return Err(format!("{free} of {places} places are free, and nobody is connected"));
        }
        let present = chat.present();
        if present > plan.capacities.connections {
            return Err(format!("{present} are present, more than fit"));
        }
        let waiting = (0..plan.capacities.users).filter_map(|user| chat.nth_account(user));
        let waiting: usize = waiting.map(|user| chat.waiting_for(user)).sum();
        let texts = chat.figures().texts.used;
        if waiting == 0 && chat.online_count() == 0 && texts > 0 {
            return Err(format!("{texts} texts are held, and nothing waits for anybody"));
        }
        Ok(())
    }

    /// What a server shows that holds nothing, and never will any more. What the attacker blocks
    /// stands as long as it likes.
    ///
    /// # Errors
    /// What is held all the same.
    pub(super) fn check_end(&self, plan: &Plan) -> Result<(), String> {
        let chat = self.server.chat();
        let people: Vec<_> = (0..plan.people).filter_map(|user| chat.find(&name(user))).collect();
        let blocks = people.iter().flat_map(|by| people.iter().map(move |whom| (*by, *whom)));
        match blocks.filter(|(by, whom)| chat.has_blocked(*by, *whom)).count() {
            0 => self.check_leaks(plan),
            blocks => Err(format!("{blocks} blocks stand, and everybody took theirs back")),
        }
    }

    /// What the server holds, for a report.
    pub(super) fn held(&self) -> String {
        let (chat, connections) = (self.server.chat(), self.server.connections());
        let (texts, online) = (chat.figures().texts.used, chat.online_count());
        format!("{connections} connections, {online} users online, {texts} texts")
    }

    /// Whether nothing waits for anybody.
    pub(super) fn is_drained(&self) -> bool {
        self.server.chat().figures().texts.used == 0
    }
}
