//! Whom to serve next: so many chunks are on their way at once, and users take turns. A user who
//! has many links has no more turns for that, and one who takes little keeps nobody else waiting.

use std::collections::VecDeque;
use std::time::Duration;

use crate::Moment;
use crate::content::ContentId;

/// Chunks that are on their way at once, to all users. One that takes longer than [`PATIENCE`]
/// counts no more: its peer is slow, and there is room beside it.
pub const SLOTS: usize = 16;
/// Chunks that are on their way to one user: one is read while another is sent.
pub const SLOTS_OF_USER: usize = 2;
/// Questions of one user that wait at most.
pub const WAITING_MAX: usize = 64;
/// A chunk that takes longer holds up its own user alone. A peer that takes nothing of it for so
/// long is given up, if another link of its user waits.
pub const PATIENCE: Duration = Duration::from_secs(5);

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

/// The user asks for too much at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Busy;

/// Who waits for what, and how much is on its way.
#[derive(Debug, Default)]
pub struct Slots {
    /// Who has waited longest stands first.
    users: VecDeque<User>,
}

#[derive(Debug)]
struct User {
    name: String,
    active: Vec<Active>,
    waiting: VecDeque<Wanted>,
}

/// A chunk that is on its way.
#[derive(Debug)]
struct Active {
    peer: u64,
    began: Moment,
    /// When its peer took something of it, or when it began.
    moved: Moment,
}

impl User {
    fn is_ready(&self) -> bool {
        self.active.len() < SLOTS_OF_USER && !self.waiting.is_empty()
    }

    /// Whether another link of the user waits, since all its slots are taken.
    fn keeps_another(&self, peer: u64) -> bool {
        let is_other = |wanted: &Wanted| wanted.peer != peer;
        self.active.len() >= SLOTS_OF_USER && self.waiting.iter().any(is_other)
    }
}

impl Slots {
    /// A user wants a chunk, on one of its links.
    ///
    /// # Errors
    /// So many of its questions wait already.
    pub fn ask(&mut self, user: &str, wanted: Wanted) -> Result<(), Busy> {
        let at = self.users.iter().position(|there| there.name == user);
        let at = at.unwrap_or_else(|| {
            let (name, active, waiting) = (user.to_owned(), Vec::new(), VecDeque::new());
            self.users.push_back(User { name, active, waiting });
            self.users.len() - 1
        });
        let waiting = &mut self.users[at].waiting;
        if waiting.len() >= WAITING_MAX {
            return Err(Busy);
        }
        waiting.push_back(wanted);
        Ok(())
    }

    /// A peer wants a chunk no more. Whether it was still waiting.
    pub fn cancel(&mut self, wanted: Wanted) -> bool {
        self.users.iter_mut().any(|user| {
            let at = user.waiting.iter().position(|there| *there == wanted);
            at.and_then(|at| user.waiting.remove(at)).is_some()
        })
    }

    /// The next chunk to send, if another may be on its way. Its user goes behind all others.
    pub fn take_next(&mut self, now: Moment) -> Option<Wanted> {
        if self.quick(now) >= SLOTS {
            return None;
        }
        let mut user = self.users.remove(self.users.iter().position(User::is_ready)?)?;
        let wanted = user.waiting.pop_front();
        user.active.extend(wanted.map(|wanted| Active {
            peer: wanted.peer,
            began: now,
            moved: now,
        }));
        self.users.push_back(user);
        wanted
    }

    /// Chunks that are on their way and not slow.
    fn quick(&self, now: Moment) -> usize {
        let active = self.users.iter().flat_map(|user| &user.active);
        active.filter(|active| now.saturating_sub(active.began) < PATIENCE).count()
    }

    /// A peer takes what is sent to it.
    pub fn moved(&mut self, now: Moment, peer: u64) {
        let active = self.users.iter_mut().flat_map(|user| &mut user.active);
        active.filter(|active| active.peer == peer).for_each(|active| active.moved = now);
    }

