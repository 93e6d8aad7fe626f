//! What the operator reads: how much fits, how many bytes that takes and how to join, before; what
//! was counted, after. Knows no stream: `log` says it.

use std::fmt;
use std::path::Path;

use rustix::io::Errno;
use smolchat_core::chat::Capacities;
use smolchat_core::net::{self, Driver};
use smolchat_core::store::Durability;
use smolchat_store::Tail;

use super::credentials::{Accounts, Credentials, Unwritable};
use super::doors::DoorsSummary;
use super::flash_file::FlashFile;
use super::interface::Interface;
use super::join::{Ways, is_run_by_cargo};
use super::options::Options;
use super::reach::RegistrationDecision;
use super::tap::{self, Tap};

/// Lines of one kind that are told by their numbers at most.
const LINES_TOLD: usize = 5;

/// Everything that the operator reads at the start.
#[derive(Debug)]
pub(super) struct Announcement<'a> {
    pub(super) options: &'a Options,
    /// The credentials file.
    pub(super) file: &'a Path,
    /// This start has made it.
    pub(super) is_new: bool,
    pub(super) capacities: Capacities,
    /// What the credentials file holds.
    pub(super) accounts: AccountsSummary,
    pub(super) doors: DoorsSummary,
    /// Bytes of the chat's tables; of these, the network's and SSH's.
    pub(super) bytes: (usize, usize),
    /// What the store brought back, if there is one.
    pub(super) store_summary: Option<StoreSummary>,
    /// Whether strangers may create accounts.
    pub(super) registration: RegistrationDecision,
    /// Why no account can be added to the credentials file, if so.
    pub(super) unwritable: Option<Unwritable>,
    /// Why the host's side has no IPv6 address, if it was to have one.
    pub(super) without6: Option<Errno>,
    /// How to come to it.
    pub(super) ways: Ways,
    /// Checksums and segmentation are the kernel's.
    pub(super) offload: bool,
    /// What may keep users from the server.
    pub(super) warnings: Vec<String>,
}

/// What a credentials file holds.
#[derive(Clone, Debug)]
pub(super) struct AccountsSummary {
    count: usize,
    /// A user to show how to join, if there is one.
    pub(super) example: Option<String>,
    /// The lines that call somebody an admin without an account above them.
    pub(super) orphans: Vec<usize>,
    /// Lines that have a password in clear.
    in_clear: usize,
    /// The lines of passwords that begin as hashes do.
    resembling: Vec<usize>,
    /// The line that was half written when a server ended, if there is one.
    torn_line: Option<usize>,
    /// Lines that are remarks, and would be accounts if they did not begin with `#`.
    remarks: Vec<usize>,
}

impl AccountsSummary {
    /// What is told of a file and its accounts.
    pub(super) fn new(credentials: &Credentials, accounts: &Accounts) -> Self {
        AccountsSummary {
            count: accounts.list.len(),
            example: accounts.list.first().map(|account| account.name.clone()),
            orphans: accounts.orphans.clone(),
            in_clear: accounts.in_clear,
            resembling: accounts.resembling.clone(),
            torn_line: credentials.torn_line(),
            remarks: credentials.remarks_like_accounts(),
        }
    }
}

/// A store, and what came back from it.
#[derive(Clone, Debug)]
pub(super) struct StoreSummary {
    /// Bytes of its file.
    pub(super) bytes: u64,
    /// Messages that wait for their receivers.
    pub(super) messages: usize,
    /// Blocks that stand.
    pub(super) blocks: usize,
    /// What was deleted since its users have no account any more; empty where it was nothing.
    pub(super) ownerless: String,
    /// How its end was found, where it was there.
    pub(super) tail: Option<Tail>,
}

