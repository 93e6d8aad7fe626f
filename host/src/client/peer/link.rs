//! Proven connections: a writer thread each, and a reader that hands lines to the event loop, a
//! burst at a time. A peer that does not read fills its own queue and nothing else.

use std::collections::HashMap;
use std::io::{self, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use super::stream::PeerStream;
use super::{LinkId, PeerEvent, Shared};
use crate::client::event::Input;
use crate::client::keepalive;
use crate::client::lines::LineReader;
use crate::client::wake::Events;

/// Lines that wait for a peer to read.
const QUEUE: usize = 4096;

/// The event loop's end of a connection.
#[derive(Debug)]
struct Link {
    socket: TcpStream,
    queue: SyncSender<String>,
    turn: Sender<()>,
}

/// All proven connections.
#[derive(Debug, Default)]
pub(super) struct Links {
    links: Mutex<HashMap<LinkId, Link>>,
    writers: Mutex<Vec<JoinHandle<()>>>,
}

impl Links {
    /// Queues a line. False if the queue is full; a connection that is gone takes everything, its
    /// end is told elsewhere.
    pub(super) fn send(&self, link: LinkId, line: String) -> bool {
        use std::sync::mpsc::TrySendError;
        let sent = self.lock().get(&link).map(|link| link.queue.try_send(line));
        !matches!(sent, Some(Err(TrySendError::Full(_))))
    }

    /// Closes once everything queued is out.
    pub(super) fn finish(&self, link: LinkId) {
        self.lock().remove(&link);
    }

    /// Closes at once.
    pub(super) fn close(&self, link: LinkId) {
        if let Some(link) = self.lock().remove(&link) {
            // It may be closed already, which is fine.
            let _ = link.socket.shutdown(Shutdown::Both);
        }
    }

    /// The reader may hand out its next lines.
    pub(super) fn next_lines(&self, link: LinkId) {
        if let Some(link) = self.lock().get(&link) {
            // The reader may have ended meanwhile.
            let _ = link.turn.send(());
        }
    }

    /// Closes everything once it is out, at the latest by `deadline`.
    pub(super) fn finish_all(&self, deadline: Instant) {
        self.lock().clear();
        let writers =
            std::mem::take(&mut *self.writers.lock().unwrap_or_else(PoisonError::into_inner));
        while Instant::now() < deadline && writers.iter().any(|writer| !writer.is_finished()) {
            thread::sleep(Duration::from_millis(2));
        }
    }

    fn insert(&self, id: LinkId, link: Link, writer: JoinHandle<()>) {
        let mut writers = self.writers.lock().unwrap_or_else(PoisonError::into_inner);
        writers.retain(|writer| !writer.is_finished());
        writers.push(writer);
        self.lock().insert(id, link);
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<LinkId, Link>> {
        self.links.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Serves a proven connection until it ends. Runs in the thread that proved it.
pub(super) fn serve(
    shared: &Shared,
    events: &Events,
    reader: LineReader<PeerStream>,
    user: String,
    by_us: bool,
) -> io::Result<()> {
    let mut reader = reader;
    reader.get_mut().lift_deadline()?;
    let socket = reader.get_mut().socket();
    keepalive::switch_on(socket, keepalive::PEER)?;
    let (queue, lines) = sync_channel(QUEUE);
    let (turn, turns) = channel();
    let link = Link { socket: socket.try_clone()?, queue, turn };
    let writing = socket.try_clone()?;
    let writer =
        thread::Builder::new().name("peer writer".into()).spawn(move || write(writing, &lines))?;
    let id = shared.new_link();
    shared.links.insert(id, link, writer);
    // Without an event loop nobody is left to tell.
    let _ = events.send(Input::Peer(PeerEvent::Connected { link: id, user, by_us }));
    read(&mut reader, id, events, &turns);
    shared.links.close(id);
    let _ = events.send(Input::Peer(PeerEvent::Closed { link: id }));
    Ok(())
}

fn read(reader: &mut LineReader<PeerStream>, link: LinkId, events: &Events, turns: &Receiver<()>) {
    while let Ok(burst) = reader.read_burst() {
        if burst.is_empty() {
            return;
        }
        // A line that is none was not written by a client of ours.
        let lines: Vec<_> = burst.into_iter().flatten().collect();
        let sent = events.send(Input::Peer(PeerEvent::Lines { link, lines }));
        if sent.is_err() || turns.recv().is_err() {
            return;
        }
    }
}

/// Writes until the queue is given up and empty; the peer then sees the end.
fn write(mut socket: TcpStream, lines: &Receiver<String>) {
    while let Ok(line) = lines.recv() {
        if socket.write_all(line.as_bytes()).is_err() {
            break;
        }
    }
    let _ = socket.shutdown(Shutdown::Both);
}
