//! The line of jobs: who waits, in whose turn, and who has an answer. Sources take turns, and one
//! source holds at most half of what it finds free. Knows no thread and no hash.

use super::worker::{Answer, Job};

/// Jobs that wait, or whose answers wait for their askers. They take about fifteen seconds.
pub(super) const PLACES: usize = 512;

/// There is no place for another job of this source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Full;

/// Who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) asker: u16,
    pub(super) source: u16,
}

#[derive(Debug)]
enum State {
    Waiting,
    Running,
    Answered(Answer),
}

#[derive(Debug)]
struct Row {
    place: Place,
    job: Job,
    /// The lowest goes first; one source has each turn once.
    turn: u64,
    state: State,
}

/// The jobs.
#[derive(Debug)]
pub(super) struct Line {
    rows: Vec<Row>,
    /// The turn of the last job that went out.
    turn: u64,
    /// A job is out. Its row may be gone.
    is_out: bool,
}

impl Line {
    /// An empty line. It never grows beyond what it has now.
    pub(super) fn new() -> Self {
        Line { rows: Vec::with_capacity(PLACES), turn: 0, is_out: false }
    }

    /// The answer to this job, if there is one. A new job gets a place.
    ///
    /// # Errors
    /// There is none for it.
    pub(super) fn ask(&mut self, place: Place, job: Job) -> Result<Option<&Answer>, Full> {
        let own = |row: &Row| row.place.asker == place.asker && row.job.is_like(&job);
        if let Some(at) = self.rows.iter().position(own) {
            if self.rows[at].job.is_same(&job) {
                return Ok(match &self.rows[at].state {
                    State::Answered(answer) => Some(answer),
                    State::Waiting | State::Running => None,
                });
            }
            // The account's secret changed meanwhile.
            self.rows.swap_remove(at);
        }
        let of_source = |row: &&Row| row.place.source == place.source;
        let (held, free) = (self.rows.iter().filter(of_source).count(), PLACES - self.rows.len());
        if held >= (held + free).div_ceil(2) {
            return Err(Full);
        }
        let last = self.rows.iter().filter(of_source).map(|row| row.turn).max();
        let turn = last.map_or(self.turn, |last| self.turn.max(last + 1));
        self.rows.push(Row { place, job, turn, state: State::Waiting });
        Ok(None)
    }

    /// The next job, if none is out. It is out then.
    pub(super) fn next_job(&mut self) -> Option<&Job> {
        if self.is_out {
            return None;
        }
        let waiting = self.rows.iter_mut().filter(|row| matches!(row.state, State::Waiting));
        let next = waiting.min_by_key(|row| row.turn)?;
        (next.state, self.turn, self.is_out) = (State::Running, next.turn, true);
        Some(&next.job)
    }

    /// The job that is out has this answer. Answers who waits for it, if anybody still does.
    pub(super) fn answer(&mut self, answer: Answer) -> Option<u16> {
        self.is_out = false;
        let running = self.rows.iter_mut().find(|row| matches!(row.state, State::Running))?;
        running.state = State::Answered(answer);
        Some(running.place.asker)
    }

    /// The asker needs none of its answers any more.
    pub(super) fn forget(&mut self, asker: u16) {
        self.rows.retain(|row| row.place.asker != asker);
    }

    /// Takes one who waits out of the line.
    pub(super) fn next_waiting(&mut self) -> Option<u16> {
        let is_answered = |row: &Row| matches!(row.state, State::Answered(_));
        let at = self.rows.iter().position(|row| !is_answered(row))?;
        Some(self.rows.swap_remove(at).place.asker)
    }
}

#[cfg(test)]
mod tests {
    use super::super::worker::Task;
    use super::*;
    use smolchat_secret::Packed;

    fn job(password: &str) -> Job {
        Job::new(Task::Verify(Packed::from_array([1; 8])), password).unwrap()
    }

