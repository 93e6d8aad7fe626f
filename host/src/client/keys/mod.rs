//! What a call over SSH trusts and offers: the file of the hosts' keys, what the command line says
//! of them, and the user's own key. Knows no connection and no terminal.

use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};

use smolchat_ssh_client::{
    Fingerprint, Host, Identity, IdentityError, KnownHosts, KnownHostsError,
};
use smolchat_ssh_client::{Standing, Terms};

use super::agent::AGENT_VARIABLE;
use super::home;
use super::target::Target;

/// The user name of somebody without an account. With it a server lets a stranger register.
const NEWCOMER: &str = "new";

/// How a key that was never seen becomes trusted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Consent {
    /// A person says so.
    #[default]
    Ask,
    /// It is trusted, as `--accept-new` says.
    AcceptNew,
    /// It has this fingerprint, which `--fingerprint` gives.
    Fingerprint(String),
}

/// What becomes of a call whose host showed a key that is not trusted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Judgement {
    /// The key is trusted from now on: call again.
    Trusted,
    /// A person has to say so.
    Ask,
    /// It is not trusted, and this is why.
    Refused(String),
    /// The host was known by another key.
    Changed {
        /// What a person is to know.
        text: String,
        /// The command of the shell that forgets the old key.
        command: String,
    },
}

/// Why there are no keys.
#[derive(Debug)]
pub(crate) enum KeysError {
    /// The file that `--identity` names.
    Identity(PathBuf, IdentityError),
    /// No agent has the private half of the key in the file that `--identity` names.
    NotInAgent(PathBuf),
    /// The file of the hosts' keys.
    Hosts(KnownHostsError),
}

/// Keys of an agent's that are offered, unless the command line names one. A server refuses who
/// offers many.
const AGENT_KEYS: usize = 3;

/// Which keys of the user's agent are offered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
enum OfAgent {
    /// None: the command line names another key.
    None,
    /// The first ones.
    #[default]
    First,
    /// The one whose public half is in this file.
    One([u8; 32], PathBuf),
}

impl fmt::Display for KeysError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            KeysError::Identity(path, error) => write!(f, "{}: {error}", path.display()),
            KeysError::NotInAgent(path) => write!(
                f,
                "{} holds a public key, and no agent has the private one: ssh-add adds it to the \
                 agent that SSH_AUTH_SOCK names",
                path.display()
            ),
            KeysError::Hosts(error) => error.fmt(f),
        }
    }
}

/// What a call trusts and offers.
#[derive(Debug)]
pub(crate) struct Keys {
    host: Host,
    /// `None` for somebody without a home.
    hosts: Option<KnownHosts>,
    consent: Consent,
    /// Trusted in this run, whatever the file says.
    trusted: Vec<[u8; 32]>,
    identities: Vec<Identity>,
    of_agent: OfAgent,
    /// Keys that the agent has and that are offered.
    agent_keys: Vec<[u8; 32]>,
    has_agent: bool,
    /// The file of a key whose passphrase was not given yet.
    locked: Option<PathBuf>,
    /// Why the user's own file gives no key.
    unused: Option<KeysError>,
}

/// What a file gives as the user's own key.
#[derive(Default)]
struct Own {
    identities: Vec<Identity>,
    locked: Option<PathBuf>,
    of_agent: OfAgent,
}

impl Own {
    /// The file in the user's data folder. It has to hold a private key.
    fn found(path: &Path) -> Result<Self, IdentityError> {
        match Identity::read(path) {
            Ok(identity) => Ok(Own { identities: vec![identity], ..Own::default() }),
            Err(IdentityError::Encrypted) => {
                Ok(Own { locked: Some(path.to_owned()), ..Own::default() })
            }
            Err(error) => Err(error),
        }
    }

