//! A way to a standard stream or the journal that nobody waits for. Lines go into a ring, and a
//! thread of its own writes them. A stream that is not read, is stopped, or is gone loses lines.
//! Lost lines are counted and told. What is said is said without allocating.

use std::fmt::Write;
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{self, Builder, Thread};
use std::time::Duration;

use jiff::Timestamp;
use rustix::event::{PollFd, PollFlags, poll};
use rustix::io::{Errno, retry_on_intr};

use super::events::{EventKind, Field};
use super::journal::{Journal, prefixed};
use super::line::{self, RECORD, RECORD_END};
use super::ring::{Consumer, Producer, ring};

/// How long the end of an outlet waits for its stream to take what was said.
const FAREWELL: Duration = Duration::from_secs(1);
/// The most that one write takes.
const PIECE: usize = 4096;
const STACK: usize = 64 * 1024;

/// What an outlet takes, and where it goes.
#[derive(Debug)]
pub(super) enum Style {
    /// Lines for people.
    Plain,
    /// Lines of the log.
    Lines,
    /// Records for the journal. Those that it does not take are lines on the stream.
    Journal(Journal),
}

impl Style {
    /// What ends a line or a record.
    const fn end(&self) -> u8 {
        match self {
            Style::Plain | Style::Lines => b'\n',
            Style::Journal(_) => RECORD_END,
        }
    }

    /// What tells that so many are missing.
    fn missing(&self, count: u64) -> heapless::String<RECORD> {
        let mut text = heapless::String::new();
        let (form, values) = (EventKind::Missing.form(), &[(Field::Count, &count as _)]);
        // It fits, whatever the number.
        let _ = match self {
            Style::Plain => writeln!(text, "smolchatd: {count} lines are missing here"),
            Style::Lines => {
                text.write_str(&line::timed(Timestamp::now(), form.level, form, values))
            }
            Style::Journal(_) => text.write_str(&line::record(form.level, form, values)),
        };
        text
    }
}

/// The end that lines are said to, by one thread. Its own end waits, not for long, until all was
/// written.
#[derive(Debug)]
pub(super) struct Outlet {
    ring: Producer,
    shared: Arc<Shared>,
    /// What ends a line.
    end: u8,
    writer: Thread,
    /// Closed once the writer has ended.
    ended: Receiver<()>,
}

#[derive(Debug, Default)]
struct Shared {
    /// Lines that found no room and were not told yet. While there are any, further lines join
    /// them, so that the count stands where the lines are missing.
    lost: AtomicU64,
    is_closing: AtomicBool,
}

impl Outlet {
    /// An outlet to `stream` with room for `len` waiting bytes, which takes what `style` says.
    ///
    /// # Errors
    /// The system gives no further thread.
    pub(super) fn open(stream: OwnedFd, len: usize, style: Style) -> io::Result<Self> {
        let end_of_line = style.end();
        let (producer, consumer) = ring(len);
        let shared = Arc::new(Shared::default());
        let (end, ended) = sync_channel(0);
        let mut writer =
            Writer { stream, style, ring: consumer, shared: shared.clone(), unsaid: 0, _end: end };
        let mut buffer = vec![0; PIECE];
        let mut partial = Vec::with_capacity(RECORD + PIECE);
        let builder = Builder::new().name("smolchatd-log".to_owned()).stack_size(STACK);
        let (begin, begun) = sync_channel(0);
        let thread = builder.spawn(move || {
            let _ = begin.send(());
            writer.run(&mut buffer, &mut partial);
        })?;
        // A thread sets up memory of its own before it begins, and panics if the rest of the start
        // has taken all of it meanwhile.
        begun.recv().map_err(io::Error::other)?;
        let writer = thread.thread().clone();
        Ok(Outlet { ring: producer, shared, end: end_of_line, writer, ended })
    }

    /// Says `parts`, one behind the other: whole lines. They are lost and counted where the stream
    /// is too slow.
    pub(super) fn say(&self, parts: &[&[u8]]) {
        let is_behind = self.shared.lost.load(Ordering::Acquire) > 0;
        if is_behind || !self.ring.push(parts) {
            self.shared
                .lost
                .fetch_add(parts.iter().map(|part| count(part, self.end)).sum(), Ordering::AcqRel);
        }
        self.writer.unpark();
    }
}

impl Drop for Outlet {
    fn drop(&mut self) {
        self.shared.is_closing.store(true, Ordering::Release);
        self.writer.unpark();
        // A writer that stands still is left to the end of the process.
        let _ = self.ended.recv_timeout(FAREWELL);
    }
}

