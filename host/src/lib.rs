//! The two programs of smolchat on a host, as libraries so that tests can drive them: the server and the client.
//! Each half knows `smolchat_core` and not the other.

pub mod client;
pub mod daemon;