    /// The file that the command line names. Its key is the only one. If it holds a public key
    /// alone, an agent has the private one.
    fn named(path: &Path) -> Result<Self, KeysError> {
        let own = match Self::found(path) {
            Ok(own) => Ok(Own { of_agent: OfAgent::None, ..own }),
            Err(IdentityError::NoKey) => Identity::read_public_file(path).map(|key| {
                let of_agent = OfAgent::One(key, path.to_owned());
                Own { of_agent, ..Own::default() }
            }),
            Err(error) => Err(error),
        };
        own.map_err(|error| KeysError::Identity(path.to_owned(), error))
    }
}

impl Keys {
    /// The keys for a target. `identity` is the file that the command line names; without one the
    /// file in the user's data folder is used, if it is there and gives a key.
    pub(crate) fn new(
        target: &Target,
        consent: Consent,
        identity: Option<&Path>,
        variable: impl Fn(&str) -> Option<OsString>,
    ) -> Result<Self, KeysError> {
        let own = home::data_file(&variable, "id_ed25519").filter(|path| path.exists());
        let (own, unused) = match (identity, own) {
            (Some(path), _) => (Own::named(path)?, None),
            (None, Some(path)) => match Own::found(&path) {
                Ok(own) => (own, None),
                Err(error) => (Own::default(), Some(KeysError::Identity(path, error))),
            },
            (None, None) => (Own::default(), None),
        };
        let Own { identities, locked, of_agent } = own;
        Ok(Keys {
            host: Host::new(&target.host, target.port),
            hosts: home::data_file(&variable, "known_hosts").map(KnownHosts::new),
            consent,
            trusted: Vec::new(),
            identities,
            of_agent,
            agent_keys: Vec::new(),
            has_agent: variable(AGENT_VARIABLE).is_some_and(|path| !path.is_empty()),
            locked,
            unused,
        })
    }

    /// Why the user's own file gives no key, if nobody named it.
    pub(crate) fn unused(&self) -> Option<&KeysError> {
        self.unused.as_ref()
    }

    /// Whether the user's agent is to be asked for its keys.
    pub(crate) fn wants_agent(&self) -> bool {
        self.of_agent != OfAgent::None
    }

    /// The agent has these keys.
    pub(crate) fn note_agent(&mut self, listed: &[[u8; 32]]) {
        let is_own = |key: &[u8; 32]| self.identities.iter().any(|own| own.public() == key);
        self.agent_keys = match &self.of_agent {
            OfAgent::None => Vec::new(),
            OfAgent::First => {
                listed.iter().filter(|key| !is_own(key)).take(AGENT_KEYS).copied().collect()
            }
            OfAgent::One(key, _) => {
                listed.iter().filter(|listed| *listed == key).copied().collect()
            }
        };
    }

    /// Whether there is a key that may open the account without a password.
    pub(crate) fn has_identity(&self) -> bool {
        let has_agent = match self.of_agent {
            OfAgent::None => false,
            OfAgent::First => self.has_agent,
            OfAgent::One(..) => true,
        };
        has_agent || !self.identities.is_empty() || self.locked.is_some()
    }

    /// The file of a key that waits for its passphrase.
    pub(crate) fn locked(&self) -> Option<&Path> {
        self.locked.as_deref()
    }

    /// The key that waits is not used.
    pub(crate) fn give_up_locked(&mut self) {
        self.locked = None;
    }

    /// The passphrase of the key that waits. Without one the key is not used.
    ///
    /// # Errors
    /// The passphrase is wrong, or the file gives no key. The key waits on.
    pub(crate) fn unlock(&mut self, passphrase: &str) -> Result<(), IdentityError> {
        if let Some(path) = self.locked.as_ref().filter(|_| !passphrase.is_empty()) {
            self.identities.push(Identity::unlock(path, passphrase)?);
        }
        self.locked = None;
        Ok(())
    }

