//! What may come from a wire, decoded from bytes.

/// Distances from where a connection is: at the edges of windows and probes, and far away.
const EDGES: [i32; 15] =
    [0, 1, -1, 2, -2, 5, 535, 536, 2047, 2048, 2049, -2048, 4097, -4099, 0x4000_0000];

/// One thing that happens.
#[derive(Clone, Debug)]
pub(super) enum Action {
    /// A frame of any bytes.
    Raw(Vec<u8>),
    /// A frame such as real hosts send, some of its bytes changed.
    Changed { real: u8, changes: Vec<(u8, u8)> },
    /// A segment with a person's name, so far from where its connection is, its checksum right.
    Forged { person: u8, flags: u8, seq: i32, ack: i32, len: u8, own_mac: bool },
    /// A request to connect from somebody new.
    Request { port: u16, seq: u8 },
    /// A person says something.
    Speak { person: u8 },
    /// A person says something over a hop that cuts it, and over another way once more.
    Cut { person: u8, len: u8, carries: u8, order: u8, twice: Option<u8>, change: Option<(u8, u8)> },
    /// Time passes, in milliseconds.
    Pass(u16),
}

impl Action {
    /// The next action, and what is left of the bytes.
    pub(super) fn decode(bytes: &mut &[u8]) -> Option<Action> {
        let kind = take(bytes)?;
        Some(match kind % 9 {
            0 => {
                let len = usize::from(take(bytes)?) * 6;
                let (raw, rest) = bytes.split_at(len.min(bytes.len()));
                *bytes = rest;
                Action::Raw(raw.to_vec())
            }
            1 => {
                let (real, count) = (take(bytes)?, take(bytes)? % 4);
                let change = |bytes: &mut &[u8]| Some((take(bytes)?, take(bytes)?));
                let changes = (0..count).map_while(|_| change(bytes)).collect();
                Action::Changed { real, changes }
            }
            2..=4 => Action::Forged {
                person: take(bytes)?,
                flags: take(bytes)?,
                seq: distance(bytes)?,
                ack: distance(bytes)?,
                len: take(bytes)?,
                own_mac: kind & 8 != 0,
            },
            5 => Action::Request { port: short(bytes)?, seq: take(bytes)? },
            6 => Action::Speak { person: take(bytes)? },
            7 => Action::Cut {
                person: take(bytes)?,
                len: take(bytes)?,
                carries: take(bytes)?,
                order: take(bytes)?,
                twice: (kind & 16 != 0).then(|| take(bytes)).flatten(),
                change: (kind & 32 != 0).then(|| Some((take(bytes)?, take(bytes)?))).flatten(),
            },
            _ => Action::Pass(short(bytes)? % 4_096),
        })
    }
}

fn take(bytes: &mut &[u8]) -> Option<u8> {
    let (first, rest) = bytes.split_first()?;
    *bytes = rest;
    Some(*first)
}

fn short(bytes: &mut &[u8]) -> Option<u16> {
    Some(u16::from_le_bytes([take(bytes)?, take(bytes)?]))
}

fn distance(bytes: &mut &[u8]) -> Option<i32> {
    let edge = usize::from(take(bytes)? % 16);
    match EDGES.get(edge) {
        Some(edge) => Some(*edge),
        None => {
            let [a, b] = [short(bytes)?, short(bytes)?];
            Some((u32::from(a) << 16 | u32::from(b)) as i32)
        }
    }
}