    fn ask(line: &mut Line, asker: u16, source: u16) -> Result<Option<Answer>, Full> {
        line.ask(Place { asker, source }, job("p")).map(|answer| answer.cloned())
    }

    /// Has all jobs done; the order in which they were.
    fn run(line: &mut Line) -> Vec<u16> {
        let mut order = Vec::new();
        while line.next_job().is_some() {
            order.extend(line.answer(Answer::Right));
        }
        order
    }

    #[test]
    fn sources_take_turns_and_each_keeps_its_order() {
        let mut line = Line::new();
        for (asker, source) in [(1, 7), (2, 7), (3, 7), (4, 8), (5, 9), (6, 8)] {
            assert_eq!(ask(&mut line, asker, source), Ok(None));
        }
        assert_eq!(run(&mut line), [1, 4, 5, 2, 6, 3]);
        for asker in 1..=6 {
            assert_eq!(ask(&mut line, asker, 0), Ok(Some(Answer::Right)), "until it is forgotten");
            line.forget(asker);
        }
        assert!(run(&mut line).is_empty());
    }

    #[test]
    fn whoever_comes_late_waits_for_one_job_of_a_source_that_has_many() {
        let mut line = Line::new();
        for asker in 0..100 {
            ask(&mut line, asker, 7).unwrap();
        }
        for _ in 0..10 {
            line.next_job();
            line.answer(Answer::Wrong);
        }
        line.next_job();
        ask(&mut line, 500, 8).unwrap();
        line.answer(Answer::Wrong);
        assert_eq!(run(&mut line)[..2], [500, 11]);
    }

    #[test]
    fn one_source_gets_half_and_a_hundred_greedy_ones_leave_room_for_another() {
        let mut line = Line::new();
        let mut asker = 0;
        let mut fill = |line: &mut Line, source| {
            let before = asker;
            while ask(line, asker, source) == Ok(None) {
                asker += 1;
            }
            asker - before
        };
        assert_eq!(fill(&mut line, 0), PLACES as u16 / 2);
        assert_eq!(fill(&mut line, 1), PLACES as u16 / 4);
        for source in 2..100 {
            fill(&mut line, source);
        }
        assert_eq!(ask(&mut line, 9000, 0), Err(Full));
        let full = line.rows.len();
        line.forget(0);
        assert_eq!((full - line.rows.len(), line.rows.capacity()), (1, PLACES), "it never grows");
        assert_eq!(ask(&mut line, 9001, 200), Ok(None));
    }

    #[test]
    fn an_asker_who_left_gets_no_answer_and_the_next_in_its_place_gets_its_own() {
        let mut line = Line::new();
        ask(&mut line, 1, 7).unwrap();
        line.next_job();
        line.forget(1);
        let other = job("q");
        assert_eq!(
            line.ask(Place { asker: 1, source: 7 }, other).map(|answer| answer.cloned()),
            Ok(None)
        );
        assert!(line.next_job().is_none(), "one job is out");
        assert_eq!(line.answer(Answer::Right), None);
        assert_eq!(ask(&mut line, 2, 8), Ok(None));
        assert_eq!(run(&mut line), [1, 2]);
    }

    #[test]
    fn a_secret_that_changed_meanwhile_is_checked_anew() {
        let mut line = Line::new();
        let place = Place { asker: 1, source: 7 };
        ask(&mut line, 1, 7).unwrap();
        assert_eq!(run(&mut line), [1]);
        assert_eq!(line.ask(place, job("other")).map(|answer| answer.cloned()), Ok(None));
        let seal = || Job::new(Task::Seal([1; 16]), "new").unwrap();
        assert_eq!(line.ask(place, seal()).map(|answer| answer.cloned()), Ok(None));
        assert_eq!(run(&mut line), [1, 1]);
        // A new salt makes no new job.
        let again = Job::new(Task::Seal([2; 16]), "new").unwrap();
        assert_eq!(line.ask(place, again).map(|answer| answer.cloned()), Ok(Some(Answer::Right)));
    }
}
