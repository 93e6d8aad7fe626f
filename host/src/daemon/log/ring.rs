//! Bytes between two threads: a ring of fixed size, written by a thread that never waits and read
//! by a thread that may.
//! Knows no stream. Nothing here waits, locks or allocates after [`ring`].

use std::cell::Cell;
use std::marker::PhantomData;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicUsize, Ordering};

/// The bytes, and how many were ever written and read.
#[derive(Debug)]
struct Ring {
    bytes: Box<[AtomicU8]>,
    written: AtomicUsize,
    read: AtomicUsize,
}

/// The end that bytes are put into, by one thread.
#[derive(Debug)]
pub(super) struct Producer(Arc<Ring>, PhantomData<Cell<()>>);

/// The end that bytes are taken from, by one thread.
#[derive(Debug)]
pub(super) struct Consumer(Arc<Ring>, PhantomData<Cell<()>>);

/// The two ends of a ring of `len` bytes.
pub(super) fn ring(len: usize) -> (Producer, Consumer) {
    let bytes = (0..len).map(|_| AtomicU8::new(0)).collect();
    let ring = Arc::new(Ring { bytes, written: AtomicUsize::new(0), read: AtomicUsize::new(0) });
    (Producer(ring.clone(), PhantomData), Consumer(ring, PhantomData))
}

impl Producer {
    /// Puts all of `parts` in, one behind the other, or nothing of them; whether there was room.
    pub(super) fn push(&self, parts: &[&[u8]]) -> bool {
        let Ring { bytes, written, read } = &*self.0;
        let begin = written.load(Ordering::Relaxed);
        let free = bytes.len() - begin.wrapping_sub(read.load(Ordering::Acquire));
        if parts.iter().map(|part| part.len()).sum::<usize>() > free {
            return false;
        }
        let mut at = begin;
        for &byte in parts.iter().copied().flatten() {
            bytes[at % bytes.len()].store(byte, Ordering::Relaxed);
            at = at.wrapping_add(1);
        }
        written.store(at, Ordering::Release);
        true
    }
}

impl Consumer {
    /// Takes what there is and fits into `buffer`; how many bytes that were.
    pub(super) fn pop(&self, buffer: &mut [u8]) -> usize {
        let Ring { bytes, written, read } = &*self.0;
        let begin = read.load(Ordering::Relaxed);
        let count = written.load(Ordering::Acquire).wrapping_sub(begin).min(buffer.len());
        for (offset, byte) in buffer[..count].iter_mut().enumerate() {
            *byte = bytes[begin.wrapping_add(offset) % bytes.len()].load(Ordering::Relaxed);
        }
        read.store(begin.wrapping_add(count), Ordering::Release);
        count
    }
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;

    fn taken(consumer: &Consumer, most: usize) -> Vec<u8> {
        let mut buffer = vec![0; most];
        let count = consumer.pop(&mut buffer);
        buffer.truncate(count);
        buffer
    }

    #[test]
    fn what_does_not_fit_is_not_begun_and_fits_once_room_was_made() {
        let (producer, consumer) = ring(8);
        assert!(producer.push(&[b"1234", b"567"]));
        assert!(!producer.push(&[b"89"]));
        assert!(producer.push(&[b"8"]));
        assert!(!producer.push(&[b"9"]));
        assert!(producer.push(&[]));
        assert_eq!(taken(&consumer, 3), b"123");
        assert!(producer.push(&[b"abc"]));
        assert!(!producer.push(&[b"d"]));
        assert_eq!(taken(&consumer, 99), b"45678abc");
        assert_eq!(taken(&consumer, 99), b"");
        assert!(!producer.push(&[b"123456789"]), "longer than the ring");
    }

    #[test]
    fn two_threads_lose_no_byte_and_no_order() {
        const LINES: usize = 20_000;
        let (producer, consumer) = ring(64);
        let writer = thread::spawn(move || {
            for number in 0..LINES {
                let line = format!("{number}\n");
                while !producer.push(&[line.as_bytes()]) {
                    thread::yield_now();
                }
            }
        });
        let mut read = Vec::new();
        let lines = |read: &[u8]| read.iter().filter(|&&byte| byte == b'\n').count();
        let mut count = 0;
        while count < LINES {
            let piece = taken(&consumer, 7);
            count += lines(&piece);
            read.extend(piece);
        }
        writer.join().unwrap();
        let expected: String = (0..LINES).map(|number| format!("{number}\n")).collect();
        assert_eq!(read, expected.as_bytes());
    }
}
