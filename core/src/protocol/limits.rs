//! Limits that both ends of a connection must agree on. How much a server can hold is a capacity,
//! in `chat::Capacities`. Knows no dialect, whose own limits stand with it.

/// The longest user name, in bytes.
pub const NAME_MAX: usize = 32;
/// The longest password, in bytes.
pub const PASSWORD_MAX: usize = 64;
/// The longest text of a message or broadcast, in bytes. Every dialect must be able to say it, with
/// a 20-digit id, a name of [`NAME_MAX`] bytes and a 10-digit age.
pub const TEXT_MAX: usize = 432;
/// The most addresses that a client may announce for peer-to-peer connections.
pub const ADDRESSES_MAX: usize = 4;
/// The longest name of a file, in bytes. It leaves room for what a client puts behind it on a disk.
pub const FILE_NAME_MAX: usize = 200;
/// The largest file, in bytes.
pub const FILE_SIZE_MAX: u64 = (1 << 48) - 1;
/// The TCP port a server listens on unless told otherwise.
pub const DEFAULT_PORT: u16 = 4000;
