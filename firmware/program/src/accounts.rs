//! The accounts that were baked in when the image was built, from `credentials.txt` or the file
//! that `SMOLCHAT_CREDENTIALS` named; and the key of a board that keeps none.
//! `build.rs` has checked every line.

use smolchat_core::protocol::Secret;

/// Names and what lets each in by a password, in the file's order.
pub const ACCOUNTS: &[(&str, Secret<'_>)] = include!(concat!(env!("OUT_DIR"), "/accounts.rs"));

/// Whose ed25519 key each is.
pub const KEYS: &[(&str, [u8; 32])] = include!(concat!(env!("OUT_DIR"), "/keys.rs"));

/// The seed of the board's key, if the setting `SMOLCHAT_HOST_KEY` named a file with one.
#[cfg(feature = "ssh")]
pub(crate) const HOST_KEY: Option<[u8; 32]> = include!(concat!(env!("OUT_DIR"), "/host_key.rs"));
