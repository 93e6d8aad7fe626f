//! The serial port: the log goes out, and one key comes in.

use core::cell::RefCell;

use critical_section::{CriticalSection, Mutex};
use smolchat_drivers::uart::Uart;

/// A port as the console holds it.
type Port = &'static mut (dyn Uart + Send);

static PORT: Mutex<RefCell<Option<Port>>> = Mutex::new(RefCell::new(None));

/// The key that asks for a goodbye and a restart.
const RESTART: u8 = b'r';

/// The console of this image: there is one.
#[derive(Debug)]
pub struct Console(());

impl Console {
    /// From now on `port` is the console's. What was written before is lost.
    pub fn open(port: Port) -> Self {
        critical_section::with(|section| PORT.borrow(section).replace(Some(port)));
        Console(())
    }

    /// Whether a key was pressed and not read.
    pub(crate) fn has_key(&self) -> bool {
        critical_section::with(|section| {
            PORT.borrow(section).borrow_mut().as_mut().is_some_and(|port| port.has_byte())
        })
    }

    /// Whether the key for a restart was pressed since the last call.
    pub(crate) fn is_restart_asked(&mut self) -> bool {
        critical_section::with(|section| {
            PORT.borrow(section).borrow_mut().as_mut().and_then(|port| port.read())
        }) == Some(RESTART)
    }
}

/// Writes bytes to the console, if there is one.
pub(crate) fn write(section: CriticalSection<'_>, bytes: &[u8]) {
    if let Some(port) = PORT.borrow(section).borrow_mut().as_mut() {
        bytes.iter().for_each(|byte| port.write(*byte));
    }
}
