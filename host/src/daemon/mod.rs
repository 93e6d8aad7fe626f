//! The server: `smolchatd` on a TAP device of a Linux host. [`run`] takes its [`Options`], serves
//! until it is asked to stop, and says why if it could not.
//! Knows nothing of the client. Everything is allocated before the loop starts; the loop allocates
//! nothing.

mod accounts;
mod addresses;
mod announce;
mod arena;
mod clock;
mod control;
mod credentials;
mod doors;
mod environment;
mod error;
mod figures;
mod flash_file;
mod hashing;
mod hearing;
mod host_key;
mod interface;
mod join;
mod keeper;
mod keeping;
mod log;
mod mac;
mod nearby;
mod netlink;
mod network;
mod opening;
mod options;
mod outcome;
mod overlap;
mod ownerless;
mod prepare;
mod privacy;
mod probe;
mod publish;
mod reach;
mod reload;
mod run;
mod signals;
mod span;
mod state;
mod store;
mod store_error;
mod store_file;
mod supervisor;
mod tables;
mod tap;
mod telling;

pub use accounts::CommandError;
pub use error::Error;
pub use log::{EVENTS, EventForm, complain};
pub use options::Options;
pub use run::{Stage, print_fingerprint, run, run_watched};
