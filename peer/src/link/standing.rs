//! What a link gives for further ones, as long as it is.

use std::sync::Arc;

use crate::Token;
use crate::introduction::Introduction;
use crate::shared::Shared;

/// The token of a link for further ones. The peer may come by it as long as this is there.
#[derive(Debug)]
pub(crate) struct Standing {
    shared: Arc<Shared>,
    number: u64,
    pub(super) token: Token,
}

impl Standing {
    pub(crate) fn new(shared: &Arc<Shared>, peer: &Introduction, token: Token) -> Self {
        let number = shared.expectations.insert_standing(Introduction { token, ..peer.clone() });
        Standing { shared: shared.clone(), number, token }
    }
}

impl Drop for Standing {
    fn drop(&mut self) {
        self.shared.expectations.remove(self.number);
    }
}
