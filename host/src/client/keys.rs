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
#[derive(Clone, Debug, PartialEq, Eq)]
enum OfAgent {
    /// None: the command line names another key.
    None,
    /// The first ones.
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
        let (mut identities, mut locked, mut unused) = (Vec::new(), None, None);
        let mut of_agent = if identity.is_some() { OfAgent::None } else { OfAgent::First };
        if let Some(path) = identity.map(Path::to_owned).or(own) {
            let fault = match Identity::read(&path) {
                Ok(identity) => {
                    identities.push(identity);
                    None
                }
                Err(IdentityError::Encrypted) => {
                    locked = Some(path.clone());
                    None
                }
                Err(IdentityError::NoKey) => match Identity::read_public_file(&path) {
                    Ok(key) => {
                        of_agent = OfAgent::One(key, path.clone());
                        None
                    }
                    Err(error) => Some(error),
                },
                Err(error) => Some(error),
            };
            unused = fault.map(|error| KeysError::Identity(path, error));
        }
        if identity.is_some()
            && let Some(error) = unused
        {
            return Err(error);
        }
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
mod tests {
    use super::*;

    const KEY: [u8; 32] = [7; 32];

    struct Home(PathBuf);

    impl Home {
        fn new(name: &str) -> Self {
            let name = format!("smolchat-keys-{name}-{}", std::process::id());
            Home(std::env::temp_dir().join(name))
        }

        fn keys(&self, consent: Consent) -> Keys {
            let target = Target { user: None, host: "chat.example".into(), port: 2222 };
            let data = self.0.clone().into_os_string();
            let variable = |name: &str| (name == "XDG_DATA_HOME").then(|| data.clone());
            Keys::new(&target, consent, None, variable).unwrap()
        }
    }

    impl Drop for Home {
        fn drop(&mut self) {
            _ = std::fs::remove_dir_all(&self.0);
        }
    }

    fn trusted(keys: &Keys) -> Vec<[u8; 32]> {
        keys.terms("hans", None, false).unwrap().trusted
    }

    #[test]
    fn a_new_key_is_trusted_only_with_consent_and_then_for_good() {
        let home = Home::new("new");
        let mut keys = home.keys(Consent::Ask);
        assert_eq!(keys.judge(&KEY).unwrap(), Judgement::Ask);
        assert_eq!(trusted(&keys), [[0; 32]; 0]);
        keys.trust(&KEY).unwrap();
        assert!(trusted(&keys).contains(&KEY));
        assert_eq!(trusted(&home.keys(Consent::Ask)), [KEY]);
    }

    #[test]
    fn a_script_says_which_new_keys_it_trusts() {
        let home = Home::new("script");
        let other = Fingerprint::of(&[8; 32]).to_string();
        let refused = home.keys(Consent::Fingerprint(other)).judge(&KEY).unwrap();
        assert!(matches!(refused, Judgement::Refused(text) if text.contains("and not")));
        let right = Fingerprint::of(&KEY).to_string();
        let judged = home.keys(Consent::Fingerprint(right)).judge(&KEY);
        assert_eq!(judged.unwrap(), Judgement::Trusted);
        let home = Home::new("script-new");
        assert_eq!(home.keys(Consent::AcceptNew).judge(&KEY).unwrap(), Judgement::Trusted);
        assert_eq!(trusted(&home.keys(Consent::Ask)), [KEY]);
    }

    #[test]
    fn a_changed_key_is_refused_whatever_the_command_line_says() {
        let home = Home::new("changed");
        home.keys(Consent::AcceptNew).judge(&KEY).unwrap();
        let shown = Fingerprint::of(&[8; 32]).to_string();
        for consent in [Consent::Ask, Consent::AcceptNew, Consent::Fingerprint(shown)] {
            let judged = home.keys(consent.clone()).judge(&[8; 32]).unwrap();
            let Judgement::Changed { text, command } = judged else { panic!("{judged:?}") };
            assert!(text.contains("HAS CHANGED"), "{consent:?}: {text}");
            let file = home.0.join("smolchat/known_hosts");
            let expected = format!("ssh-keygen -R '[chat.example]:2222' -f '{}'", file.display());
            assert_eq!(command, expected);
        }
        assert_eq!(trusted(&home.keys(Consent::Ask)), [KEY]);
    }

