//! A runner of `sunset`, and the memory that it borrows. When the runner is dropped, its memory
//! serves the next. All unsafe code of this package is here. Knows no session.

#![allow(unsafe_code)]

use core::fmt;
use core::marker::PhantomData;
use core::ptr::NonNull;

use sunset::{Runner, Server};

/// A place for one runner, over two buffers.
///
/// A runner borrows its buffers for all of its life and does not give them back. So nobody could
/// lend them again, although the runner is gone. This place keeps the buffers as pointers, and
/// makes the next runner's borrow from them once the last runner is dropped. Owning buffers lost:
/// `sunset` has them with `alloc` alone, 70 KB for each session, after the start.
pub(crate) struct Reclaimed<'s> {
    /// Never leaves this place: [`with`](Self::with) lends it under a lifetime that nothing else
    /// has.
    runner: Option<Runner<'s, Server>>,
    input: NonNull<[u8]>,
    output: NonNull<[u8]>,
    /// The pointers stand for these borrows.
    memory: PhantomData<&'s mut [u8]>,
}

impl<'s> Reclaimed<'s> {
    /// A place without a runner.
    pub(crate) fn new(input: &'s mut [u8], output: &'s mut [u8]) -> Self {
        Reclaimed {
            runner: None,
            input: NonNull::from(input),
            output: NonNull::from(output),
            memory: PhantomData,
        }
    }

    /// A new runner, at the beginning of its connection. The last runner is gone, with its keys.
    pub(crate) fn start(&mut self) {
        self.stop();
        // SAFETY: The pointer comes from an exclusive borrow for 's, which `new` was given and
        // nobody else has. It was lent to the last runner alone, which `stop` dropped: a runner
        // cannot leave this place.
        let input = unsafe { self.input.as_mut() };
        // SAFETY: As above, for another slice.
        let output = unsafe { self.output.as_mut() };
        self.runner = Some(Runner::new_server(input, output));
    }

    /// Drops the runner, which overwrites its keys and both buffers.
    pub(crate) fn stop(&mut self) {
        self.runner = None;
    }

    /// Whether there is a runner.
    pub(crate) fn runs(&self) -> bool {
        self.runner.is_some()
    }

    /// Works with the runner, if there is one. The lifetime in its type is the work's own, so that
    /// the work cannot swap the runner for another and keep it.
    pub(crate) fn with<R>(
        &mut self,
        work: impl for<'r> FnOnce(&mut Runner<'r, Server>) -> R,
    ) -> Option<R> {
        self.runner.as_mut().map(work)
    }

    /// Looks at the runner, if there is one.
    pub(crate) fn look<R>(&self, work: impl for<'r> FnOnce(&Runner<'r, Server>) -> R) -> Option<R> {
        self.runner.as_ref().map(work)
    }
}

impl Default for Reclaimed<'_> {
    fn default() -> Self {
        Reclaimed::new(&mut [], &mut [])
    }
}

impl fmt::Debug for Reclaimed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reclaimed").field("runs", &self.runs()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The bytes that a runner sends first.
    fn greeting(place: &mut Reclaimed<'_>) -> Vec<u8> {
        place
            .with(|runner| {
                while !matches!(runner.progress(), Ok(sunset::Event::None)) {}
                let sent = runner.output_buf().to_vec();
                runner.consume_output(sent.len());
                sent
            })
            .unwrap_or_default()
    }

    #[test]
    fn reclaimed_buffers_serve_one_runner_after_the_other() {
        let (mut input, mut output) = ([0; 1600], [0; 640]);
        let mut place = Reclaimed::new(&mut input, &mut output);
        assert!(greeting(&mut place).is_empty());
        for _ in 0..3 {
            place.start();
            assert!(greeting(&mut place).starts_with(b"SSH-2.0-"));
            let taken = place.with(|runner| runner.input(b"SSH-2.0-half").unwrap());
            assert_eq!(taken, Some(12));
        }
        place.stop();
        assert!(!place.runs());
        drop(place);
        assert!(output.iter().all(|byte| *byte == 0), "a dropped runner overwrites its buffers");
        input.fill(1);
        assert_eq!(input[0], 1);
    }

    #[test]
    fn reclaimed_places_in_one_table_do_not_touch_each_other() {
        let mut memory = vec![0; 2 * (1600 + 640)];
        let mut places: Vec<_> = memory
            .chunks_exact_mut(1600 + 640)
            .map(|chunk| {
                let (input, output) = chunk.split_at_mut(1600);
                Reclaimed::new(input, output)
            })
            .collect();
        places.iter_mut().for_each(Reclaimed::start);
        places[0].start();
        for place in &mut places {
            assert!(greeting(place).starts_with(b"SSH-2.0-"));
        }
    }
}
