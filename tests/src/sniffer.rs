//! A listener on all interfaces of a namespace: it keeps every frame that passes. Knows no
//! protocol.

use std::io;
use std::num::NonZero;
use std::os::fd::OwnedFd;

use rustix::io::Errno;
use rustix::net::{self, AddressFamily, Protocol, RecvFlags, SocketType, sockopt};

/// Every kind of frame (ETH_P_ALL, packet(7)), as the network writes it.
const ALL: u16 = 3_u16.to_be();
/// Bytes of frames that wait to be read.
const WAITING: usize = 8 << 20;

/// A listener.
#[derive(Debug)]
pub struct Sniffer {
    socket: OwnedFd,
    frames: Vec<Vec<u8>>,
}

impl Sniffer {
    /// Listens from now on, in the namespace of the calling thread.
    ///
    /// # Errors
    /// The machine's word.
    pub fn start() -> io::Result<Self> {
        let all = NonZero::new(ALL.into()).map(Protocol::from_raw);
        let socket = net::socket(AddressFamily::PACKET, SocketType::RAW, all)?;
        // The usual size would lose frames of a test that says much before it looks.
        sockopt::set_socket_recv_buffer_size_force(&socket, WAITING)?;
        Ok(Sniffer { socket, frames: Vec::new() })
    }

    /// All frames until now, each as often as an interface had it.
    ///
    /// # Errors
    /// The machine's word.
    pub fn frames(&mut self) -> io::Result<&[Vec<u8>]> {
        let mut bytes = vec![0; 1 << 17];
        loop {
            match net::recv(&self.socket, &mut bytes[..], RecvFlags::DONTWAIT) {
                Ok((count, _)) => self.frames.push(bytes[..count].to_vec()),
                Err(Errno::INTR) => {}
                Err(Errno::WOULDBLOCK) => return Ok(&self.frames),
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// How many frames hold these bytes.
    ///
    /// # Errors
    /// The machine's word.
    pub fn count(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let holds = |frame: &&Vec<u8>| frame.windows(bytes.len()).any(|window| window == bytes);
        Ok(self.frames()?.iter().filter(holds).count())
    }
}
