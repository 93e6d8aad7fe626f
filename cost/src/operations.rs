//! The counted operations, each done again and again by the same users.
//! Knows no server: a machine runs it.

use std::str::FromStr;

use crate::by_ssh::Proof;
use crate::world::{Machine, World};

const TEXT: &str = "how much is the fish?";
/// From one newcomer's place to the next: a prime, so that they come from all over.
const STRIDE: usize = 7919;

/// Something that users do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// One user sends a message to another, who acknowledges it: two requests, two replies, one
    /// delivery, and all TCP acknowledgements.
    Message,
    /// One user sends a broadcast to all others online, and each of them acknowledges it.
    Broadcast,
    /// One user logs in over an open and greeted connection, while nobody else is online.
    Login,
    /// One user asks who else is online.
    Whoelse,
    /// One user comes by SSH, while nobody else is online: from the request to connect to the
    /// welcome.
    Call(Proof),
}

impl FromStr for Operation {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        match word {
            "message" => Ok(Operation::Message),
            "broadcast" => Ok(Operation::Broadcast),
            "login" => Ok(Operation::Login),
            "whoelse" => Ok(Operation::Whoelse),
            "password" => Ok(Operation::Call(Proof::Password)),
            "key" => Ok(Operation::Call(Proof::Key)),
            _ => Err(format!(
                "{word} is no operation: message, broadcast, login, whoelse, password or key"
            )),
        }
    }
}

/// The name and the password of a place's user.
pub type Account<'a> = &'a dyn Fn(usize) -> (String, String);

impl Operation {
    /// Does it this many times; each login is another user's.
    ///
    /// # Panics
    /// An answer does not come, or too few users are `online`.
    pub fn repeat<M: Machine>(
        self,
        world: &mut World<M>,
        account: Account<'_>,
        online: &[usize],
        times: usize,
    ) {
        for time in 0..times {
            self.act(world, account, online, time * STRIDE % world.places());
        }
    }

    /// Does it once. A login is `newcomer`'s, who leaves afterwards.
    fn act<M: Machine>(
        self,
        world: &mut World<M>,
        account: Account<'_>,
        online: &[usize],
        newcomer: usize,
    ) {
        match (self, online) {
            (Operation::Message, [sender, receiver, ..]) => world.counted(|world| {
                let line = format!("message {} {TEXT}", account(*receiver).0);
                world.ask(&[*sender], |_| line.clone(), "250 ");
                acknowledge(world, &[*receiver], "* message ");
            }),
            (Operation::Broadcast, [sender, receivers @ ..]) => world.counted(|world| {
                world.ask(&[*sender], |_| format!("broadcast {TEXT}"), "252 ");
                acknowledge(world, receivers, "* broadcast ");
            }),
            (Operation::Whoelse, [asker, ..]) => world.counted(|world| {
                world.ask(&[*asker], |_| "whoelse".to_owned(), "210 ");
            }),
            (Operation::Login, _) => {
                world.counted(|world| {
                    world.ask(&[newcomer], login(account), "230 ");
                    world.rest(&[newcomer]);
                });
                world.hang_up(newcomer);
                world.connect(newcomer);
                world.settle();
            }
            (Operation::Call(proof), _) => {
                let user = account(newcomer);
                world.counted(|world| {
                    world.call(newcomer, proof, user);
                    world.rest(&[newcomer]);
                });
                world.hang_up(newcomer);
                world.settle();
            }
            _ => panic!("{self:?} takes more users than {}", online.len()),
        }
    }
}

/// Connects everybody, logs this many users in, evenly spread over all places, and lets each hear
/// of the others. Answers the users online.
///
/// # Panics
/// An answer does not come.
pub fn gather<M: Machine>(world: &mut World<M>, account: Account<'_>, online: usize) -> Vec<usize> {
    world.connect_all();
    let users: Vec<usize> = (0..online).map(|user| user * world.places() / online).collect();
    if !users.is_empty() {
        world.ask(&users, |_| "acks on".to_owned(), "200 ");
        world.ask(&users, login(account), "230 ");
        world.rest(&users);
    }
    users
}

/// The same by SSH. Nobody else is connected.
///
/// # Panics
/// An answer does not come.
pub fn gather_by_ssh<M: Machine>(
    world: &mut World<M>,
    account: Account<'_>,
    online: usize,
) -> Vec<usize> {
    let users: Vec<usize> = (0..online).map(|user| user * world.places() / online).collect();
    for user in &users {
        world.call(*user, Proof::Password, account(*user));
    }
    if !users.is_empty() {
        world.ask(&users, |_| "acks on".to_owned(), "200 ");
        world.rest(&users);
    }
    world.settle();
    users
}

fn login(account: Account<'_>) -> impl Fn(usize) -> String {
    move |place| {
        let (name, password) = account(place);
        format!("login {name} {password}")
    }
}

/// Has all of them hear the message and acknowledge it.
fn acknowledge<M: Machine>(world: &mut World<M>, users: &[usize], event: &str) {
    let line = world.hear(users, event);
    let id = line.split(' ').nth(2).expect("a message has a number").to_owned();
    world.ask(users, |_| format!("ack {id}"), "201 ");
}
