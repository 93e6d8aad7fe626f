//! What each request does to the naive chat, and its reply.

use smolchat_core::protocol::MessageId;
use smolchat_core::store::{Durability, StoreError};

use super::links::Introduction;
use super::refusals::{is_unattended, not_stored, refused_unread};
use super::{Answer, Ask, Millis, Naive, Place, Reply, User, reply_line};
use crate::model::ask::text;

impl Naive {
    /// Does what one line asks, and answers; false where it has to wait until what was said before
    /// it has its OK.
    pub(super) fn handle_ask(&mut self, now: Millis, place: Place, ask: &Ask, tag: u64) -> bool {
        let refusal = refused_unread(ask);
        match (self.user_of(place), refusal) {
            (Some(user), refusal) if self.has_ok_outstanding(user) => {
                refusal.is_none() && self.handle_waiting(now, place, user, ask, tag)
            }
            (_, Some(refusal)) => {
                self.reply(place, &refusal);
                true
            }
            (Some(user), None) => {
                self.handle_user(now, place, user, ask, tag);
                true
            }
            (None, None) => self.handle_stranger(now, place, ask),
        }
    }

    /// Who waits for an OK may say more, and acknowledge.
    fn handle_waiting(
        &mut self,
        now: Millis,
        place: Place,
        user: User,
        ask: &Ask,
        tag: u64,
    ) -> bool {
        match ask {
            Ask::Message { to, length } => {
                self.note_activity(now, place);
                self.message(now, place, user, to, text(tag, *length)).is_ok()
            }
            Ask::Broadcast { length } => {
                self.note_activity(now, place);
                self.broadcast(now, place, user, text(tag, *length)).is_ok()
            }
            Ask::Acknowledge { id } => {
                self.release_to_id(user, *id);
                false
            }
            _ => false,
        }
    }

    fn handle_stranger(&mut self, now: Millis, place: Place, ask: &Ask) -> bool {
        match ask {
            Ask::Login { name, word } => return self.login(now, place, name, *word),
            Ask::Register { name, long } => self.register(now, place, name, *long),
            Ask::AcknowledgementsOn => self.acknowledgements_on(place),
            Ask::ReceiptsOn => self.receipts_on(place),
            Ask::Help => self.link(place).answer = Some(Answer::Help(0)),
            Ask::HelpOnBlock => self.link(place).answer = Some(Answer::HelpOnBlock),
            Ask::Ping => self.reply(place, &Reply::Pong),
            Ask::Active => {
                let link = self.link(place);
                let waited = (now - link.since).div_ceil(100) * 100;
                (link.typed, link.warned) = (link.typed.max(Some(waited)), false);
                self.reply(place, &Reply::Active);
            }
            Ask::Logout => {
                self.reply(place, &Reply::LoggedOut);
                self.leave(now, place);
            }
            _ => self.reply(place, &Reply::LoginFirst),
        }
        true
    }

    fn handle_user(&mut self, now: Millis, place: Place, user: User, ask: &Ask, tag: u64) {
        if !is_unattended(ask) {
            self.note_activity(now, place);
        }
        if let Some(answer) = self.answer_of_items(now, user, ask) {
            self.link(place).answer = Some(answer);
            return;
        }
        match ask {
            Ask::Login { .. } | Ask::Register { .. } => self.reply(place, &Reply::LoggedInAlready),
            Ask::ChangePassword { old, new } => {
                self.change_password(now, place, user, *old, *new);
            }
            Ask::Message { to, length } => {
                if let Err(line) = self.message(now, place, user, to, text(tag, *length)) {
                    self.link(place).write(&line);
                }
            }
            Ask::Broadcast { length } => {
                if let Err(line) = self.broadcast(now, place, user, text(tag, *length)) {
                    self.link(place).write(&line);
                }
            }
            Ask::Block { name } => self.block(now, place, user, name),
            Ask::Unblock { name } => self.unblock(now, place, user, name),
            Ask::AddKey { key } => self.add_key(now, place, user, *key),
            Ask::RemoveKey { key } => self.remove_key(now, place, user, *key),
            Ask::Seen { name } => self.seen(now, place, user, name),
            Ask::SearchFile { sought } => self.search_file(place, *sought),
            Ask::Offer { file, size, name } => self.offer(place, (*file, *size, name)),
            Ask::Hold { file, size, share, name } => {
                self.hold(place, (*file, *size, name), *share);
            }
            Ask::Withdraw { file } => self.withdraw(place, *file),
            Ask::Logout => {
                self.end_session(now, place);
                self.reply(place, &Reply::LoggedOut);
            }
            Ask::StartPrivate { name } => self.start_private(now, place, user, name),
            Ask::PeerToPeer { port, addresses } => {
                self.link(place).listening = Some((*port, *addresses));
                self.reply(place, &Reply::Announced { port: (*port).into() });
            }
            Ask::Active => self.reply(place, &Reply::Active),
            Ask::Acknowledge { id } => {
                self.release_to_id(user, *id);
                self.reply(place, &Reply::Acknowledged { id: MessageId(*id) });
            }
            Ask::AcknowledgementsOn => self.acknowledgements_on(place),
            Ask::ReceiptsOn => self.receipts_on(place),
            Ask::Ping => self.reply(place, &Reply::Pong),
            Ask::Admin { order } => self.order_of_user(now, place, order, tag),
            _ => unreachable!("garbage is refused unread, and items were answered"),
        }
    }