/// The thread's side.
struct Writer {
    stream: OwnedFd,
    style: Style,
    ring: Consumer,
    shared: Arc<Shared>,
    /// Lines that are missing in the stream, and whose count the stream does not have yet.
    unsaid: u64,
    _end: SyncSender<()>,
}

impl Writer {
    /// `partial` has room for a record and a piece.
    fn run(&mut self, buffer: &mut [u8], partial: &mut Vec<u8>) {
        loop {
            // Looked at first: whatever was said before it is in the ring then.
            let is_closing = self.shared.is_closing.load(Ordering::Acquire);
            match self.ring.pop(buffer) {
                0 if self.tell_lost() => {}
                0 if is_closing => return,
                0 => thread::park(),
                count if matches!(self.style, Style::Journal(_)) => {
                    partial.extend_from_slice(&buffer[..count]);
                    let end = partial.iter().rposition(|&byte| byte == RECORD_END);
                    let end = end.map_or(0, |end| end + 1);
                    for record in partial[..end].split_inclusive(|&byte| byte == RECORD_END) {
                        self.write(record);
                    }
                    partial.drain(..end);
                }
                count => self.write(&buffer[..count]),
            }
        }
    }

    /// Tells how many lines were lost, if any were since the last time.
    fn tell_lost(&mut self) -> bool {
        let lost = self.shared.lost.load(Ordering::Acquire);
        self.unsaid += lost;
        if lost > 0 {
            self.write(b"");
            self.shared.lost.fetch_sub(lost, Ordering::AcqRel);
        }
        lost > 0
    }

    /// Writes what is missing as a number, and then `bytes`.
    fn write(&mut self, bytes: &[u8]) {
        if self.unsaid > 0 {
            let note = self.style.missing(self.unsaid);
            if self.hand_over(note.as_bytes()).is_err() {
                self.unsaid += count(bytes, self.style.end());
                return;
            }
            self.unsaid = 0;
        }
        // Nobody reads a stream that is gone, and one on a full disk may be written to later.
        self.unsaid += self.hand_over(bytes).err().unwrap_or(0);
    }

    /// Hands lines to the stream, or one record to the journal; or else how many were not taken.
    fn hand_over(&self, bytes: &[u8]) -> Result<(), u64> {
        let Style::Journal(journal) = &self.style else { return self.write_all(bytes) };
        let record = bytes.strip_suffix(&[RECORD_END]).unwrap_or(bytes);
        if record.is_empty() || journal.send(record).is_ok() {
            return Ok(());
        }
        let (priority, message) = prefixed(record);
        let mut line = heapless::Vec::<u8, RECORD>::new();
        for part in [b"<", priority, b">", message, b"\n"] {
            // A message is shorter than its record.
            let _ = line.extend_from_slice(part);
        }
        self.write_all(&line)
    }

    /// Writes all of it, however long that takes; or else how many lines could not be written.
    fn write_all(&self, mut bytes: &[u8]) -> Result<(), u64> {
        while !bytes.is_empty() {
            match retry_on_intr(|| rustix::io::write(&self.stream, bytes)) {
                Ok(count) if count > 0 => bytes = &bytes[count..],
                // Somebody who shares the stream wants no program to wait for it; this thread may.
                Err(Errno::AGAIN) if self.waited() => {}
                Ok(_) | Err(_) => return Err(count(bytes, b'\n')),
            }
        }
        Ok(())
    }

    /// Waits until the stream takes something; whether that may be.
    fn waited(&self) -> bool {
        let mut stream = [PollFd::from_borrowed_fd(self.stream.as_fd(), PollFlags::OUT)];
        match poll(&mut stream, None) {
            Ok(_) => stream[0].revents().contains(PollFlags::OUT),
            Err(error) => error == Errno::INTR,
        }
    }
}

fn count(bytes: &[u8], end: u8) -> u64 {
    bytes.iter().filter(|&&byte| byte == end).count() as u64
}

#[cfg(test)]
mod tests {
    use std::fs::File;
    use std::io::{BufRead, BufReader, PipeReader, PipeWriter, pipe};
    use std::time::Instant;

    use super::*;

    const LEN: usize = 1024;

    /// An outlet to a pipe.
    fn piped() -> (Outlet, PipeReader) {
        let (reader, writer) = pipe().unwrap();
        (Outlet::open(writer.into(), LEN, Style::Plain).unwrap(), reader)
    }

