//! How a file falls into lines, where it comes in pieces and may have been cut off in the middle of a line.
//! Touches nothing.

/// Cuts bytes into lines of at most `MAX` bytes.
#[derive(Debug)]
pub struct Lines<const MAX: usize> {
    buffer: [u8; MAX],
    /// Bytes of the line so far; more than `MAX` where it is too long.
    length: usize,
}

/// A line, without its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line<'a> {
    /// Its text.
    Text(&'a str),
    /// It is too long, or not UTF-8.
    Malformed,
}

impl<const MAX: usize> Default for Lines<MAX> {
    fn default() -> Self {
        Lines { buffer: [0; MAX], length: 0 }
    }
}

impl<const MAX: usize> Lines<MAX> {
    /// Takes the next piece, and calls `each` with every line that ends in it.
    pub fn push(&mut self, piece: &[u8], mut each: impl FnMut(Line<'_>)) {
        for byte in piece {
            if *byte == b'\n' {
                let text = self.buffer.get(..self.length).map(str::from_utf8);
                each(text.and_then(Result::ok).map_or(Line::Malformed, Line::Text));
                self.length = 0;
                continue;
            }
            if let Some(place) = self.buffer.get_mut(self.length) {
                *place = *byte;
            }
            self.length = self.length.saturating_add(1);
        }
    }

    /// Whether the last line has no end: it was cut off.
    pub fn is_cut_off(&self) -> bool {
        self.length > 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(pieces: &[&[u8]]) -> (Vec<Result<String, ()>>, bool) {
        let mut lines = Lines::<8>::default();
        let mut found = Vec::new();
        for piece in pieces {
            lines.push(piece, |line| {
                found.push(match line {
                    Line::Text(text) => Ok(text.to_owned()),
                    Line::Malformed => Err(()),
                });
            });
        }
        (found, lines.is_cut_off())
    }

    #[test]
    fn lines_are_found_wherever_the_pieces_end() {
        let expected =
            (vec![Ok("hans a".to_owned()), Ok(String::new()), Ok("yoda b".into())], false);
        let file = b"hans a\n\nyoda b\n";
        assert_eq!(lines(&[file]), expected);
        for cut in 0..file.len() {
            assert_eq!(lines(&[&file[..cut], &file[cut..]]), expected, "cut at {cut}");
        }
    }

    #[test]
    fn a_line_that_was_cut_off_is_no_line() {
        assert_eq!(lines(&[b"hans a\nyod"]), (vec![Ok("hans a".to_owned())], true));
    }

    #[test]
    fn a_line_too_long_or_of_no_text_is_malformed_and_the_next_is_fine() {
        let found = lines(&[b"12345678\n123456789\n\xff\nx\n"]);
        let expected = vec![Ok("12345678".to_owned()), Err(()), Err(()), Ok("x".to_owned())];
        assert_eq!(found, (expected, false));
    }
}
