//! The two programs of smolchat on a Linux host, as a library, so that their binaries are short and
//! tests can run them in their own process.
//!
//! | module | program | begins with |
//! |---|---|---|
//! | [`daemon`] | `smolchatd`, the chat server on a TAP device | [`daemon::run`] |
//! | [`client`] | `smolchat`, the client for a terminal or a script | [`client::run`] |
//!
//! Both begin with [`backtrace::only_on_panic`]. Each module knows `smolchat_core` and not the
//! other. Everything else here is private: whoever builds on the server itself uses
//! `smolchat_core`.

// Both panic if the stream is gone, and wait if nobody reads it.
#![deny(clippy::print_stdout, clippy::print_stderr)]

pub mod backtrace;
pub mod client;
pub mod daemon;
mod pages;
