//! What happened in a life, in numbers.

/// What happened.
#[derive(Clone, Copy, Debug, Default)]
pub struct Summary {
    /// Virtual milliseconds.
    pub millis: u64,
    /// Events.
    pub steps: u64,
    /// Messages with an OK.
    pub accepted: u64,
    /// Messages that were refused.
    pub refused: u64,
    /// Messages that arrived, each once.
    pub arrived: u64,
    /// Messages that arrived again and were known.
    pub repeated: u64,
    /// Deliveries that were not fetched in time.
    pub expired: u64,
    /// Times that the power went.
    pub power_cuts: u64,
    /// Times that a commit failed, and the server started anew.
    pub failed_commits: u64,
    /// Times that somebody's link went dead for a while.
    pub partitions: u64,
    /// Frames on all links.
    pub frames: u64,
    /// Of these, those that something happened to.
    pub mishaps: u64,
    /// Frames that the attacker sent.
    pub forged: u64,
    /// The most rounds that a request waited.
    pub waited: u32,
    /// Virtual milliseconds that it took to come to rest once all was healed.
    pub healing: u64,
    /// Orders of the operator that were done.
    pub orders: u64,
    /// Entries that the store took.
    pub stored: u64,
    /// Bytes written to the flash.
    pub bytes: u64,
    /// Pages erased.
    pub erased: u64,
    /// A number that is the same where all of it happened the same way.
    pub trace: u64,
}

impl Summary {
    /// Adds another life to this one.
    pub fn add(&mut self, other: &Summary) {
        self.millis += other.millis;
        self.steps += other.steps;
        self.accepted += other.accepted;
        self.refused += other.refused;
        self.arrived += other.arrived;
        self.repeated += other.repeated;
        self.expired += other.expired;
        self.power_cuts += other.power_cuts;
        self.failed_commits += other.failed_commits;
        self.partitions += other.partitions;
        self.healing += other.healing;
        self.frames += other.frames;
        self.mishaps += other.mishaps;
        self.forged += other.forged;
        self.waited = self.waited.max(other.waited);
        self.orders += other.orders;
        self.stored += other.stored;
        self.bytes += other.bytes;
        self.erased += other.erased;
        self.trace = self.trace.rotate_left(1) ^ other.trace;
    }
}
