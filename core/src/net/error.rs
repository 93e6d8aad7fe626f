//! Why a driver cannot be made of what a product gives it.

/// Why there is no driver.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum NetError {
    /// A receive buffer must hold the longest request of every service's dialect, and a transmit
    /// buffer its longest reply.
    BufferTooSmall,
    /// The device does not carry Ethernet frames, or only small ones.
    BadDevice,
    /// The Ethernet address names a group.
    BadMac,
    /// An address or a router is not that of one host.
    BadAddress,
    /// There is no address, and none is to be leased.
    NoAddress,
    /// There are more addresses or routers than smoltcp was compiled for. An address to be leased
    /// counts.
    TooManyAddresses,
    /// A service's port is 0.
    BadPort,
    /// Two services want the same port.
    PortTaken,
    /// There is no service.
    NoService,
    /// There are more than [`SERVICES_MAX`](super::SERVICES_MAX) services.
    TooManyServices,
    /// A service's carrier is none of the driver's.
    NoCarrier,
    /// The longest packet is shorter than every network must carry.
    BadMtu,
    /// The name is not 1 to 60 ASCII letters, digits and hyphens between letters or digits.
    #[cfg(feature = "mdns")]
    BadName,
}
