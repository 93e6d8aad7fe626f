//! What is shown as objects for a program, one a line (JSON, RFC 8259). docs/CLIENT.md has the
//! schema. Fields may be added; a change of what a field means is another version.

use serde_json::{Map, Value, json};

use crate::client::files::{FileProgress, Holders, Listed, Stage, id_in_words};
use crate::client::progress::Progress;
use crate::client::said::{Channel, Receipt, Said};
use crate::client::shown::Shown;

/// The version of the schema.
const VERSION: u32 = 1;

/// One event as one line, without its end; `None` for what is nothing new to a program.
pub(super) fn event(shown: &Shown) -> Option<String> {
    let (name, fields) = match shown {
        Shown::Said(said) | Shown::Told(said) => ("message", said_fields(said)),
        Shown::Presence { user, is_online } => {
            ("presence", json!({ "user": user, "online": is_online }))
        }
        Shown::Receipt(receipt) | Shown::Accepted(receipt) => ("receipt", receipt_fields(receipt)),
        Shown::Reply { code, command, text, why, is_refusal } => {
            let name = if *is_refusal { "refused" } else { "reply" };
            let mut fields = json!({ "code": code, "command": command, "text": text });
            if let Some(why) = why {
                fields["why"] = Value::from(why.as_str());
            }
            (name, fields)
        }
        Shown::Answer(text) | Shown::Help(text) => ("answer", json!({ "text": text })),
        Shown::Refused(text) => ("refused", json!({ "text": text })),
        Shown::Command(text) | Shown::Note(text) => ("note", json!({ "text": text })),
        Shown::FileProgress(progress) => ("progress", progress_fields(progress)),
        Shown::Listed(listed) => ("file", listed_fields(listed)),
        Shown::Sent { .. } | Shown::Ticks { .. } | Shown::Typed(_) => return None,
    };
    let mut object = Map::from_iter([
        ("v".to_owned(), Value::from(VERSION)),
        ("event".to_owned(), Value::from(name)),
    ]);
    if let Value::Object(fields) = fields {
        object.extend(fields);
    }
    Some(Value::Object(object).to_string())
}

fn said_fields(said: &Said) -> Value {
    let channel = match said.channel {
        Channel::All => "all",
        Channel::Direct => "direct",
        Channel::Private => "private",
    };
    json!({ "from": said.from, "channel": channel, "text": said.text, "age": said.age })
}

fn progress_fields(progress: &FileProgress) -> Value {
    let (stage, rate, peers, left) = match progress.stage {
        Stage::Hashing => ("reading", 0, 0, None),
        Stage::Checking => ("checking", 0, 0, None),
        Stage::Loading { rate, peers, left } => ("loading", rate, peers, left),
        Stage::Stalled(_) | Stage::Unheld => ("stalled", 0, 0, None),
    };
    let (name, left) = (&progress.name, left.map(|left| left.as_secs()));
    json!({
        "name": name, "stage": stage, "done": progress.done, "size": progress.size,
        "rate": rate, "peers": peers, "left": left
    })
}

fn listed_fields(listed: &Listed) -> Value {
    let Listed { offer, holders } = listed;
    let mut fields =
        json!({ "id": id_in_words(&offer.id), "size": offer.size, "name": offer.name });
    match holders {
        Holders::Count(count) => fields["holders"] = Value::from(*count),
        Holders::One(holder) => {
            fields["user"] = Value::from(holder.user.as_str());
            fields["share"] = Value::from(holder.share);
        }
    }
    fields
}

fn receipt_fields(receipt: &Receipt) -> Value {
    let state = match receipt.progress {
        Progress::Accepted => "accepted",
        Progress::Stored => "stored",
        Progress::Delivered => "delivered",
        Progress::Expired => "expired",
    };
    json!({ "state": state, "to": receipt.to, "text": receipt.text })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::transfer::command::Offer;

    /// What is said of users, and what is answered.
    fn of_the_chat() -> [(Shown, &'static str); 6] {
        let said = Said {
            from: "yoda".into(),
            channel: Channel::Direct,
            text: "say \"hi\"\u{1b}[2J".into(),
            age: 3,
        };
        let reply = |is_refusal: bool| Shown::Reply {
            code: 210,
            command: "whoelse".into(),
            text: "x".into(),
            why: is_refusal.then(|| "y".into()),
            is_refusal,
        };
        let receipt = |progress, to| Receipt { progress, to, text: "hi".into() };
        [
            (
                Shown::Said(said),
                r#"{"age":3,"channel":"direct","event":"message","from":"yoda","text":"say \"hi\"\u001b[2J","v":1}"#,
            ),
            (
                Shown::Presence { user: "yoda".into(), is_online: true },
                r#"{"event":"presence","online":true,"user":"yoda","v":1}"#,
            ),
            (reply(false), r#"{"code":210,"command":"whoelse","event":"reply","text":"x","v":1}"#),
            (
                reply(true),
                r#"{"code":210,"command":"whoelse","event":"refused","text":"x","why":"y","v":1}"#,
            ),
            (
                Shown::Accepted(receipt(Progress::Accepted, Some("yoda".into()))),
                r#"{"event":"receipt","state":"accepted","text":"hi","to":"yoda","v":1}"#,
            ),
            (
                Shown::Receipt(receipt(Progress::Delivered, None)),
                r#"{"event":"receipt","state":"delivered","text":"hi","to":null,"v":1}"#,
            ),
        ]
    }

    /// What is said of files.
    fn of_files() -> [(Shown, &'static str); 2] {
        [
            (
                Shown::Listed(Listed {
                    offer: Offer { id: [0xab; 32], size: 7, name: "film".into() },
                    holders: Holders::Count(2),
                }),
                concat!(
                    r#"{"event":"file","holders":2,"name":"film","size":7,"v":1,"id":""#,
                    "abababababababababababababababababababababababababababababababab\"}",
                ),
            ),
            (
                Shown::FileProgress(FileProgress {
                    number: 1,
                    name: "film".into(),
                    stage: Stage::Loading { rate: 2, peers: 1, left: None },
                    done: 3,
                    size: 7,
                    is_step: false,
                }),
                r#"{"done":3,"event":"progress","left":null,"name":"film","peers":1,"rate":2,"size":7,"stage":"loading","v":1}"#,
            ),
        ]
    }

    #[test]
    fn each_event_is_one_line_with_a_version_and_a_name() {
        for (shown, expected) in of_the_chat().into_iter().chain(of_files()) {
            let line = event(&shown).unwrap();
            let read: Value = serde_json::from_str(&line).unwrap();
            assert_eq!(read, serde_json::from_str::<Value>(expected).unwrap());
            assert!(!line.contains('\n') && !line.contains('\u{1b}'), "{line}");
        }
        assert_eq!(event(&Shown::Typed("x".into())), None);
    }
}
