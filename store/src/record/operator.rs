//! What an operator did, as the fields of records: an account that was removed, a ban, and its end.

use core::net::IpAddr;

use smolchat_core::operator::{Network, Whom};
use smolchat_core::protocol::MessageId;
use smolchat_core::store::Entry;
use smolchat_core::time::Instant;

use super::{Reader, Writer};

/// What comes in front of the name or the octets of whom a ban keeps out.
const USER: u8 = 0;
const V4: u8 = 4;
const V6: u8 = 6;

pub(super) fn encode(entry: &Entry<'_>, out: &mut Writer<'_>) {
    match *entry {
        Entry::AccountRemoved { user, before, block, key, is_given } => {
            out.bytes(&before.0.to_le_bytes());
            out.bytes(&block.to_le_bytes());
            out.bytes(&key.to_le_bytes());
            out.bytes(&[u8::from(is_given)]);
            out.name(user);
        }
        Entry::Ban { whom, until, number } => {
            out.bytes(&until.as_millis().to_le_bytes());
            out.bytes(&number.0.to_le_bytes());
            encode_whom(whom, out);
        }
        Entry::Unban { whom } => encode_whom(whom, out),
        _ => {}
    }
}

fn encode_whom(whom: Whom<'_>, out: &mut Writer<'_>) {
    match whom {
        Whom::User(name) => {
            out.bytes(&[USER]);
            out.name(name);
        }
        Whom::Network(network) => {
            match network.address() {
                IpAddr::V4(address) => {
                    out.bytes(&[V4]);
                    out.bytes(&address.octets());
                }
                IpAddr::V6(address) => {
                    out.bytes(&[V6]);
                    out.bytes(&address.octets());
                }
            }
            out.bytes(&[network.bits()]);
        }
    }
}

pub(super) fn decode(kind: u8, mut fields: Reader<'_>) -> Option<Entry<'_>> {
    match kind {
        19 => {
            let before = MessageId(u64::from_le_bytes(fields.array()?));
            let block = u32::from_le_bytes(fields.array()?);
            let key = u32::from_le_bytes(fields.array()?);
            let is_given = match fields.array()? {
                [0] => false,
                [1] => true,
                _ => return None,
            };
            let user = fields.name()?;
            let removed = Entry::AccountRemoved { user, before, block, key, is_given };
            fields.is_empty().then_some(removed)
        }
        20 => {
            let until = Instant::from_millis(u64::from_le_bytes(fields.array()?));
            let number = MessageId(u64::from_le_bytes(fields.array()?));
            Some(Entry::Ban { whom: decode_whom(fields)?, until, number })
        }
        21 => Some(Entry::Unban { whom: decode_whom(fields)? }),
        _ => None,
    }
}

fn decode_whom(mut fields: Reader<'_>) -> Option<Whom<'_>> {
    let address = match fields.array()? {
        [USER] => {
            let name = fields.name()?;
            return fields.is_empty().then_some(Whom::User(name));
        }
        [V4] => IpAddr::from(fields.array::<4>()?),
        [V6] => IpAddr::from(fields.array::<16>()?),
        _ => return None,
    };
    let [bits] = fields.last()?;
    Network::new(address, bits).map(Whom::Network)
}