impl Announcement<'_> {
    fn capacities(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Capacities {
            users,
            connections,
            spare,
            texts,
            chunks,
            deliveries,
            blocks,
            keys,
            sources,
            history,
            files,
            holders,
            bans: _,
        } = self.capacities;
        let (chat, arena) = self.bytes;
        let store = self.store_summary.as_ref().map_or(0, |_| FlashFile::MEMORY);
        let (ssh, sessions) = (self.doors.ssh_bytes, self.options.ssh_sessions as usize);
        let [all, chat, network, ssh, store] =
            [arena + store, chat, arena - chat - ssh, ssh, store].map(|bytes| bytes / 1024);
        let Options { rx, tx, .. } = self.options;
        writeln!(f, "capacities")?;
        writeln!(f, "  users        {users:8}   {} in the credentials file", self.accounts.count)?;
        writeln!(
            f,
            "  connections  {connections:8}   and {spare} to tell others that the server is full"
        )?;
        writeln!(
            f,
            "  messages     {:8}   of full length, {texts} short ones",
            self.options.messages
        )?;
        writeln!(f, "  text chunks  {chunks:8}   and {deliveries} deliveries")?;
        writeln!(f, "  blocks       {blocks:8}")?;
        writeln!(f, "  keys         {keys:8}   that users add to their accounts")?;
        writeln!(f, "  history      {history:8}   last broadcasts")?;
        writeln!(
            f,
            "  files        {files:8}   that clients offer, and {holders} holders of them"
        )?;
        let own = self.capacities.own_sources();
        writeln!(
            f,
            "  sources      {own:8}   of which something is remembered, and {} rows that others share",
            sources - own
        )?;
        writeln!(
            f,
            "  buffers      {:8}   bytes a connection: {rx} receive, {tx} transmit",
            rx + tx
        )?;
        if let Some(each) = ssh.checked_div(sessions).filter(|each| *each > 0) {
            writeln!(f, "  SSH sessions {sessions:8}   {each} KiB each")?;
        }
        writeln!(
            f,
            "  memory       {all:8} KiB: {chat} KiB chat, {network} KiB network, {ssh} KiB SSH, {store} KiB store; set aside now, and no more later"
        )
    }

    fn durability(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{}",
            match self.options.durability {
                Durability::Strict =>
                    "durability strict: an OK means that the message is on the disk, or that its receiver has it",
                Durability::Relaxed =>
                    "durability relaxed: an OK means that the message is on the disk where its receiver is offline; where online, that it is on its way",
                Durability::Off =>
                    "durability off: nothing is stored, messages and blocks go with the server",
            }
        )?;
        let Some(StoreSummary { bytes, messages, blocks, ownerless, tail }) = &self.store_summary
        else {
            return Ok(());
        };
        let (file, size) = (self.options.store(), bytes.div_ceil(1 << 20));
        let file = file.display();
        writeln!(f, "store {file}: {size} MiB; messages waiting {messages}, blocks {blocks}")?;
        match tail {
            Some(Tail::Empty) => writeln!(f, "  nothing was ever stored in it")?,
            Some(Tail::Open) => writeln!(
                f,
                "  it was not closed when its server ended; whatever had an OK is here, unless the file lost its end since"
            )?,
            Some(Tail::Torn { bytes }) => writeln!(
                f,
                "  its last {bytes} bytes are not whole: the power went while they were written, and nobody had an OK for them; if it did not, the file is damaged"
            )?,
            Some(Tail::Closed | Tail::Older) | None => {}
        }
        if ownerless.is_empty() {
            Ok(())
        } else {
            writeln!(f, "  deleted, since they have no account any more: {ownerless}")
        }
    }

    fn registration(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let file = self.file.display();
        if self.is_new {
            writeln!(f, "{file} is new, and yours alone to read")?;
        }
        if let Some(line) = self.accounts.torn_line {
            writeln!(f, "{file}, line {line}: half written when a server ended; it is no account")?;
        }
        self.lines(f)?;
        match (self.registration.is_on(), self.unwritable) {
            (true, Some(why)) => {
                writeln!(f, "registration on, but every one will be refused: {file}: {why}")
            }
            (true, None) => writeln!(f, "{}: new accounts go to {file}", self.registration),
            (false, Some(why)) => {
                writeln!(f, "{}", self.registration)?;
                writeln!(f, "nobody can change a password: {file}: {why}")
            }
            (false, None) => writeln!(f, "{}", self.registration),
        }?;
        if self.accounts.count > 0 { Ok(()) } else { self.first_account(f) }
    }

    /// How the first person gets in.
    fn first_account(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let file = match &self.options.credentials {
            Some(file) => format!(" --credentials {}", file.display()),
            None => String::new(),
        };
        writeln!(f, "nobody has an account yet; this adds one:  {} user add NAME{file}", server())
    }

    /// What is odd about lines of the credentials file.
    fn lines(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let remark = [
            "begins with #, so it is a remark, no account",
            "begin with #, so they are remarks, no accounts",
        ];
        let resembles = [
            "a password that begins with $, and no hash of a kind that is known",
            "passwords that begin with $, and no hashes of a kind that is known",
        ];
        let orphan = [
            "$admin counts only below the account of that name, so this line makes nobody an admin",
            "$admin counts only below the account of that name, so these lines make nobody an admin",
        ];
        self.told(f, &self.accounts.remarks, remark)?;
        self.told(f, &self.accounts.orphans, orphan)?;
        self.told(f, &self.accounts.resembling, resembles)?;
        let file = self.file.display();
        let mend = format!("stop this server, and type  smolchatd hash {file}");
        match self.accounts.in_clear {
            0 => Ok(()),
            1 => writeln!(f, "{file}: one line has a password in clear; to hash it, {mend}"),
            count => {
                writeln!(f, "{file}: {count} lines have a password in clear; to hash them, {mend}")
            }
        }
    }

    /// Tells of lines by their numbers, in words for one and words for several.
    fn told(
        &self,
        f: &mut fmt::Formatter<'_>,
        lines: &[usize],
        [one, several]: [&str; 2],
    ) -> fmt::Result {
        let Some((first, others)) = lines.split_first() else { return Ok(()) };
        let file = self.file.display();
        if others.is_empty() {
            return writeln!(f, "{file}, line {first}: {one}");
        }
        write!(f, "{file}, lines {first}")?;
        others.iter().take(LINES_TOLD - 1).try_for_each(|line| write!(f, ", {line}"))?;
        let more = lines.len().saturating_sub(LINES_TOLD);
        if more > 0 {
            write!(f, " and {more} more")?;
        }
        writeln!(f, ": {several}")
    }

    fn how_to_join(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.doors.words)?;
        if let Some((_, fingerprint)) = &self.doors.ssh {
            writeln!(f, "  this server's key is {fingerprint}")?;
        }
        let offload = if self.offload { "with" } else { "without" };
        writeln!(f, "TAP device {}, {offload} offload", self.options.tap)?;
        if let Some(why) = self.without6 {
            writeln!(f, "  IPv4 only: this host's side of it has no IPv6 address: {why}")?;
        }
        if let Some(name) = self.options.name.get() {
            let each = "the log then tells another name; --name gives each server its own";
            writeln!(f, "name {name}.local on its network, unless another machine has it: {each}")?;
        }
        write!(f, "{}", self.ways)
    }
}

