//! One download before and while it has a plan: whom to call, who has the list, who is asked no
//! more.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::LinkId;
use crate::Moment;
use crate::plan::{HOLDERS_MAX, Plan};
use crate::shape::Shape;

/// How long a peer may take to send a list.
const LIST_PATIENCE: Duration = Duration::from_secs(15);
/// A user who could not be reached, or whose link was lost, is called again after this.
pub(super) const CALL_AGAIN: Duration = Duration::from_secs(10);

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
    pub(super) rests: BTreeMap<String, Moment>,
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
            self.without_list.insert(late, now + LIST_PATIENCE);
        }
        let rests = |link: &LinkId| self.without_list.get(link).is_some_and(|until| now < *until);
        let link = *links.iter().find(|link| !rests(link))?;
        *asked = Some((link, now + LIST_PATIENCE));
        Some(link)
    }

    /// The peer has no list to send.
    pub(super) fn has_no_list(&mut self, now: Moment, link: LinkId) {
        if let Stage::Listless { asked } = &mut self.stage
            && asked.is_some_and(|(asked, _)| asked == link)
        {
            *asked = None;
            self.without_list.insert(link, now + Duration::from_secs(1));
        }
    }

    /// Whom to call, if `linked` of the holders have a link and `calling` are called.
    pub(super) fn to_call<'a>(
        &'a self,
        now: Moment,
        is_busy: impl Fn(&str) -> bool + 'a,
    ) -> impl Iterator<Item = (&'a str, u8)> + 'a {
        let busy = self.holders.keys().filter(|user| is_busy(user)).count();
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
        free.sort_by_key(|(user, share)| (u8::MAX - share, mixed(self.seed, user)));
        free.into_iter().take(HOLDERS_MAX.saturating_sub(busy))
    }
}

/// An order of users that differs from download to download.
fn mixed(seed: u64, user: &str) -> u64 {
    user.bytes().fold(seed, |mixed, byte| (mixed ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3))
}
