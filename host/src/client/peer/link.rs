//! Links for talk: a writer thread each, and a reader that hands lines to the event loop, a burst
//! at a time. A peer that does not read fills its own queue and nothing else.

use std::collections::HashMap;
use std::io::{self, Write};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, SyncSender, TrySendError, channel, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use smolchat_peer::{Closer, Link, LinkReader, LinkWriter};

use super::{LinkId, PeerEvent, Shared, WINDOW};

/// Lines that wait for a peer to read: all texts that it has not acknowledged, and as many others.
const QUEUE: usize = 2 * WINDOW;
/// Lines of a peer that wait to be shown. It sends no more texts without an acknowledgement than
/// the window holds, and little else.
const UNREAD: usize = 4 * WINDOW;
/// Lines that are handed on at once. The event loop looks at the keys between two bursts.
pub(crate) const BURST: usize = 64;
/// How long a peer may take to close a link that was ended.
const PARTING: Duration = Duration::from_secs(2);

/// The event loop's end of a link.
#[derive(Debug)]
struct Talk {
    closer: Closer,
    queue: SyncSender<String>,
    unread: Arc<AtomicUsize>,
}

/// All links for talk.
#[derive(Debug, Default)]
pub(super) struct Links {
    links: Mutex<HashMap<LinkId, Talk>>,
    writers: Mutex<Vec<JoinHandle<()>>>,
}

impl Links {
    /// Queues a line. False if the queue is full; a link that is gone takes everything, its end is
    /// told elsewhere.
    pub(super) fn send(&self, link: LinkId, line: String) -> bool {
        let sent = self.lock().get(&link).map(|link| link.queue.try_send(line));
        !matches!(sent, Some(Err(TrySendError::Full(_))))
    }

    /// Ends the link once everything queued is out.
    pub(super) fn finish(&self, link: LinkId) {
        self.lock().remove(&link);
    }

    /// Cuts the link.
    pub(super) fn close(&self, link: LinkId) {
        if let Some(link) = self.lock().remove(&link) {
            link.closer.close();
        }
    }

    /// So many lines were dealt with.
    pub(super) fn take_lines(&self, link: LinkId, count: usize) {
        if let Some(link) = self.lock().get(&link) {
            link.unread.fetch_sub(count, Ordering::Relaxed);
        }
    }

    /// Ends all links once everything is out, at the latest by `deadline`.
    pub(super) fn finish_all(&self, deadline: Instant) {
        self.lock().clear();
        let writers =
            std::mem::take(&mut *self.writers.lock().unwrap_or_else(PoisonError::into_inner));
        while Instant::now() < deadline && writers.iter().any(|writer| !writer.is_finished()) {
            thread::sleep(Duration::from_millis(2));
        }
    }

    fn insert(&self, id: LinkId, link: Talk, writer: JoinHandle<()>) {
        let mut writers = self.writers.lock().unwrap_or_else(PoisonError::into_inner);
        writers.retain(|writer| !writer.is_finished());
        writers.push(writer);
        self.lock().insert(id, link);
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<LinkId, Talk>> {
        self.links.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Serves a link for talk until it ends. Runs in the thread that has proven it.
pub(super) fn serve(shared: &Shared, link: Link) -> io::Result<()> {
    let (user, key, by_us) = (link.user().to_owned(), *link.key(), link.is_caller());
    let (closer, unread) = (link.closer(), Arc::new(AtomicUsize::new(0)));
    let (reader, writer) = link.split();
    let (queue, lines) = sync_channel(QUEUE);
    let (reading, ended) = channel();
    let closing = closer.clone();
    let writer = thread::Builder::new().name("peer writer".into()).spawn(move || {
        write(writer, &lines);
        part(&ended, &closing);
    })?;
    let id = shared.new_link();
    shared.links.insert(id, Talk { closer, queue, unread: unread.clone() }, writer);
    shared.tell(PeerEvent::Connected { link: id, user, key, by_us });
    // However it ended, it is over.
    let _ = read(reader, id, shared, &unread, reading);
    shared.links.close(id);
    shared.tell(PeerEvent::Closed { link: id });
    Ok(())
}

/// Hands bursts of lines on. `_reading` is dropped at the end.
fn read(
    mut reader: LinkReader,
    link: LinkId,
    shared: &Shared,
    unread: &AtomicUsize,
    _reading: Sender<()>,
) -> io::Result<()> {
    while let Some(line) = reader.read_line()? {
        let mut lines = vec![line.to_owned()];
        while lines.len() < BURST && reader.has_line() {
            lines.extend(reader.read_line()?.map(str::to_owned));
        }
        let count = lines.len();
        if unread.fetch_add(count, Ordering::Relaxed) + count > UNREAD
            || !shared.tell(PeerEvent::Lines { link, lines })
        {
            break;
        }
    }
    Ok(())
}

/// Writes until the queue is given up and empty; the peer then sees the end.
fn write(mut writer: LinkWriter, lines: &Receiver<String>) {
    while let Ok(line) = lines.recv() {
        let mut burst = std::iter::once(line).chain(lines.try_iter());
        let written = burst.try_for_each(|line| writer.write_line(&line));
        if written.and_then(|()| writer.flush()).is_err() {
            return;
        }
    }
    // It may be gone.
    let _ = writer.finish();
}

/// What the peer said last is read before the link goes.
fn part(reader_ended: &Receiver<()>, closer: &Closer) {
    let _ = reader_ended.recv_timeout(PARTING);
    closer.close();
}