    /// Peers that take nothing while their user waits with another link: they are to be given up.
    pub fn overdue(&self, now: Moment) -> Vec<u64> {
        let mut overdue = Vec::new();
        for user in &self.users {
            let late = |active: &&Active| now.saturating_sub(active.moved) >= PATIENCE;
            let late = user.active.iter().filter(late).map(|active| active.peer);
            overdue.extend(late.filter(|peer| user.keeps_another(*peer)));
        }
        overdue.dedup();
        overdue
    }

    /// A chunk has been sent, or could not be.
    pub fn done(&mut self, now: Moment, peer: u64) {
        for user in &mut self.users {
            if let Some(at) = user.active.iter().position(|active| active.peer == peer) {
                user.active.remove(at);
            }
        }
        // The next chunk of the same link is sent from now on.
        self.moved(now, peer);
        self.forget_served();
    }

    /// A peer is gone.
    pub fn leave(&mut self, peer: u64) {
        for user in &mut self.users {
            user.active.retain(|active| active.peer != peer);
            user.waiting.retain(|wanted| wanted.peer != peer);
        }
        self.forget_served();
    }

    fn forget_served(&mut self) {
        self.users.retain(|user| !user.active.is_empty() || !user.waiting.is_empty());
    }

    /// A file is given no more: what waits for it, which is to be refused.
    pub fn withdraw(&mut self, id: ContentId) -> Vec<Wanted> {
        let mut refused = Vec::new();
        for user in &mut self.users {
            let (of_file, rest): (VecDeque<_>, _) =
                std::mem::take(&mut user.waiting).into_iter().partition(|wanted| wanted.id == id);
            user.waiting = rest;
            refused.extend(of_file);
        }
        refused
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Moment = Moment::ZERO;
    const ID: ContentId = ContentId([1; 32]);

    fn wanted(peer: u64, index: u32) -> Wanted {
        Wanted { peer, id: ID, index }
    }

    /// Every link is of a user of its own.
    fn ask(slots: &mut Slots, wanted: Wanted) -> Result<(), Busy> {
        slots.ask(&format!("user{}", wanted.peer), wanted)
    }

    fn filled(peers: u64, each: u32) -> Slots {
        let mut slots = Slots::default();
        for peer in 0..peers {
            (0..each).for_each(|index| ask(&mut slots, wanted(peer, index)).unwrap());
        }
        slots
    }

    #[test]
    fn peers_take_turns_however_much_one_asks_for() {
        let mut slots = filled(1, 60);
        ask(&mut slots, wanted(7, 0)).unwrap();
        ask(&mut slots, wanted(8, 0)).unwrap();
        let order: Vec<_> =
            std::iter::from_fn(|| slots.take_next(NOW)).map(|next| next.peer).collect();
        assert_eq!(order, [0, 7, 8, 0]);
        slots.done(NOW, 0);
        assert_eq!(slots.take_next(NOW), Some(wanted(0, 2)));
        assert_eq!(slots.take_next(NOW), None);
    }

    #[test]
    fn so_many_chunks_are_on_their_way_at_most() {
        let mut slots = filled(20, 5);
        let first: Vec<_> = std::iter::from_fn(|| slots.take_next(NOW)).collect();
        assert_eq!(first.len(), SLOTS);
        assert!((0..16).all(|peer| first[peer as usize] == wanted(peer, 0)));
        slots.done(NOW, 3);
        assert_eq!(slots.take_next(NOW), Some(wanted(16, 0)));
        assert_eq!(slots.take_next(NOW), None);
        slots.leave(5);
        assert_eq!(slots.take_next(NOW), Some(wanted(17, 0)));
    }

    #[test]
    fn a_peer_that_asks_for_too_much_is_told_and_may_ask_again_later() {
        let mut slots = filled(1, WAITING_MAX as u32);
        assert_eq!(ask(&mut slots, wanted(0, 99)), Err(Busy));
        ask(&mut slots, wanted(1, 0)).unwrap();
        slots.take_next(NOW).unwrap();
        ask(&mut slots, wanted(0, 99)).unwrap();
        assert_eq!(ask(&mut slots, wanted(0, 100)), Err(Busy));
    }

    #[test]
    fn what_is_cancelled_or_withdrawn_is_not_sent() {
        let mut slots = filled(2, 2);
        assert!(slots.cancel(wanted(0, 0)));
        assert!(!slots.cancel(wanted(0, 0)));
        assert!(!slots.cancel(wanted(5, 0)));
        assert_eq!(slots.take_next(NOW), Some(wanted(0, 1)));
        let other = Wanted { peer: 1, id: ContentId([2; 32]), index: 4 };
        ask(&mut slots, other).unwrap();
        assert_eq!(slots.withdraw(ID), [wanted(1, 0), wanted(1, 1)]);
        assert_eq!(slots.take_next(NOW), Some(other));
        assert_eq!(slots.take_next(NOW), None);
    }

    #[test]
    fn a_user_of_many_links_has_the_turns_of_one() {
        let mut slots = Slots::default();
        (0..20).for_each(|peer| slots.ask("vader", wanted(peer, 0)).unwrap());
        slots.ask("leia", wanted(50, 0)).unwrap();
        let peers = |slots: &mut Slots| -> Vec<_> {
            std::iter::from_fn(|| slots.take_next(NOW)).map(|next| next.peer).collect()
        };
        assert_eq!(peers(&mut slots), [0, 50, 1]);
        (20..64).for_each(|peer| _ = slots.ask("vader", wanted(peer, 0)));
        slots.ask("vader", wanted(64, 0)).unwrap();
        slots.ask("vader", wanted(65, 0)).unwrap();
        assert_eq!(slots.ask("vader", wanted(66, 0)), Err(Busy));
        // One link that ends takes its own questions only.
        slots.leave(0);
        assert_eq!(peers(&mut slots), [2]);
    }

    #[test]
    fn who_takes_little_keeps_nobody_else_waiting() {
        let (before, late) = (PATIENCE - Duration::from_millis(1), PATIENCE);
        let mut slots = filled(8, 9);
        let taken = std::iter::from_fn(|| slots.take_next(NOW));
        assert_eq!(taken.count(), SLOTS);
        // There is always a little that they take.
        (0..8).for_each(|peer| slots.moved(before, peer));
        slots.ask("leia", wanted(50, 0)).unwrap();
        assert_eq!(slots.take_next(before), None);
        assert_eq!(slots.overdue(late), [0; 0]);
        assert_eq!(slots.take_next(late), Some(wanted(50, 0)));
        // Being slow wins no third chunk.
        assert_eq!(slots.take_next(late), None);
        // The next chunk of a slow peer counts again until it is slow too.
        let mut honest = 51..;
        slots.done(late, 0);
        assert_eq!(slots.take_next(late), Some(wanted(0, 2)));
        let mut fill = || {
            let peer = honest.next().unwrap();
            slots.ask(&format!("user{peer}"), wanted(peer, 0)).unwrap();
            slots.take_next(late)
        };
        (2..SLOTS).for_each(|_| assert!(fill().is_some()));
        assert_eq!(fill(), None);
    }

    #[test]
    fn a_link_that_is_dead_keeps_no_other_of_its_user_waiting() {
        let (before, late) = (PATIENCE - Duration::from_millis(1), PATIENCE);
        let mut slots = Slots::default();
        [1, 1, 2].into_iter().for_each(|peer| slots.ask("leia", wanted(peer, 0)).unwrap());
        while slots.take_next(NOW).is_some() {}
        assert_eq!(slots.overdue(before), [0; 0]);
        assert_eq!(slots.overdue(late), [1]);
        slots.leave(1);
        assert_eq!(slots.take_next(late), Some(wanted(2, 0)));
        // Who waits for itself alone may be slow.
        let mut slots = filled(1, 9);
        while slots.take_next(NOW).is_some() {}
        assert_eq!(slots.overdue(late), [0; 0]);
    }

    #[test]
    fn nothing_stays_of_peers_that_were_served() {
        let mut slots = filled(3, 1);
        while let Some(next) = slots.take_next(NOW) {
            slots.done(NOW, next.peer);
        }
        slots.done(NOW, 9);
        assert!(slots.users.is_empty());
    }
}
