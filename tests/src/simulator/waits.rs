//! How many rounds people's requests wait at the server, seen at its end of the cable. Rounds count
//! from the one in which a whole request is there to the one whose frames bring the last line of
//! its reply. Knows neither the server nor what people mean.

use std::collections::BTreeMap;

use smolchat_core::dialect::lines::{LINE_MAX, ReplyLine};
use smoltcp::wire::{IpAddress, TcpControl};

use super::segment::{Segment, ahead};

/// The most rounds that a request may wait while its reply has room.
pub const ROUNDS: u32 = 20;

/// How long a login may wait for a sign of life of the user's older connection, in milliseconds by
/// the server's clock. No rounds are counted meanwhile.
const CLAIM: u64 = 3_000;

/// The end of a direction counts as one number.
const FIN: i32 = 1;

/// One direction of a connection.
#[derive(Debug)]
struct Stream {
    /// The number of the next byte.
    next: u32,
    /// What came too early, by its number.
    early: Vec<(u32, Vec<u8>)>,
    unfinished: Vec<u8>,
}

impl Stream {
    fn new(next: u32) -> Self {
        Stream { next, early: Vec::new(), unfinished: Vec::new() }
    }

    /// Bytes from `seq` on: those that are new and in their turn.
    fn take(&mut self, seq: u32, bytes: &[u8]) {
        let skipped = ahead(self.next, seq);
        if skipped < 0 {
            self.early.push((seq, bytes.to_vec()));
        } else if let Some(new) = bytes.get(skipped as usize..) {
            self.next = self.next.wrapping_add(new.len() as u32);
            self.unfinished.extend_from_slice(new);
            let next = self.next;
            self.early.retain(|(seq, bytes)| ahead(seq.wrapping_add(bytes.len() as u32), next) > 0);
        }
    }

    /// The other side has everything before `number`.
    fn has_until(&mut self, number: u32) {
        if ahead(number, self.next) <= 0 {
            return;
        }
        let mut early = std::mem::take(&mut self.early);
        early.retain(|(seq, bytes)| {
            let is_there = ahead(number, seq.wrapping_add(bytes.len() as u32)) >= 0;
            if is_there {
                self.take(*seq, bytes);
            }
            !is_there
        });
        self.early.extend(early);
    }

    fn next_line(&mut self) -> Option<String> {
        let end = self.unfinished.iter().position(|byte| *byte == b'\n')?;
        let line = self.unfinished.drain(..=end).collect::<Vec<_>>();
        Some(String::from_utf8_lossy(&line[..end]).into_owned())
    }
}

/// One person's connection.
#[derive(Debug)]
struct Line {
    port: u16,
    asked: Stream,
    /// None before the server's first segment.
    said: Option<Stream>,
    /// What the person's stack has of what was said, and how much more it takes.
    has: u32,
    window: u16,
    /// The newest of all acknowledgements that came. A segment with an older one was overtaken, and
    /// the server's TCP does without it.
    newest: u32,
    /// Up to where the server takes what is asked.
    edge: u32,
    /// Requests that were not answered yet.
    requests: Vec<String>,
    /// Rounds that the first of them has waited since it was the first.
    waited: u32,
    /// Since when it waits, if it is a login.
    login_since: Option<u64>,
}

impl Line {
    /// Whether the server's TCP takes a segment with this acknowledgement. It does without an older
    /// one. One of what it never said is forged, and so is one from before the connection.
    fn is_due(&self, ack: u32) -> bool {
        let is_said = self.said.as_ref().is_some_and(|said| ahead(said.next, ack) >= -FIN);
        is_said && ahead(ack, self.newest) >= 0
    }

    /// Whether a segment reaches into what the server takes (RFC 9293, 3.10.7.4). The server's TCP
    /// does without any other one, and without what it acknowledges.
    fn is_in_window(&self, seq: u32, bytes: usize) -> bool {
        let (next, edge, end) = (self.asked.next, self.edge, seq.wrapping_add(bytes as u32));
        let begins_there = ahead(seq, next) >= 0 && ahead(edge, seq) > 0;
        let ends_there = ahead(end, next) > 0 && ahead(edge, end) >= 0;
        match (bytes, ahead(edge, next)) {
            (0, 0) => seq == next,
            (0, _) => begins_there,
            (_, 0) => false,
            _ => begins_there || ends_there,
        }
    }

    /// Whether the reply to the first request can leave at once: nothing that was said before is on
    /// its way.
    fn has_room(&self) -> bool {
        let is_quiet = self.said.as_ref().is_some_and(|said| said.next == self.has);
        is_quiet && usize::from(self.window) > LINE_MAX
    }
}

/// All connections of people.
#[derive(Debug, Default)]
pub(super) struct Waits {
    people: Vec<IpAddress>,
    lines: BTreeMap<IpAddress, Line>,
    /// No rounds are counted before, by the server's clock.
    pardoned_until: u64,
    /// The most rounds that a request has waited, and which it was.
    pub(super) longest: (u32, String),
}

impl Waits {
    /// Those of the people at these addresses.
    pub(super) fn new(people: impl Iterator<Item = IpAddress>) -> Self {
        Waits { people: people.collect(), ..Waits::default() }
    }

