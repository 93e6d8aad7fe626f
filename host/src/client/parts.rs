//! A text as messages: cut at words, each as long as a message may be. Knows only lengths.

use std::fmt;

use smolchat_core::protocol::Text;

/// Why a text is no message, nor several.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TextError {
    /// It holds a control character or a separator of lines.
    ControlCharacter,
    /// There is nothing in it.
    Empty,
}

impl fmt::Display for TextError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            TextError::ControlCharacter => "the text holds a control character",
            TextError::Empty => "there is no text",
        })
    }
}

/// `text` in parts of at most `longest` bytes, cut behind a space where that leaves a part at least
/// half full, else between two characters.
pub(crate) fn parts(text: &str, longest: usize) -> Result<Vec<Text<'_>>, TextError> {
    let (mut parts, mut rest) = (Vec::new(), text);
    while rest.len() > longest {
        let most = &rest[..rest.floor_char_boundary(longest)];
        let cut = most.rfind(' ').map(|at| at + 1).filter(|&at| at > longest / 2);
        let (part, after) = rest.split_at(cut.unwrap_or(most.len()));
        parts.push(part.trim_end_matches(' '));
        rest = after.trim_start_matches(' ');
    }
    parts.push(rest);
    parts.retain(|part| !part.is_empty());
    if parts.is_empty() {
        return Err(TextError::Empty);
    }
    let texts: Result<Vec<_>, _> = parts.into_iter().map(Text::new).collect();
    texts.map_err(|_| TextError::ControlCharacter)
}

#[cfg(test)]
mod tests {
    use super::{TextError, parts as texts};
    use smolchat_core::protocol::Text;

    fn parts(text: &str, longest: usize) -> Result<Vec<&str>, TextError> {
        let texts = texts(text, longest)?;
        Ok(texts.into_iter().map(Text::as_str).collect())
    }

    #[test]
    fn a_text_that_fits_is_one_part_as_it_is() {
        assert_eq!(parts("hi  there ", 20), Ok(vec!["hi  there "]));
        let longest = "x".repeat(20);
        assert_eq!(parts(&longest, 20), Ok(vec![longest.as_str()]));
        assert_eq!(parts("", 20), Err(TextError::Empty));
        assert_eq!(parts(&" ".repeat(50), 20), Err(TextError::Empty));
        assert_eq!(parts("a\u{7}b", 20), Err(TextError::ControlCharacter));
    }

    #[test]
    fn a_long_text_is_cut_at_words_and_a_long_word_anywhere() {
        assert_eq!(
            parts("do or do not, there is no try", 20),
            Ok(vec!["do or do not, there", "is no try"])
        );
        let word = "x".repeat(45);
        let lengths: Vec<_> = parts(&word, 20).unwrap().iter().map(|part| part.len()).collect();
        assert_eq!(lengths, [20, 20, 5]);
        assert_eq!(parts(&"ü".repeat(11), 20).unwrap(), ["ü".repeat(10), "ü".to_owned()]);
    }

    #[test]
    fn nothing_but_spaces_is_lost_at_any_length() {
        let text =
            "grüße aus ulm, wir sind 你好世界 auf dem weg https://example.org/a/long/way/home";
        for longest in 4..100 {
            let parts = parts(text, longest).unwrap();
            assert!(parts.iter().all(|part| part.len() <= longest), "{longest}");
            let (whole, parts) = (text.replace(' ', ""), parts.concat().replace(' ', ""));
            assert_eq!(whole, parts, "{longest}");
        }
    }
}
