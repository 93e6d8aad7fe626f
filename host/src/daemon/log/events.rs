//! All events of the log: their names, their levels and their fields. docs/SERVER.md has the same
//! table, and a test holds the two together.
//! Knows no connection and no stream.

use super::level::Level;

/// What a log tells beside the event's name, in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Field {
    /// Whom it concerns: the name of an account.
    User,
    /// The address that the server sees.
    From,
    /// By which door.
    Door,
    /// By a password or by a key.
    By,
    /// The admin who gave an order; the console has none.
    Admin,
    /// An order's word.
    Order,
    /// A message's number.
    Message,
    /// An address of the server or of a peer.
    Address,
    /// A name on the network.
    Name,
    /// Another host's Ethernet address.
    Ethernet,
    /// The longest packet that fits.
    Mtu,
    /// The code of the reply that somebody heard.
    Code,
    /// An event's name.
    Event,
    /// How many.
    Count,
    /// A file.
    File,
    /// Why.
    Reason,
    /// What somebody can do about it.
    Advice,
}

impl Field {
    /// Its name in a line.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Field::User => "user",
            Field::From => "from",
            Field::Door => "door",
            Field::By => "by",
            Field::Admin => "admin",
            Field::Order => "order",
            Field::Message => "message",
            Field::Address => "address",
            Field::Name => "name",
            Field::Ethernet => "ethernet",
            Field::Mtu => "mtu",
            Field::Code => "code",
            Field::Event => "event",
            Field::Count => "count",
            Field::File => "file",
            Field::Reason => "reason",
            Field::Advice => "advice",
        }
    }

    /// Its name in the journal.
    pub(super) const fn journal_name(self) -> &'static str {
        match self {
            Field::User => "SMOLCHAT_USER",
            Field::From => "SMOLCHAT_ADDRESS",
            Field::Door => "SMOLCHAT_DOOR",
            Field::By => "SMOLCHAT_BY",
            Field::Admin => "SMOLCHAT_ADMIN",
            Field::Order => "SMOLCHAT_ORDER",
            Field::Message => "SMOLCHAT_MESSAGE_NUMBER",
            Field::Address => "SMOLCHAT_OTHER_ADDRESS",
            Field::Name => "SMOLCHAT_NAME",
            Field::Ethernet => "SMOLCHAT_ETHERNET",
            Field::Mtu => "SMOLCHAT_MTU",
            Field::Code => "SMOLCHAT_CODE",
            Field::Event => "SMOLCHAT_COUNTED_EVENT",
            Field::Count => "SMOLCHAT_COUNT",
            Field::File => "SMOLCHAT_FILE",
            Field::Reason => "SMOLCHAT_REASON",
            Field::Advice => "SMOLCHAT_ADVICE",
        }
    }
}

/// What is said of an event.
#[derive(Clone, Copy, Debug)]
pub struct EventForm {
    /// Its name.
    pub name: &'static str,
    pub(super) level: Level,
    pub(super) fields: &'static [Field],
    /// What happened.
    pub what: &'static str,
}

impl EventForm {
    /// Its level, by name.
    pub fn level(&self) -> &'static str {
        self.level.name()
    }

    /// The names of its fields. Those of whom nothing is known are left out of a line.
    pub fn fields(&self) -> impl Iterator<Item = &'static str> {
        self.fields.iter().map(|field| field.name())
    }
}

macro_rules! events {
    ($($kind:ident = $name:literal $level:ident [$($field:ident),*] $what:literal;)+) => {
        /// An event.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum EventKind {
            $(#[doc = $what] $kind,)+
        }

        /// All events there are.
        pub const EVENTS: &[EventForm] = &[
            $(EventForm {
                name: $name,
                level: Level::$level,
                fields: &[$(Field::$field),*],
                what: $what,
            },)+
        ];
    };
}

