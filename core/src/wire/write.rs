//! Writes one line into a fixed buffer, without `core::fmt` (10 KiB of flash on a board).
//! Touches only `limits`.

use super::limits::LINE_MAX;

/// A line under construction. What does not fit in [`LINE_MAX`] bytes is cut off at a character; everything this crate emits
/// fits, which tests assert.
#[derive(Debug)]
pub struct LineWriter {
    bytes: [u8; LINE_MAX + 1],
    len: usize,
}

impl LineWriter {
    /// An empty line.
    pub const fn new() -> Self {
        LineWriter { bytes: [0; LINE_MAX + 1], len: 0 }
    }

    /// Forgets what was written.
    pub fn clear(&mut self) {
        self.len = 0;
    }

    /// Bytes written so far.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether nothing was written.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Bytes that still fit.
    pub fn room(&self) -> usize {
        LINE_MAX - self.len
    }

    /// Appends `text`.
    pub fn push_str(&mut self, text: &str) {
        let mut cut = text.len().min(self.room());
        while !text.is_char_boundary(cut) {
            cut -= 1;
        }
        self.bytes[self.len..self.len + cut].copy_from_slice(&text.as_bytes()[..cut]);
        self.len += cut;
    }

    /// Appends `number` in decimal.
    pub fn push_number(&mut self, number: u64) {
        let mut digits = [0; 20];
        let mut at = digits.len();
        let mut rest = number;
        loop {
            at -= 1;
            digits[at] = b'0' + (rest % 10) as u8;
            rest /= 10;
            if rest == 0 {
                break;
            }
        }
        self.push_ascii(&digits[at..]);
    }

    /// Appends `number` in hexadecimal, lower case, with at least `width` digits.
    pub fn push_hex(&mut self, number: u32, width: usize) {
        let digits: [u8; 8] =
            core::array::from_fn(|i| b"0123456789abcdef"[(number >> (28 - 4 * i) & 0xf) as usize]);
        let significant = 8 - (number.leading_zeros() / 4) as usize;
        self.push_ascii(&digits[8 - significant.max(width).min(8)..]);
    }

    /// Puts another ASCII character in the place of one.
    pub(super) fn replace_ascii(&mut self, at: usize, with: u8) {
        if let Some(byte) = self.bytes[..self.len].get_mut(at)
            && byte.is_ascii()
            && with.is_ascii()
        {
            *byte = with;
        }
    }

    /// Digits need no look at where a character begins.
    fn push_ascii(&mut self, ascii: &[u8]) {
        debug_assert!(ascii.is_ascii());
        let cut = ascii.len().min(self.room());
        self.bytes[self.len..self.len + cut].copy_from_slice(&ascii[..cut]);
        self.len += cut;
    }

    /// What was written.
    pub fn as_str(&self) -> &str {
        core::str::from_utf8(&self.bytes[..self.len]).unwrap_or_default()
    }

    /// The line as it goes out, its `\n` behind it.
    pub fn terminated(&mut self) -> &[u8] {
        self.bytes[self.len] = b'\n';
        &self.bytes[..=self.len]
    }
}

impl Default for LineWriter {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_in_full() {
        let mut line = LineWriter::new();
        line.push_number(0);
        line.push_str(" ");
        line.push_number(u64::MAX);
        line.push_str(" ");
        line.push_hex(0xfe80, 1);
        line.push_hex(0x7, 2);
        line.push_hex(0, 1);
        assert_eq!(line.as_str(), "0 18446744073709551615 fe80070");
    }

    #[test]
    fn what_does_not_fit_is_cut_at_a_character() {
        let mut line = LineWriter::new();
        line.push_str(&"a".repeat(LINE_MAX - 1));
        line.push_str("ä");
        assert_eq!(line.len(), LINE_MAX - 1);
        assert_eq!(line.terminated().last(), Some(&b'\n'));
    }
}
