//! What the command line may say, and which of it fits together. Every number is checked here, so
//! that no other room has to.

use std::io;
use std::path::{Path, PathBuf};

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{ArgAction, CommandFactory, Parser, ValueEnum};
use smolchat_core::chat::{Capacities, Limits, Rate};
use smolchat_core::protocol::DEFAULT_PORT;
use smolchat_core::store::Durability;
use smolchat_core::time::Duration;
use smolchat_words::{is_one_slip, is_same};
use smoltcp::wire::{EthernetAddress, Ipv6Cidr};

use super::accounts::{Command, CommandError};
use super::log::Level;
use super::{span, state};
use crate::pages::Pages;

mod publish;
mod values;

pub(super) use publish::{Door, Publish};
pub(super) use values::{HostAddress, ServerAddress, ServerName};

/// The longest name of an interface that Linux takes.
const TAP_NAME_MAX: usize = 15;
/// A ring of a connection below this cannot hold the longest line with its ending.
const BUFFER_MIN: i64 = 1024;
const BUFFER_MAX: i64 = 1 << 20;
/// The usual port for SSH.
pub(super) const SSH_PORT: u16 = 2222;

/// smolchatd: a chat server with its own TCP/IP on a TAP device
#[derive(Clone, Debug, Parser)]
#[command(name = "smolchatd", version, about, args_conflicts_with_subcommands = true)]
pub struct Options {
    /// TCP port to listen on
    #[arg(default_value_t = DEFAULT_PORT, value_parser = line_port)]
    pub(crate) port: u16,
    /// Seconds for which three wrong passwords in a row lock a user
    #[arg(default_value_t = 60)]
    pub(crate) block_duration: u32,
    /// Seconds without a command after which a user is logged out; 0 for never
    #[arg(default_value_t = 0)]
    pub(crate) timeout: u32,

    /// The TAP device to create or use, or a macvtap device to use
    #[arg(long, value_name = "NAME", default_value = "smolchat0", value_parser = tap_name)]
    pub(crate) tap: String,
    /// Open a port of this host to others, for the door for ssh (the default) or for lines; may be
    /// given several times
    #[arg(long, value_name = "[ADDRESS:]PORT[:DOOR]", conflicts_with = "bridge")]
    pub(crate) publish: Vec<Publish>,
    /// Open the door for lines to others as well, which is in clear
    #[arg(long, requires = "publish")]
    pub(crate) plain: bool,
    /// Make the TAP device a port of this bridge, so that the server is a machine of its network
    #[arg(long, value_name = "NAME", value_parser = tap_name)]
    pub(crate) bridge: Option<String>,
    /// The server's IPv4 address, or dhcp [default: 192.168.69.1/24; with --bridge, dhcp]
    #[arg(long, value_name = "ADDRESS/BITS|dhcp")]
    pub(crate) address: Option<ServerAddress>,
    /// This host's IPv4 address on the TAP device, or none [default: 192.168.69.100/24; with
    /// --bridge or dhcp, none]
    #[arg(long, value_name = "ADDRESS/BITS|none")]
    pub(crate) host_address: Option<HostAddress>,
    /// The server's Ethernet address [default: from the machine's id and the TAP device's name]
    #[arg(long, value_name = "ADDRESS", value_parser = values::mac)]
    pub(crate) mac: Option<EthernetAddress>,
    /// The name by which machines of the server's network find it, with .local behind it, or none
    #[arg(long, value_name = "NAME|none", default_value = "smolchat")]
    pub(crate) name: ServerName,
    /// Whether checksums and long segments are left to the kernel, where it offers that
    #[arg(long, value_enum, default_value_t = Switch::On)]
    pub(crate) offload: Switch,
    /// The longest IP packet that the server sends: less where a way to its users takes less
    #[arg(long, value_name = "BYTES", default_value_t = 1500, value_parser = clap::value_parser!(u32).range(576..=1500))]
    pub(crate) mtu: u32,
    /// The server's IPv6 address [default: fd69:736d:6f6c::1/64, where the host has IPv6]
    #[arg(long, value_name = "ADDRESS/BITS", value_parser = cidr6)]
    pub(crate) address6: Option<Ipv6Cidr>,
    /// This host's IPv6 address on the TAP device [default: fd69:736d:6f6c::100/64, where the host
    /// has IPv6]
    #[arg(long, value_name = "ADDRESS/BITS", value_parser = cidr6)]
    pub(crate) host_address6: Option<Ipv6Cidr>,

