//! smolchatd: the chat server on a TAP device of a Linux host.
//! Touches `smolchat_core` and the kernel. Everything is allocated before the loop starts; the loop allocates nothing.

mod addresses;
mod announce;
mod append;
mod arena;
mod clock;
mod credentials;
mod error;
mod interface;
mod netlink;
mod options;
mod platform;
mod run;
mod stop;
mod supervisor;
mod tap;

pub use addresses::AddressesError;
pub use credentials::{CredentialsError, LineFault};
pub use error::RunError;
pub use interface::InterfaceError;
pub use options::{Options, Switch};
pub use run::{Stage, run, run_watched};
pub use tap::TapError;
