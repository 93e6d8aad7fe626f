//! # smolchat-core
//!
//! The chat server as values: bytes in, values through, bytes out. It allocates nothing, reads no
//! clock, opens no socket and draws no random number. Time, bytes, entropy and storage are
//! arguments, and every capacity is lent at start.
//!
//! The rooms, from the ground up. Each may touch only rooms before it:
//!
//! | room | holds |
//! |---|---|
//! | [`time`], [`protocol`], `table` | moments; what is said, as values; fixed tables |
//! | [`dialect`] | text and the values that it means |
//! | [`arena`], [`store`], [`transport`], [`environment`] | what a product lends: memory, a store, a connection's bytes, entropy |
//! | [`carrier`] | a transport over a transport, as a service carries its connections |
//! | [`chat`] | the state of the chat: accounts, sessions, mailboxes, blocks, presence |
//! | `operator` (feature `operator`) | what an operator says, and how it is read |
//! | `command` | one file for every command: its effect on the state, and its answer |
//! | [`server`] | connections: lines in, answers and events out, deadlines |
//! | `net` (feature `smoltcp`) | drives a server from a network device |
#![cfg_attr(not(test), no_std)]
#![forbid(unsafe_code)]

pub mod arena;
pub mod carrier;
pub mod chat;
mod command;
pub mod dialect;
pub mod environment;
#[cfg(feature = "smoltcp")]
pub mod net;
#[cfg(feature = "operator")]
pub mod operator;
pub mod protocol;
pub mod server;
pub mod store;
mod table;
pub mod time;
pub mod transport;