    /// Accounts, one "username password" a line [default: credentials.txt in the state folder:
    /// /var/lib/smolchat for root, else smolchat in XDG_STATE_HOME or ~/.local/state]
    #[arg(long, value_name = "FILE")]
    pub(crate) credentials: Option<PathBuf>,
    /// Whether strangers may create accounts. auto: where only this machine can reach the server
    #[arg(long, value_enum, default_value_t = Registration::Auto)]
    pub(crate) registration: Registration,
    /// Accounts that one source, an IPv4 address or an IPv6 /64, may create at once; 0: no limit
    #[arg(long, value_name = "COUNT", default_value_t = 30)]
    pub(crate) registrations: u16,
    /// Accounts that it may create in every hour after; 0: no limit
    #[arg(long, value_name = "COUNT", default_value_t = 6)]
    pub(crate) registrations_per_hour: u16,
    /// Wrong names and passwords from one source before it has to wait, longer each time; 0: no
    /// limit
    #[arg(long, value_name = "COUNT", default_value_t = 10)]
    pub(crate) guesses: u8,
    /// Logins of one user, and changes of blocks and keys and introductions, at once, and as many
    /// again in every minute after; 0: no limit
    #[arg(long, value_name = "COUNT", default_value_t = 20)]
    pub(crate) changes_per_minute: u16,
    /// Seconds within which a new connection must log in
    #[arg(long, value_name = "SECONDS", default_value_t = 60, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) login_deadline: u32,

    /// What an OK to a message means. strict: it is on the disk, or its receiver has acknowledged
    /// it; relaxed: the same where the receiver is offline; off: nothing outlives the server but
    /// accounts
    #[arg(long, value_name = "HOW", default_value = "strict", value_parser = durability())]
    pub(crate) durability: Durability,
    /// Days after which a message that its receiver has not fetched is gone, or hours (h), minutes
    /// (m), seconds (s); 0 for never
    #[arg(long, value_name = "DAYS", default_value = "30", value_parser = span::parse)]
    pub(crate) mail_expires: Duration,
    /// Where messages, blocks and added keys are kept [default: beside the accounts, as
    /// credentials.store]
    #[arg(long, value_name = "FILE")]
    pub(crate) store: Option<PathBuf>,
    /// Whether what the store keeps for users without an account is deleted even where most of its
    /// users have none
    #[arg(long, value_enum, default_value_t = Switch::Off)]
    pub(crate) forget: Switch,

