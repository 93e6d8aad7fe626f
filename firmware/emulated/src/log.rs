//! defmt over the console: words go out as numbers, and a reader needs the ELF file.
//! A message is one critical section, so no two of them mix.

use core::cell::UnsafeCell;

use critical_section::{CriticalSection, RestoreState};
use defmt::{Encoder, Logger};

#[defmt::global_logger]
struct Log;

/// What belongs to the message being written.
struct Message {
    encoder: Encoder,
    restore: RestoreState,
}

/// Only within a message, which is a critical section.
struct Current(UnsafeCell<Message>);

// SAFETY: only `message` looks inside, and says why nothing else does at that time.
unsafe impl Sync for Current {}

static CURRENT: Current =
    Current(UnsafeCell::new(Message { encoder: Encoder::new(), restore: RestoreState::invalid() }));

/// The message being written.
///
/// # Safety
/// Interrupts must be off, and no other reference from here may live.
unsafe fn message() -> &'static mut Message {
    // SAFETY: there is one core, so with interrupts off nothing else runs; the rest is the caller's
    // promise.
    unsafe { &mut *CURRENT.0.get() }
}

/// Hands encoded bytes on.
fn write(bytes: &[u8]) {
    // SAFETY: the encoder writes only between `acquire` and `release`, where interrupts are off.
    crate::console::write(unsafe { CriticalSection::new() }, bytes);
}

// SAFETY: from `acquire` to `release` interrupts are off, and there is one core, so nothing else
// writes.
unsafe impl Logger for Log {
    fn acquire() {
        // SAFETY: its `release` is in `release`, which defmt calls for every call of this, and both
        // leave in reverse order.
        let restore = unsafe { critical_section::acquire() };
        // SAFETY: interrupts are off from here on, and the reference ends with this function.
        let message = unsafe { message() };
        message.restore = restore;
        message.encoder.start_frame(write);
    }

    unsafe fn flush() {}

    unsafe fn release() {
        // SAFETY: defmt calls this only after `acquire`, so interrupts are off; the reference ends
        // before they may be on again.
        let message = unsafe { message() };
        message.encoder.end_frame(write);
        let restore = message.restore;
        // SAFETY: it is what the `acquire` of this message gave.
        unsafe { critical_section::release(restore) };
    }

    unsafe fn write(bytes: &[u8]) {
        // SAFETY: defmt calls this only between `acquire` and `release`; the reference ends with
        // this function.
        let message = unsafe { message() };
        message.encoder.write(bytes, write);
    }
}
