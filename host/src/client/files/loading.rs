//! The downloads of this run, and when the server is asked for their holders. Knows no thread.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use super::claims::Claims;
use super::progress::{FileProgress, Stage};
use super::units::percent;
use crate::client::transfer::command::{ContentId, Offer};

/// The server is asked for holders first after this, and then after twice as long each time.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
/// No pause is longer.
const LONGEST_PAUSE: Duration = Duration::from_secs(16);
/// A row is written over no more often than this.
const SHOWN: Duration = Duration::from_millis(250);
/// Percent of one step: whoever sees no row that is written over sees a line for each.
const STEP: u64 = 25;

/// What is shown of one file while it is worked on.
#[derive(Debug)]
pub(crate) struct Showing {
    number: u64,
    step: u64,
    at: Option<Instant>,
    stage: Option<std::mem::Discriminant<Stage>>,
}

impl Showing {
    /// Nothing shown yet; `number` is no other file's.
    pub(crate) fn new(number: u64) -> Self {
        Showing { number, step: 0, at: None, stage: None }
    }

    /// What to show now, if anything: four times a second at most, or at a new stage or step.
    pub(crate) fn show(
        &mut self,
        now: Instant,
        name: &str,
        stage: Stage,
        (done, size): (u64, u64),
    ) -> Option<FileProgress> {
        let is_new_stage = self.stage.replace(std::mem::discriminant(&stage))
            != Some(std::mem::discriminant(&stage));
        let step = percent(done, size) / STEP;
        let is_due = self.at.is_none_or(|at| now >= at + SHOWN);
        if !is_due && !is_new_stage && step == self.step {
            return None;
        }
        self.at = Some(now);
        let is_stall = is_new_stage && matches!(stage, Stage::Stalled(_));
        let is_step = std::mem::replace(&mut self.step, step) < step || is_stall;
        let (number, name) = (self.number, name.to_owned());
        Some(FileProgress { number, name, stage, done, size, is_step })
    }
}

impl Showing {
    /// The last figure of a file that was read, if a figure was shown before.
    pub(crate) fn end(&mut self, name: &str, size: u64) -> Option<FileProgress> {
        let (number, name, stage) = (self.number, name.to_owned(), Stage::Hashing);
        self.at.map(|_| FileProgress { number, name, stage, done: size, size, is_step: false })
    }
}

/// A file that is being loaded.
#[derive(Debug)]
pub(crate) struct Download {
    /// The file.
    pub(crate) offer: Offer,
    /// What its holders tell of it.
    pub(crate) claims: Claims,
    /// Where it is to be.
    pub(crate) folder: PathBuf,
    /// What is shown of it.
    pub(crate) showing: Showing,
    /// How far it is.
    pub(crate) stage: Option<Stage>,
    /// Bytes that are here.
    pub(crate) done: u64,
    /// What the server knows of it, in 255ths.
    pub(crate) share: u8,
    /// Somebody has it, or a part of it.
    pub(crate) is_held: bool,
    ask_at: Option<Instant>,
    pause: Duration,
}

impl Download {
    /// Begun at `now`; `number` is that of its row.
    pub(crate) fn new(now: Instant, claims: Claims, folder: PathBuf, number: u64) -> Self {
        Download {
            offer: claims.offer().clone(),
            claims,
            folder,
            showing: Showing::new(number),
            stage: None,
            done: 0,
            share: 0,
            is_held: true,
            ask_at: Some(now + FIRST_PAUSE),
            pause: FIRST_PAUSE,
        }
    }

    /// Whether somebody gives it now.
    pub(crate) fn is_coming(&self) -> bool {
        matches!(self.stage, Some(Stage::Loading { peers: 1.., .. }))
    }

    /// Another size is tried, if anybody tells one who may be right. Whether it is tried for the
    /// first time.
    pub(crate) fn turn(&mut self, now: Instant) -> Option<bool> {
        let is_new = self.claims.turn()?;
        self.offer = self.claims.offer().clone();
        (self.share, self.done, self.is_held) = (0, 0, true);
        (self.ask_at, self.pause) = (Some(now + FIRST_PAUSE), FIRST_PAUSE);
        Some(is_new)
    }

    /// Another stage or another figure. What to show of it.
    pub(crate) fn handle_stage(
        &mut self,
        now: Instant,
        stage: Stage,
        (done, size): (u64, u64),
    ) -> Option<FileProgress> {
        self.stage = Some(stage);
        if !matches!(stage, Stage::Checking) {
            self.done = done;
        }
        self.showing.show(now, &self.offer.name, stage, (done, size))
    }
}

