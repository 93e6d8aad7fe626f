//! The log as lines of text, for whoever sits at the console and asks for it. The log for debug
//! probes stays as it is.
//! Knows no device.

use core::fmt::{self, Write};

use heapless::{String, Vec};
use smolchat_core::environment::{Notice, SessionEnd};

/// Bytes of lines that wait.
const LINES: usize = 1024;
/// The longest line; what is longer is cut off.
const LINE: usize = 160;

/// Lines of the log that wait for the console.
#[derive(Default)]
pub(crate) struct Lines {
    pub(super) is_on: bool,
    bytes: Vec<u8, LINES>,
    /// Lines that found no room.
    lost: u32,
}

impl Lines {
    /// Tells of one event in the server's life.
    pub(crate) fn notice(&mut self, notice: &Notice<'_>) {
        if self.is_on {
            let mut line = String::<LINE>::new();
            // What does not fit is cut off.
            let _written = words(notice, &mut line);
            self.add(&line);
        }
    }

    fn add(&mut self, line: &str) {
        if self.bytes.capacity() - self.bytes.len() <= line.len() {
            self.lost += 1;
            return;
        }
        // There is room for both.
        let _added = self.bytes.extend_from_slice(line.as_bytes());
        let _ended = self.bytes.push(b'\n');
    }

    /// Whether a line waits.
    pub(super) fn is_waiting(&self) -> bool {
        !self.bytes.is_empty() || self.lost > 0
    }

    /// Hands on the next line, if there is one.
    pub(super) fn next(&mut self, say: impl FnOnce(&str)) {
        let end = self.bytes.iter().position(|byte| *byte == b'\n');
        if let Some(end) = end {
            say(str::from_utf8(&self.bytes[..end]).unwrap_or_default());
            self.bytes.drain(..=end);
        } else if self.lost > 0 {
            let mut line = String::<LINE>::new();
            let _fits = write!(line, "* log: {} lines found no room", self.lost);
            self.lost = 0;
            say(&line);
        }
    }

    /// Forgets what waits.
    pub(super) fn clear(&mut self) {
        self.bytes.clear();
        self.lost = 0;
    }
}

fn words(notice: &Notice<'_>, line: &mut impl Write) -> fmt::Result {
    line.write_str("* log: ")?;
    match *notice {
        Notice::Connected { from } => write!(line, "connected from {}", from.address),
        Notice::ServerFull { from } => write!(line, "full, so not let in: {}", from.address),
        Notice::Dismissed { from, why } => {
            write!(line, "dismissed {}: {}", from.address, why.form().1)
        }
        Notice::CarrierEnded { from, why } => write!(line, "ended {}: {why:?}", from.address),
        Notice::LoggedIn { user, from, .. } => write!(line, "login {user} from {}", from.address),
        Notice::LoggedOut { user, why: SessionEnd::Closed(why), .. } => {
            write!(line, "logout {user}: {}", why.form().1)
        }
        Notice::LoggedOut { user, why, .. } => write!(line, "logout {user}: {why:?}"),
        Notice::LoginRefused { user, from, why, .. } => {
            let user = user.unwrap_or("somebody");
            write!(line, "login refused {user} from {}: {why:?}", from.address)
        }
        Notice::BannedSource { from } => write!(line, "banned {}", from.address),
        Notice::Ordered { order, user, by, .. } => {
            let by = by.unwrap_or("the console");
            write!(line, "order {order} {} by {by}", user.unwrap_or_default())
        }
        Notice::Registered { user, from } => write!(line, "registered {user} {}", from.address),
        Notice::RegistrationRefused { from, code } => {
            write!(line, "registration refused {}: {code}", from.address)
        }
        Notice::PasswordChanged { user, .. } => write!(line, "password changed {user}"),
        Notice::PasswordRefused { user, why, .. } => {
            write!(line, "password refused {user}: {why:?}")
        }
        Notice::KeyAdded { user, .. } => write!(line, "key added {user}"),
        Notice::KeyRemoved { user, .. } => write!(line, "key removed {user}"),
        Notice::NotStored { user } => write!(line, "not stored: what waits for {user}"),
        Notice::Expired { user, id } => write!(line, "not fetched in time: {} for {user}", id.0),
        Notice::Full { code, .. } => write!(line, "refused for lack of room: {code}"),
        ref network => of_network(network, line),
    }
}

/// What the network has told.
fn of_network(notice: &Notice<'_>, line: &mut impl Write) -> fmt::Result {
    match *notice {
        Notice::AddressAssigned { address, prefix_len, .. } => {
            write!(line, "address {address}/{prefix_len}")
        }
        Notice::AddressLost => line.write_str("the address is lost"),
        Notice::AddressClaimed { address, .. } => {
            write!(line, "another host says that it has {address}")
        }
        Notice::SameEthernetAddress => {
            line.write_str("another host has our Ethernet address, or the network is a loop")
        }
        Notice::PathTooNarrow { to, mtu } => {
            write!(line, "packets to {to} are too long for the way: {mtu} fit")
        }
        #[cfg(feature = "mdns")]
        Notice::Named { name } => write!(line, "name {name}.local"),
        #[cfg(feature = "mdns")]
        Notice::NameTaken { next } => {
            write!(line, "another host has our name, next is {}", next.unwrap_or("none"))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_finds_no_room_is_counted_and_told() {
        let mut lines = Lines { is_on: true, ..Lines::default() };
        for _ in 0..100 {
            lines.notice(&Notice::NotStored { user: "hans" });
        }
        let mut said = std::vec::Vec::new();
        while lines.is_waiting() {
            lines.next(|line| said.push(line.to_owned()));
        }
        let whole = said.len() - 1;
        assert!(said[..whole].iter().all(|line| line == "* log: not stored: what waits for hans"));
        assert_eq!(said[whole], format!("* log: {} lines found no room", 100 - whole));
        assert_eq!(whole, LINES / "* log: not stored: what waits for hans\n".len());
    }

    #[test]
    fn nothing_is_kept_for_whoever_has_not_asked() {
        let mut lines = Lines::default();
        lines.notice(&Notice::AddressLost);
        assert!(!lines.is_waiting());
    }
}
