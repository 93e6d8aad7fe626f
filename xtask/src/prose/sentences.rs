//! Sentences and their lengths: no sentence above 40 words, and fewer than 25 on average in a file.
//! Knows nothing of files.

/// The most words of a sentence.
const WORDS_MAX: usize = 40;
/// The average of a file stays below this.
const AVERAGE_BELOW: usize = 25;
/// Words that are told of a sentence that is too long.
const TOLD: usize = 8;
/// What stands for code: one word, which can begin a sentence.
const CODE: &str = "Code";

/// The sentences of a paragraph, each as its words.
pub(super) fn split(paragraph: &str) -> Vec<Vec<String>> {
    let plain = plain(paragraph);
    let mut sentences = vec![Vec::new()];
    let mut words = plain.split_whitespace().peekable();
    while let Some(word) = words.next() {
        if let Some(sentence) = sentences.last_mut() {
            sentence.push(word.to_owned());
        }
        if ends(word) && words.peek().is_some_and(|next| begins(next)) {
            sentences.push(Vec::new());
        }
    }
    sentences.retain(|sentence| !sentence.is_empty());
    sentences
}

/// Without emphasis and the targets of links, and with one word for each piece of code.
fn plain(paragraph: &str) -> String {
    let mut plain = String::new();
    for (number, part) in paragraph.split('`').enumerate() {
        plain += if number % 2 == 0 { part } else { CODE };
    }
    let mut text = String::new();
    for (number, part) in plain.split("](").enumerate() {
        let rest =
            if number == 0 { part } else { part.split_once(')').map_or("", |(_, rest)| rest) };
        text += rest;
    }
    text.replace(['*', '['], "")
}

fn ends(word: &str) -> bool {
    word.trim_end_matches(['"', ')', ']', '\'']).ends_with(['.', '!', '?'])
}

fn begins(word: &str) -> bool {
    let first = word.trim_start_matches(['"', '(', '\'']).chars().next();
    first.is_some_and(|first| first.is_uppercase() || first.is_ascii_digit())
}

/// The lengths of a file's sentences.
#[derive(Debug, Default)]
pub(super) struct Lengths {
    first_line: Option<usize>,
    sentences: usize,
    words: usize,
}

impl Lengths {
    /// Counts a sentence of the paragraph that begins at `line`; what is wrong with it.
    pub(super) fn add(&mut self, line: usize, sentence: &[String]) -> Option<String> {
        let words = sentence.len();
        self.first_line.get_or_insert(line);
        self.sentences += 1;
        self.words += words;
        let begin = sentence.iter().take(TOLD).map(String::as_str).collect::<Vec<_>>().join(" ");
        (words > WORDS_MAX).then(|| {
            format!("{line}: a sentence of {words} words: {begin} ... ({WORDS_MAX} at most)")
        })
    }

    /// What is wrong with all of them.
    pub(super) fn complaint(&self) -> Option<String> {
        let Lengths { first_line, sentences, words } = *self;
        let average = words as f64 / sentences as f64;
        (sentences > 0 && words >= sentences * AVERAGE_BELOW).then(|| {
            let line = first_line.unwrap_or(1);
            format!(
                "{line}: {average:.1} words a sentence on average, and it is to be below {AVERAGE_BELOW}"
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lengths(paragraph: &str) -> Vec<usize> {
        split(paragraph).iter().map(Vec::len).collect()
    }

    #[test]
    fn a_sentence_ends_at_its_point_and_not_within_a_number_or_a_name() {
        assert_eq!(lengths("One two. Three four five! Six?"), [2, 3, 1]);
        assert_eq!(lengths("See RFC 5227, 2.1.1 and v0.14 of it. The next."), [8, 2]);
        assert_eq!(lengths("He said \"no.\" She (the other) did not."), [3, 5]);
        assert_eq!(lengths(""), [0; 0]);
    }

    #[test]
    fn code_is_a_word_and_can_begin_a_sentence_and_a_link_is_its_text() {
        assert_eq!(
            lengths("Say `cargo xtask test. Now`. `help` lists [all of it](a.md#b)."),
            [2, 5]
        );
    }

    #[test]
    fn emphasis_is_no_word_and_hides_no_beginning() {
        assert_eq!(lengths("**One two.** *Three* four."), [2, 2]);
    }

    #[test]
    fn forty_words_are_allowed_and_one_more_is_not() {
        let sentence = |words: usize| vec!["word".to_owned(); words];
        let mut lengths = Lengths::default();
        assert_eq!(lengths.add(3, &sentence(40)), None);
        assert!(lengths.add(3, &sentence(41)).is_some_and(|told| told.starts_with("3: ")));
    }

    #[test]
    fn the_average_stays_below_its_limit() {
        let mut lengths = Lengths::default();
        assert_eq!(lengths.complaint(), None);
        lengths.add(1, &vec!["word".to_owned(); 24]);
        assert_eq!(lengths.complaint(), None);
        lengths.add(1, &vec!["word".to_owned(); 26]);
        assert!(lengths.complaint().is_some_and(|told| told.starts_with("1: 25.0 words")));
    }
}
