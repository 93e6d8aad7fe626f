//! An image's log as lines, from a stream of any bytes.

use proptest::prelude::*;
use serde_json::json;

use super::*;

/// A log with two messages: `1` is `hi` with a byte, `2` is a text.
fn log() -> Log {
    let word = |tag: &str, string: &str| json!({ "string": { "tag": tag, "string": string }, "raw_symbol": string });
    let table = json!({
        "timestamp": word("Timestamp", "{=u8:ms}"),
        "entries": { "1": word("Info", "hi {=u8}"), "2": word("Warn", "{=str}") },
        "bitflags": {},
        "encoding": "Rzcobs",
    });
    Log { table: serde_json::from_value(table).unwrap() }
}

/// A frame of at most seven bytes: those that are not zero, then a bit for each that is, the last
/// byte the highest.
fn frame(data: &[u8]) -> Vec<u8> {
    assert!(data.len() <= 7);
    let padded: Vec<u8> = data.iter().copied().chain([0; 7]).take(7).collect();
    let zeros = padded.iter().rev().fold(0, |bits, byte| bits << 1 | u8::from(*byte == 0));
    padded.into_iter().filter(|byte| *byte != 0).chain([zeros, 0]).collect()
}

fn read(stream: impl Read) -> Vec<String> {
    let mut lines = Vec::new();
    log().read(stream, |line| {
        lines.push(line.map_or_else(|broken| broken.to_string(), |line| line.to_string()));
        ControlFlow::Continue(())
    });
    lines
}

/// Gives one byte at a time.
struct Trickle<'a>(&'a [u8]);

impl Read for Trickle<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let (one, rest) = self.0.split_at(self.0.len().min(1));
        buffer[..one.len()].copy_from_slice(one);
        self.0 = rest;
        Ok(one.len())
    }
}

#[test]
fn frames_are_lines_however_they_come() {
    let stream = [vec![0], frame(&[1, 0, 9, 7]), vec![0], frame(&[2, 0, 12, 0, 0, 0, 0])].concat();
    assert_eq!(read(&stream[..]), read(Trickle(&stream)));
    assert_eq!(read(&stream[..]), ["    0.009 info  hi 7", "    0.012 warn  "]);
}

#[test]
fn what_is_no_frame_is_told_and_the_next_line_is_fine() {
    let unknown = frame(&[9, 0, 1]);
    let cut_off = vec![1, 1, 0];
    let stream = [unknown, cut_off, frame(&[1, 0, 9, 7])].concat();
    let broken = "(a broken frame in the log)";
    assert_eq!(read(&stream[..]), [broken, broken, "    0.009 info  hi 7"]);
}

#[test]
fn reading_ends_when_nobody_listens() {
    let stream = [frame(&[1, 0, 9, 7]), frame(&[1, 0, 9, 8])].concat();
    let mut count = 0;
    log().read(&stream[..], |_| {
        count += 1;
        ControlFlow::Break(())
    });
    assert_eq!(count, 1);
}

#[test]
fn what_is_no_image_has_no_log() {
    assert!(matches!(Log::of(Path::new("/nowhere")), Err(LogError::File(_))));
    let manifest = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"));
    assert!(matches!(Log::of(manifest), Err(LogError::Image(_))));
}

proptest! {
    #[test]
    fn no_stream_is_a_reason_to_panic(stream in prop::collection::vec(0_u8..16, 0..400)) {
        read(&stream[..]);
    }
}
