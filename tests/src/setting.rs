//! What a conversation asks of its server: the rules that are numbers, the capacities, and the way
//! to it. Times in whole seconds, since the real server's flags are. Knows no server.

use smolchat_core::store::Durability;

/// A server's settings. The simulated server gets them as values, the real one as flags.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Setting {
    /// Seconds for which three wrong passwords lock a name.
    pub block_duration: u64,
    /// Seconds that a session may go without a command.
    pub timeout: u64,
    /// Seconds that a connection may go without a login.
    pub login_deadline: u64,
    /// Seconds after which a message that nobody fetches is gone; 0 for never.
    pub mail_expires: u64,
    /// Whether `register` is heard.
    pub registration: bool,
    /// What an OK to a message means.
    pub durability: Durability,
    /// Wrong passwords that one source may try before it waits.
    pub guesses: u8,
    /// Accounts that one source may create in an hour.
    pub registrations: u16,
    /// Logins and changes that one user may make in a minute.
    pub changes: u16,
    /// Accounts.
    pub users: usize,
    /// Connections.
    pub connections: usize,
    /// Messages of full length; four times as many texts.
    pub messages: usize,
    /// Blocks.
    pub blocks: usize,
    /// Broadcasts that `history` tells.
    pub history: usize,
    /// Keys that users add; a board may have room for none.
    pub keys: usize,
    /// Files that clients offer.
    pub files: usize,
    /// Holders of files.
    pub holders: usize,
    /// Whether the server must feel what its clients do not read: nothing between them keeps bytes.
    pub direct_wire: bool,
    /// Whether clients must come from several addresses.
    pub apart: bool,
    /// Whether checksums and long segments may be left to a kernel.
    pub offload: bool,
}

impl Setting {
    /// Room for everybody: what the smallest board holds, and every conversation makes do with.
    /// Times that no conversation reaches.
    pub const fn roomy() -> Self {
        Setting {
            block_duration: 600,
            timeout: 600,
            login_deadline: 600,
            mail_expires: 0,
            registration: true,
            durability: Durability::Strict,
            guesses: 10,
            registrations: 30,
            changes: 20,
            users: 32,
            connections: 16,
            messages: 24,
            blocks: 22,
            history: 8,
            keys: 0,
            files: 8,
            holders: 10,
            direct_wire: false,
            apart: false,
            offload: true,
        }
    }

    /// With a lock of so many seconds.
    pub const fn block_duration(self, block_duration: u64) -> Self {
        Setting { block_duration, ..self }
    }

    /// With sessions that end after so many seconds without a command.
    pub const fn timeout(self, timeout: u64) -> Self {
        Setting { timeout, ..self }
    }

    /// With strangers who have so many seconds.
    pub const fn login_deadline(self, login_deadline: u64) -> Self {
        Setting { login_deadline, ..self }
    }

    /// With messages that are gone after so many seconds.
    pub const fn mail_expires(self, mail_expires: u64) -> Self {
        Setting { mail_expires, ..self }
    }

    /// Without new accounts.
    pub const fn no_registration(self) -> Self {
        Setting { registration: false, ..self }
    }

    /// With so many wrong passwords from one source before it waits.
    pub const fn guesses(self, guesses: u8) -> Self {
        Setting { guesses, ..self }
    }

    /// With so many new accounts an hour from one source.
    pub const fn registrations(self, registrations: u16) -> Self {
        Setting { registrations, ..self }
    }

    /// With so many logins and changes a minute of one user.
    pub const fn changes(self, changes: u16) -> Self {
        Setting { changes, ..self }
    }

    /// Where clients come from several addresses.
    pub const fn from_everywhere(self) -> Self {
        Setting { apart: true, ..self }
    }

    /// Without a limit to what a source or a user may do in a time.
    pub const fn unlimited(self) -> Self {
        Setting { guesses: 0, registrations: 0, changes: 0, ..self }
    }

    /// With an OK that means this.
    pub const fn durability(self, durability: Durability) -> Self {
        Setting { durability, ..self }
    }

    /// With all that a frame needs done by the server itself.
    pub const fn no_offload(self) -> Self {
        Setting { offload: false, ..self }
    }

    /// With so many accounts.
    pub const fn users(self, users: usize) -> Self {
        Setting { users, ..self }
    }

    /// With so many connections.
    pub const fn connections(self, connections: usize) -> Self {
        Setting { connections, ..self }
    }

    /// With so many messages.
    pub const fn messages(self, messages: usize) -> Self {
        Setting { messages, ..self }
    }

    /// With so many blocks.
    pub const fn blocks(self, blocks: usize) -> Self {
        Setting { blocks, ..self }
    }

    /// With room for so many keys.
    pub const fn keys(self, keys: usize) -> Self {
        Setting { keys, ..self }
    }

    /// With room for so many files.
    pub const fn files(self, files: usize) -> Self {
        Setting { files, ..self }
    }

    /// With room for so many holders of files.
    pub const fn holders(self, holders: usize) -> Self {
        Setting { holders, ..self }
    }

    /// Where the server feels what its clients do not read.
    pub const fn on_a_direct_wire(self) -> Self {
        Setting { direct_wire: true, ..self }
    }
}
