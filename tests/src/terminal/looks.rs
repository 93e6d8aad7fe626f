//! How the client's rows look, in one place: the prompt, the line that is typed, what was said.
//! Knows no terminal.

/// The end of every prompt.
const PROMPT_END: &str = "> ";

/// The text that is being typed in this row; `None` if the row has no prompt.
pub fn in_hand(row: &str) -> Option<&str> {
    // A row may come without the spaces at its end.
    let empty = row.strip_suffix(PROMPT_END.trim_end()).map(|conversation| (conversation, ""));
    let (conversation, typed) = row.split_once(PROMPT_END).or(empty)?;
    let is_name = |c: char| c.is_alphanumeric() || " ()".contains(c);
    conversation.chars().all(is_name).then_some(typed)
}

/// What this row tells that `user` said to whoever looks; `None` if it tells something else.
pub fn said<'r>(row: &'r str, user: &str) -> Option<&'r str> {
    without_time(row).strip_prefix(user)?.strip_prefix(": ").map(str::trim_end)
}

/// Whether this row tells that `user` said `text`.
pub fn is_told(row: &str, user: &str, text: &str) -> bool {
    said(row, user) == Some(text)
}

/// The line that sends `text` to `user`, whatever the conversation.
pub fn message(user: &str, text: &str) -> String {
    format!("message {user} {text}")
}

/// What was written, without what only colours it (ECMA-48, SGR).
pub fn without_colors(written: &[u8]) -> String {
    let written = String::from_utf8_lossy(written);
    let mut pieces = written.split("\x1b[");
    let mut plain = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let parameters = piece.trim_start_matches(|c: char| c.is_ascii_digit() || c == ';');
        match parameters.strip_prefix('m') {
            Some(rest) => plain.push_str(rest),
            None => plain.extend(["\x1b[", piece]),
        }
    }
    plain
}

/// Without the time of day, if one stands before it.
fn without_time(row: &str) -> &str {
    match row.as_bytes() {
        [h, hh, b':', m, mm, b' ', ..] if [h, hh, m, mm].iter().all(|c| c.is_ascii_digit()) => {
            &row["HH:MM ".len()..]
        }
        _ => row,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prompt_is_known_with_and_without_a_conversation() {
        assert_eq!((in_hand(">"), in_hand("> ")), (Some(""), Some("")));
        assert_eq!((in_hand("all>"), in_hand("all> ")), (Some(""), Some("")));
        assert_eq!((in_hand("> hi"), in_hand("all> hi >")), (Some("hi"), Some("hi >")));
        assert_eq!(in_hand("yoda (private)> a> b"), Some("a> b"));
        assert_eq!(in_hand("yoda: a> b"), None);
    }

    #[test]
    fn what_was_said_is_known_with_and_without_its_time() {
        assert!(is_told("yoda: hi", "yoda", "hi") && is_told("12:34 yoda: hi", "yoda", "hi"));
        assert!(!is_told("yoda: high", "yoda", "hi") && !is_told("to yoda: hi", "yoda", "hi"));
        assert_eq!(without_colors(b"\x1b[2;31mhi\x1b[0m\x1b[K\r\n"), "hi\x1b[K\r\n");
    }
}
