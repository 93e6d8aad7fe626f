//! How a frame gets to the kernel: as it is, or by a second way if the kernel refuses it. The
//! second way is short frames, or whole checksums. A refusal is remembered, and told once. Knows no
//! device: what writes is handed in.

use std::fmt;
use std::num::NonZeroU16;

use heapless::{Deque, Vec};
use rustix::io::Errno;

use super::cut::Pieces;
use super::offload::{self, HEADER_LEN};

/// Kinds of errors that are told, each once.
const KINDS: usize = 8;

/// What the kernel does with our frames.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Way {
    /// Nothing but pass them on.
    Passes,
    /// It completes checksums.
    Sums,
    /// It cuts long segments too.
    Cuts,
}

/// What the kernel refused, and what is done about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Warning {
    /// It refuses long frames.
    CutHere(Errno),
    /// It refuses frames with half a checksum.
    SummedHere(Errno),
    /// It did not take a frame at all.
    NotTaken(Errno),
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Warning::CutHere(error) => {
                write!(f, "the kernel refuses long frames ({error}): they are cut here")
            }
            Warning::SummedHere(error) => write!(
                f,
                "the kernel refuses frames without a whole checksum ({error}): it is computed here"
            ),
            Warning::NotTaken(Errno::IO) => {
                write!(f, "the kernel takes no frame: set the device up again")
            }
            Warning::NotTaken(error) => {
                write!(f, "the kernel did not take a frame ({error}): it is sent again")
            }
        }
    }
}

/// Sends frames by the best way that the kernel is known to take.
#[derive(Debug)]
pub(super) struct Sender {
    way: Way,
    /// A header and a frame of the usual length.
    piece: Box<[u8]>,
    warnings: Deque<Warning, KINDS>,
    /// Errors that were told.
    told: Vec<Errno, KINDS>,
}

impl Sender {
    /// A sender of frames of `frame_max` bytes at most where they are cut here.
    pub(super) fn new(frame_max: usize) -> Self {
        let piece = vec![0; HEADER_LEN + frame_max].into_boxed_slice();
        Sender { way: Way::Cuts, piece, warnings: Deque::new(), told: Vec::new() }
    }

    /// What the operator is still to hear, each thing once.
    pub(super) fn take_warning(&mut self) -> Option<Warning> {
        self.warnings.pop_front()
    }

    /// Sends a frame without a header, of which nothing is left to the kernel.
    ///
    /// # Errors
    /// The kernel did not take it.
    pub(super) fn send_plain(
        &mut self,
        frame: &[u8],
        mut write: impl FnMut(&[u8]) -> Result<usize, Errno>,
    ) -> Result<u64, Errno> {
        write(frame).map(|_| 1).or_else(|error| self.not_taken(error))
    }

    /// Sends a frame behind the kernel's header: as it is, to be cut into `segment`s where it is
    /// long, or else in pieces. How many frames the kernel took.
    ///
    /// # Errors
    /// It took none, or not all pieces of this one.
    pub(super) fn send(
        &mut self,
        bytes: &[u8],
        segment: Option<NonZeroU16>,
        mut write: impl FnMut(&[u8]) -> Result<usize, Errno>,
    ) -> Result<u64, Errno> {
        let needed = needed(bytes, segment);
        if needed > self.way {
            return self
                .send_pieces(bytes, segment, &mut write)
                .or_else(|error| self.not_taken(error));
        }
        let Err(error) = write(bytes) else { return Ok(1) };
        if !has_second_way(error, needed) {
            return self.not_taken(error);
        }
        match self.send_pieces(bytes, segment, &mut write) {
            Ok(count) => {
                self.settle(needed, error);
                Ok(count)
            }
            Err(_) => self.not_taken(error),
        }
    }

    /// Sends a frame in pieces whose checksums are whole, or as a single one.
    fn send_pieces(
        &mut self,
        bytes: &[u8],
        segment: Option<NonZeroU16>,
        write: &mut impl FnMut(&[u8]) -> Result<usize, Errno>,
    ) -> Result<u64, Errno> {
        self.piece[..HEADER_LEN].fill(0);
        let mut pieces = Pieces::of(&bytes[HEADER_LEN..], segment).ok_or(Errno::INVAL)?;
        let mut count = 0;
        while let Some(len) = pieces.next(&mut self.piece[HEADER_LEN..]) {
            write(&self.piece[..HEADER_LEN + len])?;
            count += 1;
        }
        Ok(count)
    }

