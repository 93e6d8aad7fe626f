//! Any bytes. However they are split, the same lines come out. No line makes a parser panic. A
//! parsed value that is written again parses as the same value.
#![no_main]

use libfuzzer_sys::fuzz_target;
use smolchat_core::dialect::lines::{
    LINE_BYTES, LINE_MAX, LineCutter, LineError, LineWriter, ReplyLine, emit_event, emit_request,
    parse_event, parse_request,
};
use smolchat_core::protocol::{Text, check_password, check_user_name};

type Line = Result<String, LineError>;

/// The lines that come out if the bytes come in pieces with the lengths in `pieces`, over and over.
fn lines(bytes: &[u8], pieces: &[u8]) -> Vec<Line> {
    let (mut cutter, mut out) = (LineCutter::new(), Vec::new());
    let (mut received, mut consumed) = (0, 0);
    let mut turns = pieces.iter().cycle();
    loop {
        let seen = received.min(consumed + LINE_BYTES);
        let cut = cutter.cut(&bytes[consumed..seen]);
        consumed += cut.consumed;
        out.extend(cut.line.map(|line| line.map(str::to_owned)));
        if cut.consumed == 0 {
            assert!(received < consumed + LINE_BYTES, "a full ring is never waited with");
            if received == bytes.len() {
                return out;
            }
            let piece = turns.next().map_or(usize::MAX, |&piece| usize::from(piece).max(1));
            received = received.saturating_add(piece).min(bytes.len());
        }
    }
}

/// The result that the cutter should give, computed with the standard library. A line that has no
/// end yet is told only where it is too long.
fn expected(bytes: &[u8]) -> Vec<Line> {
    let mut all: Vec<&[u8]> = bytes.split(|&byte| byte == b'\n').collect();
    let unfinished = all.pop().filter(|line| line.len() > LINE_MAX + 1);
    let finished = all.into_iter().map(|line| {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let text = std::str::from_utf8(line);
        match text {
            _ if line.len() > LINE_MAX => Err(LineError::TooLong),
            Err(_) => Err(LineError::NotUtf8),
            Ok(text) if text.contains(char::is_control) => Err(LineError::ControlCharacter),
            Ok(text) => Ok(text.to_owned()),
        }
    });
    finished.chain(unfinished.map(|_| Err(LineError::TooLong))).collect()
}

fn emitted(emit: impl FnOnce(&mut LineWriter)) -> String {
    let mut line = LineWriter::new();
    emit(&mut line);
    line.as_str().to_owned()
}

/// A value that was parsed is written as a line that means the same. Text that does not fit in a
/// line was cut off.
fn check_parsers(line: &str) {
    let _ = (check_user_name(line), check_password(line), Text::new(line));
    if let Ok(request) = parse_request(line) {
        let again = emitted(|out| emit_request(&request, out));
        assert_eq!(parse_request(&again), Ok(request), "{line:?} became {again:?}");
    }
    if let Ok(event) = parse_event(line) {
        let again = emitted(|out| emit_event(&event, out));
        if again.len() < LINE_MAX {
            assert_eq!(parse_event(&again), Ok(event), "{line:?} became {again:?}");
        }
    }
    if let Some(reply) = ReplyLine::parse(line) {
        assert!(reply.code < 1000 && line.ends_with(reply.text), "{line:?} became {reply:?}");
    }
}

fuzz_target!(|input: (Vec<u8>, Vec<u8>)| {
    let (pieces, bytes) = input;
    let whole = expected(&bytes);
    assert_eq!(lines(&bytes, &[]), whole);
    assert_eq!(lines(&bytes, &pieces), whole, "split at {pieces:?}");
    for line in whole.iter().flatten() {
        check_parsers(line);
    }
    if let Ok(text) = std::str::from_utf8(&bytes) {
        text.split('\n').for_each(check_parsers);
    }
});
