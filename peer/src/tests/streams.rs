//! Lines and bytes on a link: their bounds, both directions at once, much at a time.

use std::io::{BufRead, ErrorKind, Read, Write};
use std::thread;

use super::*;
use crate::{LINE_MAX, LinkReader, LinkWriter};

/// A writer, and the reader at the other end.
fn pipe() -> (LinkWriter, LinkReader, impl Sized) {
    let (hans, ours, yoda, theirs) = linked();
    let (reader, writer) = (theirs.split(), ours.split());
    (writer.1, reader.0, (hans, yoda, writer.0, reader.1))
}

#[test]
fn a_line_has_at_most_512_bytes() {
    for length in [LINE_MAX - 2, LINE_MAX - 1] {
        let (mut writer, mut reader, _others) = pipe();
        let line = "x".repeat(length);
        writer.write_line(&line).unwrap();
        writer.flush().unwrap();
        assert_eq!(reader.read_line().unwrap(), Some(&*line));
    }
    let (mut writer, mut reader, _others) = pipe();
    let line = "x".repeat(LINE_MAX);
    assert_eq!(writer.write_line(&line).unwrap_err().kind(), ErrorKind::InvalidInput);
    writer.write_all(line.as_bytes()).unwrap();
    writer.flush().unwrap();
    assert_eq!(reader.read_line().unwrap_err().kind(), ErrorKind::InvalidData);
}

#[test]
fn what_is_no_line_ends_the_link() {
    for bytes in [&b"\xff\n"[..], b"a\x1bb\n", b"a\rb\n", "a\u{9b}\n".as_bytes()] {
        let (mut writer, mut reader, _others) = pipe();
        writer.write_all(bytes).unwrap();
        writer.flush().unwrap();
        assert_eq!(reader.read_line().unwrap_err().kind(), ErrorKind::InvalidData);
    }
    let (mut writer, mut reader, _others) = pipe();
    writer.write_all(b"half").unwrap();
    writer.finish().unwrap();
    assert_eq!(reader.read_line().unwrap_err().kind(), ErrorKind::UnexpectedEof);
}

#[test]
fn counted_bytes_stand_between_lines() {
    let (mut writer, mut reader, _others) = pipe();
    let bytes: Vec<u8> = (0..1_000_000_u32).map(|i| i.to_le_bytes()[1]).collect();
    let sending = bytes.clone();
    let sender = thread::spawn(move || {
        for _ in 0..3 {
            writer.write_line("chunk").unwrap();
            writer.write_all(&sending).unwrap();
        }
        writer.finish().unwrap();
    });
    for _ in 0..3 {
        assert_eq!(reader.read_line().unwrap(), Some("chunk"));
        let mut heard = vec![0; bytes.len()];
        reader.read_exact(&mut heard).unwrap();
        assert!(heard == bytes);
    }
    assert!(reader.fill_buf().unwrap().is_empty());
    sender.join().unwrap();
}

#[test]
fn a_read_that_waits_too_long_loses_nothing() {
    let (mut writer, mut reader, _others) = pipe();
    reader.set_timeout(Some(Duration::from_millis(20))).unwrap();
    assert_eq!(reader.read_line().unwrap_err().kind(), ErrorKind::TimedOut);
    writer.write_all(b"ha").unwrap();
    writer.flush().unwrap();
    assert_eq!(reader.read_line().unwrap_err().kind(), ErrorKind::TimedOut);
    writer.write_line("lf").unwrap();
    writer.flush().unwrap();
    reader.set_timeout(None).unwrap();
    assert_eq!(reader.read_line().unwrap(), Some("half"));
}

/// Each side sends more than the sockets hold, and reads at the same time.
#[test]
fn both_may_send_much_at_once() {
    const BYTES: usize = 32 * 1024 * 1024;
    let (_hans, ours, _yoda, theirs) = linked();
    let sides: Vec<_> = [ours, theirs].into_iter().map(Link::split).collect();
    thread::scope(|scope| {
        for (mut reader, mut writer) in sides {
            scope.spawn(move || {
                let piece = vec![7; 100_000];
                for _ in 0..BYTES / piece.len() {
                    writer.write_all(&piece).unwrap();
                }
                writer.finish().unwrap();
            });
            scope.spawn(move || {
                let mut heard = vec![0; BYTES];
                let mut count = 0;
                while let read @ 1.. = reader.read(&mut heard).unwrap() {
                    count += read;
                }
                assert_eq!(count, BYTES / 100_000 * 100_000);
            });
        }
    });
}

/// A peer that does not read stops its writer, and nobody else.
#[test]
fn a_writer_whose_peer_does_not_read_can_be_ended() {
    let (_hans, ours, _yoda, theirs) = linked();
    let (closer, (mut reader, mut writer)) = (ours.closer(), ours.split());
    let stalled = thread::spawn(move || {
        let piece = vec![7; 1_000_000];
        while writer.write_all(&piece).is_ok() {}
    });
    let (_, mut theirs) = theirs.split();
    theirs.write_line("meanwhile").unwrap();
    theirs.flush().unwrap();
    assert_eq!(reader.read_line().unwrap(), Some("meanwhile"));
    closer.close();
    stalled.join().unwrap();
}
