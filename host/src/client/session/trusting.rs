//! Keys of peers as a user sees them: fingerprints, keys seen for the first time, and changed ones.
//! Knows no file.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use smolchat_peer::{Kind, Unreachable};
use smolchat_ssh_client::Fingerprint;

use super::{Action, Session};
use crate::client::sanitize::name;
use crate::client::shown::Shown;

/// What the session knows of peers' keys beside what is kept at home.
#[derive(Debug, Default)]
pub(super) struct Trusting {
    /// Peers who were introduced, and of whom no key was known.
    new: BTreeSet<String>,
    /// It was said why there are no private connections.
    has_told_why_off: bool,
    /// Peers who were introduced with another key than before.
    changed: BTreeMap<String, Changed>,
}

/// A key that is not the known one.
#[derive(Clone, Copy, Debug)]
struct Changed {
    key: [u8; 32],
    /// When the user was told last.
    told: Instant,
}

/// What the user is told of a key that has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Warning {
    /// It is the first time: nobody must miss it.
    Loud,
    /// It was told already.
    Short,
    /// It was told just now: the peer's client tries again by itself.
    Silent,
}

/// A peer whose key has changed is told of no more often than this.
const WARNING_GAP: Duration = Duration::from_secs(60);

impl Trusting {
    /// The key of an introduced peer is the known one, or the first one.
    pub(super) fn note_good(&mut self, user: &str, is_new: bool) {
        self.changed.remove(user);
        if is_new {
            self.new.insert(user.to_owned());
        }
    }

    pub(super) fn note_changed(&mut self, now: Instant, user: &str, key: [u8; 32]) -> Warning {
        let known = self.changed.get(user).filter(|changed| changed.key == key);
        let warning = match known {
            None => Warning::Loud,
            Some(changed) if now >= changed.told + WARNING_GAP => Warning::Short,
            Some(_) => return Warning::Silent,
        };
        self.changed.insert(user.to_owned(), Changed { key, told: now });
        warning
    }
}

impl Session {
    /// A peer has proven its key. A first one is remembered, and a person is told of it, and why
    /// the peer is there at all: nobody may have asked for it.
    pub(super) fn note_proven(&mut self, user: &str, key: [u8; 32], kind: Kind, by_us: bool) {
        if !self.trusting.new.remove(user) {
            return;
        }
        self.actions.push_back(Action::Remember(user.to_owned(), key));
        if self.config.is_interactive {
            let (user, shown) = (name(user), Fingerprint::of(&key));
            let why = match (kind, by_us) {
                (Kind::Talk, true) => format!("you call {user}"),
                (Kind::Talk, false) => format!("{user} calls you"),
                (Kind::Files, true) => format!("{user} has a file that you load"),
                (Kind::Files, false) => format!("{user} wants a file that you have"),
            };
            let text = format!("the key of {user} is {shown}, seen for the first time");
            self.note(format!("{text}: {why}"));
        }
    }

    /// `fingerprint`
    pub(super) fn tell_fingerprint(&mut self, user: Option<&str>) {
        match user.filter(|user| *user != self.config.user) {
            Some(user) => self.actions.push_back(Action::Fingerprint(user.to_owned())),
            None => {
                let shown = match self.config.peer_key {
                    Some(key) => Shown::Answer(format!("your key is {}", Fingerprint::of(&key))),
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
                "no key of {shown_user} is known yet; {}startprivate {shown_user} shows it, if \
                 {shown_user} is online",
                self.slash()
            )),
            Err(why) => Shown::Refused(why),
        };
        self.answer(shown);
        if let Some(Changed { key, .. }) = self.trusting.changed.get(user) {
            let shown = Fingerprint::of(key);
            self.answer(Shown::Refused(format!(
                "{shown_user} has shown another key since, which is not trusted: {shown}"
            )));
        }
    }

    /// `trust`
    pub(super) fn trust(&mut self, user: &str) {
        match self.trusting.changed.remove(user) {
            Some(Changed { key, .. }) => {
                self.actions.push_back(Action::Trust(user.to_owned(), key));
            }
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
                let slash = self.slash();
                self.answer(Shown::Answer(format!(
                    "{text}; {slash}startprivate {shown_user} calls again"
                )));
            }
            Err(why) => {
                self.trusting.note_changed(self.now, user, key);
                self.answer(Shown::Refused(why));
            }
        }
    }

    /// Why a user was called and is not there. A client that does not trust the key of this one
    /// does not expect it, and answers nothing.
    pub(super) fn why_unreachable(&self, user: &str, why: Unreachable) -> String {
        match why {
            Unreachable::NotProven => {
                let (user, me) = (name(user), &self.config.user);
                format!(
                    "{why}, or has not accepted your client's new key; ask {user} to /trust {me}"
                )
            }
            why => why.to_string(),
        }
    }

    /// Whether there may be private connections: this client has a key and listens.
    pub(super) fn has_peers(&self) -> bool {
        self.config.peer_key.is_some() && self.config.peer_port.is_some()
    }

    /// Why there are no private connections, and what to do about it. It is said once.
    pub(super) fn peers_off(&mut self) -> String {
        if std::mem::replace(&mut self.trusting.has_told_why_off, true) {
            return "private connections are off, as was said".to_owned();
        }
        let why = self.config.peers_off.as_deref();
        let why = why.unwrap_or("no port is free at which peers could call");
        format!("private connections are off: {why}")
    }
}
