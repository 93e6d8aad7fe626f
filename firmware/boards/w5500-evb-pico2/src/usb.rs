//! The console's line: a serial port (USB CDC-ACM) at the board's USB socket, 64 bytes a packet.
//! It is a future that moves bytes between the port and two pipes of a fixed size. The loop polls
//! it beside the network's, and neither end waits for its pipe.
//! While the flash is erased nothing runs, and the host's packets wait in the host.

use core::sync::atomic::{AtomicBool, Ordering};

use embassy_futures::join::join4;
use embassy_rp::peripherals::USB;
use embassy_rp::usb::{Driver, InterruptHandler};
use embassy_rp::{Peri, bind_interrupts};
use embassy_sync::blocking_mutex::raw::CriticalSectionRawMutex;
use embassy_sync::pipe::Pipe;
use embassy_usb::class::cdc_acm::{CdcAcmClass, ControlChanged, Receiver, Sender, State};
use embassy_usb::{Builder, Config, UsbDevice};
use smolchat_firmware::Serial;
use static_cell::{ConstStaticCell, StaticCell};

/// The test number of pid.codes: the project has none of its own yet.
const VENDOR: u16 = 0x1209;
const PRODUCT: u16 = 0x0001;
/// Bytes of a packet at full speed (USB 2.0, 5.8.3).
const PACKET: usize = 64;
/// Bytes that wait each way.
const WAITING: usize = 256;

bind_interrupts!(struct Irqs {
    USBCTRL_IRQ => InterruptHandler<USB>;
});

type Bytes = Pipe<CriticalSectionRawMutex, WAITING>;
type Bus = Driver<'static, USB>;

static FROM_HOST: Bytes = Pipe::new();
static TO_HOST: Bytes = Pipe::new();
/// A program on the host has the port open (USB CDC, PSTN 6.3.12: DTR).
static IS_OPEN: AtomicBool = AtomicBool::new(false);

/// The port, as the console sees it. There is one.
pub(crate) struct UsbSerial;

impl Serial for UsbSerial {
    fn read(&mut self) -> Option<u8> {
        let mut byte = [0];
        matches!(FROM_HOST.try_read(&mut byte), Ok(1..)).then_some(byte[0])
    }

    fn write(&mut self, bytes: &[u8]) -> usize {
        TO_HOST.try_write(bytes).unwrap_or(0)
    }

    fn is_connected(&mut self) -> bool {
        IS_OPEN.load(Ordering::Relaxed)
    }
}

/// The port of the part.
pub(crate) struct Port {
    device: UsbDevice<'static, Bus>,
    sender: Sender<'static, Bus>,
    receiver: Receiver<'static, Bus>,
    control: ControlChanged<'static>,
}

/// Sets the port up. The host sees it once [`carried`] is polled.
#[inline(never)]
pub(crate) fn start(usb: Peri<'static, USB>) -> Port {
    static CONFIGURATION: ConstStaticCell<[u8; 128]> = ConstStaticCell::new([0; 128]);
    static STORE: ConstStaticCell<[u8; 32]> = ConstStaticCell::new([0; 32]);
    static CONTROL: ConstStaticCell<[u8; PACKET]> = ConstStaticCell::new([0; PACKET]);
    static STATE: StaticCell<State<'static>> = StaticCell::new();
    let mut config = Config::new(VENDOR, PRODUCT);
    config.manufacturer = Some("smolchat");
    config.product = Some("smolchat console");
    config.max_power = 500;
    let driver = Driver::new(usb, Irqs);
    let (configuration, store) = (CONFIGURATION.take(), STORE.take());
    let mut builder = Builder::new(driver, config, configuration, store, &mut [], CONTROL.take());
    let class = CdcAcmClass::new(&mut builder, STATE.init(State::new()), PACKET as u16);
    let (sender, receiver, control) = class.split_with_control();
    Port { device: builder.build(), sender, receiver, control }
}

/// Carries bytes both ways, for ever.
pub(crate) async fn carried(port: Port) {
    let Port { mut device, sender, receiver, control } = port;
    join4(device.run(), sent(sender), received(receiver), watched(control)).await;
}

async fn sent(mut sender: Sender<'static, Bus>) {
    let mut packet = [0; PACKET];
    loop {
        sender.wait_connection().await;
        loop {
            let count = TO_HOST.read(&mut packet).await;
            let mut is_there = sender.write_packet(&packet[..count]).await.is_ok();
            if count == PACKET {
                // A full packet says that more follows.
                is_there &= sender.write_packet(&[]).await.is_ok();
            }
            if !is_there {
                break;
            }
        }
    }
}

async fn received(mut receiver: Receiver<'static, Bus>) {
    let mut packet = [0; PACKET];
    loop {
        receiver.wait_connection().await;
        while let Ok(count) = receiver.read_packet(&mut packet).await {
            FROM_HOST.write_all(&packet[..count]).await;
        }
        IS_OPEN.store(false, Ordering::Relaxed);
    }
}

async fn watched(control: ControlChanged<'static>) {
    loop {
        control.control_changed().await;
        let is_open = control.dtr();
        IS_OPEN.store(is_open, Ordering::Relaxed);
        if !is_open {
            TO_HOST.clear();
        }
    }
}
