//! Plain TCP: the carriers of a product that has none. All of it is known when it is compiled, so a
//! driver with it has no code for carriers.

use embedded_io::{ErrorKind, ErrorType, Write};

use super::{Attempt, Carrier, Carriers, End, Opening, Over, Ready, Verdict, Wait};
use crate::time::Instant;
use crate::transport::Transport;

/// No carrier but TCP itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Plain;

/// The session that no plain connection has. There is no value of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoSession {}

impl Carriers for Plain {
    type Session<'a> = NoSession;

    #[inline(always)]
    fn carries(&self, _: Carrier) -> bool {
        false
    }

    #[inline(always)]
    fn has(&self, _: usize) -> bool {
        false
    }

    #[inline(always)]
    fn begin_round(&mut self) {}

    fn open(&mut self, _: Instant, _: usize, _: u64) -> Opening {
        Opening::Full
    }

    #[inline(always)]
    fn close(&mut self, _: usize) {}

    fn refuse(&mut self, _: usize, _: End) -> &'static [u8] {
        b""
    }

    #[inline(always)]
    fn progress<T: Transport>(
        &mut self,
        _: Instant,
        _: usize,
        _: &mut T,
        _: &mut impl FnMut(Attempt<'_>) -> Verdict,
    ) -> Result<Wait, Over> {
        Ok(Wait::News)
    }

    #[inline(always)]
    fn session(&mut self, _: usize) -> Option<NoSession> {
        None
    }

    #[inline(always)]
    fn is_sending(&self, _: usize) -> bool {
        false
    }

    #[inline(always)]
    fn ready(&self, _: usize) -> Option<Ready> {
        None
    }

    #[inline(always)]
    fn settle(&mut self, _: usize) {}
}

impl ErrorType for NoSession {
    type Error = ErrorKind;
}

impl Write for NoSession {
    fn write(&mut self, _: &[u8]) -> Result<usize, ErrorKind> {
        match *self {}
    }

    fn flush(&mut self) -> Result<(), ErrorKind> {
        match *self {}
    }
}

impl Transport for NoSession {
    fn received(&self) -> usize {
        match *self {}
    }

    fn peek(&mut self, _: &mut [u8]) -> usize {
        match *self {}
    }

    fn consume(&mut self, _: usize) {
        match *self {}
    }

    fn has_ended(&self) -> bool {
        match *self {}
    }

    fn room(&self) -> usize {
        match *self {}
    }

    fn unacknowledged(&self) -> usize {
        match *self {}
    }
}
