//! Where the chat asks the product to check a password by its hash, and to hash a new one. Whatever
//! asks is done again when the product has an answer.
//! Knows no hash function.

use super::Chat;
use super::id::ConnectionId;
use crate::environment::{Environment, Given, Seal, Verdict};
use crate::protocol::{KeptSecret, Secret};

/// Why a new password has no hash yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unsealed {
    /// The product looks into it.
    NotYet,
    /// It does not, because too many others wait.
    Busy,
    /// It cannot make one.
    Failed,
}

impl Chat<'_> {
    /// A password that came on `connection`.
    pub(super) fn given<'a>(&self, connection: ConnectionId, password: &'a str) -> Given<'a> {
        let source = self.sessions[connection].source();
        Given { asker: connection.0, source, password }
    }
}

/// Judges a password by the secret of an account, or by none.
pub(super) fn judge(
    secret: Option<&KeptSecret>,
    given: Given<'_>,
    environment: &mut impl Environment,
) -> Verdict {
    match secret.map(|secret| (secret, secret.hash())) {
        Some((_, Some(hash))) => environment.verify(given, Some(hash)),
        Some((secret, None)) if secret.is(given.password) => Verdict::Right,
        _ => Verdict::Wrong,
    }
}

/// As [`judge`], and always with the work of one hash.
pub(super) fn judge_hidden(
    secret: Option<&KeptSecret>,
    given: Given<'_>,
    environment: &mut impl Environment,
) -> Verdict {
    let hash = secret.and_then(KeptSecret::hash);
    match environment.verify(given, hash) {
        Verdict::Wrong if hash.is_none() => judge(secret, given, environment),
        verdict => verdict,
    }
}

/// What is to be kept of a password: `seal` is the memory for its hash.
pub(super) fn secret_of<'a>(
    given: Given<'a>,
    seal: &'a mut Seal,
    environment: &mut impl Environment,
) -> Result<Secret<'a>, Unsealed> {
    *seal = environment.seal(given);
    match seal {
        Seal::Plain => Ok(Secret::Password(given.password)),
        Seal::Hash(hash) => Ok(Secret::Hash(hash)),
        Seal::Later => Err(Unsealed::NotYet),
        Seal::Full => Err(Unsealed::Busy),
        Seal::Failed => Err(Unsealed::Failed),
    }
}
