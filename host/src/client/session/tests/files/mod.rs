//! Files in a session: what is typed and what the server says on one side, what the transfer
//! threads are told and tell on the other.

mod downloading;
mod introducing;
mod leftovers;
mod offering;
mod searching;
mod sizes;
mod wishing;

use super::*;
use crate::client::transfer::command::{ContentId, Holder, Offer, TransferCommand};
use crate::client::transfer::event::{Left, Progress as Figures, TransferEvent};

const FILM: ContentId = [0x3f; 32];
const SIZE: u64 = 1_400_000_000;

fn id() -> String {
    "3f".repeat(32)
}

fn film() -> Offer {
    Offer { id: FILM, size: SIZE, name: "film.mkv".into() }
}

/// A part of the answer to `searchfile`.
fn held(user: &str, share: u8) -> String {
    format!("273-{} {SIZE} {share} {user} film.mkv", id())
}

/// What the server answers to a search for the film, which luke holds.
fn found() -> String {
    held("luke", 255) + "\n273 Available"
}

/// Past the login, and the server knows where this client is.
fn announced(config: SessionConfig) -> Conversation {
    let mut chat = online_from(config);
    chat.done();
    chat
}

impl Conversation {
    fn transferred(&mut self, event: TransferEvent) -> Vec<String> {
        self.session.handle_transfer(self.now, event);
        self.session.handle_timeout(self.now);
        self.done()
    }

    /// The folder where a file is to be was looked at.
    pub(super) fn surveyed(&mut self, offer: Offer, folder: std::path::PathBuf) {
        let empty = || Ok(Survey { name: offer.name.clone(), left: None });
        let seen = self.folder.clone().unwrap_or_else(empty);
        let seen = seen.map(Box::new);
        let event = TransferEvent::Surveyed { id: offer.id, folder, seen };
        self.session.handle_transfer(self.now, event);
    }

    /// What the transfer threads are told, in an order of its own.
    fn commands(&mut self) -> Vec<TransferCommand> {
        let mut commands = Vec::new();
        while let Some(action) = self.session.poll_action() {
            match action {
                Action::Transfer(TransferCommand::Survey { offer, folder }) => {
                    self.surveyed(offer, folder);
                }
                Action::Transfer(command) => commands.push(command),
                _ => {}
            }
        }
        commands
    }

    fn answered(&mut self, is_wanted: bool) -> Vec<String> {
        self.session.handle_download_answer(self.now, is_wanted);
        self.done()
    }

    /// A download of the film has begun.
    fn begin_download(&mut self) {
        self.typed("download! film.mkv");
        self.heard(&found());
        self.done();
    }
}