    /// What many lines answer.
    fn answer_of_items(&mut self, now: Millis, user: User, ask: &Ask) -> Option<Answer> {
        Some(match ask {
            Ask::WhoElse => Answer::WhoElse,
            Ask::WhoElseSince { seconds } => Answer::Since(now.saturating_sub(seconds * 1000)),
            Ask::Blocks => Answer::Blocks,
            Ask::Keys => Answer::Keys(0, 0),
            Ask::History { count } => self.begin_history(user, *count),
            Ask::Files => self.begin_files(),
            Ask::Help => Answer::Help(0),
            Ask::HelpOnBlock => Answer::HelpOnBlock,
            Ask::Status => Answer::Status(0),
            _ => return None,
        })
    }

    fn note_activity(&mut self, now: Millis, place: Place) {
        let link = self.link(place);
        (link.since, link.warned) = (now, false);
    }

    pub(super) fn reply(&mut self, place: Place, reply: &Reply<'_>) {
        self.link(place).write(&reply_line(reply));
    }

    /// How long until the user may change one more thing.
    pub(super) fn change_wait(&mut self, now: Millis, user: User) -> Option<u32> {
        let rate = self.shape.settings.limits.changes;
        let wait = self.accounts[user].changes.wait(rate, now);
        self.refused[3] += u32::from(wait.is_some());
        wait
    }

    pub(super) fn take_change(&mut self, now: Millis, user: User) {
        self.accounts[user].changes.take(self.shape.settings.limits.changes, now);
    }

    fn acknowledgements_on(&mut self, place: Place) {
        self.link(place).acknowledges = true;
        self.reply(place, &Reply::AcknowledgementsOn);
    }

    fn receipts_on(&mut self, place: Place) {
        self.link(place).receipts = true;
        if let Some(user) = self.user_of(place) {
            self.begin_receipts(user);
        }
        self.reply(place, &Reply::ReceiptsOn { epoch: self.epoch });
    }

    /// What the store says to a text or a block, if it is asked and refuses.
    pub(super) fn refusal(&self) -> Option<StoreError> {
        let is_asked = self.shape.settings.durability != Durability::Off;
        self.refuses.filter(|_| is_asked)
    }

    /// The refusal where it is not accepted, and where its OK or its refusal by the store would
    /// come too early.
    fn message(
        &mut self,
        now: Millis,
        place: Place,
        from: User,
        name: &str,
        text: String,
    ) -> Result<(), String> {
        let to = self.find(name).filter(|&to| to != from);
        let to = to.ok_or_else(|| reply_line(&Reply::InvalidReceiver))?;
        if self.blocks.contains(&(to, from)) {
            return Err(reply_line(&Reply::BlockedByReceiver { user: name }));
        }
        let at_once = self.stores_at_once(to);
        if self.has_ok_outstanding(from) && at_once {
            return Err(String::new());
        }
        if !self.mailbox_takes(from, to) {
            return Err(reply_line(&Reply::MailboxFull { user: name }));
        }
        if let Some(line) = self.no_room(from, to, text.len()) {
            return Err(line);
        }
        if at_once {
            self.keep(now, to).map_err(|refusal| reply_line(&not_stored(refusal)))?;
        }
        let id = self.accept(now, from, false, text, &[to], at_once);
        let ok = match self.is_online(to) {
            true => Reply::Accepted { id },
            false => Reply::Stored { id, user: name },
        };
        self.promise(place, from, id, &ok);
        Ok(())
    }

