//! Somebody else gives this user's password, perhaps again and again: told once in a while, with a
//! count. Knows no screen.

use core::net::IpAddr;

use smolchat_core::time::{Duration, Instant};

use crate::page::Page;

/// A line about attempts stands for all of this time.
const WHILE: Duration = Duration::from_secs(60);

/// Attempts, and what was told of them.
#[derive(Debug, Default)]
pub(super) struct Attempts {
    /// Where the last one came from, and when a line told of any.
    last: Option<(IpAddr, Instant)>,
    /// Those that no line told of.
    untold: u32,
}

impl Attempts {
    /// One more. Returns whether it is to be told at once.
    pub(super) fn add(&mut self, now: Instant, from: IpAddr) -> bool {
        let told_at = self.last.map(|(_, at)| at).filter(|at| now < *at + WHILE);
        if let Some(at) = told_at {
            self.last = Some((from, at));
            self.untold = self.untold.saturating_add(1);
        } else {
            // Those that were not told before are as old as this line's count reaches.
            self.last = Some((from, now));
        }
        told_at.is_none()
    }

    /// When those that no line told of are to be told.
    pub(super) fn poll_at(&self) -> Option<Instant> {
        let (_, at) = self.last.filter(|_| self.untold > 0)?;
        Some(at + WHILE)
    }

    /// Their number and where the last one came from, if it is time. They are told then.
    pub(super) fn take(&mut self, now: Instant) -> Option<(u32, IpAddr)> {
        if self.poll_at().is_none_or(|at| now < at) {
            return None;
        }
        let (from, _) = self.last?;
        self.last = Some((from, now));
        Some((core::mem::take(&mut self.untold), from))
    }
}

/// Writes that somebody gave the password.
pub(super) fn write_attempt(page: &mut Page<'_, '_>, from: IpAddr) {
    page.text("somebody at ");
    write_address(page, from);
    page.text(" gave your password, and was refused: you are online here");
}

/// Writes that somebody gave the password so many times more.
pub(super) fn write_more_attempts(page: &mut Page<'_, '_>, count: u32, from: IpAddr) {
    page.text("your password was given ");
    page.number(count.into());
    page.text(if count == 1 { " time more, from " } else { " times more, the last time from " });
    write_address(page, from);
}

fn write_address(page: &mut Page<'_, '_>, from: IpAddr) {
    match from {
        IpAddr::V4(address) => {
            for (at, octet) in address.octets().into_iter().enumerate() {
                page.text(if at == 0 { "" } else { "." });
                page.number(octet.into());
            }
        }
        IpAddr::V6(address) => {
            for (at, group) in address.segments().into_iter().enumerate() {
                page.text(if at == 0 { "" } else { ":" });
                write_hex(page, group);
            }
        }
    }
}

fn write_hex(page: &mut Page<'_, '_>, group: u16) {
    let digits = 4 - (group.leading_zeros() / 4).min(3);
    for digit in (0..digits).rev() {
        let digit = char::from_digit(u32::from(group >> (4 * digit)) & 0xf, 16);
        page.text(digit.unwrap_or('0').encode_utf8(&mut [0; 4]));
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    #[test]
    fn all_attempts_of_a_minute_are_one_line_and_then_a_count() {
        let (mut attempts, now) = (Attempts::default(), Instant::START);
        let [first, other] = [1, 2].map(|host| IpAddr::V4(Ipv4Addr::new(10, 0, 0, host)));
        assert!(attempts.add(now, first));
        assert_eq!(attempts.poll_at(), None);
        assert!(!attempts.add(now, first) && !attempts.add(now, other));
        let at = attempts.poll_at().unwrap();
        assert_eq!(attempts.take(now), None);
        assert_eq!(attempts.take(at), Some((2, other)));
        assert_eq!((attempts.take(at), attempts.poll_at()), (None, None));
        assert!(!attempts.add(at, first), "the count was told just now");
        assert!(attempts.add(at + WHILE + WHILE, first));
    }
}
