//! A peer that logs in by hand-made frames, so that a test knows both numbers of its connection.

use smoltcp::wire::{EthernetAddress, EthernetFrame, Ipv4Packet, TcpControl, TcpPacket};

use super::raw::{STRANGER_MAC, segment, segments, speech, syn};
use super::world::World;

/// An Ethernet address that belongs to nobody the server talks to.
pub(super) const FORGER: EthernetAddress = EthernetAddress([2, 0, 0, 0, 6, 6]);

/// What the server sent in a TCP segment, and where to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct SentSegment {
    pub(super) mac: EthernetAddress,
    pub(super) port: u16,
    pub(super) flags: String,
    pub(super) seq: i32,
    pub(super) ack: i32,
    pub(super) text: String,
}

/// All TCP segments among the frames.
pub(super) fn heard(frames: &[Vec<u8>]) -> Vec<SentSegment> {
    let look = |frame: &Vec<u8>| {
        let ethernet = EthernetFrame::new_checked(&frame[..]).unwrap();
        let packet = Ipv4Packet::new_checked(ethernet.payload()).ok()?;
        let tcp = TcpPacket::new_checked(packet.payload()).unwrap();
        assert!(tcp.verify_checksum(&packet.src_addr().into(), &packet.dst_addr().into()));
        let flags = [(tcp.syn(), 'S'), (tcp.fin(), 'F'), (tcp.rst(), 'R'), (tcp.ack(), 'A')];
        Some(SentSegment {
            mac: ethernet.dst_addr(),
            port: tcp.dst_port(),
            flags: flags.iter().filter(|(set, _)| *set).map(|(_, letter)| *letter).collect(),
            seq: tcp.seq_number().0,
            ack: tcp.ack_number().0,
            text: String::from_utf8_lossy(tcp.payload()).into_owned(),
        })
    };
    frames.iter().filter_map(look).collect()
}

/// The peer, and where its connection is.
pub(super) struct Known {
    pub(super) port: u16,
    /// The next number it sends.
    pub(super) seq: i32,
    /// The next number of the server's that it expects.
    pub(super) ack: i32,
}

impl Known {
    /// Connects, and has read the greeting.
    pub(super) fn connect(world: &mut World, port: u16) -> Self {
        let said = segments(&world.inject([syn(port)]));
        assert!(said.len() == 1 && said[0].syn, "{said:?}");
        let mut known = Known { port, seq: 1001, ack: said[0].seq.wrapping_add(1) };
        let frame = known.segment(TcpControl::None, 0, 0);
        assert!(known.tell(world, frame).starts_with("220 "));
        known
    }

    /// Connects and logs in.
    pub(super) fn log_in(world: &mut World, port: u16, number: usize) -> Self {
        let mut known = Self::connect(world, port);
        let heard = known.say(world, &format!("login user{number} secret{number}\n"));
        assert!(heard.contains("Welcome"), "{heard}");
        known
    }

    /// A segment without data, so far from where the connection is.
    pub(super) fn segment(&self, control: TcpControl, seq: i32, ack: i32) -> Vec<u8> {
        let (seq, ack) = (self.seq.wrapping_add(seq), self.ack.wrapping_add(ack));
        segment(self.port, control, seq, Some(ack))
    }

    /// The same, with data.
    pub(super) fn speech(&self, seq: i32, ack: i32, text: &str) -> Vec<u8> {
        let (seq, ack) = (self.seq.wrapping_add(seq), self.ack.wrapping_add(ack));
        speech(self.port, seq, ack, text.as_bytes())
    }

    /// Says a line, and what the server answers.
    pub(super) fn say(&mut self, world: &mut World, text: &str) -> String {
        let frame = self.speech(0, 0, text);
        self.seq = self.seq.wrapping_add(text.len() as i32);
        self.tell(world, frame)
    }

    /// What the server answers to a frame, all of it acknowledged.
    fn tell(&mut self, world: &mut World, frame: Vec<u8>) -> String {
        world.lost = world.inject([frame]);
        self.listen(world)
    }

    /// What the server has said since, to this peer's Ethernet address and no other; all of it is
    /// acknowledged.
    pub(super) fn listen(&mut self, world: &mut World) -> String {
        let mut said = String::new();
        loop {
            let frames = std::mem::take(&mut world.lost);
            let new = heard(&frames).into_iter().filter(|heard| heard.port == self.port);
            let mut any = false;
            for heard in new.filter(|heard| !heard.text.is_empty()) {
                assert_eq!((heard.mac, heard.seq), (STRANGER_MAC, self.ack), "{heard:?}");
                self.ack = self.ack.wrapping_add(heard.text.len() as i32);
                said.push_str(&heard.text);
                any = true;
            }
            if !any {
                return said;
            }
            let frame = self.segment(TcpControl::None, 0, 0);
            world.cable.incoming.push_back(frame);
            world.settle();
        }
    }
}
