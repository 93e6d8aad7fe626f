//! The arguments of the image: words of the form `key=value`. They change a product's
//! settings, and make capacities smaller, never greater: the memory is the board's.
//! Knows no semihosting.

use core::str::FromStr;

use heapless::String;
use smolchat_core::chat::{Capacities, Rate};
use smolchat_core::protocol::{KEY_KIND, parse_key};
use smolchat_core::store::Durability;
use smolchat_core::time::Duration;
use smolchat_firmware::{ACCOUNTS, Addressing, Product};
use smoltcp::wire::{Ipv4Address, Ipv4Cidr};

/// What a board is to be, after its image's arguments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arguments<'a> {
    /// The board's own product with what the arguments changed.
    pub product: Product,
    /// The host's file in which the store is kept.
    pub store: Option<&'a str>,
    /// Frames lost on purpose, in percent, each way.
    pub loss: u8,
    /// Which frames those are.
    pub seed: u32,
    /// After how long the image hangs on purpose, to prove the watchdog.
    pub stuck: Option<Duration>,
    /// Whether there is a source of entropy.
    pub has_entropy: bool,
    /// A user and an ed25519 key that lets the user in, beside those that were baked in.
    pub key: Option<(&'a str, [u8; 32])>,
}

/// Why a word is not an argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq, defmt::Format)]
pub enum ArgumentError {
    /// It is not `key=value`.
    Form,
    /// There is no such key.
    Key,
    /// The key does not take that value.
    Value,
    /// A gateway, and no address of its own.
    Gateway,
}

/// The capacities that were asked for.
#[derive(Default)]
struct Asked {
    users: Option<usize>,
    connections: Option<usize>,
    messages: Option<usize>,
    blocks: Option<usize>,
    keys: Option<usize>,
    history: Option<usize>,
    files: Option<usize>,
    holders: Option<usize>,
}

impl<'a> Arguments<'a> {
    /// Reads `words`.
    ///
    /// # Errors
    /// The word that cannot be, and why.
    pub fn parse(
        product: Product,
        words: impl IntoIterator<Item = &'a str>,
    ) -> Result<Self, (&'a str, ArgumentError)> {
        let mut arguments = Arguments {
            product,
            store: None,
            loss: 0,
            seed: 1,
            stuck: None,
            has_entropy: true,
            key: None,
        };
        let (mut asked, mut gateway) = (Asked::default(), None);
        for word in words {
            let (key, value) = word.split_once('=').ok_or((word, ArgumentError::Form))?;
            let taken = match key {
                "gateway" => parse(value, ..).map(|address| gateway = Some((word, address))),
                "users" | "connections" | "messages" | "blocks" | "keys" | "history" | "files"
                | "holders" => asked.take(key, value),
                _ => arguments.take(key, value),
            };
            taken.map_err(|error| (word, error))?;
        }
        arguments.product.capacities = asked.within(&product.capacities);
        if let Some((word, address)) = gateway {
            arguments.route(address).map_err(|error| (word, error))?;
        }
        Ok(arguments)
    }

    fn take(&mut self, key: &str, value: &'a str) -> Result<(), ArgumentError> {
        let settings = &mut self.product.settings;
        match key {
            "ip" => self.product.addressing = addressing(value)?,
            "mtu" => self.product.mtu = parse(value, 576..=1500)?,
            "port" => self.product.port = parse(value, 1..)?,
            "ssh-port" => self.product.ssh_port = parse(value, 1..)?,
            #[cfg(feature = "mdns")]
            "name" => self.product.name = switch(value)?.then_some(smolchat_firmware::NAME),
            "lines" => self.product.lines_beside_ssh = switch(value)?,
            "block-duration" => settings.block_duration = seconds(value, 0)?,
            "timeout" => settings.timeout = seconds(value, 0)?,
            "login-deadline" => settings.login_deadline = seconds(value, 1)?,
            "mail-expires" => settings.mail_expires = seconds(value, 0)?,
            "registration" => settings.registration = switch(value)?,
            "guesses" => settings.limits.guesses = parse(value, ..)?,
            "registrations-per-hour" => {
                settings.limits.registrations = Rate::hourly(parse(value, ..)?)
            }
            "changes-per-minute" => {
                let rate = Rate::minutely(parse(value, ..)?);
                (settings.limits.logins, settings.limits.changes) = (rate, rate);
            }
            "store" => self.store = Some(value),
            "durability" => settings.durability = durability(value)?,
            "loss" => self.loss = parse(value, ..=100)?,
            "seed" => self.seed = parse(value, ..)?,
            "entropy" => self.has_entropy = switch(value)?,
            "key" => self.key = Some(user_key(value)?),
            "stuck" => self.stuck = Some(seconds(value, 0)?),
            _ => return Err(ArgumentError::Key),
        }
        Ok(())
    }

