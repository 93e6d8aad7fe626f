//! The driver's counters among the figures of `status`: behind the chat's own, before the
//! product's.

use super::counters::Counters;
use crate::environment::{Environment, Figure, Given, NoEntropy, Notice, Seal, Verdict};
use crate::store::{Entry, IsLive, Store, StoreError};

/// The product's environment, with the driver's counters among its figures.
#[derive(Debug)]
pub struct Counted<'e, E> {
    /// The product's own.
    pub environment: &'e mut E,
    /// The counters; in a round, after its frames were taken in.
    pub counters: Counters,
}

impl<E: Environment> Store for Counted<'_, E> {
    fn append(&mut self, entry: &Entry<'_>, is_live: IsLive<'_>) -> Result<(), StoreError> {
        self.environment.append(entry, is_live)
    }

    fn commit(&mut self) -> Result<(), StoreError> {
        self.environment.commit()
    }
}

impl<E: Environment> Environment for Counted<'_, E> {
    fn entropy(&mut self, bytes: &mut [u8]) -> Result<(), NoEntropy> {
        self.environment.entropy(bytes)
    }

    fn notice(&mut self, notice: Notice<'_>) {
        self.environment.notice(notice);
    }

    fn verify(&mut self, given: Given<'_>, hash: Option<&[u8]>) -> Verdict {
        self.environment.verify(given, hash)
    }

    fn seal(&mut self, given: Given<'_>) -> Seal {
        self.environment.seal(given)
    }

    fn forget(&mut self, asker: u16) {
        self.environment.forget(asker);
    }

    fn next_answered(&mut self) -> Option<u16> {
        self.environment.next_answered()
    }

    fn has_key(&self, user: &str, key: &[u8; 32]) -> bool {
        self.environment.has_key(user, key)
    }

    fn figure(&self, index: usize) -> Option<Figure> {
        let own = self.counters.figures();
        match index.checked_sub(own.len()) {
            None => own.get(index).copied(),
            Some(beyond) => self.environment.figure(beyond),
        }
    }

    fn fingerprint(&self) -> Option<&str> {
        self.environment.fingerprint()
    }
}
