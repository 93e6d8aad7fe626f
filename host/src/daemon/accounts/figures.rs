//! The figures of `status` for other programs: as JSON, and as a text that Prometheus reads
//! (OpenMetrics 1.0, and what node_exporter takes as a text file). Knows lines of `status`.

use std::fmt::Write;

use serde_json::{Map, Value, json};

/// What all names begin with.
const PREFIX: &str = "smolchat_";

/// What only grows until the server ends.
const COUNTERS: [&str; 31] = [
    "messages-accepted",
    "guesses-refused",
    "registrations-refused",
    "logins-refused",
    "changes-refused",
    "frames-in",
    "frames-out",
    "fragments",
    "reassembled",
    "strays",
    "strays-ignored",
    "refused",
    "challenged",
    "cookies",
    "cookies-honoured",
    "syns-dropped",
    "evicted",
    "frames-for-others",
    "frames-tagged",
    "frames-unanswered",
    "address-conflicts",
    "too-big",
    "shortened",
    "inquiries",
    "peers-moved",
    "device-exhausted",
    "store-appended",
    "store-copied",
    "store-bytes",
    "store-erased",
    "store-syncs",
];

/// One line of `status`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Figure<'a> {
    Number { name: &'a str, value: u64, limit: Option<u64> },
    Word { name: &'a str, word: &'a str },
}

fn figure(line: &str) -> Option<Figure<'_>> {
    let mut words = line.split(' ');
    let (name, first) = (words.next()?, words.next()?);
    let Ok(value) = first.parse() else { return Some(Figure::Word { name, word: first }) };
    let limit = match words.next() {
        Some("of") => Some(words.next()?.parse().ok()?),
        _ => None,
    };
    Some(Figure::Number { name, value, limit })
}

/// One flat object: a number for each figure, and `NAME-limit` beside it where there is a limit.
pub(super) fn json(lines: &[String]) -> String {
    let mut all = Map::new();
    for figure in lines.iter().filter_map(|line| figure(line)) {
        match figure {
            Figure::Number { name, value, limit } => {
                all.insert(name.to_owned(), json!(value));
                if let Some(limit) = limit {
                    all.insert(format!("{name}-limit"), json!(limit));
                }
            }
            Figure::Word { name, word } => {
                all.insert(name.to_owned(), json!(word));
            }
        }
    }
    Value::Object(all).to_string()
}

/// A gauge for each figure, and `NAME_limit` beside it where there is a limit. A word is a label.
/// What only grows is a counter, and behind the gauges.
pub(super) fn metrics(lines: &[String]) -> String {
    let mut text = String::new();
    let mut gauge = |name: &str, label: &str, value: u64| {
        // A string takes whatever is written.
        let _ = write!(text, "# TYPE {PREFIX}{name} gauge\n{PREFIX}{name}{label} {value}\n");
    };
    let mut counters = String::new();
    for figure in lines.iter().filter_map(|line| figure(line)) {
        match figure {
            Figure::Number { name, value, .. } if COUNTERS.contains(&name) => {
                let name = name.replace('-', "_");
                let _ = write!(
                    counters,
                    "# TYPE {PREFIX}{name} counter\n{PREFIX}{name}_total {value}\n"
                );
            }
            Figure::Number { name, value, limit } => {
                let name = name.replace('-', "_");
                gauge(&name, "", value);
                if let Some(limit) = limit {
                    gauge(&format!("{name}_limit"), "", limit);
                }
            }
            Figure::Word { name, word } => {
                let name = name.replace('-', "_");
                gauge(&name, &format!("{{{name}=\"{word}\"}}"), 1);
            }
        }
    }
    text.push_str(&counters);
    text.push_str("# EOF");
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_figure_is_a_number_of_its_own_and_a_limit_stands_beside_it() {
        let lines = ["uptime-seconds 5", "users 3 of 4096", "ssh-key SHA256:ab+/c="];
        let lines = lines.map(str::to_owned);
        assert_eq!(
            json(&lines),
            r#"{"ssh-key":"SHA256:ab+/c=","uptime-seconds":5,"users":3,"users-limit":4096}"#
        );
        assert_eq!(
            metrics(&lines),
            "# TYPE smolchat_uptime_seconds gauge\nsmolchat_uptime_seconds 5\n\
             # TYPE smolchat_users gauge\nsmolchat_users 3\n\
             # TYPE smolchat_users_limit gauge\nsmolchat_users_limit 4096\n\
             # TYPE smolchat_ssh_key gauge\nsmolchat_ssh_key{ssh_key=\"SHA256:ab+/c=\"} 1\n# EOF"
        );
    }

    #[test]
    fn what_only_grows_is_a_counter() {
        let lines = ["messages-accepted 7", "online 1"].map(str::to_owned);
        assert_eq!(
            metrics(&lines),
            "# TYPE smolchat_online gauge\nsmolchat_online 1\n\
             # TYPE smolchat_messages_accepted counter\n\
             smolchat_messages_accepted_total 7\n# EOF"
        );
    }
}
