//! The flash in a file: reads after writes, when the file has them, and what happens after an
//! error.

use std::fs::File;
use std::os::unix::fs::FileExt;

use embassy_futures::block_on;

use super::*;

/// A flash of three erased pages, and another look at its file.
fn erased() -> (FlashFile, File) {
    let file = tempfile::tempfile().unwrap();
    file.write_all_at(&[ERASED; 3 * PAGE], 0).unwrap();
    let look = file.try_clone().unwrap();
    (FlashFile::new(file.into(), 3), look)
}

fn read(flash: &mut FlashFile, offset: usize, length: usize) -> Vec<u8> {
    let mut bytes = vec![0; length];
    block_on(flash.read(offset as u32, &mut bytes)).unwrap();
    bytes
}

fn on_file(look: &File, offset: usize, length: usize) -> Vec<u8> {
    let mut bytes = vec![0; length];
    look.read_exact_at(&mut bytes, offset as u64).unwrap();
    bytes
}

#[test]
fn what_is_written_is_read_at_once_and_in_the_file_after_a_sync() {
    let (mut flash, look) = erased();
    block_on(flash.write(5, b"hello")).unwrap();
    assert_eq!(read(&mut flash, 4, 7), b"\xffhello\xff");
    assert_eq!(on_file(&look, 4, 7), [ERASED; 7]);
    flash.sync().unwrap();
    assert_eq!(on_file(&look, 4, 7), b"\xffhello\xff");
}

#[test]
fn what_is_handed_over_is_in_the_file_without_a_sync() {
    let (mut flash, look) = erased();
    block_on(flash.write(5, b"hello")).unwrap();
    flash.hand_over().unwrap();
    assert_eq!(on_file(&look, 4, 7), b"\xffhello\xff");
}

#[test]
fn a_page_that_was_read_is_not_remembered_once_it_is_written() {
    let (mut flash, _) = erased();
    assert_eq!(read(&mut flash, PAGE, 3), [ERASED; 3]);
    block_on(flash.write(PAGE as u32, b"abc")).unwrap();
    block_on(flash.write(0, b"xyz")).unwrap();
    assert_eq!(read(&mut flash, PAGE, 3), b"abc");
    block_on(flash.erase(PAGE as u32, 2 * PAGE as u32)).unwrap();
    block_on(flash.write(3, b"!")).unwrap();
    assert_eq!(read(&mut flash, PAGE, 3), [ERASED; 3]);
    assert_eq!(read(&mut flash, 0, 4), b"xyz!");
}

#[test]
fn accesses_across_pages_are_whole() {
    let (mut flash, look) = erased();
    block_on(flash.write(PAGE as u32 - 2, b"abcd")).unwrap();
    assert_eq!(read(&mut flash, PAGE - 3, 6), b"\xffabcd\xff");
    flash.sync().unwrap();
    assert_eq!(on_file(&look, PAGE - 2, 4), b"abcd");
    block_on(flash.erase(0, 3 * PAGE as u32)).unwrap();
    flash.sync().unwrap();
    assert_eq!(on_file(&look, 0, 3 * PAGE), [ERASED; 3 * PAGE]);
}

#[test]
fn beyond_the_end_nothing_is_read_written_or_erased() {
    let (mut flash, look) = erased();
    let end = 3 * PAGE as u32;
    let beyond = Err(FlashFileError::OutOfPlace);
    assert_eq!(block_on(flash.write(end - 1, b"a")), Ok(()));
    assert_eq!(block_on(flash.write(end - 1, b"ab")), beyond);
    assert_eq!(block_on(flash.write(u32::MAX, b"ab")), beyond);
    assert_eq!(block_on(flash.read(end, &mut [0])), beyond);
    assert_eq!(block_on(flash.erase(0, end + 1)), beyond);
    assert_eq!(block_on(flash.erase(1, PAGE as u32)), beyond);
    assert_eq!(block_on(flash.erase(end, 0)), beyond);
    assert_eq!(flash.sync(), Ok(()), "a mistake of the caller breaks nothing");
    assert_eq!(on_file(&look, 3 * PAGE - 1, 1), b"a");
}

#[test]
fn after_an_error_of_the_file_nothing_succeeds_any_more() {
    let (mut flash, look) = erased();
    look.set_len(PAGE as u64).unwrap();
    let error = Err(FlashFileError::System(Errno::IO));
    assert_eq!(block_on(flash.read(PAGE as u32, &mut [0])), error);
    look.set_len(3 * PAGE as u64).unwrap();
    assert_eq!(block_on(flash.read(0, &mut [0])), error);
    assert_eq!(block_on(flash.write(0, b"a")), error);
    assert_eq!(flash.sync(), error);
    assert_eq!(flash.failed(), Some(Errno::IO));
}
