//! How many lines an hour of trouble may take: so many a minute of one kind from one source, and of
//! one kind in all. The rest is counted, and told when the minute is over.
//! Knows no text and no clock. Nothing here allocates after [`Floods::new`].

use std::net::{IpAddr, Ipv6Addr};

use super::events::{EVENTS, EventKind};

/// Lines a minute of one kind from one source.
pub(super) const PER_SOURCE: u32 = 30;
/// Lines a minute of one kind, whatever the source.
pub(super) const PER_KIND: u32 = 300;
/// Kinds and sources that are counted apart at once. While they are all in use, a further source is
/// counted with those that have no row.
pub(super) const ROWS: usize = 512;
/// A minute, in milliseconds.
pub(super) const MINUTE: u64 = 60_000;

/// Events of one kind that are not told one by one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct More {
    pub(super) kind: EventKind,
    /// Their source; `None` for those of many sources, and for what has none.
    pub(super) source: Option<IpAddr>,
    pub(super) count: u64,
}

/// A minute of one kind, from its first event on.
#[derive(Clone, Copy, Debug)]
struct Row {
    kind: EventKind,
    source: Option<IpAddr>,
    since: u64,
    told: u32,
    untold: u64,
}

impl Row {
    fn is_over(&self, now: u64) -> bool {
        now >= self.since + MINUTE
    }

    /// Nobody misses it.
    fn is_spent(&self, now: u64) -> bool {
        self.untold == 0 && self.is_over(now)
    }
}

/// All that is counted.
#[derive(Debug)]
pub(super) struct Floods {
    rows: Box<[Option<Row>]>,
    /// For each kind, the lines of this minute, and the events without a row.
    kinds: Box<[Option<Row>]>,
    /// How many rows hold something untold.
    untold: usize,
}

impl Floods {
    /// Room for so many kinds and sources.
    pub(super) fn new(rows: usize) -> Self {
        let rows = vec![None; rows].into_boxed_slice();
        Floods { rows, kinds: vec![None; EVENTS.len()].into_boxed_slice(), untold: 0 }
    }

    /// Whether an event is to be told now. `now` is in milliseconds and never goes back.
    pub(super) fn admit(&mut self, kind: EventKind, from: Option<IpAddr>, now: u64) -> bool {
        let source = from.map(source_of);
        let fresh = Row { kind, source: None, since: now, told: 0, untold: 0 };
        let all = &mut self.kinds[kind as usize];
        let all = match all {
            Some(row) if !row.is_spent(now) => row,
            _ => all.insert(fresh),
        };
        let row = find(&mut self.rows, Row { source, ..fresh }, now);
        let is_full =
            all.told >= PER_KIND || row.as_ref().is_some_and(|row| row.told >= PER_SOURCE);
        // Sources without a row have one share together.
        let is_full = is_full || (row.is_none() && all.untold > 0);
        if !is_full {
            all.told += 1;
            if let Some(row) = row {
                row.told += 1;
            }
            return true;
        }
        let row = row.unwrap_or(all);
        self.untold += usize::from(row.untold == 0);
        row.untold += 1;
        false
    }

    /// What was not told in a minute that is over by now.
    pub(super) fn next(&mut self, now: u64) -> Option<More> {
        if self.untold == 0 {
            return None;
        }
        let mut rows = self.rows.iter_mut().chain(&mut *self.kinds);
        let over =
            rows.find(|row| row.as_ref().is_some_and(|row| row.untold > 0 && row.is_over(now)));
        let Row { kind, source, untold, .. } = over?.take()?;
        self.untold -= 1;
        Some(More { kind, source, count: untold })
    }

    /// When to ask [`next`](Self::next), if at all.
    pub(super) fn due(&self) -> Option<u64> {
        if self.untold == 0 {
            return None;
        }
        let rows = self.rows.iter().chain(&*self.kinds).flatten();
        rows.filter(|row| row.untold > 0).map(|row| row.since + MINUTE).min()
    }
}