    /// The kernel is not asked again for something that it refused, unless it refused only for the
    /// moment.
    fn settle(&mut self, refused: Way, error: Errno) {
        if is_of_the_moment(error) {
            return;
        }
        let (way, warning) = match refused {
            Way::Cuts => (Way::Sums, Warning::CutHere(error)),
            Way::Sums | Way::Passes => (Way::Passes, Warning::SummedHere(error)),
        };
        self.way = way;
        let _ = self.warnings.push_back(warning);
    }

    fn not_taken(&mut self, error: Errno) -> Result<u64, Errno> {
        // The first error of each kind is told. Beyond this many kinds another one tells nothing
        // new.
        if !self.told.contains(&error) && self.told.push(error).is_ok() {
            let _ = self.warnings.push_back(Warning::NotTaken(error));
        }
        Err(error)
    }
}

/// What a frame asks of the kernel.
fn needed(bytes: &[u8], segment: Option<NonZeroU16>) -> Way {
    match segment {
        Some(_) => Way::Cuts,
        None if offload::is_begun(bytes) => Way::Sums,
        None => Way::Passes,
    }
}

/// Whether a frame that was refused may be taken in pieces. Not by a device that is down or gone.
fn has_second_way(error: Errno, needed: Way) -> bool {
    let is_down = matches!(error, Errno::IO | Errno::BADF | Errno::BADFD | Errno::NODEV);
    match needed {
        Way::Cuts => !is_down,
        Way::Sums => !is_down && !is_of_the_moment(error),
        Way::Passes => false,
    }
}

/// Whether the same frame may be taken a moment later.
fn is_of_the_moment(error: Errno) -> bool {
    matches!(error, Errno::AGAIN | Errno::NOMEM | Errno::NOBUFS)
}

#[cfg(test)]
mod tests {
    use super::super::offload::fixtures::{frame4, frame6};
    use super::super::offload::{is_sound, prepare};
    use super::*;

    const FRAME_MAX: usize = 1514;
    const SEGMENT: u16 = 1460;

    /// A kernel that says no to some frames, and what it took.
    struct Kernel<F> {
        refuses: F,
        taken: std::vec::Vec<std::vec::Vec<u8>>,
    }

    impl<F: FnMut(&[u8]) -> Option<Errno>> Kernel<F> {
        fn new(refuses: F) -> Self {
            Kernel { refuses, taken: std::vec::Vec::new() }
        }

        fn write(&mut self, bytes: &[u8]) -> Result<usize, Errno> {
            match (self.refuses)(bytes) {
                Some(error) => Err(error),
                None => {
                    self.taken.push(bytes.to_vec());
                    Ok(bytes.len())
                }
            }
        }
    }

    /// A frame of ours behind its header, and the segments it is to be cut into.
    fn ours(mut frame: std::vec::Vec<u8>) -> (std::vec::Vec<u8>, Option<NonZeroU16>) {
        let segment = NonZeroU16::new(SEGMENT).filter(|_| frame.len() > FRAME_MAX);
        let header = prepare(&mut frame, segment);
        ([&header[..], &frame].concat(), segment)
    }

    fn all_warnings(sender: &mut Sender) -> std::vec::Vec<Warning> {
        std::iter::from_fn(|| sender.take_warning()).collect()
    }

