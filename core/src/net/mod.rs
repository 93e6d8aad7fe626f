//! The network driver: frames of an Ethernet device in, a server driven, frames out.
//! Touches `server`, `transport`, `table`, `arena` and smoltcp. Knows no operating system and no board: a [`smoltcp::phy::Device`],
//! the time and a [`Platform`] are all it needs, so the same code runs on a TAP and on a microcontroller.
//!
//! smoltcp looks through all sockets of a set for every frame, and asks all of them for the next thing to send. Here every
//! connection has a set of its own, found by a table in front, so the work for one frame is the same with ten connections as with
//! ten thousand:
//!
//! 1. *drain*: every frame that waits goes to the socket it belongs to ([`Driver`]'s ingress);
//! 2. *relay*: the server reads and answers, for the connections that heard something, then for those it wants to tell something;
//! 3. *commit*: what was promised is made durable, once for all of them;
//! 4. *egress*: the connections that have something to send send it, and arm their timers.
//!
//! The order is what joins many small lines into few frames. Two interfaces share the device. The chat's own is told that it
//! speaks IP, and the Ethernet header is put on and taken off here, with the address that the connection's frames came from: no
//! neighbour table limits how many hosts may talk at once. All other frames go by `neighbours`, which answers within limits: by itself, or
//! by a stock Ethernet interface, which knows ARP, neighbour discovery and ping.
//!
//! | file | holds |
//! |---|---|
//! | `frame` | what kind of frame it is, and whose |
//! | `fragments` | packets that come in fragments |
//! | `acceptance` | what TCP will make of a segment, told before anything moves |
//! | `cookie` | answers to requests of which nothing is kept |
//! | `secret` | the numbers that nobody is to guess |
//! | `crafted` | segments that we make up, for our own TCP |
//! | `port` | the device as one interface sees it, one frame at a time |
//! | `lookup`, `slot`, `slots` | the table from peers to connections; one connection and its phase; all of them |
//! | `transport` | a socket as the server sees it |
//! | `driver`, `ingress`, `relay`, `egress` | the three steps |
//! | `handshake` | the part of ingress that opens connections |
//! | `serve` | the loop around them |
//! | `neighbours` | all frames that are not the chat's: who looks for us, who claims our addresses, where a peer went that is not heard |
//! | `width` | short segments for connections whose way swallows long ones |
//! | `addresses` | our addresses, as they are given at start |
//! | `dhcp`, `lease` | an address leased from a server (feature `dhcp`): the client; the step that keeps the lease |
//! | `lent`, `settings` | what a product hands in |
//! | `counters`, `figures` | what it can read off, and how `status` tells it |

mod acceptance;
mod addresses;
mod clock;
mod cookie;
mod counters;
mod crafted;
#[cfg(feature = "dhcp")]
mod dhcp;
mod driver;
mod egress;
mod figures;
mod fragments;
mod frame;
mod handshake;
mod ingress;
#[cfg(feature = "dhcp")]
mod lease;
mod lent;
mod lookup;
mod neighbours;
mod port;
mod relay;
mod room;
mod secret;
mod serve;
mod settings;
mod slot;
mod slots;
#[cfg(test)]
mod tests;
mod transport;
mod width;

pub use counters::Counters;
pub use driver::Driver;
pub use frame::{Frame, Ours, Segment, Tuple, classify};
pub use lent::{Buffers, NetLent};
pub use serve::{Platform, Wake, serve};
pub use settings::{NetError, NetSettings};
pub use transport::{TcpTransport, TransportError};
