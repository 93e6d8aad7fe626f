//! # smolchat-ssh-client
//!
//! The caller's side of SSH as values. A [`Call`] turns the bytes of a TCP connection into the
//! plain bytes of one channel, and knows no socket and no clock. [`KnownHosts`] and [`Identity`]
//! are the two files that a caller keeps.
//!
//! Nobody is asked anything while a call lasts. A call that would need an answer ends and says
//! which. The caller asks, and calls again.
#![forbid(unsafe_code)]

mod agent;
mod call;
mod end;
mod identity;
mod kind;
mod known_hosts;
mod login;
mod preface;
mod terms;
#[cfg(test)]
mod tests;
mod wire;

pub use agent::{Agent, AgentAnswer, NoAnswer};
pub use call::Call;
pub use end::End;
pub use identity::{Identity, IdentityError};
pub use known_hosts::{Host, KnownHosts, KnownHostsError, Standing};
pub use login::SignatureWanted;
pub use smolchat_ssh::{CLIENT_SUBSYSTEM, Fingerprint, PublicKey, SUBSYSTEM};
pub use terms::Terms;
