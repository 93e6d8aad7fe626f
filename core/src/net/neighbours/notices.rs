//! Notices of the segment for the log, each kind once.

use core::net::IpAddr;

use smoltcp::wire::EthernetAddress;

use crate::environment::{Environment, Notice};

/// Something that an administrator should know.
#[derive(Clone, Copy, Debug)]
pub(super) enum SegmentNotice {
    /// Another host claims our address.
    Claimed {
        /// Which.
        address: IpAddr,
        /// Who.
        by: EthernetAddress,
    },
    /// Frames came from our own Ethernet address.
    SameEthernetAddress,
    /// A router on the way to a peer takes only shorter packets than ours.
    TooBig {
        /// The peer.
        to: IpAddr,
        /// The longest packet that the router takes, as it says.
        mtu: u32,
    },
}

impl SegmentNotice {
    fn kind(&self) -> u8 {
        match self {
            SegmentNotice::Claimed { .. } => 1,
            SegmentNotice::SameEthernetAddress => 2,
            SegmentNotice::TooBig { .. } => 4,
        }
    }
}

/// The notice that waits to be told, and kinds that were told before. Senders of frames must not
/// fill a log.
#[derive(Debug, Default)]
pub(super) struct SegmentNotices {
    waiting: Option<SegmentNotice>,
    told: u8,
}

impl SegmentNotices {
    /// Keeps the notice, unless its kind was told before or another one waits.
    pub(super) fn add(&mut self, notice: SegmentNotice) {
        if self.waiting.is_none() && self.told & notice.kind() == 0 {
            self.told |= notice.kind();
            self.waiting = Some(notice);
        }
    }

    pub(super) fn tell(&mut self, environment: &mut impl Environment) {
        let Some(notice) = self.waiting.take() else { return };
        environment.notice(match notice {
            SegmentNotice::Claimed { address, by } => Notice::AddressClaimed { address, by: by.0 },
            SegmentNotice::SameEthernetAddress => Notice::SameEthernetAddress,
            SegmentNotice::TooBig { to, mtu } => Notice::PathTooNarrow { to, mtu },
        });
    }
}
