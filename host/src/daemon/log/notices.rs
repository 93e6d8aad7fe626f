//! What core tells, as events: which event a notice is, and its reason in words.
//! Knows no stream.

use std::fmt;
use std::net::IpAddr;

use smolchat_core::environment::{LoginBy, LoginWhy, Notice, Remote, SessionEnd};
use smolchat_core::operator::Network;
use smolchat_core::protocol::{REPLIES, ReplyForm};

use super::{EventKind, Field, Log, Value};

/// What may be done if the path is too narrow, and if an address is not the server's alone.
const LOWER_MTU: &str = "lower --mtu";
const FIND_HOST: &str = "find the other host, or give this server another address";
const NAME_IT: &str = "give this server a --name of its own";
const FIND_TWIN: &str = "give this server another --mac, or look for a loop in the network";
const LOOK_AT_STORE: &str = "look at the disk; until the store takes it, a restart loses it";

impl Log {
    /// Tells what core tells.
    pub(in super::super) fn notice(&mut self, notice: &Notice<'_>) {
        use EventKind as Kind;
        match *notice {
            Notice::Connected { from } => self.about(Kind::Connected, None, from, &[]),
            Notice::ServerFull { from } => self.about(Kind::ServerFull, None, from, &[]),
            Notice::Dismissed { from, why } => {
                let reason = why.form().1;
                self.about(Kind::Dismissed, None, from, &[(Field::Reason, &reason)]);
            }
            Notice::CarrierEnded { from, why } => {
                self.about(Kind::SshEnded, None, from, &[(Field::Reason, &why)]);
            }
            Notice::LoggedIn { user, from, by } => {
                self.about(Kind::Login, Some(user), from, &[(Field::By, &name(by))]);
            }
            Notice::LoggedOut { user, from, why } => {
                self.about(Kind::Logout, Some(user), from, &[(Field::Reason, &ended(why))]);
            }
            Notice::LoginRefused { user, from, by, why } => {
                self.login_refused(user, from, by, why);
            }
            Notice::BannedSource { from } => self.about(Kind::Banned, None, from, &[]),
            Notice::Ordered { order, user, network, by } => {
                self.order(order, (user, network), by);
            }
            Notice::Registered { user, from } => {
                self.about(Kind::Registered, Some(user), from, &[]);
            }
            Notice::RegistrationRefused { from, code } => {
                self.refusal(Kind::RegistrationRefused, None, from, code);
            }
            Notice::PasswordChanged { user, from } => {
                self.about(Kind::PasswordChanged, Some(user), from, &[]);
            }
            Notice::PasswordRefused { user, from, why } => {
                let reason = reason(why, Some(user));
                self.about(Kind::PasswordRefused, Some(user), from, &[(Field::Reason, &reason)]);
            }
            Notice::KeyAdded { user, from } => self.about(Kind::KeyAdded, Some(user), from, &[]),
            Notice::KeyRemoved { user, from } => {
                self.about(Kind::KeyRemoved, Some(user), from, &[]);
            }
            Notice::Full { user, from, code } => self.full(user, from, code),
            Notice::Expired { user, id } => {
                self.event(Kind::Expired, &[(Field::User, &user), (Field::Message, &id.0)])
            }
            Notice::NotStored { user } => self
                .event(Kind::NotStored, &[(Field::User, &user), (Field::Advice, &LOOK_AT_STORE)]),
            // The environment knows whether anybody has read of another address.
            Notice::AddressAssigned { .. } | Notice::AddressLost => {}
            Notice::AddressClaimed { address, by } => self.address_claimed(address, by),
            Notice::SameEthernetAddress => self.same_ethernet_address(),
            Notice::PathTooNarrow { to, mtu } => self.path_too_narrow(to, mtu),
            Notice::Named { name } => {
                self.event(Kind::Named, &[(Field::Name, &format_args!("{name}.local"))]);
            }
            Notice::NameTaken { next } => self.name_taken(next),
        }
    }

