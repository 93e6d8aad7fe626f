//! What the replies to messages, broadcasts and blocks mean for whoever asked, and which of them
//! cannot be.

use smolchat_core::protocol::Reply;

use super::person::Person;
use super::talk::{Asked, Scene};

/// Whether the server has no room for something that was said.
fn has_no_room(reply: &Reply<'_>) -> bool {
    matches!(
        reply,
        Reply::MailboxFull { .. }
            | Reply::MessagesFull
            | Reply::SenderShare
            | Reply::StoreFull
            | Reply::NotStored
            | Reply::AbsentFull
    )
}

impl Person {
    /// The reply to a message.
    pub(super) fn hear_accepted(
        &mut self,
        scene: &mut Scene<'_>,
        asked: Asked,
        reply: Reply<'_>,
        line: &str,
    ) -> Result<(), String> {
        let Asked::Message { sent, at, is_known, is_trial } = asked else { return Ok(()) };
        let lives = self.life == scene.life;
        let records = &mut scene.records;
        match reply {
            Reply::Accepted { id } | Reply::Stored { id, .. } => {
                self.has_tried |= is_trial;
                let is_online = matches!(reply, Reply::Accepted { .. });
                if is_online && records.entered[sent.to] < Some(self.life) {
                    return Err(format!("{line}, and the receiver was not there since the start"));
                }
                records.accepted(at, scene.now, sent, id.0, is_online, lives)
            }
            _ if is_trial => Err(format!("a server that holds nothing says {line}")),
            Reply::InvalidReceiver if is_known => {
                Err(format!("the receiver has an account: {line}"))
            }
            Reply::BlockedByReceiver { .. } => {
                records.check_refusal_by_block(sent, at)?;
                records.refused(sent)
            }
            Reply::InvalidReceiver => records.refused(sent),
            _ if has_no_room(&reply) => records.refused(sent),
            _ => Err(format!("{asked:?} was answered by {line}")),
        }
    }

    /// The reply to a broadcast.
    pub(super) fn hear_broadcast(
        &self,
        scene: &mut Scene<'_>,
        name: usize,
        reply: Reply<'_>,
        line: &str,
    ) -> Result<(), String> {
        let lives = self.life == scene.life;
        match reply {
            Reply::BroadcastSent { id, recipients }
            | Reply::BroadcastBlocked { id, recipients }
            | Reply::BroadcastPartly { id, recipients, .. }
            | Reply::BroadcastPartlyBlocked { id, recipients, .. } => {
                let (id, recipients) = (Some(id.0), recipients as usize);
                scene.records.broadcast_accepted(scene.now, name, id, recipients, lives);
            }
            _ if has_no_room(&reply) => {
                scene.records.broadcast_accepted(scene.now, name, None, 0, true);
            }
            _ => return Err(format!("a broadcast was answered by {line}")),
        }
        Ok(())
    }

    /// The reply to a block or an unblock.
    pub(super) fn hear_blocked(
        &self,
        scene: &mut Scene<'_>,
        asked: Asked,
        reply: Reply<'_>,
        line: &str,
    ) -> Result<(), String> {
        match (asked, reply) {
            (
                Asked::Block { whom, is_taken_back },
                Reply::Blocked { .. } | Reply::BlockedAlready { .. },
            ) => {
                if let Some(next) = scene.next_id.filter(|_| !is_taken_back) {
                    scene.records.blocked(self.number, whom, next);
                }
            }
            (
                Asked::Unblock(whom),
                Reply::Unblocked { .. } | Reply::InvalidUserToBlock | Reply::InvalidUserToUnblock,
            ) => {
                // A block that was asked for later may stand.
                let is_last = !self.asked.iter().any(
                    |asked| matches!(asked, Asked::Block { whom: later, .. } if *later == whom),
                );
                if is_last {
                    scene.records.unblocked(scene.now, self.number, whom);
                }
            }
            (
                Asked::Block { .. },
                Reply::BlocksFull | Reply::BlockQuota { .. } | Reply::InvalidUserToBlock,
            )
            | (_, Reply::ChangeWait { .. } | Reply::StoreFull | Reply::NotStored) => {}
            _ => return Err(format!("{asked:?} was answered by {line}")),
        }
        Ok(())
    }
}
