//! The driver and a real server on one end of an in-memory Ethernet, stock smoltcp hosts on the
//! other, one virtual clock. Nothing sleeps; every loop is bounded.

mod beginnings;
mod cable;
mod carried;
mod chance;
mod claims;
mod closing;
mod conversations;
mod cookies;
mod durability;
mod environment;
#[cfg(feature = "ipv6")]
mod extensions;
mod fairness;
mod figures;
mod forged;
mod fragments;
mod frames;
mod handshakes;
mod known;
#[cfg(feature = "dhcp")]
mod leaser;
#[cfg(feature = "dhcp")]
mod leases;
mod link;
mod lives;
mod loss;
#[cfg(feature = "mdns")]
mod mdns;
mod moved;
mod narrow;
mod neighbours;
mod newcomers;
mod noticed;
mod raw;
mod requests;
mod resets;
mod services;
mod serving;
mod strays;
mod timers;
mod toy;
mod world;
mod worlds;
