//! Files from client to client, as threads: they hash, ask peers, serve peers and write. They tell
//! the event loop what happens, and never decide what a person decides. Knows no screen and no
//! server: whom to ask is told by commands.
//!
//! One thread has the [`Exchange`](smolchat_files::Exchange) and decides ([`desk`]). Each link has
//! a thread that reads and one that writes. Whatever takes long on the disk has a thread of its
//! own ([`errands`]). Nobody waits for the event loop, and it waits for nobody. All of them give
//! way to it ([`yielding`]).

mod backlog;
pub(crate) mod command;
mod desk;
mod download;
mod downloads;
mod errands;
pub(crate) mod event;
mod givers;
mod input;
mod leftovers;
mod link_end;
mod links;
mod offering;
mod outbox;
mod reader;
mod single;
mod source;
#[cfg(test)]
mod tests;
mod wanted;
mod writer;
mod yielding;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use smolchat_files::Offers;
use smolchat_files::exchange::LinkId;
use smolchat_peer::Link;

use command::TransferCommand;
use desk::Desk;
use event::TransferEvent;
use input::Input;

/// Tells the event loop. Never blocks.
pub(crate) type Tell = Arc<dyn Fn(TransferEvent) + Send + Sync>;
/// Makes a link for files with a user. May block for half a minute.
pub(crate) type Call = Arc<dyn Fn(&str) -> Result<Link, CallError> + Send + Sync>;
/// Serves a link for files, as long as it stands.
pub(crate) type Serve = Arc<dyn Fn(Link) + Send + Sync>;

/// Why there is no link with a user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum CallError {
    /// Nobody has introduced the two yet.
    NoWay,
    /// The user is not where it was said to be.
    Unreachable,
}

/// The transfer threads, as the event loop holds them. They end with the program.
#[derive(Debug)]
pub(crate) struct Transfers {
    hub: Hub,
}

/// What every thread of this room has.
#[derive(Clone)]
struct Hub {
    inputs: Sender<Input>,
    tell: Tell,
    call: Call,
    offers: Arc<Offers>,
    next_link: Arc<AtomicU64>,
}

impl Transfers {
    /// Begins: offered files of earlier runs are looked at. `offers` is the folder of their list,
    /// or `None` to keep none.
    pub(crate) fn new(offers: Option<PathBuf>, call: Call, tell: Tell) -> Self {
        let (inputs, received) = channel();
        let offers = Arc::new(Offers::new(offers));
        let hub = Hub { inputs, tell, call, offers, next_link: Arc::default() };
        hub.begin(received);
        Transfers { hub }
    }

    /// Does this. Never blocks.
    pub(crate) fn command(&self, command: TransferCommand) {
        self.hub.put(Input::Command(command));
    }

    /// What serves links for files that others have called, or that an introduction led to.
    pub(crate) fn serve(&self) -> Serve {
        let hub = self.hub.clone();
        Arc::new(move |link| links::serve(&hub, link))
    }
}

impl Hub {
    /// A program that gets no thread any more has other worries; its transfers stand still.
    fn begin(&self, received: Receiver<Input>) {
        let hub = self.clone();
        let run = move || Desk::new(hub).run(&received);
        let _ = thread::Builder::new().name("transfers".into()).spawn(run);
    }

    /// Tells the desk. Without it the program is about to end.
    fn put(&self, input: Input) {
        let _ = self.inputs.send(input);
    }

    fn tell(&self, event: TransferEvent) {
        (self.tell)(event);
    }

    fn new_link(&self) -> LinkId {
        self.next_link.fetch_add(1, std::sync::atomic::Ordering::Relaxed)
    }

    /// Does something long in a thread of its own; false if there is no thread to be had.
    fn spawn(&self, name: &str, work: impl FnOnce(&Hub) + Send + 'static) -> bool {
        let hub = self.clone();
        thread::Builder::new().name(name.into()).spawn(move || work(&hub)).is_ok()
    }
}

impl std::fmt::Debug for Hub {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Hub").finish_non_exhaustive()
    }
}
