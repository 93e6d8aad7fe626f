//! Slips of the finger: whether a word is another one but for a single slip. Knows no words.

/// Whether one character was left out, added, mistaken, or changed places with its neighbour.
pub(crate) fn is_one_slip(typed: &[char], meant: &[char]) -> bool {
    let same = typed.iter().zip(meant).take_while(|(a, b)| a == b).count();
    let (typed, meant) = (&typed[same..], &meant[same..]);
    match (typed, meant) {
        ([], [_]) | ([_], []) => true,
        ([_, rest @ ..], [_, others @ ..]) => {
            let is_swapped = typed.len() > 1
                && meant.len() > 1
                && (typed[0], typed[1]) == (meant[1], meant[0])
                && typed[2..] == meant[2..];
            rest == others || rest == meant || typed == others || is_swapped
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_slip_is_one_character_or_two_that_changed_places() {
        let is = |typed: &str, meant: &str| {
            let characters = |word: &str| word.chars().collect::<Vec<_>>();
            is_one_slip(&characters(typed), &characters(meant))
        };
        for typed in ["quti", "qut", "quitt", "quir", "quit"] {
            assert_eq!(is(typed, "quit"), typed != "quit", "{typed}");
        }
        for typed in ["qtiu", "q", "quiets", ""] {
            assert!(!is(typed, "quit"), "{typed}");
        }
    }
}
