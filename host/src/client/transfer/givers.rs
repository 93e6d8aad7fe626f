//! Who loads from this client, as a person may want to know: told at the beginning, four times a
//! second at most, and at the end.

use std::collections::BTreeMap;
use std::time::Duration;

use smolchat_files::exchange::{Exchange, LinkId};
use smolchat_files::{ContentId, Moment};

use super::Tell;
use super::event::{PROGRESS, TransferEvent};

/// Who has asked for nothing for so long has what it wanted.
const PAUSE: Duration = Duration::from_secs(3);

/// What was told of each file on each link.
#[derive(Debug, Default)]
pub(super) struct Givers(BTreeMap<(LinkId, ContentId), Told>);

#[derive(Debug)]
struct Told {
    user: String,
    bytes: u64,
    at: Moment,
    is_over: bool,
}

impl Givers {
    /// Looks at what was given, and tells what is new.
    pub(super) fn look(&mut self, now: Moment, exchange: &Exchange, tell: &Tell) {
        let given: BTreeMap<_, _> = exchange
            .given_bytes()
            .map(|(link, user, id, bytes)| ((link, id), (user, bytes)))
            .collect();
        for ((link, id), (user, bytes)) in &given {
            let told = self.0.entry((*link, *id)).or_insert_with(|| Told {
                user: (*user).to_owned(),
                bytes: 0,
                at: Moment::ZERO,
                is_over: true,
            });
            if *bytes > told.bytes && (told.is_over || now >= told.at + PROGRESS) {
                (told.bytes, told.at, told.is_over) = (*bytes, now, false);
                tell(told.event(*id));
            } else if *bytes == told.bytes && !told.is_over && now >= told.at + PAUSE {
                told.is_over = true;
                tell(told.event(*id));
            }
        }
        self.0.retain(|key, told| {
            let is_there = given.contains_key(key);
            if !is_there && !told.is_over {
                told.is_over = true;
                tell(told.event(key.1));
            }
            is_there
        });
    }
}

impl Told {
    fn event(&self, id: ContentId) -> TransferEvent {
        let (user, given, is_over) = (self.user.clone(), self.bytes, self.is_over);
        TransferEvent::Giving { id: id.0, user, given, is_over }
    }
}
