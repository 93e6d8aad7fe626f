//! Words that differ by a slip of the finger. Knows no command and no name.

/// Whether two words are the same but for capitals.
pub(crate) fn is_same(typed: &str, meant: &str) -> bool {
    small(typed).eq(small(meant))
}

/// Whether one letter was left out, added, mistaken, or changed places with its neighbour. Capitals
/// count as small letters.
pub(crate) fn is_one_slip(typed: &str, meant: &str) -> bool {
    let (mut typed, mut meant) = (small(typed), small(meant));
    loop {
        let (typed_here, meant_here) = (typed.clone(), meant.clone());
        match (typed.next(), meant.next()) {
            (Some(one), Some(other)) if one == other => {}
            (None, None) => return false,
            (one, other) => {
                let is_swapped = (one, other) == (meant.clone().next(), typed.clone().next())
                    && typed.clone().skip(1).eq(meant.clone().skip(1));
                return typed.clone().eq(meant.clone())
                    || typed.eq(meant_here)
                    || typed_here.eq(meant)
                    || is_swapped;
            }
        }
    }
}

fn small(word: &str) -> impl Iterator<Item = char> + Clone {
    word.chars().flat_map(char::to_lowercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_letter_left_out_added_mistaken_or_swapped_is_a_slip() {
        for typed in ["mesage", "messsage", "massage", "emssage", "messaeg", "Mesage", "essage"] {
            assert!(is_one_slip(typed, "message"), "{typed}");
        }
        for typed in ["message", "MESSAGE", "mesag", "massagge", "egassem", "messageee", ""] {
            assert!(!is_one_slip(typed, "message"), "{typed}");
        }
        assert!(is_one_slip("", "x") && is_one_slip("x", "") && !is_one_slip("", ""));
        assert!(is_one_slip("ÜBr", "über") && is_same("ÜBER", "über") && !is_same("uber", "über"));
    }
}