    /// What a call by `user` is made with. A newcomer has no account yet, and shows nothing.
    pub(crate) fn terms(
        &self,
        user: &str,
        password: Option<&str>,
        is_newcomer: bool,
    ) -> Result<Terms, KeysError> {
        let mut trusted = self.trusted.clone();
        if let Standing::Known { keys, .. } = self.standing()? {
            trusted.extend(keys);
        }
        if is_newcomer {
            return Ok(Terms { user: NEWCOMER.to_owned(), trusted, ..Terms::default() });
        }
        if let (OfAgent::One(_, path), true) = (&self.of_agent, self.agent_keys.is_empty()) {
            return Err(KeysError::NotInAgent(path.clone()));
        }
        Ok(Terms {
            user: user.to_owned(),
            trusted,
            identities: self.identities.clone(),
            agent_keys: self.agent_keys.clone(),
            password: password.map(str::to_owned),
        })
    }

    /// Judges a key that is not trusted. A host that is known by another key is refused, whatever
    /// the command line says: only the file can forget it.
    pub(crate) fn judge(&mut self, key: &[u8; 32]) -> Result<Judgement, KeysError> {
        let shown = Fingerprint::of(key).to_string();
        match self.standing()? {
            Standing::Known { revoked, .. } if revoked.contains(key) => {
                let text =
                    format!("the key {shown} of {} is revoked, and never trusted", self.host);
                return Ok(Judgement::Refused(text));
            }
            Standing::Known { keys, .. } if !keys.is_empty() => {
                return Ok(self.changed(&shown));
            }
            _ => {}
        }
        match &self.consent {
            Consent::Ask => Ok(Judgement::Ask),
            Consent::AcceptNew => self.trust(key).map(|()| Judgement::Trusted),
            Consent::Fingerprint(wanted) if *wanted == shown => {
                self.trust(key).map(|()| Judgement::Trusted)
            }
            Consent::Fingerprint(wanted) => Ok(Judgement::Refused(format!(
                "the key of {} is {shown}, and not {wanted}",
                self.host
            ))),
        }
    }

    /// Trusts a key from now on.
    ///
    /// # Errors
    /// The file does not take it. It is trusted for this run.
    pub(crate) fn trust(&mut self, key: &[u8; 32]) -> Result<(), KeysError> {
        self.trusted.push(*key);
        let Some(hosts) = &self.hosts else { return Ok(()) };
        hosts.add(&self.host, key).map_err(KeysError::Hosts)
    }

    fn standing(&self) -> Result<Standing, KeysError> {
        match &self.hosts {
            Some(hosts) => hosts.find(&self.host).map_err(KeysError::Hosts),
            None => Ok(Standing::Unknown),
        }
    }

    fn changed(&self, shown: &str) -> Judgement {
        let host = &self.host;
        let text = format!(
            "THE KEY OF {host} HAS CHANGED: it is {shown} now. Somebody may be listening in. Nothing \
             was said to it. If you know that the server has a new key, this command forgets the \
             old one:"
        );
        let file = self.hosts.as_ref().map_or(Path::new(""), KnownHosts::path);
        let (host, file) = (quoted(&host.to_string()), quoted(&file.display().to_string()));
        Judgement::Changed { text, command: format!("ssh-keygen -R {host} -f {file}") }
    }
}

/// A fingerprint as `--fingerprint` takes it, or what is wrong with it.
pub(crate) fn fingerprint(text: &str) -> Result<String, String> {
    const LETTERS: usize = 43;
    let is_base64 = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/');
    let bare = text.strip_prefix("SHA256:");
    match bare {
        Some(bare) if bare.len() == LETTERS && bare.bytes().all(is_base64) => Ok(text.to_owned()),
        Some(_) => Err(format!("behind SHA256: stand {LETTERS} letters, digits, + and /")),
        None if text.starts_with("MD5:") => {
            Err("MD5 is not taken; the server prints a fingerprint that begins with SHA256:".into())
        }
        None => Err("a fingerprint begins with SHA256:, as the server prints it".to_owned()),
    }
}

/// One word for a shell (POSIX, "Shell Command Language", 2.2.2).
fn quoted(word: &str) -> String {
    format!("'{}'", word.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests;
