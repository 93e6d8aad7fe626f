//! What commands about bans and tables say, in words for a person. Knows no server.

use smolchat_core::operator::Whom;
use smolchat_core::time::Duration;

/// The units of a span, the largest first, and their seconds.
const UNITS: [(&str, u64); 4] = [("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1)];

/// Who is kept out from now on, and for how long.
pub(super) fn banned(whom: Whom<'_>, duration: Option<Duration>) -> String {
    match duration {
        Some(duration) => format!("{} is banned for {}", name(whom), span(duration.as_secs())),
        None => format!("{} is banned for good", name(whom)),
    }
}

/// Who may come again.
pub(super) fn unbanned(whom: Whom<'_>) -> String {
    format!("{} is banned no more", name(whom))
}

/// The list of bans, with spans in the place of seconds.
pub(super) fn bans(lines: &str) -> String {
    let told = lines.lines().map(|line| {
        let ban = line.rsplit_once(' ').and_then(|(whom, left)| Some((whom, left.parse().ok()?)));
        ban.map_or_else(|| line.to_owned(), |(whom, left)| format!("{whom} {} left", span(left)))
    });
    told.collect::<Vec<_>>().join("\n")
}

/// The list of places. An empty one says so.
pub(super) fn top(lines: String) -> String {
    if lines == "0 places" { "no place of any table is taken".to_owned() } else { lines }
}

/// Whom a ban meets. A network is named with its bits.
fn name(whom: Whom<'_>) -> String {
    match whom {
        Whom::User(name) => name.to_owned(),
        Whom::Network(network) => format!("{}/{}", network.address(), network.bits()),
    }
}

/// So many seconds in the two largest units that they have.
fn span(seconds: u64) -> String {
    let mut left = seconds;
    let parts = UNITS.into_iter().filter_map(|(unit, each)| {
        let count = left / each;
        left %= each;
        match count {
            0 => None,
            1 => Some(format!("1 {unit}")),
            _ => Some(format!("{count} {unit}s")),
        }
    });
    let parts: Vec<String> = parts.take(2).collect();
    if parts.is_empty() { "0 seconds".to_owned() } else { parts.join(" ") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use smolchat_core::operator::Order;

    fn told(order: &str) -> String {
        match Order::parse(order) {
            Ok(Order::Ban { whom, span }) => banned(whom, span),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_ban_says_who_and_for_how_long() {
        assert_eq!(told("ban u3 10"), "u3 is banned for 10 seconds");
        assert_eq!(told("ban u3"), "u3 is banned for 1 day");
        assert_eq!(told("ban fe80::1 90m"), "fe80::/64 is banned for 1 hour 30 minutes");
        assert_eq!(told("ban 10.1.2.3 for good"), "10.1.2.3/32 is banned for good");
        assert_eq!(unbanned(Whom::parse("10.1.2.3/8").unwrap()), "10.0.0.0/8 is banned no more");
    }

    #[test]
    fn lists_are_for_people() {
        let lines = "u3 7199\n10.0.0.0/8 for good\nfd00::/64 86401\n3 bans";
        let said = "u3 1 hour 59 minutes left\n10.0.0.0/8 for good\nfd00::/64 1 day 1 second left\n\
                    3 bans";
        assert_eq!(bans(lines), said);
        assert_eq!(bans("0 bans"), "0 bans");
        assert_eq!(span(0), "0 seconds");
        assert_eq!(top("0 places".to_owned()), "no place of any table is taken");
        assert_eq!(top("texts u3 1\n1 place".to_owned()), "texts u3 1\n1 place");
    }
}
