//! The services: what answers at each of our TCP ports.
//! Knows no frame, no socket and no connection.

use heapless::Vec;

use super::error::NetError;
use crate::carrier::Carrier;
pub use crate::dialect::DialectKind;
use crate::protocol::DEFAULT_PORT;

/// The most services of one driver.
pub const SERVICES_MAX: usize = 4;

/// One of our TCP ports, and how connections to it are served.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Service {
    /// The TCP port. It is not 0, and no other service has it.
    pub port: u16,
    /// What carries the bytes.
    pub carrier: Carrier,
    /// How requests and replies are written.
    pub dialect: DialectKind,
}

impl Service {
    /// The line protocol over plain TCP, on its usual port.
    pub const LINES: Service =
        Service { port: DEFAULT_PORT, carrier: Carrier::Plain, dialect: DialectKind::Lines };
}

/// The services of one driver. A service's position in the list is part of the name of each of its
/// connections.
#[derive(Debug)]
pub(super) struct Services(Vec<Service, SERVICES_MAX, u8>);

impl Services {
    /// The services that a product asks for.
    pub(super) fn new(wanted: &[Service]) -> Result<Self, NetError> {
        if wanted.is_empty() {
            return Err(NetError::NoService);
        }
        let mut services = Vec::new();
        for service in wanted {
            if service.port == 0 {
                return Err(NetError::BadPort);
            }
            if position(&services, service.port).is_some() {
                return Err(NetError::PortTaken);
            }
            services.push(*service).map_err(|_| NetError::TooManyServices)?;
        }
        Ok(Services(services))
    }

    pub(super) fn as_slice(&self) -> &[Service] {
        &self.0
    }

    /// The service at this position.
    pub(super) fn get(&self, position: u8) -> Service {
        // There is one: every position is that of a service in this list.
        self.0.get(usize::from(position)).copied().unwrap_or(Service::LINES)
    }
}

/// The position of the service that has the port. Inlined, as every frame passes here.
#[inline(always)]
pub(super) fn position(services: &[Service], port: u16) -> Option<u8> {
    let position = services.iter().position(|service| service.port == port)?;
    u8::try_from(position).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on<const N: usize>(ports: [u16; N]) -> Result<Services, NetError> {
        Services::new(&ports.map(|port| Service { port, ..Service::LINES }))
    }

    #[test]
    fn as_many_services_fit_as_are_stated_and_each_is_found_by_its_port() {
        assert_eq!(on([]).err(), Some(NetError::NoService));
        for services in [on([7]), on([7, 8, 9]), on([7, 8, 9, 10])] {
            let services = services.unwrap();
            for (at, service) in services.as_slice().iter().enumerate() {
                assert_eq!(position(services.as_slice(), service.port), Some(at as u8));
                assert_eq!(services.get(at as u8), *service);
            }
            assert_eq!(position(services.as_slice(), 6), None);
        }
        assert_eq!(on([7, 8, 9, 10, 11]).err(), Some(NetError::TooManyServices));
    }

    #[test]
    fn a_port_serves_one_service_and_is_not_0() {
        assert_eq!(on([7, 8, 7]).err(), Some(NetError::PortTaken));
        assert_eq!(on([7, 0]).err(), Some(NetError::BadPort));
    }
}
