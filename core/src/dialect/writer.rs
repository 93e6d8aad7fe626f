//! Writes one line into a fixed buffer, without `core::fmt` (10 KiB of flash on a board). All
//! dialects write into it.
//! Knows nothing of what the line says.

/// The longest line, in bytes, without its line ending.
pub const LINE_MAX: usize = 512;

/// A line under construction. Text beyond [`LINE_MAX`] bytes is cut off at a character. Tests
/// assert that everything this crate emits fits.
#[derive(Debug)]
pub struct LineWriter {
    /// The line, and room for its end.
    bytes: [u8; LINE_MAX + 2],
    len: usize,
}

impl LineWriter {
    /// An empty line.
    pub const fn new() -> Self {
        LineWriter { bytes: [0; LINE_MAX + 2], len: 0 }
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

    /// Appends the next word of a list, with a comma and a space before it unless it is the first.
    /// False, and nothing is written, if they do not fit. A list of users may be long, so the two
    /// are checked and copied at once.
    #[inline]
    pub(crate) fn push_listed(&mut self, word: &str, is_first: bool) -> bool {
        let begin = if is_first { self.len } else { self.len + 2 };
        let end = begin + word.len();
        if end > LINE_MAX {
            return false;
        }
        if !is_first {
            self.bytes[self.len] = b',';
            self.bytes[self.len + 1] = b' ';
        }
        self.bytes[begin..end].copy_from_slice(word.as_bytes());
        self.len = end;
        true
    }

    /// Appends a space.
    pub(crate) fn push_space(&mut self) {
        if self.room() > 0 {
            self.bytes[self.len] = b' ';
            self.len += 1;
        }
    }

    /// Appends `number` in decimal.
    pub fn push_number(&mut self, number: u64) {
        match u32::try_from(number) {
            Ok(number) => self.push_digits(number, digits(number)),
            // In two halves: a division of more than a word is slow where words are short.
            Err(_) => {
                self.push_number(number / 1_000_000_000);
                self.push_digits((number % 1_000_000_000) as u32, 9);
            }
        }
    }

    /// Appends the last `count` digits of `number`; only the first of them if not all fit.
    fn push_digits(&mut self, number: u32, count: usize) {
        let fitting = count.min(self.room());
        let mut rest = (fitting..count).fold(number, |rest, _| rest / 10);
        let mut pairs = self.bytes[self.len..self.len + fitting].rchunks_exact_mut(2);
        for pair in pairs.by_ref() {
            pair.copy_from_slice(&PAIRS[(rest % 100) as usize]);
            rest /= 100;
        }
        if let [digit] = pairs.into_remainder() {
            *digit = b'0' + (rest % 10) as u8;
        }
        self.len += fitting;
    }

    /// Appends `number` in hexadecimal, lower case, with at least `width` digits.
    pub fn push_hex(&mut self, number: u32, width: usize) {
        let digits: [u8; 8] =
            core::array::from_fn(|i| b"0123456789abcdef"[(number >> (28 - 4 * i) & 0xf) as usize]);
        let significant = 8 - (number.leading_zeros() / 4) as usize;
        self.push_ascii(&digits[8 - significant.max(width).min(8)..]);
    }

    /// Replaces an ASCII character by another.
    pub(crate) fn replace_ascii(&mut self, at: usize, with: u8) {
        if let Some(byte) = self.bytes[..self.len].get_mut(at)
            && byte.is_ascii()
            && with.is_ascii()
        {
            *byte = with;
        }
    }

    /// Appends ASCII, which needs no search for the beginning of a character.
    pub(crate) fn push_ascii(&mut self, ascii: &[u8]) {
        debug_assert!(ascii.is_ascii());
        let cut = ascii.len().min(self.room());
        self.bytes[self.len..self.len + cut].copy_from_slice(&ascii[..cut]);
        self.len += cut;
    }

    /// Appends the next bytes of a text that fits as a whole. A character that is cut here
    /// continues with the next bytes.
    pub(crate) fn push_piece(&mut self, piece: &[u8]) {
        debug_assert!(piece.len() <= self.room());
        let cut = piece.len().min(self.room());
        self.bytes[self.len..self.len + cut].copy_from_slice(&piece[..cut]);
        self.len += cut;
    }

    /// The text so far.
    pub fn as_str(&self) -> &str {
        core::str::from_utf8(&self.bytes[..self.len]).unwrap_or_default()
    }

    /// The line as it goes out, with its `\n`.
    pub fn terminated(&mut self) -> &[u8] {
        self.bytes[self.len] = b'\n';
        &self.bytes[..=self.len]
    }

    /// The line as it goes out in a dialect whose lines end in `\r\n`.
    pub fn terminated_by_crlf(&mut self) -> &[u8] {
        self.bytes[self.len..self.len + 2].copy_from_slice(b"\r\n");
        &self.bytes[..self.len + 2]
    }
}

/// Two digits at a time need half the divisions.
static PAIRS: [[u8; 2]; 100] = {
    let mut pairs = [[0; 2]; 100];
    let mut number = 0;
    while number < 100 {
        pairs[number] = [b'0' + (number / 10) as u8, b'0' + (number % 10) as u8];
        number += 1;
    }
    pairs
};

/// How many digits a number has.
fn digits(number: u32) -> usize {
    number.checked_ilog10().map_or(1, |log| log as usize + 1)
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
    fn a_full_line_has_room_for_its_end() {
        let mut line = LineWriter::new();
        line.push_str(&"x".repeat(LINE_MAX + 1));
        assert_eq!(line.terminated(), ("x".repeat(LINE_MAX) + "\n").as_bytes());
        assert_eq!(line.terminated_by_crlf(), ("x".repeat(LINE_MAX) + "\r\n").as_bytes());
        assert_eq!(line.len(), LINE_MAX);
    }

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
    fn numbers_are_written_as_everybody_writes_them() {
        let around = |number: u64| [number - 1, number, number + 1];
        let powers = (0..20).map(|power| 10_u64.pow(power)).flat_map(around);
        for number in powers.chain([u32::MAX.into(), 1_000_000_000_000_000_000, u64::MAX]) {
            let mut line = LineWriter::new();
            line.push_number(number);
            assert_eq!(line.as_str(), number.to_string());
        }
    }

    #[test]
    fn a_number_that_does_not_fit_is_cut_and_so_is_a_space() {
        for room in 0..=20 {
            let mut line = LineWriter::new();
            line.push_str(&"a".repeat(LINE_MAX - room));
            line.push_number(u64::MAX);
            line.push_space();
            let written = "a".repeat(LINE_MAX - room) + "18446744073709551615 ";
            assert_eq!(line.as_str(), &written[..LINE_MAX]);
        }
    }

    #[test]
    fn a_list_takes_a_word_whole_or_not_at_all() {
        for room in 0..=10 {
            let mut line = LineWriter::new();
            line.push_str(&"a".repeat(LINE_MAX - room));
            let written = line.as_str().to_owned();
            assert_eq!(line.push_listed("yodä", false), room >= 7);
            let wanted = if room >= 7 { written + ", yodä" } else { written };
            assert_eq!(line.as_str(), wanted);
        }
        let mut line = LineWriter::new();
        assert!(line.push_listed("a", true) && line.push_listed("b", false));
        assert_eq!(line.as_str(), "a, b");
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
