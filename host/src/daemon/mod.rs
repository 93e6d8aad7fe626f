//! smolchatd: the chat server on a TAP device of a Linux host.
//! Touches `smolchat_core` and the kernel. Everything is allocated before the loop starts; the loop
//! allocates nothing.

mod addresses;
mod announce;
mod arena;
mod clock;
mod credentials;
mod environment;
mod error;
mod figures;
mod flash_file;
mod interface;
mod log;
mod netlink;
mod options;
mod overlap;
mod ownerless;
mod probe;
mod reach;
mod run;
mod span;
mod stop;
mod store;
mod store_file;
mod supervisor;
mod tap;

pub use addresses::AddressesError;
pub use credentials::CredentialsError;
pub use error::RunError;
pub use flash_file::FlashFileError;
pub use interface::InterfaceError;
pub use log::complain;
pub use options::{Options, Registration, Switch};
pub use run::{Stage, run, run_watched};
pub use store::HostStoreError;
pub use store_file::StoreFileError;
pub use tap::TapError;
