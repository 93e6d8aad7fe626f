//! A network device that loses frames on purpose, each way, as a bad cable does.
//! Knows no chip.
//!
//! smoltcp has a fault injector too. It holds two frames of 1,536 bytes, one of them on the stack,
//! and hides the device that it wraps. A board must be able to ask that device. This one has a
//! buffer only for a frame that is being lost.

use smolchat_drivers::Nic;
use smoltcp::phy::{self, Device, DeviceCapabilities, PacketMeta, RxToken as _};
use smoltcp::time::Instant;

/// A device whose frames, each of at most `FRAME_MAX` bytes, get lost now and then.
#[derive(Debug)]
pub struct Lossy<D, const FRAME_MAX: usize> {
    device: D,
    chance: Chance,
}

/// Whether the next frame is lost.
#[derive(Debug)]
struct Chance {
    percent: u8,
    state: u32,
}

impl Chance {
    fn strikes(&mut self) -> bool {
        if self.percent == 0 {
            return false;
        }
        // Marsaglia's xorshift of 32 bits, with his first triple.
        self.state ^= self.state << 13;
        self.state ^= self.state >> 17;
        self.state ^= self.state << 5;
        self.state % 100 < self.percent.into()
    }
}

impl<D, const FRAME_MAX: usize> Lossy<D, FRAME_MAX> {
    /// A device that loses nothing yet.
    pub const fn new(device: D) -> Self {
        Lossy { device, chance: Chance { percent: 0, state: 0 } }
    }

    /// The device itself.
    pub fn device(&mut self) -> &mut D {
        &mut self.device
    }

    /// Loses `percent` of the frames from now on; `seed` decides which.
    pub fn lose(&mut self, percent: u8, seed: u32) {
        self.chance = Chance { percent, state: seed.max(1) };
    }
}

impl<D: Nic, const FRAME_MAX: usize> Nic for Lossy<D, FRAME_MAX> {
    fn has_frame(&mut self) -> bool {
        self.device.has_frame()
    }

    fn frames_received(&self) -> u32 {
        self.device.frames_received()
    }
}

impl<D: Device, const FRAME_MAX: usize> Device for Lossy<D, FRAME_MAX> {
    type RxToken<'a>
        = D::RxToken<'a>
    where
        D: 'a;
    type TxToken<'a>
        = TxToken<'a, D::TxToken<'a>, FRAME_MAX>
    where
        D: 'a;

    /// A frame that is lost looks like none, although others may wait behind it: whoever sleeps
    /// asks the device once more.
    fn receive(&mut self, now: Instant) -> Option<(Self::RxToken<'_>, Self::TxToken<'_>)> {
        let (frame, token) = self.device.receive(now)?;
        if self.chance.strikes() {
            frame.consume(|_| ());
            return None;
        }
        Some((frame, TxToken { token, chance: &mut self.chance }))
    }

    fn transmit(&mut self, now: Instant) -> Option<Self::TxToken<'_>> {
        let token = self.device.transmit(now)?;
        Some(TxToken { token, chance: &mut self.chance })
    }

    fn capabilities(&self) -> DeviceCapabilities {
        self.device.capabilities()
    }
}

/// A token to send a frame, which may get lost.
#[derive(Debug)]
pub struct TxToken<'a, T, const FRAME_MAX: usize> {
    token: T,
    chance: &'a mut Chance,
}

impl<T: phy::TxToken, const FRAME_MAX: usize> phy::TxToken for TxToken<'_, T, FRAME_MAX> {
    fn consume<R, F: FnOnce(&mut [u8]) -> R>(self, length: usize, f: F) -> R {
        match self.chance.strikes() {
            true => f(&mut [0; FRAME_MAX][..length]),
            false => self.token.consume(length, f),
        }
    }

    fn set_meta(&mut self, meta: PacketMeta) {
        self.token.set_meta(meta);
    }
}

#[cfg(test)]
mod tests {
    use smoltcp::phy::{Loopback, Medium, TxToken as _};

    use super::*;

    type Device64 = Lossy<Loopback, 64>;

    /// Sends and receives 1,000 frames, and answers which came back.
    fn survivors(percent: u8, seed: u32) -> Vec<u16> {
        let mut device = Device64::new(Loopback::new(Medium::Ethernet));
        device.lose(percent, seed);
        let mut came = Vec::new();
        for number in 0..1000_u16 {
            let token = device.transmit(Instant::ZERO).unwrap();
            token.consume(64, |frame| frame[..2].copy_from_slice(&number.to_le_bytes()));
            if let Some((frame, _)) = device.receive(Instant::ZERO) {
                came.push(frame.consume(|frame| u16::from_le_bytes([frame[0], frame[1]])));
            }
        }
        came
    }

    #[test]
    fn without_a_loss_every_frame_comes_and_with_all_of_it_none() {
        assert_eq!(survivors(0, 1), Vec::from_iter(0..1000));
        assert_eq!(survivors(100, 1), []);
    }

    #[test]
    fn frames_are_lost_each_way_as_often_as_was_asked() {
        // Both ways at 20 %: 64 % come through.
        let came = survivors(20, 7).len();
        assert!((600..680).contains(&came), "{came}");
    }

    #[test]
    fn the_seed_decides_which() {
        assert_eq!(survivors(20, 7), survivors(20, 7));
        assert_ne!(survivors(20, 7), survivors(20, 8));
    }
}
