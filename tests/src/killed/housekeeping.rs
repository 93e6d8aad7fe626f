//! State that outlives a kill beside messages: registered accounts, blocks set and removed. One
//! user who does not chat blocks those who do; a stranger registers accounts.

use std::net::SocketAddr;

use super::user::NAMES;
use crate::chance::Chance;
use crate::real::Connection;
use crate::stage::password_of;

/// Who blocks.
const KEEPER: &str = "vader";

/// The server's replies about accounts and blocks; `None` if a request was not answered.
#[derive(Debug, Default)]
pub(super) struct Housekeeping {
    accounts: Vec<(String, Option<()>)>,
    blocks: [Option<bool>; NAMES.len()],
    /// Requests that the server has answered.
    pub(super) confirmed: usize,
}

impl Housekeeping {
    pub(super) fn new() -> Self {
        Housekeeping { blocks: [Some(false); NAMES.len()], ..Default::default() }
    }

    /// Everything that was confirmed is as it was: the newest accounts can log in, and the blocks
    /// stand or do not.
    pub(super) fn check(&mut self, server: SocketAddr) -> Result<(), String> {
        let newest =
            self.accounts.iter().rev().filter(|(_, confirmed)| confirmed.is_some()).take(3);
        for (name, _) in newest {
            let mut connection = greeted(server)?;
            answer(&mut connection, &format!("login {name} word"), &[230])?;
            answer(&mut connection, "logout", &[221])?;
        }
        let mut keeper = logged_in(server)?;
        for (block, name) in self.blocks.iter_mut().zip(NAMES) {
            match block {
                Some(true) => answer(&mut keeper, &format!("block {name}"), &[241])?,
                Some(false) => answer(&mut keeper, &format!("unblock {name}"), &[541])?,
                None => answer(&mut keeper, &format!("block {name}"), &[240, 241])?,
            };
            *block = Some(*block != Some(false));
        }
        answer(&mut keeper, "logout", &[221]).map(|_| ())
    }

    /// Changes something, or asks for a change and does not wait for the answer. An account is a
    /// copy of a file, so there are few.
    pub(super) fn work(&mut self, server: SocketAddr, chance: &mut Chance) -> Result<(), String> {
        let mut stranger = greeted(server)?;
        let name = format!("guest{}", self.accounts.len());
        let request = format!("register {name} word");
        self.accounts.push((name, None));
        if chance.once_in(3) {
            return stranger.say(&request).map_err(|error| error.to_string());
        }
        answer(&mut stranger, &request, &[231])?;
        if let Some((_, confirmed)) = self.accounts.last_mut() {
            *confirmed = Some(());
        }
        let mut keeper = logged_in(server)?;
        for _ in 0..chance.below(8) {
            self.turn_block(&mut keeper, chance)?;
        }
        let (line, _) = self.begin_to_turn(chance.below(NAMES.len()));
        keeper.say(&line).map_err(|error| error.to_string())
    }

    /// Sets a block, or takes it back, and hears so.
    fn turn_block(&mut self, keeper: &mut Connection, chance: &mut Chance) -> Result<(), String> {
        let at = chance.below(NAMES.len());
        let (line, stands) = self.begin_to_turn(at);
        answer(keeper, &line, &[if stands { 240 } else { 242 }])?;
        self.blocks[at] = Some(stands);
        self.confirmed += 1;
        Ok(())
    }

    /// The request that sets or removes a block, and whether the block stands then. Nobody knows
    /// before the reply.
    fn begin_to_turn(&mut self, at: usize) -> (String, bool) {
        let stands = self.blocks[at].take() != Some(true);
        (format!("{} {}", if stands { "block" } else { "unblock" }, NAMES[at]), stands)
    }
}

fn greeted(server: SocketAddr) -> Result<Connection, String> {
    let mut connection = Connection::open(server).map_err(|error| error.to_string())?;
    reply(&mut connection, &[220])?;
    Ok(connection)
}

fn logged_in(server: SocketAddr) -> Result<Connection, String> {
    let mut keeper = greeted(server)?;
    answer(&mut keeper, &format!("login {KEEPER} {}", password_of(KEEPER)), &[230])?;
    Ok(keeper)
}

/// Asks, and the answer has one of these codes.
fn answer(connection: &mut Connection, line: &str, codes: &[u16]) -> Result<(), String> {
    connection.say(line).map_err(|error| format!("{line}: {error}"))?;
    reply(connection, codes).map_err(|told| format!("{line}: {told}"))
}

/// The next line that is no event has one of these codes.
fn reply(connection: &mut Connection, codes: &[u16]) -> Result<(), String> {
    loop {
        let line = connection.try_next_line().map_err(|error| error.to_string())?;
        let line = line.ok_or("no answer")?;
        if line.starts_with("* ") {
            continue;
        }
        let code = line.get(..3).and_then(|code| code.parse().ok());
        return match code.is_some_and(|code| codes.contains(&code)) {
            true => Ok(()),
            false => Err(format!("told {line} instead of {codes:?}")),
        };
    }
}