    #[test]
    fn a_fingerprint_is_of_sha256_and_whole() {
        let own = Fingerprint::of(&KEY).to_string();
        assert_eq!(fingerprint(&own), Ok(own.clone()));
        for (text, told) in [
            ("MD5:16:27:ac:a5:76:28:2d:36:63:1b:56:4d:eb:df:a6:48", "MD5 is not taken"),
            ("16:27:ac", "begins with SHA256:"),
            (&own[..49], "stand 43 letters"),
            (&format!("{own}="), "stand 43 letters"),
        ] {
            let refused = fingerprint(text).unwrap_err();
            assert!(refused.contains(told), "{refused}");
        }
    }

    #[test]
    fn a_command_of_the_shell_has_each_name_as_one_word() {
        assert_eq!(quoted("/home/o'neill/a b"), r"'/home/o'\''neill/a b'");
    }

    #[test]
    fn keys_of_the_agent_are_offered_behind_the_own_and_three_at_most() {
        let (home, own) = (Home::new("agent"), Identity::from_seed(&[1; 32]));
        own.keep(&home.0.join("smolchat/id_ed25519"), "own").unwrap();
        let mut keys = home.keys(Consent::Ask);
        assert!(keys.wants_agent());
        keys.note_agent(&[[2; 32], *own.public(), [3; 32], [4; 32], [5; 32]]);
        let terms = keys.terms("hans", None, false).unwrap();
        assert_eq!(terms.identities[0].public(), own.public());
        assert_eq!(terms.agent_keys, [[2; 32], [3; 32], [4; 32]]);
        assert!(keys.terms("hans", None, true).unwrap().agent_keys.is_empty(), "a newcomer");
    }

    #[test]
    fn an_own_key_that_is_damaged_or_open_to_others_is_told_and_not_used() {
        use std::os::unix::fs::PermissionsExt;
        let home = Home::new("unused");
        let path = home.0.join("smolchat/id_ed25519");
        Identity::from_seed(&[1; 32]).keep(&path, "own").unwrap();
        assert!(home.keys(Consent::Ask).unused().is_none());
        std::fs::set_permissions(&path, PermissionsExt::from_mode(0o644)).unwrap();
        let told = |words: &str| {
            let keys = home.keys(Consent::Ask);
            let unused = keys.unused().unwrap().to_string();
            assert!(unused.contains(words) && !keys.has_identity(), "{unused}");
        };
        told("chmod 600");
        std::fs::write(&path, "damaged").unwrap();
        told("no private key");
        let target = Target { user: None, host: "chat.example".into(), port: 2222 };
        Keys::new(&target, Consent::Ask, Some(&path), |_| None).unwrap_err();
    }

    #[test]
    fn a_key_that_the_command_line_names_is_the_only_one() {
        let (home, own) = (Home::new("named"), Identity::from_seed(&[1; 32]));
        let path = home.0.join("key");
        own.keep(&path, "own").unwrap();
        let target = Target { user: None, host: "chat.example".into(), port: 2222 };
        let with = |path: &Path| {
            Keys::new(&target, Consent::Ask, Some(path), |_| None).unwrap_or_else(|e| panic!("{e}"))
        };
        assert!(!with(&path).wants_agent());
        let mut public = with(&home.0.join("key.pub"));
        assert!(public.wants_agent() && public.has_identity());
        let told = public.terms("hans", None, false).unwrap_err().to_string();
        assert!(
            told.contains("key.pub holds a public key, and no agent has the private"),
            "{told}"
        );
        public.note_agent(&[[2; 32], *own.public()]);
        assert_eq!(public.terms("hans", None, false).unwrap().agent_keys, [*own.public()]);
    }

    #[test]
    fn a_newcomer_shows_neither_a_name_nor_a_password() {
        let home = Home::new("newcomer");
        let terms = home.keys(Consent::Ask).terms("hans", Some("secret"), true).unwrap();
        assert_eq!((terms.user.as_str(), terms.password), ("new", None));
        assert!(terms.identities.is_empty());
    }
}
