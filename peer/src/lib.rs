//! # smolchat-peer
//!
//! Links between two clients that a server has introduced. Either side proves its own key and the
//! token of the introduction, and everything behind the first line is TLS 1.3. `docs/PEERS.md`
//! tells the wire.
//!
//! An [`Endpoint`] listens, expects and dials; a [`Link`] carries lines and counted bytes. All of
//! it blocks, in threads of the caller's or of the listener's. Nothing here knows what is said on
//! a link.
#![forbid(unsafe_code)]

mod cutters;
mod dial;
mod endpoint;
mod expectations;
mod guests;
mod handshake;
mod hello;
mod hex;
mod introduction;
mod kind;
mod link;
mod listener;
mod mac;
mod own_key;
mod shared;
mod side;
#[cfg(test)]
mod tests;
mod tls;
mod unproven;
mod waiting;

pub use dial::Unreachable;
pub use endpoint::Endpoint;
pub use introduction::Introduction;
pub use kind::Kind;
pub use link::{Closer, LINE_MAX, Link, LinkReader, LinkWriter};
pub use listener::bind;
pub use own_key::{BadKey, OwnKey};
pub use smolchat_core::protocol::Token;

/// An Ed25519 public key (RFC 8032).
pub type PublicKey = [u8; 32];
