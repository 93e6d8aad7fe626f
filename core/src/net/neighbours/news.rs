//! What the log hears of the segment: each kind of news once.
//! Touches `environment`.

use core::net::IpAddr;

use smoltcp::wire::EthernetAddress;

use crate::environment::{Environment, Notice};

/// Something that an administrator should know.
#[derive(Clone, Copy, Debug)]
pub(super) enum News {
    /// Somebody else says that our address is its own.
    Claimed {
        /// Which.
        address: IpAddr,
        /// Who.
        by: EthernetAddress,
    },
    /// Frames came from our own Ethernet address.
    SameEthernetAddress,
    /// A router on the way to a peer does not take packets as long as ours.
    TooBig {
        /// The peer.
        to: IpAddr,
        /// What the router takes, as it says.
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

/// News that wait to be told, and what was told before: whoever sends frames must not fill a log with them.
#[derive(Debug, Default)]
pub(super) struct Newsroom {
    waiting: Option<News>,
    told: u8,
}

impl Newsroom {
    /// Keeps the news, unless the like was told before or others wait.
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