    /// An outlet to a pipe that is full of empty lines.
    fn blocked() -> (Outlet, PipeReader) {
        let (reader, writer) = pipe().unwrap();
        fill(&writer);
        rustix::io::ioctl_fionbio(&writer, false).unwrap();
        (Outlet::open(writer.into(), LEN, Style::Plain).unwrap(), reader)
    }

    fn say(outlet: &Outlet, number: u32) {
        outlet.say(&[format!("line {number}").as_bytes(), b"\n"]);
    }

    /// All that comes, in lines, without those that are empty.
    fn read(reader: PipeReader) -> Vec<String> {
        let lines = BufReader::new(reader).lines().map(Result::unwrap);
        lines.filter(|line| !line.is_empty()).collect()
    }

    /// Every line, with `None` for each missing one.
    fn whole(lines: &[String]) -> Vec<Option<u32>> {
        let mut all = Vec::new();
        for line in lines {
            match line.strip_prefix("line ") {
                Some(number) => all.push(Some(number.parse().unwrap())),
                None => {
                    let (_, rest) = line.split_once("smolchatd: ").unwrap();
                    let (count, rest) = rest.split_once(' ').unwrap();
                    assert_eq!(rest, "lines are missing here");
                    all.resize(all.len() + count.parse::<usize>().unwrap(), None);
                }
            }
        }
        all
    }

    #[test]
    fn all_that_is_said_is_written_before_the_end() {
        let (outlet, reader) = piped();
        for number in 0..20 {
            say(&outlet, number);
        }
        drop(outlet);
        let expected: Vec<_> = (0..20).map(Some).collect();
        assert_eq!(whole(&read(reader)), expected);
    }

    #[test]
    fn a_stream_that_nobody_reads_makes_nobody_wait_and_tells_later_what_is_missing() {
        const COUNT: u32 = 20_000;
        let (outlet, reader) = blocked();
        let begun = Instant::now();
        for number in 0..COUNT {
            say(&outlet, number);
        }
        assert!(begun.elapsed() < Duration::from_secs(5), "saying does not wait for a reader");
        let reading = thread::spawn(|| read(reader));
        // The reader is there. Once the gap was told, everything after it is whole again.
        while outlet.shared.lost.load(Ordering::Acquire) > 0 {
            thread::yield_now();
        }
        say(&outlet, COUNT);
        drop(outlet);
        let all = whole(&reading.join().unwrap());
        assert_eq!(all.len() as u32, COUNT + 1, "every line is there or counted");
        for (number, line) in all.iter().enumerate() {
            assert!(line.is_none_or(|line| line as usize == number), "the count is in its place");
        }
        assert!(all.contains(&None) && all.last() == Some(&Some(COUNT)));
    }

    #[test]
    fn the_end_waits_for_a_stream_that_stands_still_but_not_for_long() {
        let (outlet, _reader) = blocked();
        say(&outlet, 7);
        let begun = Instant::now();
        drop(outlet);
        assert!((FAREWELL..5 * FAREWELL).contains(&begun.elapsed()));
    }

    #[test]
    fn a_stream_that_is_gone_or_full_is_no_reason_to_wait_or_to_end() {
        let gone = pipe().unwrap().1;
        let full = File::options().write(true).open("/dev/full").unwrap();
        for stream in [OwnedFd::from(gone), full.into()] {
            let outlet = Outlet::open(stream, LEN, Style::Plain).unwrap();
            let begun = Instant::now();
            for number in 0..2000 {
                say(&outlet, number);
            }
            drop(outlet);
            assert!(begun.elapsed() < FAREWELL);
        }
    }

    #[test]
    fn a_stream_that_wants_nobody_to_wait_gets_all_the_same() {
        let (reader, writer) = pipe().unwrap();
        fill(&writer);
        let outlet = Outlet::open(writer.into(), LEN, Style::Plain).unwrap();
        say(&outlet, 7);
        let reading = thread::spawn(|| read(reader));
        drop(outlet);
        assert_eq!(reading.join().unwrap().last().unwrap(), "line 7");
    }

    /// Sets a pipe to take what fits and refuse the rest, and fills it with empty lines.
    fn fill(writer: &PipeWriter) {
        rustix::io::ioctl_fionbio(writer, true).unwrap();
        while rustix::io::write(writer, &[b'\n'; PIECE]).is_ok() {}
    }
}