/// All downloads that are not over.
#[derive(Debug, Default)]
pub(crate) struct Downloads(Vec<Download>);

impl Downloads {
    /// Another one.
    pub(crate) fn push(&mut self, download: Download) {
        self.0.push(download);
    }

    /// The download of this file.
    pub(crate) fn get(&mut self, id: &ContentId) -> Option<&mut Download> {
        self.0.iter_mut().find(|download| download.offer.id == *id)
    }

    /// One is over.
    pub(crate) fn take(&mut self, id: &ContentId) -> Option<Download> {
        let at = self.0.iter().position(|download| download.offer.id == *id)?;
        Some(self.0.remove(at))
    }

    /// All of them.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Download> {
        self.0.iter()
    }

    /// Whether there is none.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The next file whose holders are to be asked for. The answer comes to
    /// [`handle_asked`](Self::handle_asked).
    pub(crate) fn next_to_ask(&mut self, now: Instant) -> Option<ContentId> {
        let is_due = |download: &&mut Download| download.ask_at.is_some_and(|at| now >= at);
        let download = self.0.iter_mut().find(is_due)?;
        download.ask_at = None;
        Some(download.offer.id)
    }

    /// The server told the holders of a file, or did not.
    pub(crate) fn handle_asked(&mut self, now: Instant, id: &ContentId) {
        if let Some(download) = self.get(id) {
            download.pause = (download.pause * 2).min(LONGEST_PAUSE);
            download.ask_at = Some(now + download.pause);
        }
    }

    /// Holders are asked for at once: the server is back, or nothing comes.
    pub(crate) fn ask_soon(&mut self, now: Instant) {
        for download in &mut self.0 {
            (download.ask_at, download.pause) = (Some(now), FIRST_PAUSE);
        }
    }

    /// Nothing comes of a file any more: its holders are asked for within a second.
    pub(crate) fn ask_earlier(&mut self, now: Instant, id: &ContentId) {
        if let Some(download) = self.get(id) {
            download.ask_at = download.ask_at.map(|at| at.min(now + FIRST_PAUSE));
        }
    }

    /// When the next is to be asked for, while the server is there.
    pub(crate) fn poll_at(&self) -> Option<Instant> {
        self.0.iter().filter_map(|download| download.ask_at).min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::files::Found;

    fn download(now: Instant) -> Download {
        let offer = Offer { id: [1; 32], size: 100, name: "film".into() };
        let claims = Claims::of(vec![Found { offer, holders: Vec::new() }]).remove(0);
        Download::new(now, claims, "/".into(), 3)
    }

    #[test]
    fn holders_are_asked_for_soon_and_then_less_often() {
        let (mut all, mut now) = (Downloads::default(), Instant::now());
        all.push(download(now));
        let mut pauses = Vec::new();
        for _ in 0..7 {
            let at = all.poll_at().unwrap();
            pauses.push((at - now).as_secs());
            assert_eq!(all.next_to_ask(now), None);
            now = at;
            assert_eq!(all.next_to_ask(now), Some([1; 32]));
            assert_eq!((all.next_to_ask(now), all.poll_at()), (None, None));
            all.handle_asked(now, &[1; 32]);
        }
        assert_eq!(pauses, [1, 2, 4, 8, 16, 16, 16]);
        all.ask_soon(now);
        assert_eq!(all.poll_at(), Some(now));
        assert!(all.take(&[1; 32]).is_some() && all.is_empty());
    }

    #[test]
    fn figures_are_shown_four_times_a_second_and_at_each_quarter() {
        let (now, mut film) = (Instant::now(), download(Instant::now()));
        let stage = Stage::Loading { rate: 1, peers: 1, left: None };
        let mut shown = |milliseconds: u64, stage: Stage, done: u64| {
            let at = now + Duration::from_millis(milliseconds);
            film.handle_stage(at, stage, (done, 100)).map(|shown| shown.is_step)
        };
        assert_eq!(shown(0, stage, 0), Some(false));
        assert_eq!(shown(10, stage, 1), None);
        assert_eq!(shown(250, stage, 2), Some(false));
        assert_eq!(shown(260, stage, 25), Some(true));
        assert_eq!(shown(270, stage, 26), None);
        assert_eq!(shown(280, Stage::Stalled(Duration::ZERO), 26), Some(true));
        assert_eq!(shown(290, Stage::Stalled(Duration::ZERO), 26), None);
        assert_eq!(shown(300, stage, 100), Some(true));
    }
}
