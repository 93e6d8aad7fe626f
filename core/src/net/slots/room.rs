//! Which connections make room for a newcomer if every place is taken: goodbyes, and handshakes
//! that nobody finishes. A look takes a few of them at a time. Knows no frame.

use smoltcp::socket::tcp::State;

use super::super::cookie::ANSWER;
use super::super::frame::Segment;
use super::super::slot::Phase;
use super::{NoSlot, Opened, Slots};
use crate::chat::Source;
use crate::time::{Duration, Instant};

/// How long the goodbye of a closed connection keeps its place although a newcomer wants it. It has
/// gone out once by then, and a host nearby has answered. A longer time keeps newcomers out where
/// somebody takes places and acknowledges nothing: so many places come free in each such time.
const GRACE: Duration = Duration::from_millis(5);

/// The age at which a handshake looks forged. A peer that is farther away loses nothing by that.
const SUSPICIOUS: Duration = Duration::from_millis(100);

/// The oldest goodbyes, or handshakes, that are looked at for one that makes room.
const LOOKS: usize = 8;

/// Places that are looked at to tell which of two sources holds more.
const SAMPLE: usize = 64;

impl Slots<'_> {
    /// A slot for a newcomer that has proven its address, perhaps in the place of the connection
    /// that loses least.
    pub(in super::super) fn open_for_sure(
        &mut self,
        now: Instant,
        segment: &Segment,
    ) -> Result<Opened, NoSlot> {
        let evicted = match self.free.is_empty() {
            true => Some(self.expendable(now, segment.tuple.source()).ok_or(NoSlot)?),
            false => None,
        };
        if let Some(id) = evicted {
            self.evict(id);
        }
        self.occupy(now, segment, Phase::HalfOpenByCookie, evicted)
    }

    /// Whether [`open_for_sure`](Self::open_for_sure) would find a slot.
    pub(in super::super) fn has_room(&mut self, now: Instant, newcomer: Source) -> bool {
        !self.free.is_empty() || self.expendable(now, newcomer).is_some()
    }

    /// Whether a goodbye or a handshake makes room for a newcomer of this source, since its own
    /// source holds more places.
    pub(in super::super) fn yields_to(&self, newcomer: Source) -> bool {
        self.held_beyond(newcomer).is_some()
    }

    /// Places that nobody needs: free ones, and those of goodbyes that make room. Handshakes are
    /// not counted, because honest peers will need their places.
    pub(in super::super) fn room(&mut self, now: Instant) -> usize {
        let lingers = self.lingering(now).is_some();
        let goodbyes = self.links.iter(&self.closing).take(LOOKS);
        let heard = goodbyes.filter(|id| self.slots[*id].socket().send_queue() == 0).count();
        self.free.len() + heard.max(lingers.into())
    }

    /// Whether requests come that look forged: handshakes have their share of the places, or one
    /// has waited too long for its peer.
    pub(in super::super) fn is_flooded(&self, now: Instant) -> bool {
        let oldest = [self.half_open.front(), self.half_open_by_cookie.front()];
        let age = oldest.into_iter().flatten().map(|id| self.slots[id].age(now)).max();
        self.half_open() >= self.half_open_max || age.is_some_and(|age| age >= SUSPICIOUS)
    }

    /// Whether handshakes whose numbers are known to their places alone have their share, a quarter
    /// of the free places. Those cannot make room for others at once, so a flood that begins could
    /// keep newcomers out with them.
    pub(in super::super) fn are_scarce(&self) -> bool {
        self.half_open.len() >= self.free.len() / 4
    }

    /// The connection that loses least if it makes room. A handshake by cookie loses nothing: its
    /// peer brings the cookie back. Any other keeps its place while its peer may still answer,
    /// since that peer would be reset. Last come a goodbye and a handshake of a source that holds
    /// more places than the newcomer's.
    fn expendable(&mut self, now: Instant, newcomer: Source) -> Option<usize> {
        self.lingering(now)
            .or_else(|| self.heard_out())
            .or_else(|| self.half_open_by_cookie.front())
            .or_else(|| self.half_open.front().filter(|id| self.slots[*id].age(now) >= ANSWER))
            .or_else(|| self.held_beyond(newcomer))
    }

    /// Among the oldest goodbyes and handshakes, one of a source that holds more places than the
    /// newcomer's.
    fn held_beyond(&self, newcomer: Source) -> Option<usize> {
        let oldest = [&self.closing, &self.half_open_by_cookie, &self.half_open];
        let mut oldest = oldest.into_iter().flat_map(|list| self.links.iter(list).take(LOOKS));
        oldest.find(|id| self.yields(*id, newcomer))
    }

    /// Whether a connection's place goes to a newcomer of this source: even with that place, its
    /// source holds fewer places than the connection's.
    fn yields(&self, id: usize, newcomer: Source) -> bool {
        let holder = self.slots[id].tuple.source();
        let taken = self.slots.iter().take(SAMPLE).filter(|slot| slot.phase != Phase::Free);
        let (mut theirs, mut ours) = (0, 0);
        for source in taken.map(|slot| slot.tuple.source()) {
            theirs += usize::from(source == holder);
            ours += usize::from(source == newcomer);
        }
        ours + 1 < theirs
    }

    /// The oldest connection that has waited long enough for its peer to hang up. A peer that was
    /// told to go must not keep others out.
    pub(super) fn lingering(&mut self, now: Instant) -> Option<usize> {
        let oldest = self.closing.front()?;
        let slot = &mut self.slots[oldest];
        let received = slot.socket().state() == State::FinWait2;
        (received || slot.age(now) >= GRACE).then_some(oldest)
    }

    /// Among the oldest goodbyes, a connection whose peer has acknowledged every line. At most our
    /// FIN may still get lost.
    fn heard_out(&mut self) -> Option<usize> {
        let mut oldest = self.links.iter(&self.closing).take(LOOKS);
        oldest.find(|id| self.slots[*id].socket().send_queue() == 0)
    }

    /// Gives up the connection. If the server knows it, the server will hear of it.
    pub(super) fn evict(&mut self, id: usize) {
        let slot = &mut self.slots[id];
        slot.unheard |= slot.phase == Phase::Closing;
        self.release(id);
    }
}