events! {
    Listening = "listening" Info [Reason] "the server is ready; the reason says where";
    Stopping = "stopping" Info [Reason] "the server says goodbye and ends";
    Counters = "counters" Info [Reason] "what the network was like, at the end";
    Login = "login" Info [User, From, Door, By] "a session began";
    Logout = "logout" Info [User, From, Door, Reason] "a session ended";
    LoginRefused = "login-refused" Info [User, From, Door, By, Reason] "a login was refused; without `user` no account has the name that was given";
    KeyRefused = "key-refused" Debug [User, From, Door, By, Reason] "a key was refused; clients of SSH offer all that they have";
    Registered = "registered" Info [User, From, Door] "an account was created";
    RegistrationRefused = "registration-refused" Info [From, Door, Code, Reason] "a source created as many accounts as it may";
    PasswordChanged = "password-changed" Info [User, From, Door] "a user changed the own password";
    PasswordRefused = "password-refused" Info [User, From, Door, Reason] "a user gave a wrong old password";
    KeyAdded = "key-added" Info [User, From, Door] "a user added a key to the own account";
    KeyRemoved = "key-removed" Info [User, From, Door] "a user removed a key";
    Ordered = "order" Info [User, Address, Admin, Order] "an operator's order was done; without `admin` it came from the console";
    Banned = "banned" Info [From, Door] "a connection was refused, because its address is banned";
    Connected = "connected" Debug [From, Door] "a connection was accepted";
    Dismissed = "dismissed" Debug [From, Door, Reason] "the server ended the connection of somebody who had not logged in";
    SshEnded = "ssh-ended" Debug [From, Door, Reason] "SSH ended without a login, or in the middle of a session";
    ServerFull = "server-full" Warn [From, Door] "users hold every place, so a connection was refused";
    Full = "full" Warn [User, From, Door, Code, Reason] "a table of the server was full";
    ShareUsed = "share-used" Info [User, From, Door, Code, Reason] "a user has as much as one may have";
    Expired = "expired" Info [User, Message] "a message was not fetched in time";
    NotStored = "not-stored" Error [User, Advice] "the store refuses what waits for a user who left";
    StoreMoved = "store-moved" Error [File, Reason, Advice] "the store's file is not where the next start looks for it";
    StoreCopies = "store-copies" Warn [File, Reason] "the store's file system may run out of room for it";
    AccountNotKept = "account-not-kept" Error [User, Reason, Advice] "the accounts file takes nothing any more";
    AccountRefused = "account-refused" Info [User, Reason] "the accounts file did not take this account";
    HashingLost = "hashing-lost" Error [Reason, Advice] "no hash of a password is checked any more";
    Tap = "tap" Warn [Reason] "the TAP device works in another way than it was to";
    TapLost = "tap-lost" Error [Reason, Advice] "the TAP device is gone, and the server ends";
    StoreLost = "store-lost" Error [Advice] "the store or the accounts file failed, and the server ends";
    AddressLeased = "address-leased" Warn [Address, Reason] "a DHCP server gave another address to the server";
    AddressLost = "address-lost" Error [Reason, Advice] "the server has no address any more";
    AddressConflict = "address-conflict" Warn [Address, Ethernet, Advice] "another host says that it has the server's address";
    EthernetConflict = "ethernet-conflict" Warn [Reason, Advice] "another host has the server's Ethernet address, or the network is a loop";
    PathTooNarrow = "path-too-narrow" Info [Address, Mtu, Advice] "a router says that packets to this address are too long";
    Named = "named" Info [Name] "hosts of the network find the server by this name";
    NameTaken = "name-taken" Warn [Name, Reason, Advice] "another host has the server's name, and this name is tried next, if there is one";
    Warning = "warning" Warn [Reason] "anything else that is not as it should be";
    More = "more" Info [Event, From, Count] "so many further events of this kind in the last minute, which are not told one by one; its level is that of the event";
    Missing = "missing" Warn [Count] "so many lines found no room, because nobody read the log";
}

impl EventKind {
    /// What is said of it.
    pub(super) const fn form(self) -> &'static EventForm {
        &EVENTS[self as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_event_has_a_name_of_its_own_and_stands_in_its_row() {
        assert_eq!(EventKind::Missing as usize, EVENTS.len() - 1);
        assert_eq!(EventKind::Login.form().name, "login");
        for (at, form) in EVENTS.iter().enumerate() {
            let letters = form.name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
            assert!(letters, "{}", form.name);
            assert!(EVENTS[..at].iter().all(|other| other.name != form.name), "{}", form.name);
        }
    }
}
