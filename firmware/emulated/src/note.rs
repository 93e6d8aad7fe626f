//! Why the part started: a word in memory that a restart leaves alone. At each moment it says what
//! a restart would mean.
//! It is one word of RAM. In QEMU no register says why: the LM3S6965's reads 0, whatever happened.

use core::sync::atomic::{AtomicU32, Ordering};

use smolchat_firmware::ResetReason;

/// What a restart now would mean. Other words are what memory holds after it was switched on.
#[derive(Clone, Copy)]
#[repr(u32)]
pub(crate) enum Note {
    /// Nobody here asked for it.
    Running = 0x7275_6e21,
    /// The watchdog has warned, and was not fed since.
    Hungry = 0x6875_6e21,
    /// The program starts the part anew.
    Restarting = 0x7265_7321,
}

/// The start code leaves this section as it is, so the value here is never loaded.
#[unsafe(link_section = ".uninit.note")]
static WORD: AtomicU32 = AtomicU32::new(0);

/// Writes the note.
pub(crate) fn write(note: Note) {
    WORD.store(note as u32, Ordering::Relaxed);
}

/// Reads the note of the life before, and begins a new one.
pub(crate) fn begin() -> ResetReason {
    let before = WORD.swap(Note::Running as u32, Ordering::Relaxed);
    match before {
        word if word == Note::Running as u32 => ResetReason::Pin,
        word if word == Note::Hungry as u32 => ResetReason::Watchdog,
        word if word == Note::Restarting as u32 => ResetReason::Software,
        _ => ResetReason::PowerOn,
    }
}
