//! A link as an exchange sees it: who is at its other end, and what both sides want to know.

use std::collections::{BTreeMap, BTreeSet};

use crate::bitmap::Bitmap;
use crate::content::ContentId;

/// Files of which one peer wants to know what is held here.
pub(super) const FOLLOWED_MAX: usize = 64;

#[derive(Debug)]
pub(super) struct Link {
    pub(super) user: String,
    /// The files of which the peer wants to know what is held here.
    pub(super) follows: BTreeSet<ContentId>,
    /// The files of which this side has asked what the peer holds, and what it said.
    pub(super) maps: BTreeMap<ContentId, Option<Bitmap>>,
    /// Bytes given, by file.
    pub(super) given: BTreeMap<ContentId, u64>,
}

impl Link {
    pub(super) fn new(user: String) -> Self {
        Link { user, follows: BTreeSet::new(), maps: BTreeMap::new(), given: BTreeMap::new() }
    }
}
