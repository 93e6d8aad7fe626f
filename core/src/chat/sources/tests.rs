//! The table at its capacity, a full table, and what each source may do.

use core::net::{IpAddr, Ipv6Addr};

use super::*;

const RATE: Rate = Rate::hourly(4);

fn at(second: u64) -> Instant {
    Instant::from_millis(1_000_000_000 + second * 1000)
}

fn v4(number: u16) -> Source {
    let [high, low] = number.to_be_bytes();
    Source::of(IpAddr::from([10, 0, high, low]))
}

/// A network of site `site`.
fn v6(site: u16, network: u16) -> Source {
    Source::of(Ipv6Addr::new(0xfd00, 0, site, network, 0, 0, 0, 1).into())
}

fn with<R>(rows: usize, test: impl FnOnce(&mut Sources<'_>) -> R) -> R {
    let mut rows: Vec<SourceRow> = (0..rows).map(|_| SourceRow::default()).collect();
    test(&mut Sources::new(&mut rows, 7))
}

/// A source comes, does one thing wrong, and goes.
fn err(sources: &mut Sources<'_>, source: Source, second: u64) -> u16 {
    let row = sources.admit(source, at(second), |_| false);
    sources.add_wrong(row, None, 1, at(second));
    row
}

#[test]
fn as_many_sources_have_a_row_as_were_lent_and_one_more_shares_until_one_comes_free() {
    for lent in [2, 5, 16] {
        with(lent, |sources| {
            let own = sources.capacity();
            assert_eq!(own, lent - 1);
            for number in 0..own as u16 {
                assert_ne!(err(sources, v4(number), 0), 0, "{number} of {own}");
                assert_eq!((sources.used(), sources.sharing()), (usize::from(number) + 1, 0));
            }
            assert_eq!(err(sources, v4(99), 0), 0, "one more shares");
            assert_eq!((sources.used(), sources.sharing()), (own, 1));
            let first = sources.admit(v4(0), at(0), |_| false);
            assert_ne!(first, 0, "who has a row keeps it");
            assert_eq!(sources.admit(v4(99), at(59), |_| false), 0);
            assert_ne!(sources.admit(v4(99), at(60), |_| false), 0, "what was wrong is forgiven");
            assert_eq!(sources.used(), own);
        });
    }
}

#[test]
fn a_table_of_one_row_or_of_many_never_lets_a_source_lose_what_is_against_it() {
    for lent in [1, 40, 500] {
        with(lent, |sources| {
            let guilty = v6(1, 1);
            for _ in 0..3 {
                err(sources, guilty, 0);
            }
            let row = sources.admit(guilty, at(0), |_| false);
            let wait = sources.wait(row, at(0)).expect("three are too many").0;
            for network in 2..2_000 {
                err(sources, v6(1, network), 0);
            }
            assert_eq!(sources.admit(guilty, at(0), |_| false), row);
            let still = sources.wait(row, at(0)).expect("nothing is forgotten").0;
            assert!(still >= wait, "{lent}");
        });
    }
}

#[test]
fn somebody_who_has_many_sources_shares_what_they_find_no_room_for_with_the_own_neighbourhood() {
    with(512, |sources| {
        for network in 0..4_000 {
            err(sources, v6(1, network), 0);
        }
        let shared = sources.admit(v6(1, 5_000), at(0), |_| false);
        assert!(sources.wait(shared, at(0)).is_some(), "all of them wait together");
        let waiting = (2..66).filter(|&site| {
            let row = sources.admit(v6(site, 0), at(0), |_| false);
            row == shared
        });
        assert!(waiting.count() < 16, "one row of 32 is theirs");
    });
}

#[test]
fn who_is_here_keeps_its_row() {
    with(3, |sources| {
        let row = sources.admit(v4(1), at(0), |_| false);
        let other = sources.admit(v4(2), at(0), |held| held == usize::from(row));
        assert_ne!(row, other);
        let third = sources.admit(v4(3), at(0), |held| held == usize::from(row));
        assert_eq!(third, other, "nothing is lost with a row that nobody needs");
    });
}

#[test]
fn each_wrong_password_beyond_the_free_ones_costs_twice_the_wait_up_to_a_minute() {
    with(2, |sources| {
        let row = sources.admit(v4(1), at(0), |_| false);
        let mut now = 0;
        for _ in 0..3 {
            sources.add_wrong(row, None, 3, at(now));
            assert_eq!(sources.wait(row, at(now)), None);
        }
        for seconds in [1, 2, 4, 8, 16, 32, 64, 64, 64] {
            sources.add_wrong(row, None, 3, at(now));
            assert_eq!(sources.wait(row, at(now)), Some(Wait(seconds)));
            now += u64::from(seconds);
            assert_eq!(sources.wait(row, at(now)), None);
        }
        sources.add_wrong(row, None, 3, at(now + 60));
        assert_eq!(sources.wait(row, at(now + 60)), Some(Wait(64)), "a minute makes up for one");
        now += 60 + 64;
        sources.add_wrong(row, None, 3, at(now + 120));
        assert_eq!(sources.wait(row, at(now + 120)), Some(Wait(32)));
    });
}

#[test]
fn slips_are_forgiven_and_no_limit_is_none() {
    with(2, |sources| {
        let row = sources.admit(v4(1), at(0), |_| false);
        for _ in 0..100 {
            sources.add_wrong(row, None, 2, at(0));
            sources.add_wrong(row, None, 2, at(0));
            assert_eq!(sources.wait(row, at(0)), None);
            sources.forgive(row, 2);
        }
        for _ in 0..1_000 {
            sources.add_wrong(row, None, 0, at(0));
        }
        assert_eq!(sources.wait(row, at(0)), None);
    });
}

#[test]
fn accounts_are_made_at_a_rate_and_no_source_makes_more_than_a_quarter_of_what_is_free() {
    with(3, |sources| {
        let row = sources.admit(v4(1), at(0), |_| false);
        let mut free = 32;
        let mut register = |sources: &mut Sources<'_>, row, second| {
            let answer = sources.check_registration(row, RATE, free, at(second));
            if answer.is_ok() {
                sources.add_registration(row, RATE, at(second));
                free -= 1;
            }
            answer
        };
        for _ in 0..4 {
            assert_eq!(register(sources, row, 0), Ok(()));
        }
        assert_eq!(register(sources, row, 0), Err(RegistrationRefusal::Wait(Wait(900))));
        for hour in 1..5 {
            assert_eq!(register(sources, row, hour * 3600), Ok(()));
        }
        assert_eq!(register(sources, row, 20 * 3600), Err(RegistrationRefusal::Share));
        let other = sources.admit(v4(2), at(20 * 3600), |_| false);
        assert_eq!(register(sources, other, 20 * 3600), Ok(()), "another may");
    });
}

#[test]
fn the_last_account_is_anybodys() {
    with(2, |sources| {
        let row = sources.admit(v4(1), at(0), |_| false);
        assert_eq!(sources.check_registration(row, RATE, 1, at(0)), Ok(()));
        sources.add_registration(row, RATE, at(0));
        let refused = sources.check_registration(row, RATE, 1, at(0));
        assert_eq!(refused, Err(RegistrationRefusal::Share));
        assert_eq!(sources.check_registration(row, Rate::UNLIMITED, 1, at(0)), Ok(()));
    });
}
