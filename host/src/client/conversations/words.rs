//! What a user is told of private conversations.

use super::Effect;
use crate::client::render;
use crate::client::shown::Shown;

pub(super) fn connected(user: &str) -> Effect {
    told(format!("Connect to {user} successfully."))
}

pub(super) fn not_connected(user: &str) -> Effect {
    refused(render::not_connected(user))
}

/// It looked as if it was on its way, so it is named.
pub(super) fn unsent(user: &str, text: &str) -> Effect {
    let text = render::first_words(text);
    refused(format!("{} (not sent: {text})", render::not_connected(user)))
}

/// It was sent, and nobody knows whether it was read, so it is told whole.
pub(super) fn unacknowledged(user: &str, text: &str) -> Effect {
    refused(format!("{user} has not acknowledged this, it may be lost: {text}"))
}

pub(super) fn told(text: String) -> Effect {
    Effect::Show(Shown::Answer(text))
}

pub(super) fn refused(text: String) -> Effect {
    Effect::Show(Shown::Refused(text))
}
