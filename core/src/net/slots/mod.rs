//! The connections: which slots are free, which are shaking hands, and which peer each has. No
//! frame, message or timer visits all slots.

mod room;

use core::ops::{Index, IndexMut};

use smoltcp::iface::SocketSet;

use super::clock::span;
use super::frame::{Segment, Tuple};
use super::lookup::Lookup;
use super::memory::NetMemory;
use super::service::Services;
use super::settings::NetSettings;
use super::slot::{Phase, Slot, new_socket};
use crate::table::{Links, List, UniqueQueue};
use crate::time::Instant;

/// Why a request to connect gets no slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct NoSlot;

/// A slot for a request to connect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Opened {
    pub(super) slot: usize,
    /// The slot that was freed for it. The server may have to hear of that.
    pub(super) evicted: Option<usize>,
}

/// All connections.
pub(super) struct Slots<'s> {
    slots: &'s mut [Slot<'s>],
    lookup: Lookup<'s>,
    free: UniqueQueue<'s>,
    /// Oldest first, as all lists here.
    half_open: List,
    half_open_by_cookie: List,
    closing: List,
    /// The links of all lists: no slot is in two phases.
    links: Links<'s>,
    half_open_max: usize,
    /// What answers at our ports.
    pub(super) services: Services,
    handshake_timeout: smoltcp::time::Duration,
    idle_timeout: smoltcp::time::Duration,
}

/// The tables of a [`NetMemory`] that are not the slots'.
pub(super) struct Queues<'s> {
    pub(super) input: UniqueQueue<'s>,
    pub(super) output: UniqueQueue<'s>,
    pub(super) timers: &'s mut [crate::table::WheelSlot],
}

impl<'s> Slots<'s> {
    /// All slots, free, and each with a socket. Nothing else walks over all of them.
    pub(super) fn new(
        lent: NetMemory<'s>,
        settings: &NetSettings<'_>,
        services: Services,
        key: u64,
    ) -> (Self, Queues<'s>) {
        let NetMemory { buffers, tables } = lent;
        let places = tables.slots.len();
        let mut free = UniqueQueue::new(tables.free);
        let rings =
            tables.rx.chunks_exact_mut(buffers.rx).zip(tables.tx.chunks_exact_mut(buffers.tx));
        let memory = tables.storage.chunks_exact_mut(1).zip(rings);
        for (id, (slot, (storage, (rx, tx)))) in tables.slots.iter_mut().zip(memory).enumerate() {
            slot.sockets = SocketSet::new(storage);
            slot.sockets.add(new_socket(rx, tx, settings));
            free.push(id);
        }
        let slots = Slots {
            slots: tables.slots,
            lookup: Lookup::new(tables.lookup, key),
            free,
            half_open: List::default(),
            half_open_by_cookie: List::default(),
            closing: List::default(),
            links: Links::new(tables.links),
            half_open_max: (places / 2).max(4),
            services,
            handshake_timeout: span(settings.handshake_timeout),
            idle_timeout: span(settings.idle_timeout),
        };
        let (input, output) = (UniqueQueue::new(tables.input), UniqueQueue::new(tables.output));
        (slots, Queues { input, output, timers: tables.timers })
    }

    /// Slots of all phases.
    pub(super) fn len(&self) -> usize {
        self.slots.len()
    }

    /// Slots that serve nobody.
    pub(super) fn free(&self) -> usize {
        self.free.len()
    }

    /// Handshakes under way.
    pub(super) fn half_open(&self) -> usize {
        self.half_open.len() + self.half_open_by_cookie.len()
    }

    /// The slot of a segment's connection.
    pub(super) fn find(&self, tuple: &Tuple) -> Option<usize> {
        self.lookup.find(tuple, |slot| self.slots[slot].tuple)
    }

    /// Our port of the connection.
    pub(super) fn port(&self, id: usize) -> u16 {
        self.services.get(self.slots[id].tuple.service).port
    }

