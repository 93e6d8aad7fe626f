//! What a call answers to its host, event by event. Knows no byte.

use std::mem::{replace, take};

use sunset::ed25519_dalek::VerifyingKey;
use sunset::event::{CheckHostkey, RequestPassword, RequestPubkey, RequestSign};
use sunset::sshwire::write_ssh;
use sunset::{CliEvent, OwnedSig, PubKey, SignKey};

use crate::end::End;
use crate::terms::Terms;

/// Bytes of what an agent signs: a name of 256 bytes and less than as much beside it.
const MESSAGE_MAX: usize = 1024;

/// A signature that only the user's agent can give.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignatureWanted {
    /// The agent's key.
    pub key: [u8; 32],
    /// What is to be signed (RFC 4252, 7).
    pub message: Vec<u8>,
}

/// How far a signature of the agent's has come. `sunset` wants it in the moment in which the host
/// asks for it, and an agent takes its time. So the key is given up, and offered once more at once.
/// No further packet is read until the agent has answered. Then the host asks again for the same
/// signature.
#[derive(Debug, Default)]
enum Signing {
    /// None is under way.
    #[default]
    Not,
    /// The host wants it, and the key was given up.
    Wanted(SignatureWanted),
    /// The key was offered once more. The agent is to answer.
    Awaited(SignatureWanted),
    /// The agent has answered: its signature, if it signs.
    Answered(Option<[u8; 64]>),
}

/// How far a call has come.
#[derive(Debug)]
pub(crate) struct Login {
    terms: Terms,
    subsystem: &'static str,
    /// Identities that were offered.
    offered: usize,
    signing: Signing,
    has_tried_password: bool,
    /// The channel is asked for the machine's protocol.
    pub(crate) is_open: bool,
}

/// What a call does next.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// It goes on.
    GoOn,
    /// It opens its channel.
    Open,
}

impl Login {
    pub(crate) fn new(terms: Terms, subsystem: &'static str) -> Self {
        Login {
            terms,
            subsystem,
            offered: 0,
            signing: Signing::Not,
            has_tried_password: false,
            is_open: false,
        }
    }

    /// Answers an event.
    pub(crate) fn answer(&mut self, event: CliEvent<'_, '_>) -> Result<Next, End> {
        match event {
            CliEvent::Authenticated => return Ok(Next::Open),
            CliEvent::SessionOpened(mut opener) => {
                opener.subsystem(self.subsystem).map_err(protocol)?;
                self.is_open = true;
            }
            CliEvent::Hostkey(shown) => self.check(shown)?,
            CliEvent::Username(asked) => asked.username(&self.terms.user).map_err(protocol)?,
            CliEvent::Pubkey(asked) => self.offer(asked)?,
            CliEvent::Password(asked) => self.tell(asked)?,
            CliEvent::AgentSign(asked) => self.ask_agent(asked)?,
            CliEvent::SessionExit(_) | CliEvent::Defunct => return Err(End::Closed),
            CliEvent::Banner(_) | CliEvent::PollAgain => {}
        }
        Ok(Next::GoOn)
    }

    /// The signature of a key that is trusted is checked after this.
    fn check(&self, shown: CheckHostkey<'_, '_>) -> Result<(), End> {
        let key = match shown.hostkey().map_err(protocol)? {
            PubKey::Ed25519(key) => key.key.0,
            _ => return Err(End::Protocol("the host has no ed25519 key".to_owned())),
        };
        if self.terms.trusted.contains(&key) {
            return shown.accept().map_err(protocol);
        }
        // It fails, since the call is over.
        _ = shown.reject();
        Err(End::Untrusted(key))
    }

    fn offer(&mut self, asked: RequestPubkey<'_, '_>) -> Result<(), End> {
        let key = match take(&mut self.signing) {
            Signing::Wanted(wanted) => {
                let key = of_agent(&wanted.key);
                self.signing = Signing::Awaited(wanted);
                key
            }
            _ => self.next_key(),
        };
        match key {
            Some(key) => asked.pubkey(key).map_err(protocol),
            None => asked.skip().map_err(protocol),
        }
    }

    /// The next key that was not offered. A key of the agent's that is none is passed over.
    fn next_key(&mut self) -> Option<SignKey> {
        let Terms { identities, agent_keys, .. } = &self.terms;
        if let Some(identity) = identities.get(self.offered) {
            self.offered += 1;
            return Some(identity.sign_key());
        }
        let mut others = agent_keys.iter().skip(self.offered - identities.len());
        others.find_map(|key| {
            self.offered += 1;
            of_agent(key)
        })
    }

    /// The host wants a signature by a key of the agent's.
    fn ask_agent(&mut self, asked: RequestSign<'_, '_>) -> Result<(), End> {
        if let Signing::Answered(signature) = self.signing {
            self.signing = Signing::Not;
            return match signature {
                Some(signature) => asked.signed(&OwnedSig::Ed25519(signature)).map_err(protocol),
                None => asked.skip().map_err(protocol),
            };
        }
        let mut message = vec![0; MESSAGE_MAX];
        let message_of = asked.message().map_err(protocol)?;
        let length = write_ssh(&mut message, &message_of).map_err(protocol)?;
        message.truncate(length);
        let SignKey::AgentEd25519(key) = asked.key().map_err(protocol)? else {
            return asked.skip().map_err(protocol);
        };
        self.signing = Signing::Wanted(SignatureWanted { key: key.to_bytes(), message });
        asked.skip().map_err(protocol)
    }

    /// The signature that is awaited.
    pub(crate) fn wanted_signature(&self) -> Option<&SignatureWanted> {
        match &self.signing {
            Signing::Awaited(wanted) => Some(wanted),
            _ => None,
        }
    }

    /// The agent has answered.
    pub(crate) fn sign(&mut self, signature: Option<[u8; 64]>) {
        if self.wanted_signature().is_some() {
            self.signing = Signing::Answered(signature);
        }
    }

    /// A password is tried once: each further try is a strike against the user.
    fn tell(&mut self, asked: RequestPassword<'_, '_>) -> Result<(), End> {
        let password = self.terms.password.as_ref().ok_or(End::PasswordWanted)?;
        if replace(&mut self.has_tried_password, true) {
            return Err(End::Refused);
        }
        asked.password(password).map_err(protocol)
    }
}

/// A key as it is offered, if it is one.
fn of_agent(key: &[u8; 32]) -> Option<SignKey> {
    VerifyingKey::from_bytes(key).ok().map(SignKey::AgentEd25519)
}

/// What an error of the protocol's means to a caller.
pub(crate) fn protocol(error: sunset::Error) -> End {
    match error {
        sunset::Error::NoAuthMethods => End::Refused,
        sunset::Error::SessionEOF | sunset::Error::ChannelEOF => End::Closed,
        error => End::Protocol(error.to_string()),
    }
}
