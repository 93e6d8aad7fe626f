//! The dialect of lines: requests, replies and events as text, for both ends of a connection.
//! `parse` and `emit` stand side by side.
//! Knows no table and no server. `docs/PROTOCOL.md` tells this room in prose, and a test holds it
//! against the code.

mod address;
mod answer;
mod event;
mod files;
mod hex;
#[cfg(feature = "operator")]
mod order;
mod reply;
mod request;
mod template;

pub use super::cutter::{Cut, LINE_BYTES, LineCutter, LineError};
pub use super::writer::{LINE_MAX, LineWriter};
pub use crate::protocol::parse_id;
pub use address::{emit_socket_address, parse_socket_address};
pub(crate) use answer::Packer;
pub use answer::parse_history;
pub(super) use event::emit_head;
pub use event::{EVENTS, EventError, emit as emit_event, parse as parse_event, parse_token};
pub use files::{FileLine, HolderLine, parse_file, parse_holder};
pub use hex::emit_hex;
pub use reply::{ReplyLine, emit as emit_reply, parse as parse_reply};
pub use request::{emit as emit_request, parse as parse_request};
