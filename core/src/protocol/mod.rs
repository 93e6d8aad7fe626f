//! What is said between a client and a server, as values.
//! Knows nobody, and no text of a request, reply or event but its words for a person: a dialect
//! reads and writes them.

mod accounts;
mod address;
mod characters;
mod close_reason;
mod event;
mod file_name;
mod hex;
mod item;
mod key;
mod limits;
mod name;
mod reply;
mod request;
mod secret;
mod text;

pub use accounts::{
    Account, Accounts, BadLine, CHANGED, FileLines, LineFault, SECRET_MAX, is_changed_remark,
    remarks_like_accounts,
};
pub use address::{Addresses, is_of_peer};
pub use characters::{Class, holds_separator, shown, shown_name};
pub use close_reason::CloseReason;
pub use event::{Event, Kind, TOKEN_BYTES, Token};
pub use file_name::{FileNameError, check_file_name};
pub(crate) use hex::parse_hex;
pub use hex::parse_id;
pub use item::{HISTORY_GAP, Item, OWN_MESSAGES};
pub(crate) use key::parse_any_key;
pub use key::{KEY_KIND, KeyText, is_weak_key, key_blob, key_text, parse_key};
pub use limits::*;
pub use name::{NameError, Password, UserName, check_new_name, check_password, check_user_name};
pub use reply::{FIELDS_MAX, Field, REPLIES, Reply, ReplyForm};
pub use request::{REQUESTS, Request, RequestError, RequestForm};
pub(crate) use secret::KeptSecret;
pub use secret::{HASH_MAX, PackedHash, Secret};
pub use text::Text;

/// A message's number. It is unique on its server, and rises in the order in which messages are
/// accepted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct MessageId(pub u64);
