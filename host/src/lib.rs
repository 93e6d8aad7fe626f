//! The two programs of smolchat on a host, as libraries so that tests can drive them: the server
//! and the client. Each half knows `smolchat_core` and not the other.

// Both panic if the stream is gone, and wait if nobody reads it.
#![deny(clippy::print_stdout, clippy::print_stderr)]

pub mod client;
pub mod daemon;