    /// As for a message.
    fn broadcast(
        &mut self,
        now: Millis,
        place: Place,
        from: User,
        text: String,
    ) -> Result<(), String> {
        let at_once = self.store_refuses;
        if self.has_ok_outstanding(from) && at_once {
            return Err(String::new());
        }
        let most = self.online() - 1;
        if let Some(line) = self.no_room_for_all(from, text.len(), most) {
            return Err(line);
        }
        let others = (0..self.accounts.len()).filter(|&to| to != from && self.is_online(to));
        let (blocked, open): (Vec<_>, Vec<_>) =
            others.partition(|&to| self.blocks.contains(&(to, from)));
        let to = self.reached(from, most, &open);
        let full = open.len() - to.len();
        if at_once {
            // Each is asked for, though the answer is the same for all.
            let answers: Vec<_> = to.iter().map(|&to| self.keep(now, to)).collect();
            if let Some(&Err(refusal)) = answers.first() {
                self.waste();
                return Err(reply_line(&not_stored(refusal)));
            }
        }
        let id = self.accept(now, from, true, text.clone(), &to, at_once);
        self.remember(now, id.0, from, text);
        let (recipients, full) = (to.len() as u32, full as u32);
        let ok = match (blocked.is_empty(), full == 0) {
            (true, true) => Reply::BroadcastSent { id, recipients },
            (false, true) => Reply::BroadcastBlocked { id, recipients },
            (true, false) => Reply::BroadcastPartly { id, recipients, full },
            (false, false) => Reply::BroadcastPartlyBlocked { id, recipients, full },
        };
        self.promise(place, from, id, &ok);
        Ok(())
    }

    fn block(&mut self, now: Millis, place: Place, user: User, name: &str) {
        let Some(whom) = self.find(name).filter(|&whom| whom != user) else {
            return self.reply(place, &Reply::InvalidUserToBlock);
        };
        let reply = if self.blocks.contains(&(user, whom)) {
            Reply::BlockedAlready { user: name }
        } else if let Some(refusal) = self.no_block(user) {
            refusal
        } else if let Some(seconds) = self.change_wait(now, user) {
            Reply::ChangeWait { seconds }
        } else if let Some(refusal) = self.refusal() {
            not_stored(refusal)
        } else {
            self.blocks.insert((user, whom));
            self.take_change(now, user);
            Reply::Blocked { user: name }
        };
        self.reply(place, &reply);
    }

    fn unblock(&mut self, now: Millis, place: Place, user: User, name: &str) {
        let block = self.find(name).map(|whom| (user, whom));
        let Some(block) = block.filter(|block| self.blocks.contains(block)) else {
            return self.reply(place, &Reply::InvalidUserToUnblock);
        };
        if let Some(seconds) = self.change_wait(now, user) {
            return self.reply(place, &Reply::ChangeWait { seconds });
        }
        if let Some(refusal) = self.refusal() {
            return self.reply(place, &not_stored(refusal));
        }
        self.blocks.remove(&block);
        self.take_change(now, user);
        self.reply(place, &Reply::Unblocked { user: name });
    }

    fn seen(&mut self, now: Millis, place: Place, user: User, name: &str) {
        let whom = self.find(name).filter(|&whom| !self.blocks.contains(&(whom, user)));
        let reply = match whom.map(|whom| (self.is_online(whom), self.accounts[whom].last_logout)) {
            None => Reply::InvalidUserToSee,
            Some((true, _)) => Reply::SeenNow { user: name },
            Some((false, Some(at))) => {
                Reply::SeenBefore { user: name, seconds: ((now - at) / 1000) as u32 }
            }
            Some((false, None)) => Reply::NotSeen { user: name },
        };
        self.reply(place, &reply);
    }

    fn start_private(&mut self, now: Millis, place: Place, user: User, name: &str) {
        let Some(peer) = self.find(name).filter(|&peer| peer != user) else {
            return self.reply(place, &Reply::InvalidPeer);
        };
        if self.blocks.contains(&(peer, user)) {
            return self.reply(place, &Reply::BlockedByPeer { user: name });
        }
        let Some(called) = self.accounts[peer].session else {
            return self.reply(place, &Reply::PeerOffline { user: name });
        };
        if self.links[&called].listening.is_none() {
            return self.reply(place, &Reply::PeerSilent { user: name });
        }
        if self
            .links
            .values()
            .any(|link| link.introductions.iter().any(|call| call.caller == place))
        {
            return self.reply(place, &Reply::IntroductionPending);
        }
        if let Some(seconds) = self.change_wait(now, user) {
            return self.reply(place, &Reply::ChangeWait { seconds });
        }
        if self.without_entropy {
            return self.reply(place, &Reply::NoEntropy);
        }
        self.take_change(now, user);
        self.drawn = self.drawn.wrapping_add(1);
        let token = self.drawn;
        let call = Introduction { caller: place, token, before: self.next_id };
        self.link(called).introductions.push_back(call);
        self.reply(place, &Reply::Introduced { user: name });
        self.link(place).answer = Some(Answer::Introduced { peer: called, user: peer, token });
    }
}