    fn route(&mut self, router: Ipv4Address) -> Result<(), ArgumentError> {
        match &mut self.product.addressing {
            Addressing::Static { gateway, .. } => {
                *gateway = Some(router);
                Ok(())
            }
            Addressing::Dhcp => Err(ArgumentError::Gateway),
        }
    }
}

impl Asked {
    fn take(&mut self, key: &str, value: &str) -> Result<(), ArgumentError> {
        // A server may be without room for keys or files.
        let least = usize::from(!matches!(key, "keys" | "files" | "holders"));
        let count = Some(parse(value, least..)?);
        match key {
            "users" => self.users = count,
            "connections" => self.connections = count,
            "messages" => self.messages = count,
            "keys" => self.keys = count,
            "history" => self.history = count,
            "files" => self.files = count,
            "holders" => self.holders = count,
            _ => self.blocks = count,
        }
        Ok(())
    }

    /// The capacities that were asked for, in the proportions of [`Capacities::new`], so that the
    /// server behaves as on a host with the same numbers. Each is at most the board's. Never fewer
    /// users than are baked in.
    fn within(&self, board: &Capacities) -> Capacities {
        let users = self.users.unwrap_or(board.users).max(ACCOUNTS.len());
        let connections = self.connections.unwrap_or(board.connections);
        let blocks = self.blocks.unwrap_or(board.blocks);
        let (keys, history) =
            (self.keys.unwrap_or(board.keys), self.history.unwrap_or(board.history));
        let wanted = match self.messages {
            Some(messages) => Capacities::new(users, connections, messages, blocks),
            None => Capacities { users, connections, blocks, ..*board },
        };
        Capacities {
            users: wanted.users.min(board.users),
            connections: wanted.connections.min(board.connections),
            spare: wanted.spare.min(board.spare),
            texts: wanted.texts.min(board.texts),
            chunks: wanted.chunks.min(board.chunks),
            deliveries: wanted.deliveries.min(board.deliveries),
            blocks: wanted.blocks.min(board.blocks),
            keys: keys.min(board.keys),
            sources: board.sources,
            history: history.min(board.history),
            files: self.files.unwrap_or(board.files).min(board.files),
            holders: self.holders.unwrap_or(board.holders).min(board.holders),
            bans: board.bans,
        }
    }
}

/// A value that must lie in `range`.
fn parse<T: FromStr + PartialOrd>(
    value: &str,
    range: impl core::ops::RangeBounds<T>,
) -> Result<T, ArgumentError> {
    let value = value.parse().ok().filter(|value| range.contains(value));
    value.ok_or(ArgumentError::Value)
}

fn seconds(value: &str, least: u32) -> Result<Duration, ArgumentError> {
    parse(value, least..).map(|seconds| Duration::from_secs(seconds.into()))
}

/// A user and the key, as `hans:AAAA...`: what stands behind `ssh-ed25519` in OpenSSH's files.
fn user_key(value: &str) -> Result<(&str, [u8; 32]), ArgumentError> {
    let (user, encoded) = value.split_once(':').ok_or(ArgumentError::Value)?;
    let mut line = String::<128>::new();
    let words = [KEY_KIND, " ", encoded];
    words.iter().try_for_each(|word| line.push_str(word)).map_err(|_| ArgumentError::Value)?;
    parse_key(&line).map(|key| (user, key)).ok_or(ArgumentError::Value)
}

fn switch(value: &str) -> Result<bool, ArgumentError> {
    match value {
        "on" => Ok(true),
        "off" => Ok(false),
        _ => Err(ArgumentError::Value),
    }
}

fn durability(value: &str) -> Result<Durability, ArgumentError> {
    match value {
        "strict" => Ok(Durability::Strict),
        "relaxed" => Ok(Durability::Relaxed),
        "off" => Ok(Durability::Off),
        _ => Err(ArgumentError::Value),
    }
}

fn addressing(value: &str) -> Result<Addressing, ArgumentError> {
    if value == "dhcp" {
        return Ok(Addressing::Dhcp);
    }
    let address = Ipv4Cidr::from_str(value).map_err(|()| ArgumentError::Value)?;
    Ok(Addressing::Static { address, gateway: None })
}

#[cfg(test)]
mod tests;
