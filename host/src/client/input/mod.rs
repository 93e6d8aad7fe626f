//! The threads that tell the event loop what happens: the terminal or the pipe, and signals. Each
//! source hands out one thing and waits for its turn before the next, so the loop's channel never
//! holds more than that.

pub(crate) mod pipe;
pub(crate) mod signals;
pub(crate) mod terminal;

use std::sync::mpsc::{Receiver, Sender};

use crate::client::event::Input;

/// A source's end: where it tells, and where it waits for its turn.
#[derive(Debug)]
pub(crate) struct Source {
    /// To the event loop.
    pub(crate) events: Sender<Input>,
    /// One permit for each thing that was dealt with. It is gone when nobody wants more.
    pub(crate) turns: Receiver<()>,
}
