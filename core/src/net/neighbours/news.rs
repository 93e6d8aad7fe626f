//! News of the segment for the log, each kind once.

use core::net::IpAddr;

use smoltcp::wire::EthernetAddress;

use crate::environment::{Environment, Notice};

/// Something that an administrator should know.
#[derive(Clone, Copy, Debug)]
pub(super) enum News {
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

impl News {
    fn kind(&self) -> u8 {
        match self {
            News::Claimed { .. } => 1,
            News::SameEthernetAddress => 2,
            News::TooBig { .. } => 4,
        }
    }
}

/// News that wait to be told, and kinds that were told before. Senders of frames must not fill a
/// log.
#[derive(Debug, Default)]
pub(super) struct Newsroom {
    waiting: Option<News>,
    told: u8,
}

impl Newsroom {
    /// Keeps the news, unless its kind was told before or other news wait.
    pub(super) fn add(&mut self, news: News) {
        if self.waiting.is_none() && self.told & news.kind() == 0 {
            self.told |= news.kind();
            self.waiting = Some(news);
        }
    }

    pub(super) fn tell(&mut self, environment: &mut impl Environment) {
        let Some(news) = self.waiting.take() else { return };
        environment.notice(match news {
            News::Claimed { address, by } => Notice::AddressClaimed { address, by: by.0 },
            News::SameEthernetAddress => Notice::SameEthernetAddress,
            News::TooBig { to, mtu } => Notice::PathTooNarrow { to, mtu },
        });
    }
}
