//! One holder as a download sees it: what it has, what it was asked for, how fast it is.

use std::time::Duration;

use super::rate::Rate;
use crate::Moment;
use crate::bitmap::Bitmap;
use crate::shape::Shape;

/// A connection to a user who holds some of the file. The caller numbers them.
pub type HolderId = u64;

/// Chunks that are asked for at once at least: one travels while the next is read.
const WINDOW_MIN: u32 = 2;
/// Bytes that are asked for at once at most, unless two chunks are more.
const WINDOW_BYTES: u32 = 4 * 1024 * 1024;
/// Every chunk has so long on top of what its bytes take.
const PATIENCE: Duration = Duration::from_secs(15);
/// Bytes in a second of a holder that nobody has measured yet, for a deadline.
const SLOWEST: u64 = 32 * 1024;
/// Deadlines that may pass before a holder is given up.
pub(super) const STRIKES: u32 = 3;

/// A chunk that a holder was asked for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asked {
    pub(super) index: u32,
    pub(super) since: Moment,
    pub(super) deadline: Moment,
}

#[derive(Debug)]
pub(super) struct Holder {
    pub(super) id: HolderId,
    pub(super) held: Bitmap,
    /// Oldest first.
    pub(super) asked: Vec<Asked>,
    /// Chunks that came from it.
    pub(super) served: u32,
    pub(super) bytes: u64,
    pub(super) rate: Rate,
    /// When something came, or when it joined.
    pub(super) heard: Moment,
    /// It has asked for a pause until then.
    pub(super) pause: Moment,
    pub(super) strikes: u32,
}

impl Holder {
    pub(super) fn new(now: Moment, id: HolderId, held: Bitmap) -> Self {
        Holder {
            id,
            held,
            asked: Vec::new(),
            served: 0,
            bytes: 0,
            rate: Rate::new(now),
            heard: now,
            pause: now,
            strikes: 0,
        }
    }

    /// Chunks that came from it and those that are to come.
    pub(super) fn taken(&self) -> u32 {
        self.served + self.asked.len() as u32
    }

    pub(super) fn has_room(&self, now: Moment, shape: Shape) -> bool {
        now >= self.pause && (self.asked.len() as u32) < self.window(now, shape)
    }

    /// How many chunks to ask for at once: what comes in half a second, within bounds.
    fn window(&self, now: Moment, shape: Shape) -> u32 {
        let chunks = self.rate.of(now) / 2 / u64::from(shape.chunk_bytes());
        let most = (WINDOW_BYTES / shape.chunk_bytes()).max(WINDOW_MIN);
        (chunks.min(most.into()) as u32).max(WINDOW_MIN)
    }

    /// How long so many bytes take it; a guess before anything has come.
    pub(super) fn time_for(&self, now: Moment, bytes: u64) -> Duration {
        Duration::from_millis(bytes * 1000 / self.rate.of(now).max(SLOWEST))
    }

    pub(super) fn ask(&mut self, now: Moment, index: u32, shape: Shape) {
        let waiting = (self.asked.len() as u64 + 1) * u64::from(shape.chunk_bytes());
        let deadline = now + PATIENCE + 4 * self.time_for(now, waiting);
        self.asked.push(Asked { index, since: now, deadline });
    }

    /// Takes the chunk off what it was asked for; whether it was.
    pub(super) fn take(&mut self, index: u32) -> bool {
        let at = self.asked.iter().position(|asked| asked.index == index);
        at.map(|at| self.asked.remove(at)).is_some()
    }
}