impl fmt::Display for Announcement<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.capacities(f)?;
        self.durability(f)?;
        self.registration(f)?;
        self.how_to_join(f)?;
        self.warnings.iter().try_for_each(|warning| writeln!(f, "warning: {warning}"))
    }
}

/// How to give this server orders: the same way as it was started.
fn server() -> &'static str {
    if is_run_by_cargo() { "cargo run --release --" } else { "smolchatd" }
}

/// The counters, for who asked for a log.
pub(super) fn report<C>(tap: &Tap, driver: &Driver<'_, C>, interface: &Interface) -> String {
    let tap::Counters { received, transmitted, oversized, spoiled, refused } = tap.counters();
    let dropped = interface.dropped().map_or("?".to_owned(), |count| count.to_string());
    let net::Counters { fragments, reassembled, strays, syns_dropped, half_open_peak, .. } =
        driver.counters();
    format!(
        "frames: {received} received, {transmitted} transmitted, {oversized} oversized, {spoiled} spoiled\n\
         fragments: {reassembled} packets put together, {fragments} fragments dropped\n\
         kernel: {dropped} frames dropped before us, {refused} not taken from us\n\
         connections: {strays} stray segments, {syns_dropped} requests dropped, at most {half_open_peak} handshakes at once"
    )
}
