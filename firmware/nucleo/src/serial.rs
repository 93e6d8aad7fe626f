//! The serial port of the ST-LINK: what the debug probe's USB cable carries beside the probe.
//! Source: the boards' manuals (UM1974, UM2407, UM3115): USART3 at PD8 and PD9.

use core::task::Poll;

use embassy_futures::poll_once;
use embassy_stm32::Peri;
use embassy_stm32::peripherals::{PD8, PD9, USART3};
use embassy_stm32::usart::{BufferedUart, Config};
use embedded_io_async::{Read, Write};
use smolchat_firmware::Serial;
use static_cell::ConstStaticCell;

use crate::board::Irqs;

/// Bytes that wait each way: what 115,200 baud carry in 22 ms.
const BYTES: usize = 256;

static SENT: ConstStaticCell<[u8; BYTES]> = ConstStaticCell::new([0; BYTES]);
static RECEIVED: ConstStaticCell<[u8; BYTES]> = ConstStaticCell::new([0; BYTES]);

/// The serial port, at 115,200 baud, 8 bits, no parity.
pub struct StLink(BufferedUart<'static>);

impl StLink {
    /// The port; `None` if the part's clocks cannot make its pace.
    pub fn new(
        port: Peri<'static, USART3>,
        sends: Peri<'static, PD8>,
        receives: Peri<'static, PD9>,
    ) -> Option<Self> {
        let (sent, received) = (SENT.take(), RECEIVED.take());
        let made =
            BufferedUart::new(port, receives, sends, sent, received, Irqs, Config::default());
        made.ok().map(StLink)
    }
}

impl Serial for StLink {
    /// A byte that was disturbed on its way is no byte.
    fn read(&mut self) -> Option<u8> {
        let mut byte = [0];
        match poll_once(self.0.read(&mut byte)) {
            Poll::Ready(Ok(1..)) => Some(byte[0]),
            _ => None,
        }
    }

    fn write(&mut self, bytes: &[u8]) -> usize {
        match poll_once(self.0.write(bytes)) {
            Poll::Ready(Ok(count)) => count,
            _ => 0,
        }
    }
}
