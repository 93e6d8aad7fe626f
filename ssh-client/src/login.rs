//! What a call answers to its host, event by event. Knows no byte.

use std::mem::replace;

use sunset::event::{CheckHostkey, RequestPassword, RequestPubkey};
use sunset::{CliEvent, PubKey};

use crate::end::End;
use crate::terms::Terms;

/// How far a call has come.
#[derive(Debug)]
pub(crate) struct Login {
    terms: Terms,
    subsystem: &'static str,
    /// Identities that were offered.
    offered: usize,
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
        Login { terms, subsystem, offered: 0, has_tried_password: false, is_open: false }
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
            // An agent's keys are not offered, so no signature is asked for.
            CliEvent::AgentSign(asked) => asked.skip().map_err(protocol)?,
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
        let identity = self.terms.identities.get(self.offered);
        self.offered += 1;
        match identity {
            Some(identity) => asked.pubkey(identity.sign_key()).map_err(protocol),
            None => asked.skip().map_err(protocol),
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

/// What an error of the protocol's means to a caller.
pub(crate) fn protocol(error: sunset::Error) -> End {
    match error {
        sunset::Error::NoAuthMethods => End::Refused,
        sunset::Error::SessionEOF | sunset::Error::ChannelEOF => End::Closed,
        error => End::Protocol(error.to_string()),
    }
}
