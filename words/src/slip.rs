//! Slips of the finger: whether a word is another one but for a single slip. Capitals count as
//! small letters. Knows no words.

/// Whether two words are the same but for capitals.
pub fn is_same(typed: &str, meant: &str) -> bool {
    small(typed).eq(small(meant))
}

/// Whether one letter was left out, added, mistaken, or changed places with its neighbour.
pub fn is_one_slip(typed: &str, meant: &str) -> bool {
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
    fn one_slip_is_one_letter_or_two_that_changed_places() {
        for typed in ["quti", "qut", "quitt", "quir", "Uqit", "uit", "qxuit"] {
            assert!(is_one_slip(typed, "quit"), "{typed}");
        }
        for typed in ["quit", "QUIT", "qtiu", "q", "quiets", "qiutt", ""] {
            assert!(!is_one_slip(typed, "quit"), "{typed}");
        }
        assert!(is_one_slip("", "x") && is_one_slip("x", "") && !is_one_slip("", ""));
    }

    #[test]
    fn capitals_of_every_script_are_small_letters() {
        assert!(is_same("ÜBER", "über") && !is_same("uber", "über") && is_one_slip("ÜBr", "über"));
    }
}
