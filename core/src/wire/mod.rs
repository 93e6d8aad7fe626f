//! The wire: lines and the values they mean, for both ends of a connection. `parse` and `emit`
//! stand side by side.
//! Knows no table and no server. `docs/PROTOCOL.md` tells this room in prose, and a test holds it
//! against the code.

mod accounts;
mod address;
mod characters;
mod event;
mod limits;
mod line;
mod name;
mod reply;
mod request;
mod template;
mod write;

pub use accounts::{Account, Accounts, BadLine, FileLines, LineFault, remarks_like_accounts};
pub use address::{Addresses, emit_socket_address, parse_socket_address};
pub use characters::{Class, holds_separator};
pub use event::{EVENTS, Event, EventError, Farewell, Kind, TOKEN_BYTES, Token};
pub use limits::*;
pub use line::{Cut, LINE_BYTES, LineCutter, LineError};
pub use name::{
    NameError, Password, Text, UserName, check_new_name, check_password, check_text,
    check_user_name,
};
pub use reply::{REPLIES, Reply, ReplyForm, ReplyLine};
pub use request::{REQUESTS, Request, RequestError, RequestForm};
pub use write::LineWriter;

/// A message's number. It is unique on its server, and rises in the order in which messages are
/// accepted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct MessageId(pub u64);
