//! What the session wants of peers and of their keys, carried out; and what was heard of them,
//! until it is shown. Waits for nothing.

use std::sync::Arc;
use std::time::Instant;

use smolchat_peer::OwnKey;

use super::Driver;
use crate::client::addresses::Here;
use crate::client::event::Input;
use crate::client::home::KnownPeers;
use crate::client::peer::{LinkId, PeerEvent, Peers};
use crate::client::server::Server;
use crate::client::session::Action;
use crate::client::wake::Events;

/// Lines of a peer that are on their way to the user.
#[derive(Debug)]
pub(crate) struct Unshown {
    link: LinkId,
    /// How many lines.
    count: usize,
    /// The last text among them.
    up_to: u64,
    /// What was shown up to this mark ends with them.
    mark: u64,
}

/// The links of this user, which tell the loop.
pub(in crate::client) fn peers_of(user: &str, key: Option<OwnKey>, events: &Events) -> Peers {
    let events = events.clone();
    Peers::new(user, key, Arc::new(move |event| events.send(Input::Peer(event)).is_ok()))
}

impl Driver {
    pub(super) fn perform_for_peers(&mut self, action: Action) {
        match action {
            Action::Judge(meeting) => {
                let here = Here::now(self.server.as_ref().map(Server::socket));
                let known = self.known_key(&meeting.peer.user);
                self.session.handle_judged(meeting, known, &here);
            }
            Action::Remember(user, key) => {
                let kept = self.keep_key(&user, key);
                self.tell_unkept(kept.err());
            }
            Action::Fingerprint(user) => {
                let known = self.known_key(&user);
                self.session.handle_fingerprint(&user, known);
            }
            Action::Trust(user, key) => {
                let kept = self.keep_key(&user, key);
                self.session.handle_trusted_peer(&user, key, kept);
            }
            Action::Expect(peer, addresses) => self.peers.expect(peer, addresses),
            Action::Dial(kind, peer, addresses) => self.peers.dial(kind, peer, addresses),
            Action::Refuse(user) => self.peers.refuse(&user),
            Action::Admit(user) => self.peers.admit(&user),
            Action::Say(link, line) => {
                let is_taken = self.peers.say(link, line);
                let stalled = (!is_taken).then_some(PeerEvent::Stalled { link });
                stalled.iter().for_each(|event| self.session.handle_peer(Instant::now(), event));
            }
            Action::Finish(link) => self.peers.finish(link),
            Action::Close(link) => self.peers.close(link),
            _ => {}
        }
    }

    pub(super) fn handle_peer(&mut self, now: Instant, event: &PeerEvent) {
        self.session.handle_peer(now, event);
        if let PeerEvent::Lines { link, lines } = event {
            // Its mark is set once the session's actions are carried out.
            let (link, count, up_to) = (*link, lines.len(), self.session.heard_from(*link));
            self.heard.push(Unshown { link, count, up_to, mark: 0 });
        }
    }

    /// Tells the session what peers have said and is on its way to the user's eyes. Whether there
    /// was anything to tell.
    pub(super) fn settle_peers(&mut self) -> bool {
        let mark = self.front.mark();
        self.unshown.extend(self.heard.drain(..).map(|heard| Unshown { mark, ..heard }));
        let front = &self.front;
        let is_shown = |unshown: &mut Unshown| front.has_shown(unshown.mark);
        let shown: Vec<_> = self.unshown.extract_if(.., is_shown).collect();
        for Unshown { link, count, up_to, .. } in &shown {
            self.peers.take_lines(*link, *count);
            self.session.handle_private_shown(*link, *up_to);
        }
        !shown.is_empty()
    }

    fn known_key(&self, user: &str) -> Result<Option<[u8; 32]>, String> {
        self.known_peers().map_or(Ok(None), |peers| peers.find(user))
    }

    fn keep_key(&self, user: &str, key: [u8; 32]) -> Result<(), String> {
        self.known_peers().map_or(Ok(()), |peers| peers.keep(user, &key))
    }

    fn known_peers(&self) -> Option<KnownPeers> {
        KnownPeers::of(|name: &str| std::env::var_os(name), &self.user, &self.target)
    }
}
