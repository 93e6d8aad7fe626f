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
/// What only grows is a counter, and behind the gauges. Each says what it is.
pub(super) fn metrics(lines: &[String]) -> String {
    let (mut gauges, mut counters) = (String::new(), String::new());
    for figure in lines.iter().filter_map(|line| figure(line)) {
        let (Figure::Number { name, .. } | Figure::Word { name, .. }) = figure;
        let (words, name) = (name.replace('-', " "), name.replace('-', "_"));
        match figure {
            Figure::Number { name: figure, value, .. } if COUNTERS.contains(&figure) => {
                let help = format!("{words}, since the start of the server");
                family(&mut counters, (&name, "counter", &help), "_total", value);
            }
            Figure::Number { value, limit, .. } => {
                family(&mut gauges, (&name, "gauge", &format!("{words}, now")), "", value);
                if let Some(limit) = limit {
                    let (name, help) = (format!("{name}_limit"), format!("{words}, at most"));
                    family(&mut gauges, (&name, "gauge", &help), "", limit);
                }
            }
            Figure::Word { word, .. } => {
                let label = format!("{{{name}=\"{word}\"}}");
                family(&mut gauges, (&name, "gauge", &format!("{words}, as a label")), &label, 1);
            }
        }
    }
    format!("{gauges}{counters}# EOF")
}

/// What a metric is, and its one sample, whose name ends in `behind`.
fn family(text: &mut String, (name, kind, help): (&str, &str, &str), behind: &str, value: u64) {
    let name = format!("{PREFIX}{name}");
    // A string takes whatever is written.
    let _ = write!(text, "# TYPE {name} {kind}\n# HELP {name} {help}\n{name}{behind} {value}\n");
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
            "# TYPE smolchat_uptime_seconds gauge\n\
             # HELP smolchat_uptime_seconds uptime seconds, now\nsmolchat_uptime_seconds 5\n\
             # TYPE smolchat_users gauge\n# HELP smolchat_users users, now\nsmolchat_users 3\n\
             # TYPE smolchat_users_limit gauge\n\
             # HELP smolchat_users_limit users, at most\nsmolchat_users_limit 4096\n\
             # TYPE smolchat_ssh_key gauge\n# HELP smolchat_ssh_key ssh key, as a label\n\
             smolchat_ssh_key{ssh_key=\"SHA256:ab+/c=\"} 1\n# EOF"
        );
    }

    #[test]
    fn what_only_grows_is_a_counter() {
        let lines = ["messages-accepted 7", "online 1"].map(str::to_owned);
        assert_eq!(
            metrics(&lines),
            "# TYPE smolchat_online gauge\n# HELP smolchat_online online, now\nsmolchat_online 1\n\
             # TYPE smolchat_messages_accepted counter\n\
             # HELP smolchat_messages_accepted messages accepted, since the start of the server\n\
             smolchat_messages_accepted_total 7\n# EOF"
        );
    }
}
