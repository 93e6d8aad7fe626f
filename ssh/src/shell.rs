//! The terminal that a shell has: that of `smolchat_terminal`, or none where an image has no room
//! for it. Without one a shell is served as the subsystem is.
//! Knows no session.

#[cfg(feature = "terminal")]
pub(crate) use smolchat_terminal::{Opening, Progress, Sizes, Terminal};

#[cfg(not(feature = "terminal"))]
pub(crate) use none::{Opening, Progress, Sizes, Terminal};

/// Whether a shell has one.
pub(crate) const HAS_TERMINALS: bool = cfg!(feature = "terminal");

#[cfg(not(feature = "terminal"))]
mod none {
    //! What stands in the place of a terminal and takes no memory. No shell is ever opened, so
    //! nothing moves here.

    use core::marker::PhantomData;

    use embedded_io::{ErrorKind, ErrorType, Write};
    use smolchat_core::arena::Arena;
    use smolchat_core::time::Instant;
    use smolchat_core::transport::Transport;

    /// No memory is needed.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct Sizes;

    impl Sizes {
        pub const LEAST: Sizes = Sizes;
        pub const SMALL: Sizes = Sizes;
        pub const LARGE: Sizes = Sizes;

        pub const fn is_enough(&self) -> bool {
            true
        }

        pub const fn end(&self, from: usize) -> usize {
            from
        }
    }

    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub(crate) enum Progress {
        Rest,
    }

    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub(crate) struct Closed;

    /// Who came.
    pub(crate) struct Opening<'a> {
        pub(crate) has_terminal: bool,
        pub(crate) user: Option<&'a str>,
    }

    #[derive(Debug, Default)]
    pub struct Terminal<'s>(PhantomData<&'s ()>);

    impl<'s> Terminal<'s> {
        pub(crate) fn new(_: &mut impl Arena<'s>, _: &Sizes) -> Option<Self> {
            Some(Terminal::default())
        }

        pub(crate) fn open(&mut self, _: Instant, opening: Opening<'_>) {
            let Opening { has_terminal, user } = opening;
            _ = (has_terminal, user);
        }

        pub(crate) fn close(&mut self) {}

        pub(crate) fn note_window(&mut self) {}

        pub(crate) fn progress(
            &mut self,
            _: Instant,
            _: &mut impl Transport,
        ) -> Result<Progress, Closed> {
            Ok(Progress::Rest)
        }

        pub(crate) fn poll_at(&self) -> Option<Instant> {
            None
        }

        pub(crate) fn is_sending(&self) -> bool {
            false
        }
    }

    impl ErrorType for Terminal<'_> {
        type Error = ErrorKind;
    }

    impl Write for Terminal<'_> {
        fn write(&mut self, _: &[u8]) -> Result<usize, ErrorKind> {
            Err(ErrorKind::NotConnected)
        }

        fn flush(&mut self) -> Result<(), ErrorKind> {
            Ok(())
        }
    }

    impl Transport for Terminal<'_> {
        fn received(&self) -> usize {
            0
        }

        fn peek(&mut self, _: &mut [u8]) -> usize {
            0
        }

        fn consume(&mut self, _: usize) {}

        fn has_ended(&self) -> bool {
            true
        }

        fn room(&self) -> usize {
            0
        }

        fn unacknowledged(&self) -> usize {
            usize::MAX
        }
    }
}
