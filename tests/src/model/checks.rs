//! What must be so whenever the two chats have come to rest, and at the end. Changes nothing but by
//! asking everybody once more.

use super::naive::Place;
use super::world::World;

impl World<'_> {
    /// Nobody who reads may be left with anything to say or to hear.
    pub(super) fn check_rest(&mut self) {
        for &place in self.naive.links.keys() {
            assert!(!self.naive.has_readable_line(place), "place {place} was not woken to read");
        }
        let reading = self.clients.iter().filter(|(_, client)| !client.stalled);
        let reading: Vec<Place> = reading.map(|(&place, _)| place).collect();
        for place in reading {
            let before = self.naive.links[&place].progress();
            self.pump(place);
            let after = self.naive.links.get(&place).map(|link| link.progress());
            assert_eq!(after, Some(before), "place {place} was not woken");
        }
        assert_eq!(self.server.poll_ready(), None, "rest is rest");
        self.check_counts();
    }

    /// What the server wrote is what the naive chat wrote, byte for byte.
    pub(super) fn compare(&mut self, place: Place) {
        for user in std::mem::take(&mut self.naive.reused) {
            self.received.remove(&user);
            for client in self.clients.values_mut() {
                client.user.take_if(|earlier| *earlier == user);
            }
        }
        let client = self.clients.get_mut(&place).expect("the client is there");
        let link = self.naive.links.get_mut(&place).expect("both know the client");
        let (written, expected) = (client.pipe.take_fresh(), link.take_fresh());
        assert_eq!(written, expected, "left the server, right the model, place {place}");
        client.user = client.user.or(self.naive.user_of(place));
    }

    /// Every count of the server's that can be seen is the model's.
    fn check_counts(&self) {
        let (chat, naive) = (self.server.chat(), &self.naive);
        assert_eq!(self.server.connections(), self.clients.len());
        assert_eq!(chat.present(), naive.present());
        assert_eq!(chat.online_count(), naive.online());
        assert_eq!(chat.accounts(), naive.living().count());
        assert_eq!(chat.figures().blocks.used, naive.blocks());
        assert_eq!(chat.figures().keys.used, naive.keys());
        let (files, holders) = (chat.figures().files, chat.figures().holders);
        assert_eq!([files.used, holders.used], naive.files());
        assert_eq!(chat.figures().texts.used, naive.texts());
        assert_eq!(chat.online().count(), naive.online());
        for (user, account) in naive.accounts.iter().enumerate() {
            if account.is_gone {
                continue;
            }
            let id = chat.find(&account.name).expect("both know the account");
            assert_eq!(chat.waiting_for(id), naive.waiting_for(user), "for {}", account.name);
            assert_eq!(chat.is_online(id), naive.is_online(user));
        }
    }

    /// Everything that was ever accepted and fetched in time was read, in order, and the server
    /// holds nothing any more.
    pub(super) fn check_end(&self) {
        for (user, account) in self.naive.accounts.iter().enumerate() {
            let received = self.received.get(&user).map_or(&[][..], Vec::as_slice);
            let is_owed = |id: &u64| received.contains(id) || !account.expired.contains(id);
            let owed: Vec<_> = account.promised.iter().copied().filter(is_owed).collect();
            assert!(account.is_gone || received == owed, "what was promised to {}", account.name);
        }
        assert_eq!(self.server.chat().figures().texts.used, 0);
        assert_eq!((self.server.connections(), self.clients.len()), (0, 0));
        assert_eq!(self.server.poll_at(), None);
    }
}
