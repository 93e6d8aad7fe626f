//! What an image listens for. An image without SSH has the port for lines and nothing of SSH in its
//! flash: which doors there are is a type.
//! Knows no key.

use heapless::Vec;
use smolchat_core::carrier::{Carriers, Plain};
use smolchat_core::chat::Capacities;
use smolchat_core::net::{Buffers, Driver, Service};
use smolchat_core::server::Server;
use static_cell::StaticCell;

use crate::board::Board;
use crate::memory::{MemoryArena, memory_bytes};
use crate::product::Product;
use crate::start_error::StartError;
use crate::store::BoardStore;

/// The services of an image: SSH, and lines.
pub(crate) type Services = Vec<Service, 2, u8>;

/// The doors of an image.
pub(crate) trait Doors {
    /// What carries their connections.
    type Carriers: Carriers + 'static;

    /// Bytes of the server, its driver and the doors.
    fn bytes(&self, capacities: &Capacities, buffers: Buffers) -> usize;

    /// Opens them, with their memory from `arena`.
    ///
    /// # Errors
    /// There would be no door at all.
    fn open<B: Board>(
        &mut self,
        product: &Product,
        board: &mut B,
        store: &mut BoardStore<B::Flash>,
        server: &Server<'_>,
        arena: &mut MemoryArena,
    ) -> Result<Self::Carriers, StartError>;

    /// The doors that are open.
    fn services(&self, product: &Product) -> Services;

    /// The fingerprint of the key, if there is one.
    fn fingerprint(&self) -> Option<&str> {
        None
    }

    /// The place of the driver.
    fn place() -> &'static StaticCell<Driver<'static, Self::Carriers>>;
}

/// The port for lines alone.
pub(crate) struct Lines;

impl Doors for Lines {
    type Carriers = Plain;

    fn bytes(&self, capacities: &Capacities, buffers: Buffers) -> usize {
        memory_bytes(capacities, buffers)
    }

    fn open<B: Board>(
        &mut self,
        _: &Product,
        _: &mut B,
        _: &mut BoardStore<B::Flash>,
        _: &Server<'_>,
        _: &mut MemoryArena,
    ) -> Result<Plain, StartError> {
        Ok(Plain)
    }

    fn services(&self, product: &Product) -> Services {
        Services::from_array([lines(product)])
    }

    fn place() -> &'static StaticCell<Driver<'static>> {
        static DRIVER: StaticCell<Driver<'static>> = StaticCell::new();
        &DRIVER
    }
}

/// The port for lines.
pub(crate) fn lines(product: &Product) -> Service {
    Service { port: product.port, ..Service::LINES }
}
