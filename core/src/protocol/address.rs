//! Addresses that a client tells of itself.
//! Knows no text of an address.

use core::net::IpAddr;

use super::limits::ADDRESSES_MAX;

/// Addresses a client told of itself.
pub type Addresses = heapless::Vec<IpAddr, ADDRESSES_MAX, u8>;
