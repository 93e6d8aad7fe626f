//! The connections: which are free, which are shaking hands, and whose each is.
//! Touches `table`, `lookup` and the slots. Nothing here visits all slots but the start.

use core::ops::{Index, IndexMut};

use smoltcp::iface::SocketSet;
use smoltcp::socket::tcp;

use super::clock::span;
use super::frame::{Segment, Tuple};
use super::lent::NetLent;
use super::lookup::Lookup;
use super::settings::NetSettings;
use super::slot::{Phase, Slot, new_socket};
use crate::table::{Links, List, UniqueQueue};
use crate::time::{Duration, Instant};

/// How long the goodbye of a connection that is closed keeps its place although a newcomer wants it: longer than a host nearby takes
/// to answer, and short enough that whoever does not hang up keeps nobody out.
const GRACE: Duration = Duration::from_millis(20);

/// Why a request to connect gets no slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct NoSlot;

/// A slot for a request to connect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Opened {
    pub(super) slot: usize,
    /// The slot that was freed for it. Perhaps the server must hear of that.
    pub(super) evicted: Option<usize>,
}

/// All connections.
pub(super) struct Slots<'s> {
    slots: &'s mut [Slot<'s>],
    lookup: Lookup<'s>,
    free: UniqueQueue<'s>,
    /// Oldest first.
    half_open: List,
    /// Oldest first.
    closing: List,
    /// Of both lists: nobody is in two phases.
    links: Links<'s>,
    half_open_max: usize,
    port: u16,
    handshake_timeout: smoltcp::time::Duration,
    idle_timeout: smoltcp::time::Duration,
}

/// The tables of a [`NetLent`] that are not the slots'.
pub(super) struct Queues<'s> {
    pub(super) input: UniqueQueue<'s>,
    pub(super) output: UniqueQueue<'s>,
    pub(super) timers: &'s mut [crate::table::WheelSlot],
}

impl<'s> Slots<'s> {
    /// Every slot with a socket, and all free. The only walk over all of them.
    pub(super) fn new(
        lent: NetLent<'s>,
        settings: &NetSettings<'_>,
        key: u64,
    ) -> (Self, Queues<'s>) {
        let NetLent { buffers, tables } = lent;
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
            closing: List::default(),
            links: Links::new(tables.links),
            half_open_max: (places / 2).max(4),
            port: settings.port,
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
        self.half_open.len()
    }

    /// The slot that the segment belongs to.
    pub(super) fn find(&self, tuple: &Tuple) -> Option<usize> {
        self.lookup.find(tuple, |slot| self.slots[slot].tuple)
    }

    /// The window that a connection begins with.
    pub(super) fn window(&mut self) -> u16 {
        let receives = self.slots.first_mut().map_or(0, |slot| slot.socket().recv_capacity());
        u16::try_from(receives).unwrap_or(u16::MAX)
    }

    /// A slot for a request to connect, with its socket listening. Handshakes may not take more than their share of the places, and
    /// none takes another's: whoever sends a request may be nobody.
    pub(super) fn open(&mut self, now: Instant, segment: &Segment) -> Result<Opened, NoSlot> {
        let evicted = if self.half_open.len() >= self.half_open_max {
            return Err(NoSlot);
        } else if self.free.is_empty() {
            Some(self.evict_closing(now)?)
        } else {
            None
        };
        self.occupy(now, segment, evicted)
    }

    /// A slot for whoever has shown that its address is its own; if need be, in the place of the oldest handshake.
    pub(super) fn open_for_sure(
        &mut self,
        now: Instant,
        segment: &Segment,
    ) -> Result<Opened, NoSlot> {
        let evicted = match self.free.is_empty() {
            true => Some(self.evict_closing(now).or_else(|_| self.evict_half_open())?),
            false => None,
        };
        self.occupy(now, segment, evicted)
    }

    /// Whether [`open_for_sure`](Self::open_for_sure) would find a slot.
    pub(super) fn has_room(&mut self, now: Instant) -> bool {
        !self.free.is_empty() || self.half_open.front().is_some() || self.lingering(now).is_ok()
    }

    fn occupy(
        &mut self,
        now: Instant,
        segment: &Segment,
        evicted: Option<usize>,
    ) -> Result<Opened, NoSlot> {
        let id = self.free.pop().ok_or(NoSlot)?;
        if self.lookup.insert(&segment.tuple, id).is_err() {
            self.free.push(id);
            return Err(NoSlot);
        }
        self.links.push_back(&mut self.half_open, id);
        let (port, timeout) = (self.port, self.handshake_timeout);
        let slot = &mut self.slots[id];
        slot.tuple = segment.tuple;
        slot.narrow = false;
        slot.enter(Phase::HalfOpen, now);
        slot.socket().set_timeout(Some(timeout));
        // Cannot fail: the socket of a free slot is closed, and port 0 was refused at start. If it did, nobody would be let in.
        let _ = slot.socket().listen(port);
        Ok(Opened { slot: id, evicted })
    }

    /// Gives up the oldest handshake.
    fn evict_half_open(&mut self) -> Result<usize, NoSlot> {
        let oldest = self.half_open.front().ok_or(NoSlot)?;
        self.release(oldest);
        Ok(oldest)
    }

    /// Gives up the oldest connection that only waits for its peer to hang up: who was told to go must not keep others out by
    /// staying on the line.
    fn evict_closing(&mut self, now: Instant) -> Result<usize, NoSlot> {
        let oldest = self.lingering(now)?;
        self.slots[oldest].unheard = true;
        self.release(oldest);
        Ok(oldest)
    }

    /// The oldest connection that only waits for its peer to hang up, and has for long enough.
    fn lingering(&mut self, now: Instant) -> Result<usize, NoSlot> {
        let oldest = self.closing.front().ok_or(NoSlot)?;
        let slot = &mut self.slots[oldest];
        let received = slot.socket().state() == tcp::State::FinWait2;
        match received || slot.age(now) >= GRACE {
            true => Ok(oldest),
            false => Err(NoSlot),
        }
    }

    /// The handshake is done.
    pub(super) fn arrive(&mut self, id: usize) {
        self.links.remove(&mut self.half_open, id);
        let timeout = self.idle_timeout;
        let slot = &mut self.slots[id];
        slot.phase = Phase::Arrived;
        slot.socket().set_timeout(Some(timeout));
    }

    /// The server has said all it had to say.
    pub(super) fn close(&mut self, now: Instant, id: usize) {
        if self.slots[id].phase == Phase::Open {
            self.links.push_back(&mut self.closing, id);
            self.slots[id].enter(Phase::Closing, now);
        }
    }

    /// The connection's name is another's from now on. It is over, and the server will hear what it last said.
    pub(super) fn forget(&mut self, id: usize) {
        self.lookup.remove(id, |slot| self.slots[slot].tuple);
    }

    /// The connection is over. Whatever its socket still had to say is not said: a later `listen` clears it.
    pub(super) fn release(&mut self, id: usize) {
        match self.slots[id].phase {
            Phase::HalfOpen => self.links.remove(&mut self.half_open, id),
            Phase::Closing => self.links.remove(&mut self.closing, id),
            _ => {}
        }
        self.lookup.remove(id, |slot| self.slots[slot].tuple);
        self.slots[id].phase = Phase::Free;
        self.slots[id].socket().abort();
        self.free.push(id);
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
