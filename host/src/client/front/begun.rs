//! When each line was begun, to tell those that were begun before the prompt fell back to another.
//! Knows no terminal and reads no clock.

use std::time::{Duration, Instant};

/// Within this a person sees another prompt and stops typing.
const NOTICE: Duration = Duration::from_secs(1);

/// When the line in hand was begun, and when the prompt fell back.
#[derive(Debug, Default)]
pub(super) struct Begun {
    line: Option<Instant>,
    read: Option<Instant>,
    fell_back: Option<Instant>,
}

impl Begun {
    /// Keys came. `is_row_empty`: nothing was in hand before them.
    pub(super) fn handle_keys(&mut self, now: Instant, is_row_empty: bool) {
        if is_row_empty {
            self.line = Some(now);
        }
        self.read = Some(now);
    }

    /// The line in hand is finished. When it was begun; the next one begins with the keys that came
    /// last.
    pub(super) fn take_line(&mut self) -> Option<Instant> {
        std::mem::replace(&mut self.line, self.read)
    }

    /// The prompt names somebody else, and not by a command.
    pub(super) fn fall_back(&mut self, now: Instant) {
        self.fell_back = Some(now);
    }

    /// Whether a line that was begun at this moment may have been meant for whom the prompt named
    /// before.
    pub(super) fn is_overtaken(&self, line: Option<Instant>) -> bool {
        match (line, self.fell_back) {
            (Some(line), Some(fell_back)) => line < fell_back + NOTICE,
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_overtaken_if_its_first_key_came_before_the_new_prompt_was_noticed() {
        let now = Instant::now();
        let at = |millis| now + Duration::from_millis(millis);
        for (first_key, is_overtaken) in [(0, true), (5_900, true), (6_000, false)] {
            let mut begun = Begun::default();
            begun.handle_keys(at(first_key), true);
            begun.fall_back(at(5_000));
            begun.handle_keys(at(9_000), false);
            let line = begun.take_line();
            assert_eq!(begun.is_overtaken(line), is_overtaken, "{first_key}");
        }
    }

    #[test]
    fn lines_that_came_in_one_read_were_begun_with_it() {
        let now = Instant::now();
        let mut begun = Begun::default();
        begun.handle_keys(now, true);
        begun.fall_back(now + NOTICE);
        let lines = [begun.take_line(), begun.take_line()];
        assert!(lines.iter().all(|line| begun.is_overtaken(*line)));
        begun.handle_keys(now + 3 * NOTICE, true);
        let line = begun.take_line();
        assert!(!begun.is_overtaken(line));
    }

    #[test]
    fn no_line_is_overtaken_while_the_prompt_stays() {
        let mut begun = Begun::default();
        begun.handle_keys(Instant::now(), true);
        let line = begun.take_line();
        assert!(!begun.is_overtaken(line));
    }
}
