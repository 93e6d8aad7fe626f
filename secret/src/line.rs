//! The line of jobs: who waits, in whose turn, and who has an answer. Sources take turns: a source
//! has one job at the front, and goes to the end with its next one. So nobody who comes later
//! overtakes it. One source holds at most half of what it finds free.
//! Knows no hash, and nothing of who does the jobs.

use smolchat_core::protocol::Password;

use crate::{Answer, Job, Packed, SALT_BYTES, Task};

/// There is no place for another job of this source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Full;

/// Who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The number of the asker. It has one job of each kind at most.
    pub asker: u16,
    /// Askers of one source share its turns.
    pub source: u16,
}

/// Memory for one job, or nothing yet.
#[derive(Debug, Default)]
pub struct Row(Option<Held>);

#[derive(Debug)]
struct Held {
    place: Place,
    password: Password,
    work: Work,
    /// The lowest goes first: of jobs at the front, and of those of one source behind them.
    turn: u32,
    /// It is the job whose turn is its source's. A source that has a job out has none.
    is_front: bool,
    is_running: bool,
}

/// What is asked, and the answer once it is there.
#[derive(Debug)]
enum Work {
    Verify {
        hash: Packed,
        is_right: Option<bool>,
    },
    Seal {
        salt: [u8; SALT_BYTES],
    },
    /// `None` where no hash came of it.
    Sealed {
        hash: Option<Packed>,
    },
}

impl Held {
    /// Whether a task is of the same kind.
    fn is_like(&self, task: &Task) -> bool {
        matches!(self.work, Work::Verify { .. }) == matches!(task, Task::Verify(_))
    }

    /// Whether an answer to this is an answer to a job of the same kind. A new salt makes no other
    /// job.
    fn answers(&self, job: &Job) -> bool {
        let is_same_task = match (&self.work, &job.task) {
            (Work::Verify { hash, .. }, Task::Verify(wanted)) => hash == wanted,
            _ => true,
        };
        is_same_task && self.password == job.password
    }

    fn answer(&self) -> Option<Answer> {
        match &self.work {
            Work::Verify { is_right, .. } => {
                is_right.map(|is_right| if is_right { Answer::Right } else { Answer::Wrong })
            }
            Work::Seal { .. } => None,
            Work::Sealed { hash } => Some(hash.clone().map_or(Answer::Wrong, Answer::Sealed)),
        }
    }

    fn task(&self) -> Option<Task> {
        match &self.work {
            Work::Verify { hash, is_right: None } => Some(Task::Verify(hash.clone())),
            Work::Seal { salt } => Some(Task::Seal(*salt)),
            Work::Verify { .. } | Work::Sealed { .. } => None,
        }
    }

    fn set_answer(&mut self, answer: Answer) {
        self.is_running = false;
        match (&mut self.work, answer) {
            (Work::Verify { is_right, .. }, answer) => *is_right = Some(answer == Answer::Right),
            (work, Answer::Sealed(hash)) => *work = Work::Sealed { hash: Some(hash) },
            (work, _) => *work = Work::Sealed { hash: None },
        }
    }

    fn waits(&self) -> bool {
        !self.is_running && self.answer().is_none()
    }
}

/// The jobs, in lent rows.
#[derive(Debug)]
pub struct Line<R> {
    rows: R,
    /// The turn of the next job that comes to the end.
    turn: u32,
    /// A job is out. Its row may be gone.
    is_out: bool,
}

impl<R: AsRef<[Row]> + AsMut<[Row]>> Line<R> {
    /// An empty line. It has as many places as there are rows, and never grows.
    pub fn new(rows: R) -> Self {
        Line { rows, turn: 0, is_out: false }
    }

    fn held(&self) -> impl Iterator<Item = &Held> {
        self.rows.as_ref().iter().filter_map(|row| row.0.as_ref())
    }

    fn held_mut(&mut self) -> impl Iterator<Item = &mut Held> {
        self.rows.as_mut().iter_mut().filter_map(|row| row.0.as_mut())
    }

