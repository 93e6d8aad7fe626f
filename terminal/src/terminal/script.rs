//! Lines of a script. Knows no key.

use smolchat_core::dialect::lines::{Cut, LINE_BYTES, LineError};
use smolchat_core::protocol::Reply;
use smolchat_core::transport::Transport;

use super::Terminal;
use crate::words::write_own;

/// Stands before the text of some files.
const BYTE_ORDER_MARK: char = '\u{feff}';

impl Terminal<'_> {
    /// Takes the next line. Returns whether anything was taken.
    pub(super) fn take_script<T: Transport>(&mut self, below: &mut T) -> bool {
        let mut bytes = [0; LINE_BYTES];
        let seen = below.peek(&mut bytes);
        let mut end = seen;
        // The last line of a file may have no end.
        if below.has_ended() && seen == below.received() && (1..LINE_BYTES).contains(&seen) {
            bytes[seen] = b'\n';
            end += usize::from(bytes[seen - 1] != b'\n');
        }
        let Cut { line, consumed } = self.cutter.cut(&bytes[..end]);
        below.consume(consumed.min(seen));
        match line {
            None => {}
            Some(Ok(line)) => {
                let is_first = core::mem::take(&mut self.is_first_line);
                let line = if is_first { line.trim_start_matches(BYTE_ORDER_MARK) } else { line };
                self.talk.handle_script_line(line);
            }
            Some(Err(error)) => {
                let reply = match error {
                    LineError::TooLong => Reply::LineTooLong,
                    LineError::NotUtf8 => Reply::NotUtf8,
                    LineError::ControlCharacter => Reply::ControlCharacter,
                };
                self.talk.refuse(|page| write_own(page, &reply));
            }
        }
        consumed > 0
    }
}