    #[test]
    fn a_kernel_that_refuses_long_frames_gets_short_ones_and_is_asked_no_more() {
        for error in [Errno::INVAL, Errno::MSGSIZE, Errno::OPNOTSUPP, Errno::PERM] {
            let mut sender = Sender::new(FRAME_MAX);
            let mut asked = 0;
            let mut kernel = Kernel::new(|bytes: &[u8]| {
                asked += usize::from(bytes.len() > HEADER_LEN + FRAME_MAX);
                (bytes.len() > HEADER_LEN + FRAME_MAX).then_some(error)
            });
            for frame in [frame4(&[b'x'; 5000]), frame4(&[b'y'; 5000])] {
                let (bytes, segment) = ours(frame);
                assert_eq!(sender.send(&bytes, segment, |bytes| kernel.write(bytes)), Ok(4));
            }
            let (short, none) = ours(frame4(b"short"));
            assert_eq!(sender.send(&short, none, |bytes| kernel.write(bytes)), Ok(1));
            assert_eq!(kernel.taken.len(), 9);
            assert!(kernel.taken[8] == short, "checksums are left to it all the same");
            for piece in &kernel.taken[..8] {
                assert_eq!(piece[..HEADER_LEN], [0; HEADER_LEN]);
                assert!(is_sound(&[0; HEADER_LEN], &piece[HEADER_LEN..]));
            }
            assert_eq!(asked, 1);
            assert_eq!(all_warnings(&mut sender), [Warning::CutHere(error)], "told once");
        }
    }

    #[test]
    fn a_kernel_that_refuses_half_checksums_gets_whole_ones() {
        let mut sender = Sender::new(FRAME_MAX);
        let mut kernel = Kernel::new(|bytes: &[u8]| (bytes[0] != 0).then_some(Errno::INVAL));
        let right = [frame4(b"hello"), frame6(b"hello"), frame4(b"")];
        for frame in right.clone() {
            let (bytes, segment) = ours(frame);
            assert_eq!(sender.send(&bytes, segment, |bytes| kernel.write(bytes)), Ok(1));
        }
        let (long, segment) = ours(frame4(&[b'x'; 3000]));
        assert_eq!(sender.send(&long, segment, |bytes| kernel.write(bytes)), Ok(3));
        for (taken, right) in kernel.taken.iter().zip(right) {
            assert_eq!(taken[HEADER_LEN..], right);
        }
        assert_eq!(all_warnings(&mut sender), [Warning::SummedHere(Errno::INVAL)]);
    }

    #[test]
    fn a_long_frame_for_which_there_is_no_memory_now_is_cut_and_the_next_one_is_not() {
        let mut sender = Sender::new(FRAME_MAX);
        let (bytes, segment) = ours(frame4(&[b'x'; 5000]));
        let mut kernel = Kernel::new(|bytes: &[u8]| (bytes.len() > 4000).then_some(Errno::NOMEM));
        assert_eq!(sender.send(&bytes, segment, |bytes| kernel.write(bytes)), Ok(4));
        let mut kernel = Kernel::new(|_: &[u8]| None);
        assert_eq!(sender.send(&bytes, segment, |bytes| kernel.write(bytes)), Ok(1));
        assert_eq!(all_warnings(&mut sender), []);
    }

    #[test]
    fn a_device_that_is_down_is_told_once_and_all_is_as_before_when_it_is_up() {
        let mut sender = Sender::new(FRAME_MAX);
        let (bytes, segment) = ours(frame4(&[b'x'; 5000]));
        for _ in 0..3 {
            assert_eq!(sender.send(&bytes, segment, |_| Err(Errno::IO)), Err(Errno::IO));
        }
        assert_eq!(sender.send(&bytes, segment, |bytes| Ok(bytes.len())), Ok(1));
        assert_eq!(all_warnings(&mut sender), [Warning::NotTaken(Errno::IO)]);
    }

    #[test]
    fn what_no_way_helps_is_told_by_its_first_error_and_nothing_is_learned_of_it() {
        let mut sender = Sender::new(FRAME_MAX);
        let (long, segment) = ours(frame4(&[b'x'; 5000]));
        assert_eq!(sender.send(&long, segment, |_| Err(Errno::INVAL)), Err(Errno::INVAL));
        let arp = [0; HEADER_LEN + 60];
        assert_eq!(sender.send(&arp, None, |_| Err(Errno::AGAIN)), Err(Errno::AGAIN));
        assert_eq!(sender.send(&long, segment, |bytes| Ok(bytes.len())), Ok(1));
        let told = [Warning::NotTaken(Errno::INVAL), Warning::NotTaken(Errno::AGAIN)];
        assert_eq!(all_warnings(&mut sender), told);
    }
}
