//! Keys of peers as a user sees them: fingerprints, keys seen for the first time, and changed ones.
//! Knows no file.

use std::collections::{BTreeMap, BTreeSet};

use smolchat_ssh_client::Fingerprint;

use super::{Action, Session};
use crate::client::sanitize::name;
use crate::client::shown::Shown;

/// What the session knows of peers' keys beside what is kept at home.
#[derive(Debug, Default)]
pub(super) struct Trusting {
    /// Peers who were introduced, and of whom no key was known.
    new: BTreeSet<String>,
    /// Peers who were introduced with another key than before, and that key.
    changed: BTreeMap<String, [u8; 32]>,
}

impl Trusting {
    /// The key of an introduced peer is the known one, or the first one.
    pub(super) fn note_good(&mut self, user: &str, is_new: bool) {
        self.changed.remove(user);
        if is_new {
            self.new.insert(user.to_owned());
        }
    }

    pub(super) fn note_changed(&mut self, user: &str, key: [u8; 32]) {
        self.changed.insert(user.to_owned(), key);
    }
}

impl Session {
    /// A peer has proven its key. A first one is remembered, and in talk a person is told of it.
    pub(super) fn note_proven(&mut self, user: &str, key: [u8; 32], is_talk: bool) {
        if !self.trusting.new.remove(user) {
            return;
        }
        self.actions.push_back(Action::Remember(user.to_owned(), key));
        if self.config.is_interactive && is_talk {
            let (user, shown) = (name(user), Fingerprint::of(&key));
            self.note(format!("the key of {user} is {shown}, seen for the first time"));
        }
    }

    /// `fingerprint`
    pub(super) fn tell_fingerprint(&mut self, user: Option<&str>) {
        match user.filter(|user| *user != self.config.user) {
            Some(user) => self.actions.push_back(Action::Fingerprint(user.to_owned())),
            None => {
                let shown = match &self.config.peer_key {
                    Some(key) => Shown::Answer(format!("your key is {}", Fingerprint::of(key))),
                    None => Shown::Refused(self.peers_off()),
                };
                self.answer(shown);
            }
        }
    }

    /// The answer to [`Action::Fingerprint`]: the key by which the peer is known.
    pub(crate) fn handle_fingerprint(
        &mut self,
        user: &str,
        known: Result<Option<[u8; 32]>, String>,
    ) {
        let shown_user = name(user);
        let shown = match known {
            Ok(Some(key)) => {
                Shown::Answer(format!("the key of {shown_user} is {}", Fingerprint::of(&key)))
            }
            Ok(None) => Shown::Refused(format!(
                "no key of {shown_user} is known yet; startprivate {shown_user} shows it"
            )),
            Err(why) => Shown::Refused(why),
        };
        self.answer(shown);
        if let Some(key) = self.trusting.changed.get(user) {
            let shown = Fingerprint::of(key);
            self.answer(Shown::Refused(format!(
                "{shown_user} has shown another key since, which is not trusted: {shown}"
            )));
        }
    }

    /// `trust`
    pub(super) fn trust(&mut self, user: &str) {
        match self.trusting.changed.remove(user) {
            Some(key) => self.actions.push_back(Action::Trust(user.to_owned(), key)),
            None => {
                let user = name(user);
                let text = format!("{user} has shown no key that differs from the known one");
                self.answer(Shown::Refused(text));
            }
        }
    }

    /// The answer to [`Action::Trust`].
    pub(crate) fn handle_trusted_peer(
        &mut self,
        user: &str,
        key: [u8; 32],
        kept: Result<(), String>,
    ) {
        let shown_user = name(user);
        match kept {
            Ok(()) => {
                let shown = Fingerprint::of(&key);
                let text = format!("the key of {shown_user} is {shown} from now on");
                self.answer(Shown::Answer(format!(
                    "{text}; startprivate {shown_user} calls again"
                )));
            }
            Err(why) => {
                self.trusting.note_changed(user, key);
                self.answer(Shown::Refused(why));
            }
        }
    }

    /// Whether there may be private connections: this client has a key and listens.
    pub(super) fn has_peers(&self) -> bool {
        self.config.peer_key.is_some() && self.config.peer_port.is_some()
    }

    /// Why there are no private connections, and what to do about it.
    pub(super) fn peers_off(&self) -> String {
        let why = self.config.peers_off.as_deref();
        let why = why.unwrap_or("no port is free at which peers could call");
        format!("private connections are off: {why}")
    }
}
