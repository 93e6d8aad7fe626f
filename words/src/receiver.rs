//! Lines that name a receiver as in other chats. Whoever types one may mean this user alone, so it
//! is asked about before others read it. Knows no session.

use crate::line::first_word;

/// Whoever writes these behind a word such as `dm` asks for a message, and says so to all.
const SPEAKERS: [&str; 2] = ["me", "us"];
/// Behind `@`, these are everybody.
const EVERYBODY: [&str; 6] = ["all", "channel", "everybody", "everyone", "here", "room"];
/// Stand before the receiver of a message that is shown.
const ARROWS: [&str; 2] = ["→", "->"];

/// Whether `command`, in small letters, and the words behind it are a message to one user that
/// lacks its slash. A word that begins many sentences needs a user behind it.
pub(crate) fn is_for_one(command: &str, rest: &str, is_user: impl Fn(&str) -> bool) -> bool {
    let next = first_word(rest);
    match command {
        "msg" => true,
        "pm" | "dm" | "whisper" => !next.is_empty() && !is_one_of(plain(next), &SPEAKERS),
        "to" | "m" | "tell" | "t" | "w" | "query" => is_user(next) || is_user(plain(next)),
        _ => false,
    }
}

/// The user whom the beginning of a line addresses: `@yoda hi`, `yoda: hi`, `yoda> hi`, or a line
/// as it is shown behind an arrow.
pub(crate) fn addressed(line: &str, is_user: impl Fn(&str) -> bool) -> Option<&str> {
    let behind = ARROWS.iter().find_map(|arrow| line.strip_prefix(arrow));
    let word = first_word(behind.unwrap_or(line).trim_start_matches(' '));
    if let Some(name) = word.strip_prefix('@').map(plain) {
        return (!name.is_empty() && !is_one_of(name, &EVERYBODY)).then_some(name);
    }
    let name = word.split_once([':', '>']).map_or(behind.map(|_| word), |(name, _)| Some(name))?;
    is_user(name).then_some(name)
}

fn is_one_of(word: &str, words: &[&str]) -> bool {
    words.iter().any(|other| word.eq_ignore_ascii_case(other))
}

/// A name without what may stand around it in a sentence.
fn plain(word: &str) -> &str {
    word.trim_matches(|c: char| !c.is_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_user(word: &str) -> bool {
        word.eq_ignore_ascii_case("yoda")
    }

    #[test]
    fn a_word_for_one_user_alone_with_a_user_behind_it_is_no_text() {
        for line in [
            "to yoda, see you",
            "to Yoda: x",
            "to @yoda x",
            "to <yoda> x",
            "tell yoda x",
            "w yoda x",
            "t yoda x",
            "m yoda x",
            "query yoda",
            "whisper nobody x",
            "pm nobody x",
            "dm @nobody x",
            "msg nobody",
            "msg",
        ] {
            let word = first_word(line);
            assert!(is_for_one(word, line[word.len()..].trim(), is_user), "{line}");
        }
        for line in ["to be", "tell me more", "dm me", "pm us, please", "w", "dm", "ask yoda"] {
            let word = first_word(line);
            assert!(!is_for_one(word, line[word.len()..].trim(), is_user), "{line}");
        }
    }

    #[test]
    fn a_name_before_a_line_addresses_its_user() {
        for line in ["@Yoda hi", "@yoda, hi", "Yoda: hi", "yoda:hi", "yoda> hi", "→ yoda: hi"] {
            let found = addressed(line, is_user).map(str::to_lowercase);
            assert_eq!(found.as_deref(), Some("yoda"), "{line}");
        }
        assert_eq!(addressed("-> yoda hi", is_user), Some("yoda"));
        assert_eq!(addressed("@lando hi", is_user), Some("lando"), "not heard of yet");
        for line in
            ["yoda, hi", "yoda hi", "so: hi", "@all hi", "@here", "@ 5", "http://x", "-> x", "a>b"]
        {
            assert_eq!(addressed(line, is_user), None, "{line}");
        }
    }
}
