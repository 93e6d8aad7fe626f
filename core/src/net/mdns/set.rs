//! Our records, and sets of them.

use core::ops::{BitAnd, BitOr, BitOrAssign, Not};

/// The most addresses that are told, as many as an interface has.
pub(super) const ADDRESSES_MAX: usize = 4;

/// A kind of service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// The chat, by whatever door.
    Chat,
    /// SSH.
    Ssh,
}

/// Whose record it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Owner {
    /// `smolchat.local`
    Host,
    /// `_services._dns-sd._udp.local`: all kinds of services of the link.
    Kinds,
    /// `_smolchat._tcp.local`: all services of a kind.
    Services(Kind),
    /// `smolchat._smolchat._tcp.local`: our service.
    Service(Kind),
}

/// One of our records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Record {
    /// The address at this position in the list of our addresses.
    Address(u8),
    /// Which types of records the host has, so that nobody waits for others (RFC 6762, 6.1).
    Types,
    /// There are services of this kind.
    Kind(Kind),
    /// There is our service of this kind.
    Service(Kind),
    /// Where that service is.
    Place(Kind),
    /// What there is to know of it.
    Text(Kind),
}

impl Owner {
    pub(super) const ALL: [Owner; 6] = [
        Owner::Host,
        Owner::Kinds,
        Owner::Services(Kind::Chat),
        Owner::Services(Kind::Ssh),
        Owner::Service(Kind::Chat),
        Owner::Service(Kind::Ssh),
    ];

    /// Whether nobody else may have the name.
    pub(super) fn is_unique(self) -> bool {
        matches!(self, Owner::Host | Owner::Service(_))
    }
}

impl Record {
    pub(super) const COUNT: usize = 13;
    pub(super) const ALL: [Record; Self::COUNT] = [
        Record::Address(0),
        Record::Address(1),
        Record::Address(2),
        Record::Address(3),
        Record::Types,
        Record::Kind(Kind::Chat),
        Record::Kind(Kind::Ssh),
        Record::Service(Kind::Chat),
        Record::Service(Kind::Ssh),
        Record::Place(Kind::Chat),
        Record::Place(Kind::Ssh),
        Record::Text(Kind::Chat),
        Record::Text(Kind::Ssh),
    ];

    pub(super) fn owner(self) -> Owner {
        match self {
            Record::Address(_) | Record::Types => Owner::Host,
            Record::Kind(_) => Owner::Kinds,
            Record::Service(kind) => Owner::Services(kind),
            Record::Place(kind) | Record::Text(kind) => Owner::Service(kind),
        }
    }

    /// Its position in [`ALL`](Self::ALL).
    pub(super) fn index(self) -> usize {
        let of = |kind| usize::from(kind == Kind::Ssh);
        match self {
            Record::Address(at) => usize::from(at).min(ADDRESSES_MAX - 1),
            Record::Types => 4,
            Record::Kind(kind) => 5 + of(kind),
            Record::Service(kind) => 7 + of(kind),
            Record::Place(kind) => 9 + of(kind),
            Record::Text(kind) => 11 + of(kind),
        }
    }
}

/// A set of our records.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Set(u16);

impl Set {
    pub(super) const EMPTY: Set = Set(0);

    pub(super) fn of(record: Record) -> Self {
        Set(1 << record.index())
    }

    pub(super) fn is_empty(self) -> bool {
        self.0 == 0
    }

    pub(super) fn has(self, record: Record) -> bool {
        !(self & Set::of(record)).is_empty()
    }

    pub(super) fn iter(self) -> impl Iterator<Item = Record> {
        Record::ALL.into_iter().filter(move |record| self.has(*record))
    }
}

impl FromIterator<Record> for Set {
    fn from_iter<I: IntoIterator<Item = Record>>(records: I) -> Self {
        records.into_iter().fold(Set::EMPTY, |set, record| set | Set::of(record))
    }
}

impl BitOr for Set {
    type Output = Set;

    fn bitor(self, other: Set) -> Set {
        Set(self.0 | other.0)
    }
}

impl BitOrAssign for Set {
    fn bitor_assign(&mut self, other: Set) {
        *self = *self | other;
    }
}

impl BitAnd for Set {
    type Output = Set;

    fn bitand(self, other: Set) -> Set {
        Set(self.0 & other.0)
    }
}

impl Not for Set {
    type Output = Set;

    fn not(self) -> Set {
        Set(!self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_record_has_its_place_in_a_set() {
        for (at, record) in Record::ALL.into_iter().enumerate() {
            assert_eq!(record.index(), at);
            assert!(Set::of(record).iter().eq([record]));
        }
        let all: Set = Record::ALL.into_iter().collect();
        assert_eq!(all.iter().count(), Record::COUNT);
        assert!((all & !all).is_empty());
    }
}
