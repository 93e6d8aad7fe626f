//! One download before and while it has a plan: whom to call, who has the list, who is asked no
//! more.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::LinkId;
use crate::Moment;
use crate::plan::{HOLDERS_MAX, Plan, STALL};
use crate::shape::Shape;

/// How long a peer may take to send a list, or to say what it holds.
const PATIENCE: Duration = Duration::from_secs(15);
/// A user who could not be reached, or whose link was lost, is called again after this.
const CALL_AGAIN: Duration = Duration::from_secs(10);
/// A user who cannot be reached again and again is called after twice the time, up to this.
const CALL_AGAIN_MAX: Duration = Duration::from_secs(600);

/// Where a download is.
#[derive(Debug)]
pub(super) enum Stage {
    /// Nobody has sent the list yet.
    Listless {
        /// Who was asked, and until when it may answer.
        asked: Option<(LinkId, Moment)>,
    },
    /// The list is here, and the part file is looked through.
    Preparing,
    /// Chunks are asked for.
    Loading(Box<Plan>),
}

#[derive(Debug)]
pub(super) struct Load {
    pub(super) shape: Shape,
    pub(super) seed: u64,
    pub(super) stage: Stage,
    /// Who holds the file, by the server's word, and in how many 255ths.
    pub(super) holders: BTreeMap<String, u8>,
    /// Who is not to be called before then.
    rests: BTreeMap<String, Moment>,
    /// How often each user could not be reached in a row.
    misses: BTreeMap<String, u32>,
    /// Who was asked and gave nothing: others come before it, and it has no place.
    idle: BTreeSet<String>,
    /// Links that were asked what they hold, and when.
    pub(super) asked: BTreeMap<LinkId, Moment>,
    /// When the list was wanted first, and whether a person was told that it does not come.
    listless: Option<(Moment, bool)>,
    /// Who sent what was wrong.
    pub(super) banned: BTreeSet<String>,
    /// Links that have said that they have no list.
    pub(super) without_list: BTreeMap<LinkId, Moment>,
    /// Bytes that came from each user.
    pub(super) from: BTreeMap<String, u64>,
    /// The last share that was told.
    pub(super) told_share: u8,
    /// Only this chunk is wanted.
    pub(super) only: Option<u32>,
}

impl Load {
    pub(super) fn new(shape: Shape, seed: u64) -> Self {
        Load {
            shape,
            seed,
            stage: Stage::Listless { asked: None },
            holders: BTreeMap::new(),
            rests: BTreeMap::new(),
            misses: BTreeMap::new(),
            idle: BTreeSet::new(),
            asked: BTreeMap::new(),
            listless: None,
            banned: BTreeSet::new(),
            without_list: BTreeMap::new(),
            from: BTreeMap::new(),
            told_share: 0,
            only: None,
        }
    }

    pub(super) fn plan(&mut self) -> Option<&mut Plan> {
        match &mut self.stage {
            Stage::Loading(plan) => Some(plan),
            _ => None,
        }
    }

    /// Whom to ask for the list now, of these links.
    pub(super) fn list_question(&mut self, now: Moment, links: &[LinkId]) -> Option<LinkId> {
        let Stage::Listless { asked } = &mut self.stage else { return None };
        if asked.is_some_and(|(link, until)| now < until && links.contains(&link)) {
            return None;
        }
        if let Some((late, _)) = asked.take() {
            self.without_list.insert(late, now + PATIENCE);
        }
        let rests = |link: &LinkId| self.without_list.get(link).is_some_and(|until| now < *until);
        let link = *links.iter().find(|link| !rests(link))?;
        *asked = Some((link, now + PATIENCE));
        Some(link)
    }

    /// Who was asked for the list and has not sent it in time.
    pub(super) fn late_list(&self, now: Moment) -> Option<LinkId> {
        match self.stage {
            Stage::Listless { asked: Some((link, until)) } => (now >= until).then_some(link),
            _ => None,
        }
    }

    /// The peer has no list to send. Whether it was asked for one.
    pub(super) fn has_no_list(&mut self, now: Moment, link: LinkId) -> bool {
        if let Stage::Listless { asked } = &mut self.stage
            && asked.is_some_and(|(asked, _)| asked == link)
        {
            *asked = None;
            self.without_list.insert(link, now + Duration::from_secs(1));
            return true;
        }
        false
    }

    /// A link with the user stands: it has proven itself.
    pub(super) fn has_come(&mut self, user: &str) {
        self.misses.remove(user);
    }

    /// The user could not be reached. It rests longer each time.
    pub(super) fn did_not_come(&mut self, now: Moment, user: &str) {
        let misses = self.misses.entry(user.to_owned()).or_default();
        let rest = (CALL_AGAIN * (1 << (*misses).min(6))).min(CALL_AGAIN_MAX);
        *misses += 1;
        self.rests.insert(user.to_owned(), now + rest);
    }

    /// A link with the user was lost.
    pub(super) fn has_left(&mut self, now: Moment, user: &str) {
        self.rests.insert(user.to_owned(), now + CALL_AGAIN);
        if !self.from.contains_key(user) {
            self.set_idle(user);
        }
    }

    /// The user was asked and gives nothing: it loses its place.
    pub(super) fn set_idle(&mut self, user: &str) {
        self.idle.insert(user.to_owned());
    }

    /// So many bytes came from the user.
    pub(super) fn has_given(&mut self, user: String, bytes: u32) {
        self.idle.remove(&user);
        *self.from.entry(user).or_default() += u64::from(bytes);
    }

    /// Links that were asked what they hold, and that have said nothing for too long. Each is told
    /// once.
    pub(super) fn silent(&mut self, now: Moment) -> Vec<LinkId> {
        let late = self.asked.extract_if(.., |_, since| now >= *since + PATIENCE);
        late.map(|(link, _)| link).collect()
    }

    /// For how long the list does not come, said once.
    pub(super) fn stalled(&mut self, now: Moment) -> Option<Duration> {
        if !matches!(self.stage, Stage::Listless { .. }) {
            return None;
        }
        let (begun, is_told) = self.listless.get_or_insert((now, false));
        let since = now.saturating_sub(*begun);
        let is_new = since >= STALL && !*is_told;
        *is_told |= is_new;
        is_new.then_some(since)
    }

    /// Whom to call, beside the holders who have a link or are called already. Whoever gives
    /// nothing has no place, and comes last.
    pub(super) fn to_call<'a>(
        &'a self,
        now: Moment,
        is_busy: impl Fn(&str) -> bool + 'a,
    ) -> impl Iterator<Item = (&'a str, u8)> + 'a {
        let busy = self.holders.keys().filter(|user| is_busy(user) && !self.idle.contains(*user));
        let busy = busy.count();
        let mut free: Vec<_> = self
            .holders
            .iter()
            .filter(|(user, _)| {
                !is_busy(user)
                    && !self.banned.contains(*user)
                    && self.rests.get(*user).is_none_or(|until| now >= *until)
            })
            .map(|(user, share)| (user.as_str(), *share))
            .collect();
        free.sort_by_key(|(user, share)| {
            let misses = self.misses.get(*user).copied().unwrap_or(0);
            (self.idle.contains(*user), misses, u8::MAX - share, mixed(self.seed, user))
        });
        free.into_iter().take(HOLDERS_MAX.saturating_sub(busy))
    }
}

/// An order of users that differs from download to download.
fn mixed(seed: u64, user: &str) -> u64 {
    user.bytes().fold(seed, |mixed, byte| (mixed ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3))
}
