//! The lines that peers say to each other on a link for talk, as values (docs/PEERS.md).

/// A line of a peer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PeerLine<'a> {
    /// `begin <run> <first>`
    Begin { run: u64, first: u64 },
    /// `text <id> <text>`
    Text { id: u64, text: &'a str },
    /// `ack <id>`
    Acknowledged { id: u64 },
    /// `stop`
    Stop,
    /// `ping`
    Ping,
    /// `pong`
    Pong,
    /// One of a newer peer's, which is passed over.
    Unknown,
    /// One of these, and not as it should be.
    Wrong,
}

impl<'a> PeerLine<'a> {
    /// Reads a line.
    pub(super) fn parse(line: &'a str) -> Self {
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        let known = match word {
            "begin" => begin(rest),
            "text" => text(rest),
            "ack" => number(rest).map(|id| PeerLine::Acknowledged { id }),
            "stop" if rest.is_empty() => Some(PeerLine::Stop),
            "ping" if rest.is_empty() => Some(PeerLine::Ping),
            "pong" if rest.is_empty() => Some(PeerLine::Pong),
            _ => Some(PeerLine::Unknown),
        };
        known.unwrap_or(PeerLine::Wrong)
    }
}

fn begin(rest: &str) -> Option<PeerLine<'_>> {
    let (run, first) = rest.split_once(' ')?;
    let is_run = run.len() == 16 && run.bytes().all(|byte| byte.is_ascii_hexdigit());
    let run = u64::from_str_radix(run, 16).ok().filter(|_| is_run)?;
    Some(PeerLine::Begin { run, first: number(first)? })
}

fn text(rest: &str) -> Option<PeerLine<'_>> {
    let (id, text) = rest.split_once(' ')?;
    let id = number(id)?;
    (!text.is_empty()).then_some(PeerLine::Text { id, text })
}

/// Decimal digits alone, so `+7` is none.
fn number(digits: &str) -> Option<u64> {
    digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lines_of_the_document_are_understood() {
        for (line, expected) in [
            ("begin 00000000000000ff 7", PeerLine::Begin { run: 255, first: 7 }),
            ("text 7  two  spaces ", PeerLine::Text { id: 7, text: " two  spaces " }),
            ("ack 18446744073709551615", PeerLine::Acknowledged { id: u64::MAX }),
            ("stop", PeerLine::Stop),
            ("ping", PeerLine::Ping),
            ("pong", PeerLine::Pong),
            ("", PeerLine::Unknown),
            ("typing", PeerLine::Unknown),
            ("stop now", PeerLine::Unknown),
            ("begin ff 7", PeerLine::Wrong),
            ("begin 00000000000000fg 7", PeerLine::Wrong),
            ("begin 00000000000000ff +7", PeerLine::Wrong),
            ("text hi", PeerLine::Wrong),
            ("text 7 ", PeerLine::Wrong),
            ("text", PeerLine::Wrong),
            ("ack", PeerLine::Wrong),
            ("ack 18446744073709551616", PeerLine::Wrong),
        ] {
            assert_eq!(PeerLine::parse(line), expected, "{line:?}");
        }
    }
}
