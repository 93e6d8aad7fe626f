//! A public key, as a secret of an account.
//! Knows no signature.

/// Bytes of an ed25519 key.
pub const KEY_BYTES: usize = 32;

/// An ed25519 key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key(pub [u8; KEY_BYTES]);