    fn login_refused(&mut self, user: Option<&str>, from: &Remote, by: LoginBy, why: LoginWhy) {
        let is_key = why == LoginWhy::UnknownKey;
        let kind = if is_key { EventKind::KeyRefused } else { EventKind::LoginRefused };
        let values: [Value<'_>; 2] = [(Field::By, &name(by)), (Field::Reason, &reason(why, user))];
        self.about(kind, user, from, &values);
    }

    /// A table is full, or what one user may have of it is.
    fn full(&mut self, user: Option<&str>, from: Option<&Remote>, code: u16) {
        let kind = if is_share(code) { EventKind::ShareUsed } else { EventKind::Full };
        match from {
            Some(from) => self.refusal(kind, user, from, code),
            None => self.event(kind, &[(Field::Code, &code), (Field::Reason, &text(code))]),
        }
    }

    fn address_claimed(&mut self, address: IpAddr, [a, b, c, d, e, f]: [u8; 6]) {
        let ethernet = format_args!("{a:02x}:{b:02x}:{c:02x}:{d:02x}:{e:02x}:{f:02x}");
        let values: [Value<'_>; 3] =
            [(Field::Address, &address), (Field::Ethernet, &ethernet), (Field::Advice, &FIND_HOST)];
        self.event(EventKind::AddressConflict, &values);
    }

    fn same_ethernet_address(&mut self) {
        let reason = "frames come from the server's own Ethernet address";
        let values: [Value<'_>; 2] = [(Field::Reason, &reason), (Field::Advice, &FIND_TWIN)];
        self.event(EventKind::EthernetConflict, &values);
    }

    fn path_too_narrow(&mut self, to: IpAddr, mtu: u32) {
        let values: [Value<'_>; 3] =
            [(Field::Address, &to), (Field::Mtu, &mtu), (Field::Advice, &LOWER_MTU)];
        self.event(EventKind::PathTooNarrow, &values);
    }

    fn name_taken(&mut self, next: Option<&str>) {
        match next {
            Some(next) => {
                let reason = "another host has this server's name";
                let next = format_args!("{next}.local");
                self.event(
                    EventKind::NameTaken,
                    &[(Field::Name, &next), (Field::Reason, &reason), (Field::Advice, &NAME_IT)],
                );
            }
            None => {
                let reason =
                    "other hosts deny every name of this server, which tries two names a minute";
                let values: [Value<'_>; 2] = [(Field::Reason, &reason), (Field::Advice, &NAME_IT)];
                self.event(EventKind::NameTaken, &values);
            }
        }
    }

    /// An event of somebody who came from there, with at most two values more.
    fn about(&mut self, kind: EventKind, user: Option<&str>, from: &Remote, values: &[Value<'_>]) {
        // A door that nobody named is none of this server's.
        let door = self.doors.get(usize::from(from.door)).copied().unwrap_or("?");
        let address = from.address.to_canonical();
        let mut all = heapless::Vec::<Value<'_>, 5>::new();
        if let Some(user) = &user {
            let _ = all.push((Field::User, user));
        }
        let _ = all.push((Field::From, &address));
        let _ = all.push((Field::Door, &door));
        let _ = all.extend_from_slice(values);
        self.event_from(kind, Some(address), &all);
    }

    /// An order about a user or a network, or about neither.
    fn order(
        &mut self,
        order: &str,
        (user, network): (Option<&str>, Option<Network>),
        by: Option<&str>,
    ) {
        let network = network.as_ref().map(NetworkText);
        let mut all = heapless::Vec::<Value<'_>, 4>::new();
        if let Some(user) = &user {
            let _ = all.push((Field::User, user));
        }
        if let Some(network) = &network {
            let _ = all.push((Field::Address, network));
        }
        if let Some(admin) = &by {
            let _ = all.push((Field::Admin, admin));
        }
        let _ = all.push((Field::Order, &order));
        self.event(EventKind::Ordered, &all);
    }

    /// Somebody heard the reply with this code.
    fn refusal(&mut self, kind: EventKind, user: Option<&str>, from: &Remote, code: u16) {
        self.about(kind, user, from, &[(Field::Code, &code), (Field::Reason, &text(code))]);
    }
}

/// A network as it is written.
struct NetworkText<'a>(&'a Network);

impl fmt::Display for NetworkText<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.0.address(), self.0.bits())
    }
}

/// The reply's words. A number or a name in front is not known here.
fn text(code: u16) -> &'static str {
    let text = row(code).map_or("", |row| row.text);
    text.split_once("} ").map_or(text, |(_, rest)| rest)
}

/// The reply's row.
fn row(code: u16) -> Option<&'static ReplyForm> {
    REPLIES.iter().find(|row| row.code == code)
}

/// Whether the reply is about what one user may have, and not about the room of the server.
const fn is_share(code: u16) -> bool {
    matches!(code, 441 | 444 | 450 | 452 | 472)
}

const fn name(by: LoginBy) -> &'static str {
    match by {
        LoginBy::Password => "password",
        LoginBy::Key => "key",
    }
}

/// Why a session ended, in words.
const fn ended(why: SessionEnd) -> &'static str {
    match why {
        SessionEnd::Goodbye => "logged out",
        SessionEnd::Gone => "the connection ended",
        SessionEnd::Closed(reason) => reason.form().1,
    }
}

/// Why a login is refused, in words.
const fn reason(why: LoginWhy, user: Option<&str>) -> &'static str {
    match why {
        LoginWhy::UnknownName => "name unknown",
        LoginWhy::WrongPassword => "wrong password",
        LoginWhy::UnknownKey if user.is_none() => "name unknown",
        LoginWhy::UnknownKey => "key unknown",
        LoginWhy::Locked => "locked after wrong passwords",
        LoginWhy::GuessWait => "too many wrong names and passwords from this source",
        LoginWhy::Busy => "too many passwords are being checked",
        LoginWhy::AlreadyOnline => "online already",
        LoginWhy::LoginWait => "too many logins",
        LoginWhy::Banned => "banned",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_told_from_a_table_by_its_reply() {
        let shares: Vec<u16> =
            REPLIES.iter().map(|row| row.code).filter(|&c| is_share(c)).collect();
        assert_eq!(shares, [441, 444, 450, 452, 472]);
        for code in shares {
            let text = row(code).unwrap().text;
            assert!(text.contains("one user") || text.contains("of yours"), "{text}");
        }
    }
}
