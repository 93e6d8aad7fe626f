//! Bytes in lent memory, first in, first out. Knows nobody.

use core::fmt;

/// A ring of bytes. They are somebody's words, so they are never printed.
#[derive(Default)]
pub struct Ring<'s> {
    memory: &'s mut [u8],
    start: usize,
    len: usize,
}

impl<'s> Ring<'s> {
    /// An empty ring that holds as many bytes as there is memory.
    pub fn new(memory: &'s mut [u8]) -> Self {
        Ring { memory, start: 0, len: 0 }
    }

    /// Bytes in it.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Bytes that still fit.
    pub fn room(&self) -> usize {
        self.memory.len() - self.len
    }

    /// Forgets all bytes, and overwrites them: they are somebody's words.
    pub fn clear(&mut self) {
        self.memory.fill(0);
        (self.start, self.len) = (0, 0);
    }

    /// The first bytes that lie together; empty only if there are none.
    pub fn first(&self) -> &[u8] {
        let end = (self.start + self.len).min(self.memory.len());
        &self.memory[self.start..end]
    }

    /// Copies the first bytes into `buffer`, and answers how many.
    pub fn peek(&self, buffer: &mut [u8]) -> usize {
        let count = buffer.len().min(self.len);
        let first = self.first();
        let split = first.len().min(count);
        buffer[..split].copy_from_slice(&first[..split]);
        buffer[split..count].copy_from_slice(&self.memory[..count - split]);
        count
    }

    /// Takes the first `count` bytes away, or all if there are fewer.
    pub fn consume(&mut self, count: usize) {
        let count = count.min(self.len);
        self.len -= count;
        // At the beginning of the memory if nothing is left, so that the next bytes lie together.
        self.start = if self.len == 0 { 0 } else { (self.start + count) % self.memory.len() };
    }

    /// Room that lies together, behind the last byte; empty only if the ring is full.
    pub fn tail(&mut self) -> &mut [u8] {
        let (end, size) = (self.start + self.len, self.memory.len());
        if end < size { &mut self.memory[end..] } else { &mut self.memory[end - size..self.start] }
    }

    /// The first `count` bytes of the [`tail`](Self::tail) were written.
    pub fn append(&mut self, count: usize) {
        self.len += count.min(self.tail().len());
    }

    /// Takes as many of the bytes as fit, and answers how many.
    pub fn push(&mut self, bytes: &[u8]) -> usize {
        let mut pushed = 0;
        // Twice if the room lies on both sides of the memory's end.
        for _ in 0..2 {
            let left = &bytes[pushed..];
            let tail = self.tail();
            let count = tail.len().min(left.len());
            tail[..count].copy_from_slice(&left[..count]);
            self.append(count);
            pushed += count;
        }
        pushed
    }
}

impl fmt::Debug for Ring<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Ring({} of {})", self.len, self.memory.len())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;

    use super::*;

    #[test]
    fn it_behaves_as_a_queue_of_bytes_wherever_its_bytes_lie() {
        for size in [1, 2, 3, 7] {
            let mut memory = vec![0; size];
            let mut ring = Ring::new(&mut memory);
            let mut queue: VecDeque<u8> = VecDeque::new();
            for turn in 0..200_usize {
                let bytes: Vec<u8> = (0..turn % (size + 2)).map(|at| (turn + at) as u8).collect();
                let fits = bytes.len().min(size - queue.len());
                assert_eq!(ring.push(&bytes), fits);
                queue.extend(&bytes[..fits]);
                assert_eq!((ring.len(), ring.room()), (queue.len(), size - queue.len()));

                let mut seen = vec![0; turn % 9];
                let count = ring.peek(&mut seen);
                assert_eq!(count, seen.len().min(queue.len()));
                assert!(seen[..count].iter().eq(queue.iter().take(count)));
                assert!(ring.first().iter().eq(queue.iter().take(ring.first().len())));
                assert_eq!(ring.first().is_empty(), queue.is_empty());

                let count = (turn / 3) % (size + 1);
                ring.consume(count);
                queue.drain(..count.min(queue.len()));
            }
        }
    }

    #[test]
    fn a_ring_without_memory_takes_nothing_and_has_nothing() {
        let mut ring = Ring::default();
        assert_eq!((ring.push(b"a"), ring.len(), ring.room()), (0, 0, 0));
        ring.consume(1);
        ring.clear();
        assert_eq!((ring.tail().len(), ring.peek(&mut [0; 4]), ring.first().len()), (0, 0, 0));
    }

    #[test]
    fn what_was_forgotten_is_overwritten_and_nothing_is_printed() {
        let mut memory = [0; 4];
        let mut ring = Ring::new(&mut memory);
        ring.push(b"own");
        assert_eq!(format!("{ring:?}"), "Ring(3 of 4)");
        ring.clear();
        assert_eq!(memory, [0; 4]);
    }
}
