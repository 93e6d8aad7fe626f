//! Others who claim our name: hosts that have it, and hosts that ask for it at the same time.

use core::cmp::Ordering;

use domain::base::ParsedRecord;
use domain::base::iana::Rtype;
use heapless::Vec;

use super::asked::{Received, data, for_each};
use super::data::Bytes;
use super::records::{Names, Records};
use super::set::{Owner, Record};

/// The most records of one name that a rival's probe is compared by.
const COMPARED: usize = 6;

/// One record as two probes are compared by it: class, which is always the same, then type, then
/// data (RFC 6762, 8.2).
type Claim = (u16, Bytes);

impl Records<'_> {
    /// Whether an answer of another host contradicts our names. While we probe, any other record of
    /// the name does; later one of a type of ours.
    pub(super) fn are_contradicted(&self, message: &Received<'_>, is_probing: bool) -> bool {
        let (names, mut contradicted) = (self.names(), false);
        let mut look = |record: &ParsedRecord<'_, &[u8]>| {
            contradicted |= self.is_rival(&names, record, is_probing);
        };
        if let Ok(section) = message.answer() {
            for_each(section, &mut look);
        }
        if let Ok(section) = message.additional() {
            for_each(section, &mut look);
        }
        contradicted
    }

    fn is_rival(&self, names: &Names, record: &ParsedRecord<'_, &[u8]>, is_probing: bool) -> bool {
        // A goodbye claims nothing.
        if record.ttl().as_secs() == 0 {
            return false;
        }
        let owner = names.owner_of(&record.owner()).filter(|owner| owner.is_unique());
        let Some(owner) = owner else { return false };
        let rtype = record.rtype();
        if rtype == Rtype::NSEC {
            return false;
        }
        let same_type = |own: &Record| own.owner() == owner && self.rtype(*own) == rtype;
        let is_same = match data(record) {
            Some(data) => self.all().iter().any(|own| same_type(&own) && self.bytes(own) == data),
            None => false,
        };
        !is_same && (is_probing || self.all().iter().any(|own| same_type(&own)))
    }

    /// Whether another host that probes for a name of ours at the same time comes first: its
    /// records are the later ones in order.
    pub(super) fn come_second(&self, message: &Received<'_>) -> bool {
        let names = self.names();
        let unique = Owner::ALL.into_iter().filter(|owner| owner.is_unique());
        unique.into_iter().any(|owner| {
            let theirs = claims_of_rival(&names, message, owner);
            !theirs.is_empty() && compare(&self.claims(owner), &theirs) == Ordering::Less
        })
    }

    fn claims(&self, owner: Owner) -> Vec<Claim, COMPARED> {
        let own = self.all().iter().filter(|record| record.owner() == owner);
        let mut claims: Vec<Claim, COMPARED> =
            own.map(|record| (self.rtype(record).to_int(), self.bytes(record))).collect();
        claims.sort_unstable();
        claims
    }
}

/// What another host's probe says of a name of ours.
fn claims_of_rival(names: &Names, message: &Received<'_>, owner: Owner) -> Vec<Claim, COMPARED> {
    let mut claims = Vec::new();
    let Ok(section) = message.authority() else { return claims };
    for_each(section, |record| {
        if names.owner_of(&record.owner()) == Some(owner)
            && let Some(data) = data(record)
        {
            // More than ours are not compared.
            let _ = claims.push((record.rtype().to_int(), data));
        }
    });
    claims.sort_unstable();
    claims
}

/// Compares record by record; of two lists that begin the same, the longer comes later.
fn compare(ours: &[Claim], theirs: &[Claim]) -> Ordering {
    ours.iter().cmp(theirs.iter())
}