    /// A frame comes to the server.
    pub(super) fn hear(&mut self, segment: &Segment<'_>) {
        let Segment { from, control, seq, ack, .. } = *segment;
        if control == TcpControl::Syn {
            let is_known = self.lines.get(&from.addr).is_some_and(|line| line.port == from.port);
            if !is_known && self.people.contains(&from.addr) {
                let asked = Stream::new(seq.wrapping_add(1));
                let line = Line {
                    port: from.port,
                    asked,
                    said: None,
                    has: 0,
                    window: 0,
                    newest: 0,
                    edge: seq.wrapping_add(1),
                    requests: Vec::new(),
                    waited: 0,
                    login_since: None,
                };
                self.lines.insert(from.addr, line);
            }
            return;
        }
        let Some(line) = self.lines.get_mut(&from.addr).filter(|line| line.port == from.port)
        else {
            return;
        };
        if control == TcpControl::Rst {
            self.lines.remove(&from.addr);
            return;
        }
        let Some(ack) = ack.filter(|ack| line.is_due(*ack)) else { return };
        if !line.is_in_window(seq, segment.payload.len()) {
            return;
        }
        line.newest = ack;
        // Only what is exactly in its turn is certain to be taken, with what it acknowledges.
        let room = ahead(line.edge, seq);
        if seq == line.asked.next && line.asked.early.is_empty() && room > 0 {
            (line.has, line.window) = (ack, segment.window);
        }
        let taken = segment.payload.len().min(room.max(0) as usize);
        line.asked.take(seq, &segment.payload[..taken]);
        line.count_requests();
    }

    /// A round begins that will look at all that has come.
    ///
    /// # Errors
    /// Somebody waits for too long.
    pub(super) fn begin_round(&mut self, now: u64) -> Result<(), String> {
        if now < self.pardoned_until {
            return Ok(());
        }
        for (address, line) in &mut self.lines {
            let Some(request) = line.requests.first() else { continue };
            // Accounts are stored only in a small part of the time, so whoever registers or changes
            // a password waits for a turn.
            let takes_turn = request.starts_with("register ") || request.starts_with("passwd ");
            if !line.has_room() || takes_turn {
                continue;
            }
            if request.starts_with("login ") && now <= *line.login_since.get_or_insert(now) + CLAIM
            {
                continue;
            }
            line.waited += 1;
            if line.waited > self.longest.0 {
                self.longest = (line.waited, request.clone());
            }
            if line.waited > ROUNDS {
                return Err(format!(
                    "{address} waits for more than {ROUNDS} rounds: {request:.60}"
                ));
            }
        }
        Ok(())
    }

    /// A frame of the server's.
    pub(super) fn say(&mut self, segment: &Segment<'_>) {
        let Segment { to, control, seq, ack, payload, .. } = *segment;
        let Some(line) = self.lines.get_mut(&to.addr).filter(|line| line.port == to.port) else {
            return;
        };
        if control == TcpControl::Rst {
            self.lines.remove(&to.addr);
            return;
        }
        if let Some(ack) = ack {
            line.asked.has_until(ack);
            line.count_requests();
            line.edge = ack.wrapping_add(segment.window.into());
        }
        if control == TcpControl::Syn {
            line.newest = seq.wrapping_add(1);
            line.said = Some(Stream::new(line.newest));
            return;
        }
        let Some(said) = &mut line.said else { return };
        said.take(seq, payload);
        let mut is_over = control == TcpControl::Fin;
        while let Some(text) = said.next_line() {
            is_over |= text.starts_with("* bye ");
            if text.starts_with("* ") {
                continue;
            }
            (line.waited, line.login_since) = (0, None);
            if ReplyLine::parse(&text).is_some_and(|reply| reply.last) && !text.starts_with("220 ")
            {
                line.requests.drain(..1.min(line.requests.len()));
            }
        }
        if is_over {
            self.lines.remove(&to.addr);
        }
    }

    /// A strict server's store refused something: an OK may wait for it, and all that its sender
    /// says behind it.
    pub(super) fn pardon(&mut self, until: u64) {
        self.pardoned_until = until;
        for line in self.lines.values_mut() {
            line.waited = 0;
        }
    }
}

impl Line {
    fn count_requests(&mut self) {
        while let Some(request) = self.asked.next_line() {
            self.requests.push(request);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_segment_counts_if_it_reaches_into_what_the_server_takes() {
        let line = |window: u32| Line {
            port: 1,
            asked: Stream::new(100),
            said: None,
            has: 0,
            window: 0,
            newest: 0,
            edge: 100 + window,
            requests: Vec::new(),
            waited: 0,
            login_since: None,
        };
        for (seq, bytes, counts) in [
            (99, 0, false),
            (100, 0, true),
            (109, 0, true),
            (110, 0, false),
            (90, 10, false),
            (90, 11, true),
            (109, 5, true),
            (110, 5, false),
        ] {
            assert_eq!(line(10).is_in_window(seq, bytes), counts, "{bytes} from {seq} on");
        }
        let shut = [(100, 0, true), (99, 0, false), (100, 1, false)];
        for (seq, bytes, counts) in shut {
            assert_eq!(line(0).is_in_window(seq, bytes), counts, "{bytes} from {seq} on, shut");
        }
    }
}
