//! Users in one process: each has transfers, an endpoint and a folder of its own. Whom one calls is
//! introduced on the spot.

use std::collections::BTreeMap;
use std::fs;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use smolchat_peer::{Endpoint, Introduction, Kind, Link, OwnKey, Token};
use tempfile::TempDir;

use super::super::command::{Holder, Offer, TransferCommand};
use super::super::event::TransferEvent;
use super::super::{CallError, Transfers};

/// Longer than anything takes here, also on a busy machine.
pub(super) const PATIENCE: Duration = Duration::from_secs(60);

/// Where each user is.
type Places = Arc<Mutex<BTreeMap<String, (Endpoint, SocketAddr)>>>;

/// The users, and their folders.
pub(super) struct World {
    places: Places,
    folder: TempDir,
}

/// One user.
pub(super) struct User {
    pub(super) transfers: Transfers,
    pub(super) folder: PathBuf,
    events: Receiver<TransferEvent>,
}

impl World {
    pub(super) fn new() -> Self {
        World { places: Places::default(), folder: tempfile::tempdir().unwrap() }
    }

    fn endpoint(&self, name: &str, serve: impl Fn(Link) + Send + Sync + 'static) {
        let endpoint = Endpoint::new(name, OwnKey::from_seed(&[name.len() as u8; 32]).unwrap());
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        endpoint.listen(listener, serve).unwrap();
        self.places.lock().unwrap().insert(name.to_owned(), (endpoint, address));
    }

    /// A user with transfers, and with the list of an earlier run if there was one.
    pub(super) fn user(&self, name: &str) -> User {
        let folder = self.folder.path().join(name);
        fs::create_dir_all(&folder).unwrap();
        let (tell, events) = channel();
        let (places, me) = (self.places.clone(), name.to_owned());
        let call = move |user: &str| call(&places, &me, user);
        let transfers = Transfers::new(
            Some(folder.join("offers")),
            Arc::new(call),
            Arc::new(move |event| _ = tell.send(event)),
        );
        let serve = transfers.serve();
        self.endpoint(name, move |link| serve(link));
        User { transfers, folder, events }
    }

    /// A peer that is played by hand: what it does with each link.
    pub(super) fn stranger(&self, name: &str, serve: impl Fn(Link) + Send + Sync + 'static) {
        self.endpoint(name, serve);
    }

    /// A link for files from `name` to `user`.
    pub(super) fn link(&self, name: &str, user: &str) -> Link {
        call(&self.places, name, user).unwrap()
    }
}

/// Introduces both to each other, and dials.
fn call(places: &Places, me: &str, user: &str) -> Result<Link, CallError> {
    let (own, other) = {
        let places = places.lock().unwrap();
        (places[me].clone(), places.get(user).cloned().ok_or(CallError::NoWay)?)
    };
    let mut token = [0; 16];
    getrandom::fill(&mut token).unwrap();
    let introduce = |user: &str, endpoint: &Endpoint| Introduction {
        user: user.to_owned(),
        key: *endpoint.public_key(),
        token: Token(token),
    };
    other.0.expect(introduce(me, &own.0));
    let callee = introduce(user, &other.0);
    own.0.dial(Kind::Files, &callee, &[other.1]).map_err(|_| CallError::Unreachable)
}

/// A file's content that compresses to nothing.
pub(super) fn content(bytes: usize, seed: u64) -> Vec<u8> {
    let mut state = seed;
    let words = std::iter::repeat_with(|| {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        state.rotate_left(29)
    });
    let mut content: Vec<u8> = words.take(bytes.div_ceil(8)).flat_map(u64::to_le_bytes).collect();
    content.truncate(bytes);
    content
}

impl User {
    pub(super) fn write(&self, name: &str, content: &[u8]) -> PathBuf {
        let path = self.folder.join(name);
        fs::write(&path, content).unwrap();
        path
    }

    /// Offers the file at this path.
    pub(super) fn offer(&self, path: &Path) -> Offer {
        self.transfers.command(TransferCommand::Offer { path: path.to_owned() });
        self.wait(|event| match event {
            TransferEvent::Offered { offer, .. } => Some(offer),
            TransferEvent::NotOffered { why, .. } => panic!("{why}"),
            _ => None,
        })
    }

    /// Begins to load a file from those who hold all of it.
    pub(super) fn download(&self, offer: &Offer, holders: &[&str]) {
        let folder = self.folder.clone();
        let holders = full(holders);
        self.transfers.command(TransferCommand::Download { offer: offer.clone(), folder, holders });
    }

    /// Everything until the file is whole or lost, and the last of it.
    pub(super) fn end(&self) -> (Vec<TransferEvent>, TransferEvent) {
        let mut before = Vec::new();
        loop {
            match self.next() {
                end @ (TransferEvent::Finished { .. } | TransferEvent::Failed { .. }) => {
                    return (before, end);
                }
                event => before.push(event),
            }
        }
    }

    /// What came from whom, once the file is whole.
    pub(super) fn finished(&self) -> (PathBuf, Vec<(String, u64)>) {
        match self.end().1 {
            TransferEvent::Finished { path, from, .. } => (path, from),
            other => panic!("{other:?}"),
        }
    }

    /// Everything that was told and not looked at.
    pub(super) fn told(&self) -> Vec<TransferEvent> {
        self.events.try_iter().collect()
    }

    pub(super) fn next(&self) -> TransferEvent {
        self.events.recv_timeout(PATIENCE).expect("something happens")
    }

    /// The first event that this picks.
    pub(super) fn wait<R>(&self, mut pick: impl FnMut(TransferEvent) -> Option<R>) -> R {
        let until = Instant::now() + PATIENCE;
        loop {
            assert!(Instant::now() < until, "it does not happen");
            if let Some(picked) = pick(self.next()) {
                return picked;
            }
        }
    }
}

pub(super) fn full(users: &[&str]) -> Vec<Holder> {
    users.iter().map(|user| Holder { user: (*user).to_owned(), share: 255 }).collect()
}
