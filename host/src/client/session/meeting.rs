//! Introductions: a peer is expected and called only if its key is the one that was seen before, or
//! the first one. Knows no file and no socket.

use std::net::SocketAddr;

use smolchat_core::protocol::Token;
use smolchat_peer::{Introduction, Kind};
use smolchat_ssh_client::Fingerprint;

use super::trusting::Warning;
use super::{Action, Session};
use crate::client::addresses::{Here, to_call};
use crate::client::sanitize::name;
use crate::client::shown::Shown;

/// An introduction whose key is to be judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Meeting {
    /// Who, and by which key.
    pub(crate) peer: Introduction,
    /// Where it may be.
    pub(crate) addresses: Vec<SocketAddr>,
    /// What this side has called it for; `None` for the called side.
    pub(crate) called_for: Option<Kind>,
}

impl Session {
    /// The server introduces a peer. The caller connects. Either side expects the token, because
    /// both may have called.
    pub(super) fn handle_introduction(
        &mut self,
        user: &str,
        token: Token,
        key: Option<[u8; 32]>,
        addresses: &[SocketAddr],
    ) {
        self.names.learn(user);
        let called_for = self.called_for(user);
        let addresses = addresses.to_vec();
        match key.filter(|_| self.config.peer_key.is_some()) {
            Some(key) => {
                let peer = Introduction { user: user.to_owned(), key, token };
                let meeting = Meeting { peer, addresses, called_for };
                self.actions.push_back(Action::Judge(meeting));
            }
            None => self.give_up_meeting(user, called_for, || {
                format!("{}'s client takes no private connections", name(user))
            }),
        }
    }

    /// What this side has asked for an introduction for, if this is that one.
    fn called_for(&mut self, user: &str) -> Option<Kind> {
        if self.conversations.handle_introduction(user) {
            return Some(Kind::Talk);
        }
        self.files.handle_introduction(user).then_some(Kind::Files)
    }

    /// The answer to [`Action::Judge`]: the key by which the peer was known, or why nobody can say.
    pub(crate) fn handle_judged(
        &mut self,
        meeting: Meeting,
        known: Result<Option<[u8; 32]>, String>,
        here: &Here,
    ) {
        let Meeting { peer, addresses, called_for } = meeting;
        let user = peer.user.clone();
        match known {
            Ok(Some(known)) if known != peer.key => {
                let is_person = self.config.is_interactive;
                match self.trusting.note_changed(self.now, &user, peer.key) {
                    Warning::Loud => self.refuse(changed(&user, &peer.key, &known, is_person)),
                    Warning::Short => self.refuse(changed_still(&user, is_person)),
                    Warning::Silent => {}
                }
                self.give_up_meeting(&user, called_for, || unjudged(&user, "its key has changed"));
            }
            Ok(known) => {
                self.trusting.note_good(&user, known.is_none());
                let addresses = to_call(&addresses, here, self.config.peer_port);
                self.actions.push_back(Action::Expect(peer.clone(), addresses.clone()));
                if let Some(kind) = called_for {
                    self.actions.push_back(Action::Dial(kind, peer, addresses));
                }
            }
            // Nobody should be taken for new who was known yesterday.
            Err(why) => {
                self.refuse(unjudged(&user, &why));
                self.give_up_meeting(&user, called_for, || unjudged(&user, &why));
            }
        }
    }

    /// Nobody is called. Whoever has called is told why.
    fn give_up_meeting(
        &mut self,
        user: &str,
        called_for: Option<Kind>,
        why: impl FnOnce() -> String,
    ) {
        match called_for {
            Some(Kind::Talk) => {
                self.show(Shown::Refused(why()));
                let effects = self.conversations.end_call(self.now, user);
                self.carry_out(effects);
            }
            Some(Kind::Files) => self.not_introduced(user.to_owned(), why()),
            None => {}
        }
    }
}

fn unjudged(user: &str, why: &str) -> String {
    format!("no private connection with {}: {why}", name(user))
}

/// What a person was told before.
fn changed_still(user: &str, is_person: bool) -> String {
    let (user, slash) = (name(user), if is_person { "/" } else { "" });
    format!("{user} calls by a key that is not trusted; {slash}trust {user} accepts it")
}

/// What a person must not miss.
fn changed(user: &str, key: &[u8; 32], known: &[u8; 32], is_person: bool) -> String {
    let (user, slash) = (name(user), if is_person { "/" } else { "" });
    format!(
        "THE KEY OF {user} HAS CHANGED: it was {}, and is {} now. Somebody may pretend to be {user}. \
         Nothing was said. Ask {user} on another way; {slash}trust {user} accepts the new key",
        Fingerprint::of(known),
        Fingerprint::of(key)
    )
}
