//! Files from client to client, as threads: they hash, ask peers, serve peers and write. They tell
//! the event loop what happens, and never decide what a person decides. Knows no screen and no
//! server: whom to ask is told by commands.

pub(crate) mod command;
pub(crate) mod event;

use super::event::Input;
use super::wake::Events;
use command::TransferCommand;
use event::TransferEvent;

/// Why nothing is given and nothing loaded.
const NOT_YET: &str = "this client cannot do that yet";

/// The threads, as the event loop holds them. They do not move files yet, and say so.
#[derive(Debug)]
pub(crate) struct Transfers(Events);

impl Transfers {
    /// Nothing given and nothing loaded.
    pub(crate) fn new(events: Events) -> Self {
        Transfers(events)
    }

    /// Does this, sooner or later. Does not wait.
    pub(crate) fn command(&self, command: TransferCommand) {
        let why = NOT_YET.to_owned();
        let event = match command {
            TransferCommand::Offer { path } => TransferEvent::NotOffered { path, why },
            TransferCommand::Download { offer, .. } => TransferEvent::Failed { id: offer.id, why },
            TransferCommand::Chunk { offer, user, index, .. } => {
                TransferEvent::NoChunk { id: offer.id, user, index, why }
            }
            TransferCommand::Ask { offer, user } => {
                TransferEvent::NotHeld { id: offer.id, user, why }
            }
            TransferCommand::Stop { id } => TransferEvent::Stopped { id },
            TransferCommand::Withdraw { .. }
            | TransferCommand::Holders { .. }
            | TransferCommand::NotIntroduced { .. } => return,
        };
        // Without an event loop there is nobody to tell.
        let _ = self.0.send(Input::Transfer(event));
    }
}
