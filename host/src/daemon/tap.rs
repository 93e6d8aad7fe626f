//! The TAP device: Ethernet frames to and from the host's kernel, through two buffers that are made once.
//! Touches /dev/net/tun and one ioctl, this package's only unsafe code. Nothing here allocates or panics on a frame.

use std::fmt;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use rustix::fs::{Mode, OFlags};
use rustix::io::{Errno, retry_on_intr};
use rustix::ioctl::{Opcode, Updater, ioctl, opcode};
use smoltcp::phy::{self, DeviceCapabilities, Medium};
use smoltcp::time::Instant;

const CLONE_DEVICE: &str = "/dev/net/tun";
const TUNSETIFF: Opcode = opcode::write::<i32>(b'T', 202);
const IFF_TAP: u16 = 0x0002;
const IFF_NO_PI: u16 = 0x1000;
/// An Ethernet header and an MTU of 1500.
const FRAME_MAX: usize = 1514;

/// `struct ifreq` as TUNSETIFF reads and writes it.
#[repr(C)]
struct InterfaceRequest {
    name: [u8; 16],
    flags: u16,
    padding: [u8; 22],
}

/// An attached TAP device.
#[derive(Debug)]
pub(super) struct Tap {
    file: OwnedFd,
    /// One byte more than a frame has, so that a longer one shows.
    received: [u8; FRAME_MAX + 1],
    transmitted: [u8; FRAME_MAX],
    counters: Counters,
}

/// What went through the device.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counters {
    /// Frames read.
    pub received: u64,
    /// Frames written.
    pub transmitted: u64,
    /// Frames longer than an MTU of 1500 allows, dropped.
    pub oversized: u64,
    /// Frames the kernel did not take.
    pub refused: u64,
}

/// Why there is no TAP device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TapError {
    /// The kernel has no TAP devices.
    NoDriver,
    /// This user may not open /dev/net/tun.
    DriverDenied,
    /// This user may neither create the device nor attach to it.
    Denied,
    /// Another program is attached to it.
    Busy,
    /// There is an interface of that name, and it is no plain TAP device.
    OtherKind,
    /// Anything else.
    System(Errno),
}

impl fmt::Display for TapError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            TapError::NoDriver => write!(
                f,
                "there is no {CLONE_DEVICE}: load the driver by  sudo modprobe tun  (in a container, pass --device {CLONE_DEVICE})"
            ),
            TapError::DriverDenied => write!(f, "this user may not open {CLONE_DEVICE}"),
            TapError::Denied => write!(f, "this user may not create or use it"),
            TapError::Busy => write!(f, "another program uses it, perhaps another smolchatd"),
            TapError::OtherKind => write!(f, "an interface of that name is no plain TAP device"),
            TapError::System(error) => write!(f, "{error}"),
        }
    }
}

impl std::error::Error for TapError {}

impl Tap {
    /// Attaches to the TAP device `name`, which is created where there is none and then goes with this program.
    ///
    /// # Errors
    /// It could not be attached to.
    pub(super) fn open(name: &str) -> Result<Self, TapError> {
        let flags = OFlags::RDWR | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let file = rustix::fs::open(CLONE_DEVICE, flags, Mode::empty()).map_err(|e| match e {
            Errno::NOENT | Errno::NODEV | Errno::NXIO => TapError::NoDriver,
            Errno::ACCESS | Errno::PERM => TapError::DriverDenied,
            other => TapError::System(other),
        })?;
        attach(&file, name).map_err(|error| match error {
            Errno::PERM | Errno::ACCESS => TapError::Denied,
            Errno::BUSY => TapError::Busy,
            Errno::INVAL => TapError::OtherKind,
            other => TapError::System(other),
        })?;
        Ok(Tap {
            file,
            received: [0; FRAME_MAX + 1],
            transmitted: [0; FRAME_MAX],
            counters: Counters::default(),
        })
    }

    /// What went through so far.
    pub(super) fn counters(&self) -> Counters {
        self.counters
    }

    /// Reads frames until one fits or none is left; its length.
    fn read(&mut self) -> Option<usize> {
        loop {
            match retry_on_intr(|| rustix::io::read(&self.file, &mut self.received)) {
                Ok(length) if (1..=FRAME_MAX).contains(&length) => {
                    self.counters.received += 1;
                    return Some(length);
                }
                Ok(0) | Err(_) => return None,
                Ok(_) => self.counters.oversized += 1,
            }
        }
    }
}

/// Makes `file` the TAP device `name`.
fn attach(file: &OwnedFd, name: &str) -> Result<(), Errno> {
    let mut request =
        InterfaceRequest { name: [0; 16], flags: IFF_TAP | IFF_NO_PI, padding: [0; 22] };
    // The last byte stays zero: the kernel reads a C string.
    let room = request.name.len() - 1;
    let name = name.as_bytes().get(..name.len().min(room)).unwrap_or_default();
    request.name[..name.len()].copy_from_slice(name);
    // SAFETY: TUNSETIFF reads and writes one `struct ifreq`: 40 bytes at most, beginning with name and flags. This is one.
    let request = unsafe { Updater::<TUNSETIFF, InterfaceRequest>::new(&mut request) };
    // SAFETY: the request is right for its opcode, as said above, and the kernel keeps no pointer to it.
    unsafe { ioctl(file, request) }
}

impl AsFd for Tap {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.file.as_fd()
    }
}

impl phy::Device for Tap {
    type RxToken<'a> = RxToken<'a>;
    type TxToken<'a> = TxToken<'a>;

    fn receive(&mut self, _: Instant) -> Option<(RxToken<'_>, TxToken<'_>)> {
        let length = self.read()?;
        let Tap { file, received, transmitted, counters } = self;
        Some((RxToken(&received[..length]), TxToken { file, buffer: transmitted, counters }))
    }

    fn transmit(&mut self, _: Instant) -> Option<TxToken<'_>> {
        let Tap { file, transmitted, counters, .. } = self;
        Some(TxToken { file, buffer: transmitted, counters })
    }

    fn capabilities(&self) -> DeviceCapabilities {
        let mut capabilities = DeviceCapabilities::default();
        capabilities.medium = Medium::Ethernet;
        capabilities.max_transmission_unit = FRAME_MAX;
        capabilities
    }
}

/// A frame that was read.
#[derive(Debug)]
pub(super) struct RxToken<'a>(&'a [u8]);

impl phy::RxToken for RxToken<'_> {
    fn consume<R, F: FnOnce(&[u8]) -> R>(self, f: F) -> R {
        f(self.0)
    }
}

/// Leave to write a frame.
#[derive(Debug)]
pub(super) struct TxToken<'a> {
    file: &'a OwnedFd,
    buffer: &'a mut [u8; FRAME_MAX],
    counters: &'a mut Counters,
}

impl phy::TxToken for TxToken<'_> {
    /// Writes the frame that `f` fills in; `length` is within the device's MTU, which the stack keeps to.
    fn consume<R, F: FnOnce(&mut [u8]) -> R>(self, length: usize, f: F) -> R {
        let frame = &mut self.buffer[..length];
        let result = f(frame);
        match retry_on_intr(|| rustix::io::write(self.file, &*frame)) {
            Ok(_) => self.counters.transmitted += 1,
            // TCP sends again what matters; the counter tells.
            Err(_) => self.counters.refused += 1,
        }
        result
    }
}