    /// The window that a connection begins with.
    pub(super) fn window(&mut self) -> u16 {
        let receives = self.slots.first_mut().map_or(0, |slot| slot.socket().recv_capacity());
        u16::try_from(receives).unwrap_or(u16::MAX)
    }

    /// A slot for a request to connect, with its socket listening. Handshakes may not take more
    /// than their share of the places, and none takes another's, because the sender of a request
    /// may be forged.
    pub(super) fn open(
        &mut self,
        now: Instant,
        segment: &Segment,
        phase: Phase,
    ) -> Result<Opened, NoSlot> {
        let evicted = if self.half_open() >= self.half_open_max {
            return Err(NoSlot);
        } else if self.free.is_empty() {
            let oldest = self.lingering(now).ok_or(NoSlot)?;
            self.evict(oldest);
            Some(oldest)
        } else {
            None
        };
        self.occupy(now, segment, phase, evicted)
    }

    fn occupy(
        &mut self,
        now: Instant,
        segment: &Segment,
        phase: Phase,
        evicted: Option<usize>,
    ) -> Result<Opened, NoSlot> {
        let id = self.free.pop().ok_or(NoSlot)?;
        if self.lookup.insert(&segment.tuple, id).is_err() {
            self.free.push(id);
            return Err(NoSlot);
        }
        let list = match phase {
            Phase::HalfOpenByCookie => &mut self.half_open_by_cookie,
            _ => &mut self.half_open,
        };
        self.links.push_back(list, id);
        let port = self.services.get(segment.tuple.service).port;
        let timeout = self.handshake_timeout;
        let slot = &mut self.slots[id];
        slot.tuple = segment.tuple;
        (slot.narrow, slot.probed, slot.probes) = (false, false, 0);
        slot.enter(phase, now);
        slot.socket().set_timeout(Some(timeout));
        // Cannot fail: the socket of a free slot is closed, and the start refuses port 0. If it did
        // fail, nobody would get in.
        let _ = slot.socket().listen(port);
        Ok(Opened { slot: id, evicted })
    }

    /// The handshake is done.
    pub(super) fn arrive(&mut self, id: usize) {
        self.unlist(id);
        let timeout = self.idle_timeout;
        let slot = &mut self.slots[id];
        slot.phase = Phase::Arrived;
        slot.socket().set_timeout(Some(timeout));
    }

    /// Notes that the server has sent everything.
    pub(super) fn close(&mut self, now: Instant, id: usize) {
        if self.slots[id].phase == Phase::Open {
            self.links.push_back(&mut self.closing, id);
            self.slots[id].enter(Phase::Closing, now);
        }
    }

    /// Gives up the connection's name, which another connection takes. The connection is over, and
    /// the server will still hear its last bytes.
    pub(super) fn forget(&mut self, id: usize) {
        self.lookup.remove(id, |slot| self.slots[slot].tuple);
    }

    /// Frees the slot of a connection that is over. Unsent bytes of its socket stay unsent; a later
    /// `listen` clears them.
    pub(super) fn release(&mut self, id: usize) {
        self.unlist(id);
        self.lookup.remove(id, |slot| self.slots[slot].tuple);
        self.slots[id].phase = Phase::Free;
        self.slots[id].socket().abort();
        self.free.push(id);
    }

    /// Takes the connection off the list of its phase.
    fn unlist(&mut self, id: usize) {
        match self.slots[id].phase {
            Phase::HalfOpen => self.links.remove(&mut self.half_open, id),
            Phase::HalfOpenByCookie => self.links.remove(&mut self.half_open_by_cookie, id),
            Phase::Closing => self.links.remove(&mut self.closing, id),
            _ => {}
        }
    }
}

impl<'s> Index<usize> for Slots<'s> {
    type Output = Slot<'s>;

    fn index(&self, id: usize) -> &Slot<'s> {
        &self.slots[id]
    }
}

impl<'s> IndexMut<usize> for Slots<'s> {
    fn index_mut(&mut self, id: usize) -> &mut Slot<'s> {
        &mut self.slots[id]
    }
}
