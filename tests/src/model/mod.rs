//! Random sequences of operations on the real server, and a naive chat of std collections that must
//! say the same, line by line. The fuzz targets include this room as it is.
//!
//! | file | holds |
//! |---|---|
//! | `operation` | what may happen, decoded from four bytes |
//! | `ask` | what a client may write, and the line it writes |
//! | `order` | what an operator may say, and its words |
//! | `naive` | the chat once more, slow and plain |
//! | `pipe` | a connection's bytes, with as little room as wanted |
//! | `environment` | chance, storage and memory for a server under test |
//! | `world` | both of them side by side |
//! | `client` | whoever talks to them |
//! | `checks` | what must hold at rest and at the end |
//! | `run` | a sequence from its first operation to the last message acknowledged |

mod ask;
mod checks;
mod client;
mod environment;
mod naive;
mod operation;
mod order;
mod pipe;
mod run;
mod world;

pub use ask::{Ask, Garbage, Sought, Word};
pub use environment::{Heap, ModelEnvironment, Shape};
pub use operation::{Action, Operation};
pub use order::{Order, Whom};
pub use pipe::Pipe;
pub use run::run;