/// The row of this kind and source; a fresh one if there is room.
fn find(rows: &mut [Option<Row>], fresh: Row, now: u64) -> Option<&mut Row> {
    let is_it = |row: &Row| row.kind == fresh.kind && row.source == fresh.source;
    let at = rows.iter().position(|row| row.as_ref().is_some_and(is_it));
    let is_free = |row: &Option<Row>| row.as_ref().is_none_or(|row| row.is_spent(now));
    let at = at.or_else(|| rows.iter().position(is_free))?;
    match &mut rows[at] {
        Some(row) if is_it(row) && !row.is_spent(now) => {}
        row => *row = Some(fresh),
    }
    rows[at].as_mut()
}

/// An IPv4 address, or the network of an IPv6 address, as the server counts sources.
fn source_of(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let network = u128::from(address) >> 64 << 64;
            IpAddr::V6(Ipv6Addr::from(network))
        }
        address => address,
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::EventKind::{Connected, Login, LoginRefused};
    use super::*;

    fn ip(number: u32) -> Option<IpAddr> {
        Some(Ipv4Addr::from(0x0a00_0000 + number).into())
    }

    /// How many of so many events are told.
    fn told(floods: &mut Floods, count: u32, kind: EventKind, from: Option<IpAddr>) -> usize {
        (0..count).filter(|_| floods.admit(kind, from, 1000)).count()
    }

    #[test]
    fn one_source_tells_so_much_a_minute_and_the_rest_is_counted() {
        for (count, expected) in [(29, 29), (30, 30), (31, 30), (72, 30)] {
            let mut floods = Floods::new(ROWS);
            assert_eq!(told(&mut floods, count, LoginRefused, ip(7)), expected);
            let untold = u64::from(count).saturating_sub(30);
            let due = (untold > 0).then_some(1000 + MINUTE);
            assert_eq!(floods.due(), due);
            assert_eq!(floods.next(999 + MINUTE), None, "the minute goes on");
            let more = More { kind: LoginRefused, source: ip(7), count: untold };
            let more = Some(more).filter(|more| more.count > 0);
            assert_eq!(floods.next(1000 + MINUTE), more);
            assert_eq!((floods.next(u64::MAX / 2), floods.due()), (None, None), "told once");
            assert!(floods.admit(LoginRefused, ip(7), 1000 + MINUTE), "another minute");
        }
    }

    #[test]
    fn others_and_other_kinds_are_told_meanwhile() {
        let mut floods = Floods::new(ROWS);
        assert_eq!(told(&mut floods, 1000, LoginRefused, ip(7)), 30);
        assert_eq!(told(&mut floods, 10, LoginRefused, ip(8)), 10);
        assert_eq!(told(&mut floods, 10, Login, ip(7)), 10);
        assert_eq!(told(&mut floods, 10, LoginRefused, None), 10);
        let six = |tail: u16| Some(Ipv6Addr::new(0xfd00, 0, 0, 1, tail, 0, 0, 9).into());
        assert_eq!((0..100).filter(|n| floods.admit(Login, six(*n), 1000)).count(), 30, "a /64");
    }

    #[test]
    fn many_sources_together_tell_no_more_than_the_kind_may() {
        let mut floods = Floods::new(ROWS);
        let told = (0..5000).filter(|n| floods.admit(Connected, ip(*n), 1000)).count();
        assert_eq!(told, PER_KIND as usize);
        let mut count = 0;
        while let Some(more) = floods.next(1000 + MINUTE) {
            count += more.count;
        }
        assert_eq!(told as u64 + count, 5000, "each is told or counted");
    }

    #[test]
    fn a_full_table_counts_further_sources_together_and_has_room_again_after_a_minute() {
        let mut floods = Floods::new(4);
        for source in 0..4 {
            assert!(floods.admit(Connected, ip(source), 1000));
        }
        let more = (4..400).filter(|n| floods.admit(Connected, ip(*n), 1000)).count();
        assert_eq!(more, PER_KIND as usize - 4);
        let all = More { kind: Connected, source: None, count: 396 - more as u64 };
        assert_eq!(floods.next(1000 + MINUTE), Some(all));
        assert!(floods.admit(Connected, ip(9), 1001 + MINUTE), "a row is free again");
        assert_eq!(floods.rows.iter().flatten().count(), 4);
    }
}
