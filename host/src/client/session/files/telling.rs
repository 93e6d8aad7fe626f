//! What the server is told of the files here, and its answers.

use std::num::NonZeroU8;

use smolchat_core::protocol::{Reply, Request};

use super::{FileWork, Session};
use crate::client::files::{Tell, WHOLE};
use crate::client::requests::Pending;
use crate::client::sanitize::sanitize;
use crate::client::session::hearing::Answer;
use crate::client::shown::Shown;
use crate::client::transfer::command::Offer;
use crate::client::words::counted;

impl Session {
    /// The server knows where this client is. The first time after a login, it hears of all files.
    pub(in crate::client::session) fn handle_announced(&mut self, reply: Option<Reply<'_>>) {
        if !matches!(reply, Some(Reply::Announced { .. })) || self.files.telling.is_open() {
            return;
        }
        let all = self.files.all_to_tell();
        self.files.telling.open(all);
        self.files.downloads.ask_soon(self.now);
        self.tell_next();
    }

    /// A person is greeted. Files of an earlier run are offered again, and a person may have
    /// forgotten them. While they are still looked at nobody knows how many they are.
    pub(in crate::client::session) fn kept_files(&mut self) -> Option<String> {
        self.files.kept.is_awaited = !self.files.kept.is_looked_at;
        if self.files.kept.is_awaited { None } else { self.told_kept_files() }
    }

    /// All files of an earlier run were looked at, perhaps after the greeting.
    pub(super) fn handle_kept_looked(&mut self) {
        self.files.kept.is_looked_at = true;
        if std::mem::take(&mut self.files.kept.is_awaited)
            && let Some(told) = self.told_kept_files()
        {
            self.note(told);
        }
    }

    fn told_kept_files(&mut self) -> Option<String> {
        let kept = std::mem::take(&mut self.files.kept.count);
        let files = counted(kept, "file");
        match kept {
            0 => None,
            _ if self.has_peers() => {
                Some(format!("you offer {files}, as last time; /files lists them"))
            }
            _ => Some(format!("nobody finds the {files} that you offer; {}", self.peers_off())),
        }
    }

    /// Tells the next thing, if the server is ready for it.
    pub(super) fn tell_next(&mut self) {
        while let Some(tell) = self.files.telling.next() {
            let pending = Pending::Tell(tell);
            match tell {
                Tell::Offer { id, .. } => match self.files.offered.get(&id) {
                    Some(own) => {
                        let (size, name) = (own.offer.size, own.offer.name.clone());
                        return self
                            .request(&Request::Offer { file: id, size, name: &name }, pending);
                    }
                    None => self.files.telling.handle_answer(),
                },
                Tell::Hold { id, share } => {
                    let download = self.files.downloads.get(&id).map(|found| found.offer.clone());
                    match download.zip(NonZeroU8::new(share)) {
                        Some((Offer { id, size, name }, share)) => {
                            let hold = Request::Hold { file: id, size, share, name: &name };
                            return self.request(&hold, pending);
                        }
                        None => self.files.telling.handle_answer(),
                    }
                }
                Tell::Withdraw { id } => {
                    return self.request(&Request::Withdraw { file: id }, pending);
                }
            }
        }
    }

    /// The server has answered what it was told. Only what somebody waits for is shown.
    pub(super) fn handle_tell_answer(&mut self, tell: Tell, answer: Answer<'_>) {
        self.files.telling.handle_answer();
        if let Tell::Offer { id, is_asked } = tell {
            let is_known =
                matches!(answer.reply, Some(Reply::Offered { .. } | Reply::FileKnown { .. }));
            let name = match answer.reply {
                Some(Reply::FileKnown { name }) => Some(name),
                _ => None,
            };
            self.files.offered.set_known(&id, is_known, name);
            if is_asked {
                self.tell_offer_answer(&id, answer);
            }
        }
        self.tell_next();
    }

    fn tell_offer_answer(&mut self, id: &[u8; 32], answer: Answer<'_>) {
        let name = self.files.offered.get(id).map(|own| sanitize(&own.offer.name).into_owned());
        let name = name.unwrap_or_default();
        let text = match answer.reply {
            Some(Reply::Offered { .. }) => {
                let until = if self.config.is_interactive { "" } else { ", until you leave" };
                return self
                    .answer(Shown::Answer(format!("Ok, others can find {name} now{until}")));
            }
            Some(Reply::FileKnown { .. }) => {
                let text = format!("Ok, {name} is known already, you are a source of it now");
                return self.answer(Shown::Answer(text));
            }
            Some(Reply::FilesFull | Reply::HoldersFull) => {
                "the server has no room for more files; try again later".to_owned()
            }
            Some(Reply::FileShare { limit }) => {
                let verb = if limit == 1 { "is" } else { "are" };
                let files = counted(limit.into(), "file");
                let slash = self.slash();
                format!(
                    "{files} {verb} all that one user may offer now; {slash}unregister one first"
                )
            }
            Some(Reply::FilesOff) => "this server takes no files".to_owned(),
            Some(Reply::UnknownCommand) => "this server is older and takes no files".to_owned(),
            _ => answer.text.to_owned(),
        };
        self.answer(Shown::Refused(format!("{name} is not offered: {text}")));
    }
}

impl FileWork {
    /// All that a server has to be told that knows nothing.
    fn all_to_tell(&mut self) -> Vec<Tell> {
        let offers =
            self.offered.iter().map(|own| Tell::Offer { id: own.offer.id, is_asked: false });
        let holds = self.downloads.iter().map(|download| {
            let share = download.share.min(WHOLE - 1);
            Tell::Hold { id: download.offer.id, share }
        });
        offers.chain(holds.filter(|hold| !matches!(hold, Tell::Hold { share: 0, .. }))).collect()
    }
}
