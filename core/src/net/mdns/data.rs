//! The data of our records, as bytes.

use domain::base::iana::Rtype;
use domain::base::rdata::ComposeRecordData;
use domain::base::wire::Composer;
use domain::base::{RecordData, ToName};
use heapless::Vec;
use smoltcp::wire::IpAddress;

use super::records::Records;
use super::set::{Kind, Owner, Record};

/// Room for one text: a word and what it says.
const TEXT_MAX: usize = 64;
/// What a host's list of types says: A, and perhaps AAAA (RFC 4034, 4.1.2).
const ONLY_A: [u8; 3] = [0, 1, 0x40];
const ONLY_AAAA: [u8; 6] = [0, 4, 0, 0, 0, 0x08];
const BOTH: [u8; 6] = [0, 4, 0x40, 0, 0, 0x08];
const NEITHER: [u8; 0] = [];

/// A record's data without compression, as data is compared (RFC 6762, 8.2.1).
pub(super) type Bytes = Vec<u8, 256>;

/// The data of one record, which writes itself into a message.
pub(super) struct Data<'a> {
    pub(super) records: Records<'a>,
    pub(super) record: Record,
}

impl Records<'_> {
    /// A record's data in full.
    pub(super) fn bytes(&self, record: Record) -> Bytes {
        let mut bytes = Bytes::new();
        // The data of our longest record has room.
        let _ = Data { records: *self, record }.compose_rdata(&mut bytes);
        bytes
    }
}

impl RecordData for Data<'_> {
    fn rtype(&self) -> Rtype {
        self.records.rtype(self.record)
    }
}

impl ComposeRecordData for Data<'_> {
    fn rdlen(&self, _: bool) -> Option<u16> {
        None
    }

    fn compose_rdata<T: Composer + ?Sized>(&self, target: &mut T) -> Result<(), T::AppendError> {
        match self.record {
            Record::Address(at) => match self.records.address(at) {
                Some(IpAddress::Ipv4(address)) => target.append_slice(&address.octets()),
                #[cfg(feature = "ipv6")]
                Some(IpAddress::Ipv6(address)) => target.append_slice(&address.octets()),
                None => Ok(()),
            },
            Record::Types => self.types(target),
            Record::Kind(kind) => self.pointer(target, Owner::Services(kind)),
            Record::Service(kind) => self.pointer(target, Owner::Service(kind)),
            Record::Place(kind) => self.place(target, kind),
            Record::Text(_) => self.texts(target),
        }
    }

    fn compose_canonical_rdata<T: Composer + ?Sized>(
        &self,
        target: &mut T,
    ) -> Result<(), T::AppendError> {
        self.compose_rdata(target)
    }
}

impl Data<'_> {
    fn pointer<T: Composer + ?Sized>(
        &self,
        target: &mut T,
        to: Owner,
    ) -> Result<(), T::AppendError> {
        self.records.name(to).map_or(Ok(()), |name| target.append_compressed_name(&name))
    }

    /// No priority, no weight, the port, the host (RFC 2782).
    fn place<T: Composer + ?Sized>(
        &self,
        target: &mut T,
        kind: Kind,
    ) -> Result<(), T::AppendError> {
        let [high, low] = self.records.identity.port(kind).unwrap_or_default().to_be_bytes();
        target.append_slice(&[0, 0, 0, 0, high, low])?;
        self.pointer(target, Owner::Host)
    }

    /// The host's own name, and which types of records it has.
    fn types<T: Composer + ?Sized>(&self, target: &mut T) -> Result<(), T::AppendError> {
        if let Some(name) = self.records.name(Owner::Host) {
            name.compose(target)?;
        }
        let [a, aaaa] =
            [Rtype::A, Rtype::AAAA].map(|rtype| !self.records.addresses(Some(rtype)).is_empty());
        target.append_slice(match (a, aaaa) {
            (true, true) => &BOTH,
            (true, false) => &ONLY_A,
            (false, true) => &ONLY_AAAA,
            (false, false) => &NEITHER,
        })
    }

    /// What a client wants to know before it comes (RFC 6763, 6).
    fn texts<T: Composer + ?Sized>(&self, target: &mut T) -> Result<(), T::AppendError> {
        let identity = self.records.identity;
        let (lines, ssh) = (identity.lines, identity.ssh);
        append(target, Text::new("version=").word(env!("CARGO_PKG_VERSION")))?;
        let mut doors = Text::new("doors=");
        if let Some(port) = lines {
            doors = doors.word("lines:").number(port.into());
        }
        if let Some(port) = ssh {
            let comma = if lines.is_some() { "," } else { "" };
            doors = doors.word(comma).word("ssh:").number(port.into());
        }
        append(target, doors)?;
        append(target, Text::new("encrypted=").word(if ssh.is_some() { "ssh" } else { "" }))?;
        append(target, Text::new("users=").number(identity.users))
    }
}

/// A text while it is made.
struct Text(Vec<u8, TEXT_MAX>);

impl Text {
    fn new(word: &str) -> Self {
        Text(Vec::new()).word(word)
    }

    fn word(mut self, word: &str) -> Self {
        // There is room: ours are short.
        let _ = self.0.extend_from_slice(word.as_bytes());
        self
    }

    fn number(mut self, number: u32) -> Self {
        if number >= 10 {
            self = self.number(number / 10);
        }
        let _ = self.0.push(b'0' + (number % 10) as u8);
        self
    }
}

fn append<T: Composer + ?Sized>(target: &mut T, text: Text) -> Result<(), T::AppendError> {
    target.append_slice(&[text.0.len() as u8])?;
    target.append_slice(&text.0)
}