    /// Room for accounts; never less than the credentials file has
    #[arg(long, value_name = "COUNT", default_value_t = 4096, value_parser = clap::value_parser!(u32).range(1..=65_000))]
    pub(crate) users: u32,
    /// Connections at once, logged in or not
    #[arg(long, value_name = "COUNT", default_value_t = 1024, value_parser = clap::value_parser!(u32).range(1..=60_000))]
    pub(crate) connections: u32,
    /// Room for messages of full length that wait for their receivers
    #[arg(long, value_name = "COUNT", default_value_t = 16_384, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub(crate) messages: u32,
    /// Room for blocks, of all users together
    #[arg(long, value_name = "COUNT", default_value_t = 16_384, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub(crate) blocks: u32,
    /// Room for ed25519 keys that users add to their accounts, of all users together; 0: nobody may
    #[arg(long, value_name = "COUNT", default_value_t = 4096, value_parser = clap::value_parser!(u32).range(..=20_000))]
    pub(crate) keys: u32,
    /// Broadcasts that `history` tells, of 72 bytes on average: 6 to 1024; 0 for none
    #[arg(long, value_name = "COUNT", default_value_t = 128, value_parser = history)]
    pub(crate) history: u32,
    /// Files that clients offer to each other, with names of 72 bytes on average; 0 for none
    #[arg(long, value_name = "COUNT", default_value_t = 4096, value_parser = clap::value_parser!(u32).range(..=32_000))]
    pub(crate) files: u32,
    /// Holders of files: one for each file of each client that has some of it
    #[arg(long, value_name = "COUNT", default_value_t = 16_384, value_parser = clap::value_parser!(u32).range(..=65_000))]
    pub(crate) holders: u32,
    /// Sources of which something is remembered
    #[arg(long, value_name = "COUNT", default_value_t = 4096, value_parser = clap::value_parser!(u32).range(1..=65_000))]
    pub(crate) sources: u32,
    /// Bytes of every connection's receive buffer
    #[arg(long, value_name = "BYTES", default_value_t = 2048, value_parser = clap::value_parser!(u32).range(BUFFER_MIN..=BUFFER_MAX))]
    pub(crate) rx: u32,
    /// Bytes of every connection's transmit buffer
    #[arg(long, value_name = "BYTES", default_value_t = 4096, value_parser = clap::value_parser!(u32).range(BUFFER_MIN..=BUFFER_MAX))]
    pub(crate) tx: u32,

    /// The TCP port for SSH, or off. Usually 2222, or 2223 if 2222 is the port for lines
    #[arg(long, value_name = "PORT|off", default_value = "", hide_default_value = true, value_parser = ssh_port)]
    pub(crate) ssh: SshPort,
    /// Connections by SSH at once
    #[arg(long, value_name = "COUNT", default_value_t = 256, value_parser = clap::value_parser!(u32).range(1..=60_000))]
    pub(crate) ssh_sessions: u32,
    /// Where the server's key for SSH is kept [default: beside the store, as credentials.hostkey]
    #[arg(long, value_name = "FILE")]
    pub(crate) host_key: Option<PathBuf>,
    /// Print the fingerprint of that key, by which clients know this server, and no more
    #[arg(long)]
    pub(crate) fingerprint: bool,

    /// Tell in the log who comes and goes and what is refused, and the counters at the end; twice:
    /// every connection, too
    #[arg(short, long, action = ArgAction::Count)]
    pub(crate) verbose: u8,
    /// How much to log: what matters as much as this, or more [default: warn; info in the journal
    /// of systemd]
    #[arg(long, value_name = "LEVEL", value_enum, conflicts_with = "verbose")]
    pub(crate) log: Option<Level>,

    #[command(flatten)]
    pages: Pages,

    #[command(subcommand)]
    pub(super) command: Option<Command>,
}

impl Options {
    /// Prints the page that is asked for instead of a server, if one is.
    pub fn print_page(&self) -> Option<io::Result<()>> {
        self.pages.print(Self::command())
    }

    /// Does the command that is asked for instead of a server, if one is.
    pub fn run_command(&self) -> Option<Result<(), CommandError>> {
        self.command.as_ref().map(Command::run)
    }

    /// Where the accounts are.
    pub(super) fn credentials(&self) -> PathBuf {
        self.credentials.clone().unwrap_or_else(state::accounts)
    }

    /// Where messages, blocks and added keys are kept.
    pub(super) fn store(&self) -> PathBuf {
        self.store.clone().unwrap_or_else(|| self.credentials().with_extension("store"))
    }

    /// Where the key for SSH is kept.
    pub(super) fn host_key(&self) -> PathBuf {
        self.host_key.clone().unwrap_or_else(|| self.store().with_extension("hostkey"))
    }

    /// How often a source and a user may do something.
    pub(super) fn limits(&self) -> Limits {
        let (at_once, per_hour) = (self.registrations, self.registrations_per_hour);
        Limits {
            registrations: Rate::at_once_and_hourly(at_once, per_hour),
            ..Limits::new(self.guesses, 0, self.changes_per_minute)
        }
    }

