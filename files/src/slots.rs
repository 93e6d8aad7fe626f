//! Whom to serve next: so many chunks are on their way at once, and peers take turns.

use std::collections::VecDeque;

use crate::content::ContentId;

/// Chunks that are on their way at once, to all peers.
pub const SLOTS: usize = 16;
/// Chunks that are on their way to one peer: one is read while another is sent.
pub const SLOTS_OF_PEER: usize = 2;
/// Questions of one peer that wait at most.
pub const WAITING_MAX: usize = 64;

/// A chunk that a peer has asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// Who asked. The caller numbers the links.
    pub peer: u64,
    /// The file.
    pub id: ContentId,
    /// Which chunk.
    pub index: u32,
}

/// The peer asks for too much at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Busy;

/// Who waits for what, and how much is on its way.
#[derive(Debug, Default)]
pub struct Slots {
    /// Who has waited longest stands first.
    peers: VecDeque<Peer>,
}

#[derive(Debug)]
struct Peer {
    peer: u64,
    active: usize,
    waiting: VecDeque<(ContentId, u32)>,
}

impl Slots {
    /// A peer wants a chunk.
    ///
    /// # Errors
    /// So many of its questions wait already.
    pub fn ask(&mut self, wanted: Wanted) -> Result<(), Busy> {
        let at = self.peers.iter().position(|peer| peer.peer == wanted.peer);
        let at = at.unwrap_or_else(|| {
            self.peers.push_back(Peer { peer: wanted.peer, active: 0, waiting: VecDeque::new() });
            self.peers.len() - 1
        });
        let waiting = &mut self.peers[at].waiting;
        if waiting.len() >= WAITING_MAX {
            return Err(Busy);
        }
        waiting.push_back((wanted.id, wanted.index));
        Ok(())
    }

    /// A peer wants a chunk no more. Whether it was still waiting.
    pub fn cancel(&mut self, wanted: Wanted) -> bool {
        let Some(peer) = self.peers.iter_mut().find(|peer| peer.peer == wanted.peer) else {
            return false;
        };
        let at = peer.waiting.iter().position(|chunk| *chunk == (wanted.id, wanted.index));
        at.and_then(|at| peer.waiting.remove(at)).is_some()
    }

    /// The next chunk to send, if another may be on its way. Its peer goes behind all others.
    pub fn take_next(&mut self) -> Option<Wanted> {
        if self.peers.iter().map(|peer| peer.active).sum::<usize>() >= SLOTS {
            return None;
        }
        let ready = |peer: &Peer| peer.active < SLOTS_OF_PEER && !peer.waiting.is_empty();
        let mut peer = self.peers.remove(self.peers.iter().position(ready)?)?;
        peer.active += 1;
        let chunk = peer.waiting.pop_front();
        let number = peer.peer;
        self.peers.push_back(peer);
        chunk.map(|(id, index)| Wanted { peer: number, id, index })
    }

    /// A chunk has been sent, or could not be.
    pub fn done(&mut self, peer: u64) {
        let Some(at) = self.peers.iter().position(|there| there.peer == peer) else { return };
        let peer = &mut self.peers[at];
        peer.active = peer.active.saturating_sub(1);
        if peer.active == 0 && peer.waiting.is_empty() {
            self.peers.remove(at);
        }
    }

    /// A peer is gone.
    pub fn leave(&mut self, peer: u64) {
        self.peers.retain(|there| there.peer != peer);
    }

    /// A file is given no more: what waits for it, which is to be refused.
    pub fn withdraw(&mut self, id: ContentId) -> Vec<Wanted> {
        let mut refused = Vec::new();
        for peer in &mut self.peers {
            let number = peer.peer;
            let (of_file, rest): (VecDeque<_>, _) =
                std::mem::take(&mut peer.waiting).into_iter().partition(|chunk| chunk.0 == id);
            peer.waiting = rest;
            let wanted = |(id, index)| Wanted { peer: number, id, index };
            refused.extend(of_file.into_iter().map(wanted));
        }
        refused
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: ContentId = ContentId([1; 32]);

    fn wanted(peer: u64, index: u32) -> Wanted {
        Wanted { peer, id: ID, index }
    }

    fn filled(peers: u64, each: u32) -> Slots {
        let mut slots = Slots::default();
        for peer in 0..peers {
            (0..each).for_each(|index| slots.ask(wanted(peer, index)).unwrap());
        }
        slots
    }

    #[test]
    fn peers_take_turns_however_much_one_asks_for() {
        let mut slots = filled(1, 60);
        slots.ask(wanted(7, 0)).unwrap();
        slots.ask(wanted(8, 0)).unwrap();
        let order: Vec<_> =
            std::iter::from_fn(|| slots.take_next()).map(|next| next.peer).collect();
        assert_eq!(order, [0, 7, 8, 0]);
        slots.done(0);
        assert_eq!(slots.take_next(), Some(wanted(0, 2)));
        assert_eq!(slots.take_next(), None);
    }

    #[test]
    fn so_many_chunks_are_on_their_way_at_most() {
        let mut slots = filled(20, 5);
        let first: Vec<_> = std::iter::from_fn(|| slots.take_next()).collect();
        assert_eq!(first.len(), SLOTS);
        assert!((0..16).all(|peer| first[peer as usize] == wanted(peer, 0)));
        slots.done(3);
        assert_eq!(slots.take_next(), Some(wanted(16, 0)));
        assert_eq!(slots.take_next(), None);
        slots.leave(5);
        assert_eq!(slots.take_next(), Some(wanted(17, 0)));
    }

    #[test]
    fn a_peer_that_asks_for_too_much_is_told_and_may_ask_again_later() {
        let mut slots = filled(1, WAITING_MAX as u32);
        assert_eq!(slots.ask(wanted(0, 99)), Err(Busy));
        slots.ask(wanted(1, 0)).unwrap();
        slots.take_next().unwrap();
        slots.ask(wanted(0, 99)).unwrap();
        assert_eq!(slots.ask(wanted(0, 100)), Err(Busy));
    }

    #[test]
    fn what_is_cancelled_or_withdrawn_is_not_sent() {
        let mut slots = filled(2, 2);
        assert!(slots.cancel(wanted(0, 0)));
        assert!(!slots.cancel(wanted(0, 0)));
        assert!(!slots.cancel(wanted(5, 0)));
        assert_eq!(slots.take_next(), Some(wanted(0, 1)));
        let other = Wanted { peer: 1, id: ContentId([2; 32]), index: 4 };
        slots.ask(other).unwrap();
        assert_eq!(slots.withdraw(ID), [wanted(1, 0), wanted(1, 1)]);
        assert_eq!(slots.take_next(), Some(other));
        assert_eq!(slots.take_next(), None);
    }

    #[test]
    fn nothing_stays_of_peers_that_were_served() {
        let mut slots = filled(3, 1);
        while let Some(next) = slots.take_next() {
            slots.done(next.peer);
        }
        slots.done(9);
        assert!(slots.peers.is_empty());
    }
}
