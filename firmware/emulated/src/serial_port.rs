//! The second serial port, from which orders come.

use smolchat_drivers::uart::Uart;
use smolchat_firmware::Serial;

/// A port that orders come from.
pub struct SerialPort(&'static mut (dyn Uart + Send));

impl SerialPort {
    /// From now on orders come from `port`.
    pub fn new(port: &'static mut (dyn Uart + Send)) -> Self {
        SerialPort(port)
    }

    /// Whether a byte waits.
    pub(crate) fn has_byte(&mut self) -> bool {
        self.0.has_byte()
    }
}

impl Serial for SerialPort {
    fn read(&mut self) -> Option<u8> {
        self.0.read()
    }

    fn write(&mut self, bytes: &[u8]) -> usize {
        let mut taken = 0;
        for byte in bytes {
            if !self.0.has_room() {
                break;
            }
            self.0.write(*byte);
            taken += 1;
        }
        taken
    }
}