    /// The port for SSH, if there is to be one.
    pub(super) fn ssh_port(&self) -> Option<u16> {
        match self.ssh {
            SshPort::Usual if self.port == SSH_PORT => Some(SSH_PORT + 1),
            SshPort::Usual => Some(SSH_PORT),
            SshPort::Is(port) => Some(port),
            SshPort::Off => None,
        }
    }
}

/// Whether strangers may create accounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Registration {
    /// Where only this machine can reach the server.
    Auto,
    /// Yes.
    On,
    /// No.
    Off,
}

/// The port for SSH, as somebody asked for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SshPort {
    /// Nobody asked.
    Usual,
    /// This one.
    Is(u16),
    /// None.
    Off,
}

/// On or off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Switch {
    /// Yes.
    On,
    /// No.
    Off,
}

/// The port for lines stands where a command may stand, too.
fn line_port(word: &str) -> Result<u16, String> {
    /// What somebody may have begun to type, and the command.
    const NEAR: [(&str, &str); 16] = [
        ("user", "user"),
        ("users", "user list"),
        ("adduser", "user add"),
        ("useradd", "user add"),
        ("passwd", "passwd"),
        ("password", "passwd"),
        ("hash", "hash"),
        ("kick", "kick"),
        ("ban", "ban"),
        ("unban", "unban"),
        ("bans", "bans"),
        ("say", "say"),
        ("status", "status"),
        ("top", "top"),
        ("reload", "reload"),
        ("restart", "reload"),
    ];
    if word.bytes().all(|byte| byte.is_ascii_digit()) {
        let port = word.parse().ok().filter(|port| *port > 0);
        return port.ok_or_else(|| "a port is 1 to 65535".to_owned());
    }
    let near = NEAR.iter().find(|(name, _)| is_same(word, name) || is_one_slip(word, name));
    Err(match near {
        Some((_, command)) => format!("no port, and no command; did you mean \"{command}\"?"),
        None if Path::new(word).exists() => {
            format!("no port, and no command; accounts are given as --credentials {word}")
        }
        None => "no port, and no command: smolchatd --help lists them".to_owned(),
    })
}

fn tap_name(name: &str) -> Result<String, String> {
    let fits = (1..=TAP_NAME_MAX).contains(&name.len());
    // The kernel reads a `%` as a pattern and shows names as folders.
    let plain = name.chars().all(|c| c.is_ascii_graphic() && !"/:%".contains(c));
    if fits && plain && name != "." && name != ".." {
        Ok(name.to_owned())
    } else {
        Err(format!("an interface name has 1 to {TAP_NAME_MAX} letters and digits"))
    }
}

fn ssh_port(port: &str) -> Result<SshPort, String> {
    match port {
        "" => Ok(SshPort::Usual),
        "off" => Ok(SshPort::Off),
        _ => match port.parse() {
            Ok(port @ 1..) => Ok(SshPort::Is(port)),
            _ => Err("give a port from 1 to 65535, or off".to_owned()),
        },
    }
}

fn history(count: &str) -> Result<u32, String> {
    let count = count.parse().ok();
    count
        .filter(|&count| count == 0 || (Capacities::HISTORY_MIN..=1024).contains(&(count as usize)))
        .ok_or_else(|| {
            format!("a history has {} to 1024 broadcasts, or 0", Capacities::HISTORY_MIN)
        })
}

fn durability() -> impl TypedValueParser<Value = Durability> {
    PossibleValuesParser::new(["strict", "relaxed", "off"]).map(|word| match word.as_str() {
        "relaxed" => Durability::Relaxed,
        "off" => Durability::Off,
        _ => Durability::Strict,
    })
}

fn cidr6(text: &str) -> Result<Ipv6Cidr, String> {
    text.parse().map_err(|()| "give an IPv6 address with its prefix, as fd00::1/64".to_owned())
}

#[cfg(test)]
mod tests;