    /// The answer to this job, if there is one. A new job gets a place.
    ///
    /// # Errors
    /// There is none for it.
    pub fn ask(&mut self, place: Place, job: &Job) -> Result<Option<Answer>, Full> {
        let is_own = |held: &Held| held.place.asker == place.asker && held.is_like(&job.task);
        let own = self.held().find(|held| is_own(held));
        if let Some(own) = own.filter(|own| own.answers(job)) {
            return Ok(own.answer());
        }
        // What is left of it is about a secret that the account had before.
        self.clear(is_own);
        let of_source = |held: &&Held| held.place.source == place.source;
        let (own, all) = (self.held().filter(of_source).count(), self.held().count());
        let free = self.rows.as_ref().len() - all;
        if own >= (own + free).div_ceil(2) {
            return Err(Full);
        }
        let is_front = !self.held().filter(of_source).any(|held| held.waits() || held.is_running);
        let work = match &job.task {
            Task::Verify(hash) => Work::Verify { hash: hash.clone(), is_right: None },
            Task::Seal(salt) => Work::Seal { salt: *salt },
        };
        let row = self.rows.as_mut().iter_mut().find(|row| row.0.is_none()).ok_or(Full)?;
        let (turn, password) = (self.turn, job.password.clone());
        row.0 = Some(Held { place, password, work, turn, is_front, is_running: false });
        self.turn = self.turn.wrapping_add(1);
        Ok(None)
    }

    /// The oldest waiting job of the source comes to the front, with this turn.
    fn pass_on(&mut self, source: u16, turn: u32) {
        let end = self.turn;
        let waiting = self.held_mut().filter(|held| held.place.source == source && held.waits());
        if let Some(next) = waiting.min_by_key(|held| turns_until(held, end)) {
            (next.turn, next.is_front) = (turn, true);
        }
    }

    /// The source's next job goes to the end.
    fn end_turn(&mut self, source: u16) {
        let turn = self.turn;
        self.turn = turn.wrapping_add(1);
        self.pass_on(source, turn);
    }

    /// The next job, if none is out. It is out then.
    pub fn next_job(&mut self) -> Option<Job> {
        if self.is_out {
            return None;
        }
        let end = self.turn;
        let front = self.held_mut().filter(|held| held.is_front);
        let next = front.min_by_key(|held| turns_until(held, end))?;
        let job = Job { task: next.task()?, password: next.password.clone() };
        (next.is_front, next.is_running) = (false, true);
        self.is_out = true;
        Some(job)
    }

    /// The job that is out has this answer. Answers who waits for it, if anybody still does.
    pub fn answer(&mut self, answer: Answer) -> Option<u16> {
        self.is_out = false;
        let running = self.held_mut().find(|held| held.is_running)?;
        running.set_answer(answer);
        let Place { asker, source } = running.place;
        self.end_turn(source);
        Some(asker)
    }

    /// The asker needs none of its answers any more.
    pub fn forget(&mut self, asker: u16) {
        self.clear(|held| held.place.asker == asker);
    }

    /// Whether the asker has a place.
    pub fn has_place(&self, asker: u16) -> bool {
        self.held().any(|held| held.place.asker == asker)
    }

    /// Whether somebody waits for the job that is out.
    pub fn is_awaited(&self) -> bool {
        self.held().any(|held| held.is_running)
    }

    /// Takes one who has no answer out of the line.
    pub fn next_waiting(&mut self) -> Option<u16> {
        let asker = self.held().find(|held| held.answer().is_none())?.place.asker;
        self.clear(|held| held.place.asker == asker && held.answer().is_none());
        Some(asker)
    }

    fn clear(&mut self, is_gone: impl Fn(&Held) -> bool) {
        for at in 0..self.rows.as_ref().len() {
            let Some(row) = self.rows.as_mut().get_mut(at) else { return };
            let Some(held) = row.0.take_if(|held| is_gone(held)) else { continue };
            // Who leaves the line leaves its turn to its source, unless it has had it.
            if held.is_front {
                self.pass_on(held.place.source, held.turn);
            } else if held.is_running {
                self.end_turn(held.place.source);
            }
        }
    }
}

/// How many turns lie between the end of the line and this job. It is negative.
fn turns_until(held: &Held, end: u32) -> i32 {
    held.turn.wrapping_sub(end).cast_signed()
}

#[cfg(test)]
mod tests;
