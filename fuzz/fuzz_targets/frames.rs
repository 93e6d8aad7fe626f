//! Frames decoded from bytes, thrown at the driver while people chat, as `tests/tests/frames.rs`
//! does it.
#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../../tests/src/frames/mod.rs"]
mod frames;

fuzz_target!(|bytes: &[u8]| frames::run(bytes));
