//! The TAP device: Ethernet frames to and from the host's kernel, through two buffers that are made
//! once. Nothing here allocates after the start or panics on a frame.
//!
//! Checksums and segmentation are left to the kernel if it offers that, both ways. A frame to a
//! program on this machine then needs no checksum at all. Whatever a connection sends at once is
//! one frame, however long.

mod attach;
mod cut;
mod error;
mod macvtap;
mod offload;
mod send;

use std::num::{NonZeroU16, NonZeroUsize};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

pub(crate) use error::TapError;
use rustix::io::{Errno, retry_on_intr};
use smoltcp::phy::{self, Checksum, DeviceCapabilities, Medium, PacketMeta};
use smoltcp::time::Instant;

use send::{Sender, Warning};

/// An Ethernet header and an MTU of 1500.
const FRAME_MAX: usize = 1514;
/// An Ethernet header and the longest IP packet.
const LARGE_FRAME_MAX: usize = 14 + 65_535;

/// An attached TAP device.
#[derive(Debug)]
pub(super) struct Tap {
    file: OwnedFd,
    /// The header of [`offload`], if there is one, and a frame; one byte more than that, so that a
    /// longer one shows.
    received: Box<[u8]>,
    /// The same, for a frame to send.
    transmitted: Box<[u8]>,
    /// Bytes of the header; none without offload.
    header_len: usize,
    sender: Sender,
    /// Why nothing can be read any more, if that is so.
    failed: Option<Errno>,
    counters: Counters,
}

/// What went through the device.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counters {
    /// Frames read.
    pub(crate) received: u64,
    /// Frames written.
    pub(crate) transmitted: u64,
    /// Frames longer than an MTU of 1500 allows, dropped.
    pub(crate) oversized: u64,
    /// Frames whose checksum was wrong, dropped here; without offload the stack drops them.
    pub(crate) spoiled: u64,
    /// Frames the kernel did not take.
    pub(crate) refused: u64,
}

impl Tap {
    /// Attaches to the TAP device `name`, which is created where there is none and then goes with
    /// this program. Leaves checksums and segmentation to the kernel, if `offload` and the kernel
    /// offers it.
    ///
    /// # Errors
    /// It could not be attached to.
    pub(super) fn open(name: &str, offload: bool) -> Result<Self, TapError> {
        let (file, offload) = attach::open(name, offload)?;
        let (header_len, frame_max) =
            if offload { (offload::HEADER_LEN, LARGE_FRAME_MAX) } else { (0, FRAME_MAX) };
        let buffer = vec![0; header_len + frame_max + 1].into_boxed_slice();
        Ok(Tap {
            file,
            transmitted: buffer.clone(),
            received: buffer,
            header_len,
            sender: Sender::new(FRAME_MAX),
            failed: None,
            counters: Counters::default(),
        })
    }

    /// Whether that device is a macvtap device: the host's Ethernet address for it is the server's.
    pub(super) fn is_macvtap(name: &str) -> bool {
        macvtap::file_of(name).is_some()
    }

    /// What went through so far.
    pub(super) fn counters(&self) -> Counters {
        self.counters
    }

    /// Whether checksums and segmentation are the kernel's.
    pub(super) fn has_offload(&self) -> bool {
        self.header_len > 0
    }

    /// What the kernel refused, each refusal once.
    pub(super) fn take_warning(&mut self) -> Option<Warning> {
        self.sender.take_warning()
    }

    /// Why nothing can be read any more, if that is so.
    pub(super) fn failed(&self) -> Option<Errno> {
        self.failed
    }

    /// Reads frames until one is good or none is left; where it ends in the buffer.
    fn read(&mut self) -> Option<usize> {
        loop {
            let length = match retry_on_intr(|| rustix::io::read(&self.file, &mut *self.received)) {
                Ok(length) if length > self.header_len => length,
                Ok(_) | Err(Errno::AGAIN | Errno::NOMEM | Errno::NOBUFS) => return None,
                Err(error) => {
                    self.failed = Some(error);
                    return None;
                }
            };
            let (header, frame) = self.received[..length].split_at(self.header_len);
            if length == self.received.len() {
                self.counters.oversized += 1;
            } else if self.has_offload() && !offload::is_sound(header, frame) {
                self.counters.spoiled += 1;
            } else {
                self.counters.received += 1;
                return Some(length);
            }
        }
    }

    /// Both tokens: for the received frame, and for an answer.
    fn ends(&mut self, end: usize) -> (RxToken<'_>, TxToken<'_>) {
        let Tap { file, received, transmitted, header_len, sender, counters, .. } = self;
        let (frame, header_len) = (&received[*header_len..end], *header_len);
        let buffer = transmitted;
        let token = TxToken { file, buffer, header_len, segment: None, sender, counters };
        (RxToken(frame), token)
    }
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
        let end = self.read()?;
        Some(self.ends(end))
    }

    fn transmit(&mut self, _: Instant) -> Option<TxToken<'_>> {
        let nothing = self.header_len;
        Some(self.ends(nothing).1)
    }

    fn capabilities(&self) -> DeviceCapabilities {
        let mut capabilities = DeviceCapabilities::default();
        capabilities.medium = Medium::Ethernet;
        capabilities.max_transmission_unit = FRAME_MAX;
        if self.has_offload() {
            capabilities.checksum.tcp = Checksum::None;
            // The kernel leaves out this one too, and nothing here listens for it.
            capabilities.checksum.udp = Checksum::Tx;
            // Not for IPv6: smoltcp 0.14 offers a long packet and then drops it as too long.
            capabilities.segmentation.tcpv4 = NonZeroUsize::new(LARGE_FRAME_MAX);
        }
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
    buffer: &'a mut [u8],
    header_len: usize,
    /// Bytes of payload that one frame on the wire may carry, where this is more.
    segment: Option<NonZeroU16>,
    sender: &'a mut Sender,
    counters: &'a mut Counters,
}

impl phy::TxToken for TxToken<'_> {
    /// Writes the frame that `f` fills in. The stack keeps `length` within the device's
    /// capabilities.
    fn consume<R, F: FnOnce(&mut [u8]) -> R>(self, length: usize, f: F) -> R {
        let written = &mut self.buffer[..self.header_len + length];
        let (header, frame) = written.split_at_mut(self.header_len);
        let result = f(frame);
        let write = |bytes: &[u8]| retry_on_intr(|| rustix::io::write(self.file, bytes));
        let sent = match self.header_len {
            0 => self.sender.send_plain(written, write),
            _ => {
                header.copy_from_slice(&offload::prepare(frame, self.segment));
                self.sender.send(written, self.segment, write)
            }
        };
        match sent {
            Ok(count) => self.counters.transmitted += count,
            // TCP sends again what matters; the counter tells.
            Err(_) => self.counters.refused += 1,
        }
        result
    }

    fn set_meta(&mut self, meta: PacketMeta) {
        self.segment = meta.segmentation_offload_size;
    }
}
