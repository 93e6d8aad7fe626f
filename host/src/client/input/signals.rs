//! SIGTERM, SIGINT and SIGHUP as inputs: the client logs out instead of dying. Runs in a thread of
//! its own.

use std::io;
use std::sync::mpsc::Sender;
use std::thread;

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

use crate::client::event::Input;

/// Tells of signals from now on.
pub(crate) fn spawn(events: Sender<Input>) -> io::Result<()> {
    let mut signals = Signals::new([SIGTERM, SIGINT, SIGHUP])?;
    let run = move || {
        for _ in signals.forever() {
            if events.send(Input::Signal).is_err() {
                return;
            }
        }
    };
    thread::Builder::new().name("signals".into()).spawn(run).map(drop)
}
