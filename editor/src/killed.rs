//! The text that was killed last, in lent memory.
//! Knows no row.

/// One entry: what Ctrl-Y brings back.
pub(crate) struct Killed<'a> {
    memory: &'a mut [u8],
    len: usize,
}

impl<'a> Killed<'a> {
    pub(crate) const fn new(memory: &'a mut [u8]) -> Self {
        Killed { memory, len: 0 }
    }

    pub(crate) fn text(&self) -> &str {
        core::str::from_utf8(&self.memory[..self.len]).unwrap_or_default()
    }

    /// Keeps `text` in place of what was there. Nothing is kept if it does not fit: half of it
    /// would be yanked as if it were all. Returns whether it was kept.
    pub(crate) fn keep(&mut self, text: &str) -> bool {
        self.len = 0;
        self.append(text)
    }

    /// Keeps `text` behind what is there.
    pub(crate) fn append(&mut self, text: &str) -> bool {
        self.put(self.len, text)
    }

    /// Keeps `text` before what is there.
    pub(crate) fn prepend(&mut self, text: &str) -> bool {
        self.put(0, text)
    }

    /// Forgets the text, and leaves none of it in the memory.
    pub(crate) fn wipe(&mut self) {
        self.memory.fill(0);
        self.len = 0;
    }

    fn put(&mut self, at: usize, text: &str) -> bool {
        let len = self.len + text.len();
        if len > self.memory.len() {
            self.len = 0;
            return false;
        }
        self.memory.copy_within(at..self.len, at + text.len());
        self.memory[at..at + text.len()].copy_from_slice(text.as_bytes());
        self.len = len;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn killed_text_grows_on_both_sides_up_to_its_capacity() {
        let mut memory = [0; 5];
        let mut killed = Killed::new(&mut memory);
        assert!(killed.keep("bc") && killed.prepend("a") && killed.append("de"));
        assert_eq!(killed.text(), "abcde");
        assert!(!killed.append("f"));
        assert_eq!(killed.text(), "");
        assert!(killed.keep("f"));
        assert_eq!(killed.text(), "f");
    }

    #[test]
    fn without_memory_nothing_is_kept() {
        let mut killed = Killed::new(&mut []);
        assert!(!killed.keep("a"));
        assert_eq!(killed.text(), "");
    }
}
