//! The driver: two interfaces over one device, and the connections between them and a server.
//! Its work is in `round` and the files of the round's steps.

use core::cell::Cell;
use core::mem::take;

use smoltcp::iface::{Config, Interface, SocketSet};
use smoltcp::phy::{Device, DeviceCapabilities, Medium};
use smoltcp::wire::{EthernetAddress, HardwareAddress, IpCidr};

use super::addresses::{assign_addresses, assign_routes};
use super::clock::moment;
use super::cookie::Cookies;
use super::counters::{Counters, Limiter};
#[cfg(feature = "dhcp")]
use super::dhcp;
use super::error::NetError;
use super::fragments::Fragments;
#[cfg(feature = "mdns")]
use super::mdns::Responder;
use super::memory::NetMemory;
use super::neighbours::known::Neighbours;
use super::port::{Described, HEADER_LEN, for_connections};
use super::secret::{Purpose, Secret};
use super::service::Services;
use super::settings::NetSettings;
use super::slots::{Queues, Slots};
use crate::carrier::{Carrier, Carriers, Plain};
use crate::table::{UniqueQueue, Wheel};
use crate::time::{Duration, Instant};

/// The smallest IP packets that a device must carry whole, as every network does (RFC 791).
pub(super) const IP_MTU_MIN: usize = 576;

/// Drives a server from an Ethernet device.
pub struct Driver<'s, C = Plain> {
    /// The chat's interface, which knows nothing of Ethernet.
    pub(super) chat: Interface,
    pub(super) chat_capabilities: DeviceCapabilities,
    /// It makes short segments now.
    pub(super) narrow: bool,
    /// The interface for everything else, which speaks Ethernet.
    pub(super) link_interface: Interface,
    pub(super) link_capabilities: DeviceCapabilities,
    /// The link interface's sockets: the DHCP client's, if there is one.
    pub(super) link_sockets: SocketSet<'s>,
    /// No sockets: a segment for this set is answered with a reset.
    pub(super) no_sockets: SocketSet<'s>,
    /// The client that asks for an address, if one is to be leased.
    #[cfg(feature = "dhcp")]
    pub(super) dhcp: Option<dhcp::Client>,
    /// Who answers hosts that look for us by name, if we have a name.
    #[cfg(feature = "mdns")]
    pub(super) names: Option<Responder>,
    pub(super) slots: Slots<'s>,
    /// Connections with news for the server.
    pub(super) input: UniqueQueue<'s>,
    /// Connections that may have something to send.
    pub(super) output: UniqueQueue<'s>,
    /// When smoltcp wants to look at a socket again; perhaps early, never late.
    pub(super) timers: Wheel<'s>,
    pub(super) resets: Limiter,
    pub(super) neighbours: Neighbours,
    /// Packets of which not all has come.
    pub(super) fragments: Fragments<'s>,
    /// Numbers that nobody may guess come from it.
    pub(super) secret: Secret,
    pub(super) cookies: Cookies<'s>,
    pub(super) counters: Counters,
    /// Frames handed to the device. It is apart from the other counters because smoltcp owns the
    /// tokens that count.
    pub(super) sent: Cell<u64>,
    pub(super) mac: EthernetAddress,
    pub(super) ack_delay: Duration,
    /// New connections are welcome.
    pub(super) listening: bool,
    /// What carries connections that are not plain.
    pub(super) carriers: C,
}

impl<'s> Driver<'s> {
    /// A driver in lent memory, for the device that it will be polled with. `seed` should be 128
    /// unpredictable bits if there is entropy: the initial numbers of connections and the hash of
    /// the peers' table come from it.
    ///
    /// # Errors
    /// The arguments do not fit together; [`NetError`] says why.
    pub fn new(
        lent: NetMemory<'s>,
        settings: &NetSettings<'_>,
        now: Instant,
        device: &mut impl Device,
        seed: u128,
    ) -> Result<Self, NetError> {
        Driver::with_carriers(lent, settings, now, device, seed, Plain)
    }
}

