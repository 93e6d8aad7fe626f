//! What each of our records says: its name, its type, what goes with it.

use domain::base::iana::Rtype;
use domain::base::name::{Name, ToName};
use heapless::Vec;
use smoltcp::wire::{IpAddress, IpCidr};

use super::super::service::Service;
use super::naming::{Label, Naming};
use super::set::{Kind, Owner, Record, Set};
use crate::carrier::Carrier;

/// Room for our longest name: the longest label, and that of a service behind it.
const NAME_MAX: usize = 64 + 10 + 5 + 6 + 1;
/// A name of ours.
pub(super) type OwnName = Name<Vec<u8, NAME_MAX>>;

/// Who we are.
#[derive(Clone, Debug)]
pub(super) struct Identity {
    pub(super) label: Label,
    /// The port of the door for lines, if there is that door.
    pub(super) lines: Option<u16>,
    /// The port of the door for SSH, if there is that door.
    pub(super) ssh: Option<u16>,
    pub(super) users: u32,
}

/// The names of all owners, made once for a message.
pub(super) struct Names([Option<OwnName>; Owner::ALL.len()]);

impl Names {
    /// Whose name it is, if it is one of ours.
    pub(super) fn owner_of(&self, name: &impl ToName) -> Option<Owner> {
        let is_of = |own: &Option<OwnName>| own.as_ref().is_some_and(|own| own.name_eq(name));
        Owner::ALL.into_iter().zip(&self.0).find(|(_, own)| is_of(own)).map(|(owner, _)| owner)
    }
}

/// Our records, as they are with these addresses.
#[derive(Clone, Copy)]
pub(super) struct Records<'a> {
    pub(super) identity: &'a Identity,
    pub(super) addresses: &'a [IpCidr],
}

impl Identity {
    pub(super) fn new(naming: &Naming<'_>, label: Label, services: &[Service]) -> Self {
        let port = |carrier| {
            let service = services.iter().find(|service| service.carrier == carrier);
            service.map(|service| service.port)
        };
        Identity {
            label,
            lines: port(Carrier::Plain),
            ssh: port(Carrier::Ssh),
            users: naming.users.try_into().unwrap_or(u32::MAX),
        }
    }

    /// The port of a kind of service. The chat has that of the door for lines, and that for SSH
    /// where there is none.
    pub(super) fn port(&self, kind: Kind) -> Option<u16> {
        match kind {
            Kind::Chat => self.lines.or(self.ssh),
            Kind::Ssh => self.ssh,
        }
    }
}

impl<'a> Records<'a> {
    /// All that others are told of us.
    pub(super) fn all(&self) -> Set {
        let exists = |record: &Record| match record {
            Record::Address(at) => usize::from(*at) < self.addresses.len(),
            Record::Types => false,
            Record::Kind(kind)
            | Record::Service(kind)
            | Record::Place(kind)
            | Record::Text(kind) => self.identity.port(*kind).is_some(),
        };
        Record::ALL.into_iter().filter(exists).collect()
    }

    /// The name of an owner. There always is one, since every label of ours fits.
    pub(super) fn name(&self, owner: Owner) -> Option<OwnName> {
        let own = self.identity.label.as_str();
        let of = |kind| if kind == Kind::Ssh { "_ssh" } else { "_smolchat" };
        match owner {
            Owner::Host => joined(&[own, "local"]),
            Owner::Kinds => joined(&["_services", "_dns-sd", "_udp", "local"]),
            Owner::Services(kind) => joined(&[of(kind), "_tcp", "local"]),
            Owner::Service(kind) => joined(&[own, of(kind), "_tcp", "local"]),
        }
    }

    /// All names.
    pub(super) fn names(&self) -> Names {
        Names(Owner::ALL.map(|owner| self.name(owner)))
    }

    /// The type of a record.
    pub(super) fn rtype(&self, record: Record) -> Rtype {
        match record {
            Record::Address(at) => match self.address(at) {
                Some(IpAddress::Ipv4(_)) | None => Rtype::A,
                #[cfg(feature = "ipv6")]
                Some(IpAddress::Ipv6(_)) => Rtype::AAAA,
            },
            Record::Types => Rtype::NSEC,
            Record::Kind(_) | Record::Service(_) => Rtype::PTR,
            Record::Place(_) => Rtype::SRV,
            Record::Text(_) => Rtype::TXT,
        }
    }

    /// The addresses of a type.
    pub(super) fn addresses(&self, rtype: Option<Rtype>) -> Set {
        let is_wanted = |record: &Record| {
            matches!(record, Record::Address(_))
                && rtype.is_none_or(|rtype| self.rtype(*record) == rtype)
        };
        self.all().iter().filter(is_wanted).collect()
    }

    /// What goes with records, so that nobody need ask again (RFC 6763, 12).
    pub(super) fn beside(&self, answers: Set) -> Set {
        let mut beside = Set::EMPTY;
        for record in answers.iter() {
            match record {
                Record::Service(kind) => {
                    beside |= Set::of(Record::Place(kind)) | Set::of(Record::Text(kind));
                    beside |= self.addresses(None) | Set::of(Record::Types);
                }
                Record::Place(_) | Record::Address(_) => {
                    beside |= self.addresses(None) | Set::of(Record::Types);
                }
                Record::Types | Record::Kind(_) | Record::Text(_) => {}
            }
        }
        beside & !answers
    }

    pub(super) fn address(&self, at: u8) -> Option<IpAddress> {
        self.addresses.get(usize::from(at)).map(IpCidr::address)
    }
}

/// The name of these labels; there is one if they fit.
fn joined(labels: &[&str]) -> Option<OwnName> {
    let mut bytes: Vec<u8, NAME_MAX> = Vec::new();
    for label in labels {
        bytes.push(label.len() as u8).ok()?;
        bytes.extend_from_slice(label.as_bytes()).ok()?;
    }
    bytes.push(0).ok()?;
    Name::from_octets(bytes).ok()
}
