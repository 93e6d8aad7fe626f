//! The network driver: takes frames from an Ethernet device, drives a server, and sends frames.
//! Knows no operating system and no board. It needs a [`smoltcp::phy::Device`], the time and a
//! [`Platform`], so the same code runs on a TAP device and on a microcontroller.
//!
//! smoltcp looks through all sockets of a set for every frame, and asks all of them for something
//! to send. Here every connection has a set of its own, which a table finds. So the work for one
//! frame is the same among ten connections and among ten thousand:
//!
//! 1. *drain*: every frame that waits goes to the socket it belongs to;
//! 2. *relay*: the server hears who came and who is gone. It reads and answers, first for
//!    connections with news, then for connections that it has something to tell;
//! 3. *commit*: all promises of the round are made durable at once;
//! 4. *egress*: connections send what they have to send, and arm their timers.
//!
//! Each step is a file and a function of that name, and `round` is the list. Between drain and
//! relay the driver does what is due by itself: the lease, the search for silent peers, timers.
//! This order joins many small lines into few frames. Two interfaces share the device. The chat's
//! own interface speaks IP. The driver adds and removes the Ethernet header, with the address that
//! the connection's frames came from, so no neighbour table limits how many hosts may talk at once.
//! All other frames go to `neighbours`, which answers within limits: by itself, or by the
//! link interface, which is smoltcp's for Ethernet: ARP, neighbour discovery and ping.
//!
//! | file | holds |
//! |---|---|
//! | `frame` | what kind of frame it is, and whose |
//! | `fragments` | packets that come in fragments |
//! | `acceptance` | what TCP will make of a segment, known before anything moves |
//! | `cookie` | answers to requests of which nothing is kept (SYN cookies) |
//! | `secret` | numbers that nobody may guess |
//! | `crafted` | segments that we make up, for our own TCP |
//! | `port` | the device as one interface sees it, one frame at a time |
//! | `lookup`, `slot`, `slots` | the table from peers to connections; one connection and its phase; all of them |
//! | `transport` | a socket as the server sees it |
//! | `driver` | the interfaces, the connections and the counters, as one value |
//! | `round`, `drain`, `relay`, `commit`, `egress` | the round and its steps |
//! | `carry` | the part of relay for connections with a carrier over TCP |
//! | `handshake` | the part of drain that opens connections |
//! | `serve`, `clock` | the loop around them; its time, which leaves out standstill |
//! | `neighbours` | frames beside the chat's: hosts that look for us or claim our addresses, peers that moved |
//! | `probe` | whether the peer of a session gives a sign of life |
//! | `width` | short segments for connections whose path loses long ones |
//! | `addresses` | our addresses, as the product gives them at start |
//! | `dhcp`, `lease` | an address leased from a server (feature `dhcp`): the client; the step that keeps the lease |
//! | `mdns` | our name for the hosts of the link (feature `mdns`) |
//! | `service` | what answers at each of our ports |
//! | `memory`, `settings`, `error` | the memory and the settings that a product hands in; why they are refused |
//! | `counters`, `figures` | the driver's counters, and how `status` tells them |

mod acceptance;
mod addresses;
mod carry;
mod clock;
mod commit;
mod cookie;
mod counters;
mod crafted;
#[cfg(feature = "dhcp")]
mod dhcp;
mod drain;
mod driver;
mod egress;
mod error;
mod figures;
mod fragments;
mod frame;
mod handshake;
#[cfg(feature = "dhcp")]
mod lease;
mod lookup;
#[cfg(feature = "mdns")]
mod mdns;
mod memory;
mod neighbours;
mod port;
mod probe;
mod relay;
mod round;
mod secret;
mod serve;
mod service;
mod settings;
mod slot;
mod slots;
#[cfg(test)]
mod tests;
mod transport;
mod width;

pub use counters::Counters;
pub use driver::Driver;
pub use error::NetError;
pub use figures::Counted;
pub use frame::{Frame, Ours, Segment, Tuple, classify};
#[cfg(feature = "mdns")]
pub use mdns::Naming;
pub use memory::{Buffers, NetMemory};
pub use serve::{Platform, Wake, serve};
pub use service::{DialectKind, SERVICES_MAX, Service};
pub use settings::NetSettings;
pub use transport::{TcpTransport, TransportError};