impl<'s, C: Carriers> Driver<'s, C> {
    /// The same, for services that are carried by `carriers`.
    ///
    /// # Errors
    /// As for [`new`](Driver::new).
    pub fn with_carriers(
        mut lent: NetMemory<'s>,
        settings: &NetSettings<'_>,
        now: Instant,
        device: &mut impl Device,
        seed: u128,
        carriers: C,
    ) -> Result<Self, NetError> {
        lent.buffers.check(settings.services)?;
        let mut link_capabilities = device.capabilities();
        check(settings, &link_capabilities, &carriers)?;
        let services = Services::new(settings.services)?;
        let longest = &mut link_capabilities.max_transmission_unit;
        *longest = (*longest).min(settings.mtu + HEADER_LEN);
        let chat_capabilities = for_connections(&link_capabilities);
        let secret = Secret::new(seed);
        let mut chat = interface(HardwareAddress::Ip, &chat_capabilities, now, 0);
        assign_addresses(&mut chat, settings)?;
        let link_interface = link_interface(settings, &link_capabilities, now, &secret)?;
        let storage = take(&mut lent.tables.link_sockets);
        let (rows, bytes) = (take(&mut lent.tables.fragments), take(&mut lent.tables.pieces));
        let spent_cookies = take(&mut lent.tables.spent_cookies);
        #[cfg(feature = "dhcp")]
        let (link_sockets, dhcp) = dhcp::begin(storage, settings.dhcp, now);
        #[cfg(not(feature = "dhcp"))]
        let link_sockets = SocketSet::new(storage);
        #[cfg(feature = "mdns")]
        let names = responder(settings, chat.ip_addrs(), now, &secret)?;
        let key = secret.seed(Purpose::Lookup);
        let (slots, Queues { input, output, timers }) = Slots::new(lent, settings, services, key);
        Ok(Driver {
            chat,
            chat_capabilities,
            narrow: false,
            link_interface,
            link_capabilities,
            link_sockets,
            no_sockets: SocketSet::new(&mut [][..]),
            #[cfg(feature = "dhcp")]
            dhcp,
            #[cfg(feature = "mdns")]
            names,
            slots,
            input,
            output,
            timers: Wheel::new(timers, now),
            resets: resets(settings.resets_per_second, now),
            neighbours: Neighbours::new(now),
            fragments: Fragments::new(rows, bytes),
            secret,
            cookies: Cookies::new(spent_cookies),
            counters: Counters::default(),
            sent: Cell::new(0),
            mac: settings.mac,
            ack_delay: settings.ack_delay,
            listening: true,
            carriers,
        })
    }
}

impl<C> Driver<'_, C> {
    /// From now on nobody new is let in.
    pub fn stop_listening(&mut self) {
        self.listening = false;
        #[cfg(feature = "mdns")]
        if let Some(names) = &mut self.names {
            names.stop(self.chat.ip_addrs());
        }
    }

    /// The counters since the start.
    pub fn counters(&self) -> Counters {
        Counters { frames_out: self.sent.get(), ..self.counters }
    }

    /// Our addresses, the link-local one included; a leased one is the last.
    pub fn addresses(&self) -> &[IpCidr] {
        self.chat.ip_addrs()
    }

    /// Places that serve nobody.
    pub fn free_places(&self) -> usize {
        self.slots.free()
    }

    /// Handshakes under way.
    pub fn half_open(&self) -> usize {
        self.slots.half_open()
    }
}

/// An interface for a device, made from the device's description alone.
pub(super) fn interface(
    hardware: HardwareAddress,
    capabilities: &DeviceCapabilities,
    now: Instant,
    seed: u64,
) -> Interface {
    let mut config = Config::new(hardware);
    config.random_seed = seed;
    Interface::new(config, &mut Described(capabilities), moment(now))
}

/// The interface for everything but the chat, with our addresses and routes.
fn link_interface(
    settings: &NetSettings<'_>,
    capabilities: &DeviceCapabilities,
    now: Instant,
    secret: &Secret,
) -> Result<Interface, NetError> {
    let hardware = HardwareAddress::Ethernet(settings.mac);
    let seed = secret.seed(Purpose::LinkInterface);
    let mut interface = interface(hardware, capabilities, now, seed);
    assign_addresses(&mut interface, settings)?;
    assign_routes(&mut interface, settings.gateways)?;
    Ok(interface)
}

/// Who answers for our name, if we have one.
#[cfg(feature = "mdns")]
fn responder(
    settings: &NetSettings<'_>,
    addresses: &[IpCidr],
    now: Instant,
    secret: &Secret,
) -> Result<Option<Responder>, NetError> {
    let Some(naming) = &settings.naming else { return Ok(None) };
    let mut names = Responder::new(naming, settings.services, now, secret.seed(Purpose::Names))?;
    names.follow(now, addresses);
    Ok(Some(names))
}

/// So many resets a second, and half of them at once.
fn resets(per_second: u32, now: Instant) -> Limiter {
    Limiter::new(per_second, per_second.div_ceil(2), now)
}

/// Refuses services that nobody carries, and settings at which smoltcp would panic.
fn check(
    settings: &NetSettings<'_>,
    capabilities: &DeviceCapabilities,
    carriers: &impl Carriers,
) -> Result<(), NetError> {
    let has = |carrier| carrier == Carrier::Plain || carriers.carries(carrier);
    if !settings.services.iter().all(|service| has(service.carrier)) {
        return Err(NetError::NoCarrier);
    }
    let wide = capabilities.max_transmission_unit >= IP_MTU_MIN + HEADER_LEN;
    if capabilities.medium != Medium::Ethernet || !wide {
        return Err(NetError::BadDevice);
    }
    if !settings.mac.is_unicast() {
        return Err(NetError::BadMac);
    }
    if settings.mtu < IP_MTU_MIN {
        return Err(NetError::BadMtu);
    }
    let addresses = settings.addresses.iter().map(IpCidr::address);
    match addresses.chain(settings.gateways.iter().copied()).all(|address| address.is_unicast()) {
        true => Ok(()),
        false => Err(NetError::BadAddress),
    }
}
