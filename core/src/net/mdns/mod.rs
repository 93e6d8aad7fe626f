//! A responder of multicast DNS (RFC 6762) and of service discovery (RFC 6763): hosts of the link
//! find the server by name. The crate `domain` reads and writes the messages. What stands here is
//! when something is said, who has a name, and the frames.
//!
//! smoltcp has no part in it. Its sockets would need the feature for groups, which takes time from
//! every connection in every round. So the driver hands over the frames for port 5353, and sends
//! what is due. After the announcements the responder speaks only when it is asked.
//!
//! | file | holds |
//! |---|---|
//! | `naming` | the name that a product asks for, and its successors after conflicts |
//! | `set` | our records, and sets of them |
//! | `records`, `data` | what each record says, and its bytes |
//! | `asked` | what a question asks for, and what its sender knows already |
//! | `rivals` | others who claim our name |
//! | `phase` | probes, announcements, and the end: what is due by the clock |
//! | `pace` | how soon a name is tried again after others denied it |
//! | `shares` | how much one host may ask |
//! | `answers` | answers that wait, and what was said lately |
//! | `lane` | what one version of IP has to say |
//! | `message` | messages as bytes |
//! | `responder` | all of that as one value |
//! | `igmp`, `mld` | how bridges and routers learn that we are in the groups |
//! | `link` | the frames of the driver |

mod answers;
mod asked;
mod data;
mod igmp;
mod lane;
mod link;
mod message;
#[cfg(feature = "ipv6")]
mod mld;
mod naming;
mod pace;
mod phase;
mod records;
mod responder;
mod rivals;
mod set;
mod shares;

pub use naming::Naming;
pub(super) use responder::Responder;

use core::net::Ipv4Addr;
#[cfg(feature = "ipv6")]
use core::net::Ipv6Addr;

use smoltcp::wire::{EthernetAddress, IpAddress};

use crate::time::Duration;

/// The port of multicast DNS (RFC 6762, 3).
pub(super) const PORT: u16 = 5353;
/// The group of IPv4, and its Ethernet address.
const GROUP4: Ipv4Addr = Ipv4Addr::new(224, 0, 0, 251);
const GROUP4_MAC: EthernetAddress = EthernetAddress([0x01, 0, 0x5e, 0, 0, 0xfb]);
/// The group of IPv6, and its Ethernet address.
#[cfg(feature = "ipv6")]
const GROUP6: Ipv6Addr = Ipv6Addr::new(0xff02, 0, 0, 0, 0, 0, 0, 0xfb);
#[cfg(feature = "ipv6")]
const GROUP6_MAC: EthernetAddress = EthernetAddress([0x33, 0x33, 0, 0, 0, 0xfb]);

/// The most questions, and the most records of a section, that are looked at in one message.
const LOOKS: usize = 64;

/// The version of IP by which something is said. What was asked by one is answered by the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Family {
    V4,
    #[cfg(feature = "ipv6")]
    V6,
}

impl Family {
    const COUNT: usize = 1 + cfg!(feature = "ipv6") as usize;
    const ALL: [Family; Self::COUNT] = [
        Family::V4,
        #[cfg(feature = "ipv6")]
        Family::V6,
    ];

    fn of(address: IpAddress) -> Self {
        match address {
            IpAddress::Ipv4(_) => Family::V4,
            #[cfg(feature = "ipv6")]
            IpAddress::Ipv6(_) => Family::V6,
        }
    }

    fn group(self) -> (IpAddress, EthernetAddress) {
        match self {
            Family::V4 => (IpAddress::Ipv4(GROUP4), GROUP4_MAC),
            #[cfg(feature = "ipv6")]
            Family::V6 => (IpAddress::Ipv6(GROUP6), GROUP6_MAC),
        }
    }
}

/// The longest time that an answer to a question for members of a group waits.
const LONGEST: Duration = Duration::from_secs(10);

/// The sum of the 16-bit words (RFC 1071), which is small: these packets are short.
fn sum(bytes: &[u8]) -> u32 {
    bytes.chunks_exact(2).map(|pair| u32::from(u16::from_be_bytes([pair[0], pair[1]]))).sum()
}

fn checksum(sum: u32) -> [u8; 2] {
    let folded = (sum & 0xffff) + (sum >> 16);
    let folded = (folded & 0xffff) + (folded >> 16);
    (!(folded as u16)).to_be_bytes()
}
