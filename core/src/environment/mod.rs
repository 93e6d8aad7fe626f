//! What the server needs of the world beside time and bytes: entropy, a store, somebody to tell
//! what happened, and figures that only the product knows. Host, firmware and tests each implement
//! it once.

mod notice;

pub use notice::{LoginBy, LoginWhy, Notice, Remote, SessionEnd};

use crate::protocol::PackedHash;
use crate::store::Store;

/// The world around a server. Nothing here may wait for a person or a network.
pub trait Environment: Store {
    /// Fills `bytes` with unpredictable bytes.
    ///
    /// # Errors
    /// The product has no source of entropy. Requests that need it are refused.
    fn entropy(&mut self, bytes: &mut [u8]) -> Result<(), NoEntropy>;

    /// Tells that something happened; a log may print it. Core itself logs nothing.
    fn notice(&mut self, notice: Notice<'_>);

    /// Whether a password is that of a [`PackedHash`]. Without a hash the product takes the work
    /// of one, so that nobody can tell by the time which names have accounts, and it answers
    /// [`Verdict::Wrong`].
    ///
    /// It is asked again with the same arguments after [`Verdict::Later`], and perhaps after an
    /// answer, until [`forget`](Self::forget). A product that gives no hash to a server need not
    /// check any.
    fn verify(&mut self, _given: Given<'_>, _hash: Option<&[u8]>) -> Verdict {
        Verdict::Wrong
    }

    /// Hashes a password that is to be kept. It is asked again as [`verify`](Self::verify) is.
    fn seal(&mut self, _given: Given<'_>) -> Seal {
        Seal::Plain
    }

    /// The asker needs none of its answers any more.
    fn forget(&mut self, _asker: u16) {}

    /// The next asker for whom there is an answer after [`Verdict::Later`] or [`Seal::Later`].
    fn next_answered(&mut self) -> Option<u16> {
        None
    }

    /// Whether this ed25519 key lets the user in, beside those that the user added. It belongs to
    /// the product where the accounts that come with it do.
    fn has_key(&self, _user: &str, _key: &[u8; 32]) -> bool {
        false
    }

    /// The figures that `status` tells beside the chat's own, from index 0 on. The figures and
    /// their order are always the same; only their values change.
    fn figure(&self, _index: usize) -> Option<Figure> {
        None
    }

    /// The fingerprint of the product's key, which `status` tells last: one word. People compare it
    /// with what their client shows. A product with plain doors only has none.
    fn fingerprint(&self) -> Option<&str> {
        None
    }
}

/// A password that somebody gave, and who waits for what becomes of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Given<'a> {
    /// A number of the asker. One asker asks for one thing at a time, but may have a password
    /// checked and another one hashed before it needs both answers.
    pub asker: u16,
    /// Askers with the same number share their turns: one of them is a household, a school or a
    /// machine.
    pub source: u16,
    /// The password.
    pub password: &'a str,
}

/// What a product says of a password and a hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Verdict {
    /// The password is that of the hash.
    Right,
    /// It is not, or there is no hash.
    Wrong,
    /// The product looks into it. [`Environment::next_answered`] will tell.
    Later,
    /// Too many others wait. It will not look into it.
    Full,
}

/// What a product makes of a password that is to be kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Seal {
    /// The password is kept as it is.
    Plain,
    /// Its hash is kept.
    Hash(PackedHash),
    /// No hash can be made, for want of entropy for example. So nothing is kept.
    Failed,
    /// The product looks into it. [`Environment::next_answered`] will tell.
    Later,
    /// Too many others wait. It will not look into it.
    Full,
}

/// One figure of `status`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Figure {
    /// The figure's name: one word.
    pub name: &'static str,
    /// Its value.
    pub value: u64,
    /// Its limit, if there is one.
    pub of: Option<u64>,
}

/// The product has no source of entropy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct NoEntropy;
