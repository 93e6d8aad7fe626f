//! What `smolchatd` does instead of serving: the commands about accounts files, and those that give
//! orders to a running server. A file is written anew as a whole, and everything that a command
//! does not concern stays byte for byte.

mod asking;
mod caller;
mod figures;
mod hashes;
mod orders;
mod told;
mod user;

use std::fmt;
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Subcommand};
use smolchat_core::protocol::check_user_name;
use smolchat_secret::{Profile, Secret};
use smolchat_words::is_same;

use super::credentials::{
    self, Accounts, Change, Changed, CredentialsError, Rewrite, RewriteError,
};
use orders::{Ban, Kick, Plain, Reload, Say, Status, Unban};
use user::User;

/// What `smolchatd` does instead of serving.
#[derive(Clone, Debug, Subcommand)]
pub(crate) enum Command {
    /// Add, change, remove and list accounts, while a server runs or not
    #[command(subcommand)]
    User(User),
    /// End a user's session; the user may come back
    Kick(Kick),
    /// Keep a user, an address or a network out
    Ban(Ban),
    /// Let somebody in again
    Unban(Unban),
    /// Tell who is kept out
    Bans(Plain),
    /// Tell everybody online something
    Say(Say),
    /// Tell what the server holds and has done
    Status(Status),
    /// Tell who takes most of each table
    Top(Plain),
    /// Have the server read its accounts file again
    Reload(Reload),
    /// Add a user to an accounts file, or change or remove one
    Passwd(Passwd),
    /// Put hashes in the place of all passwords that are in clear in an accounts file
    Hash(HashAll),
}

/// The options of `smolchatd passwd`.
#[derive(Args, Clone, Debug)]
#[command(
    override_usage = "smolchatd passwd [--stdin | --remove | --key KEY] [--profile PROFILE] FILE NAME"
)]
pub(crate) struct Passwd {
    /// The accounts file
    file: PathBuf,
    /// The user
    name: String,
    /// Read the password from the standard input instead of the terminal
    #[arg(long)]
    stdin: bool,
    /// Remove the user with its password and its keys
    #[arg(long, conflicts_with_all = ["stdin", "key"])]
    remove: bool,
    /// Let the user in by this key, too: a line as in a file `id_ed25519.pub`
    #[arg(long, value_name = "KEY", conflicts_with = "stdin", allow_hyphen_values = true)]
    key: Option<String>,
    #[command(flatten)]
    strength: Strength,
}

/// The options of `smolchatd hash`.
#[derive(Args, Clone, Debug)]
#[command(override_usage = "smolchatd hash [--profile PROFILE] FILE")]
pub(crate) struct HashAll {
    /// The accounts file
    file: PathBuf,
    #[command(flatten)]
    strength: Strength,
}

/// For which machine hashes are.
#[derive(Args, Clone, Debug)]
pub(super) struct Strength {
    /// The machine that is to check the hash; a small board has little memory for it
    #[arg(long, default_value = "host", value_parser = profile())]
    profile: Profile,
}

impl Default for Strength {
    fn default() -> Self {
        Strength { profile: Profile::Host }
    }
}

fn profile() -> impl TypedValueParser<Value = Profile> {
    let find = |name: String| Profile::ALL.into_iter().find(|profile| profile.name() == name);
    PossibleValuesParser::new(Profile::ALL.map(Profile::name))
        .map(move |name| find(name).unwrap_or(Profile::Host))
}

/// Why a command changed nothing.
#[derive(Debug)]
pub struct CommandError(Reason);

#[derive(Debug)]
enum Reason {
    /// The file cannot be read or written.
    File(RewriteError),
    /// The name is none.
    Name,
    /// The name is an address.
    Address,
    /// The server has an account of that name.
    Has(String),
    /// The text is no span of time.
    Span(String),
    /// A ban would keep everybody out.
    Everybody,
    /// A line that begins with the name would be a remark.
    Remark,
    /// No account has that name.
    Missing(PathBuf, String),
    /// An account differs from this name in capitals alone.
    Capitals(PathBuf, String),
    /// An account has that name already.
    Taken(PathBuf, String),
    /// No server runs with this file.
    NoServer(PathBuf),
    /// The server refused, in these lines.
    Refused(Vec<String>),
    /// An order is one line.
    ControlCharacter,
    /// The text is no key, for this reason.
    Key(&'static str),
    /// The text is the path of a key.
    KeyPath(String),
    /// The terminal, the standard input, or the system.
    System(io::Error),
}

impl fmt::Display for CommandError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Reason::File(error) => error.fmt(f),
            Reason::Address => {
                f.write_str("an address is nobody's name: a ban would mean the address")
            }
            Reason::Has(name) => write!(
                f,
                "{name} has an account already; smolchatd user passwd {name} gives another password"
            ),
            Reason::Span(text) => write!(
                f,
                "{text} is no span of time: write 90s, 10m, 2h or 7d, or \"for good\"; a bare \
                 number is seconds"
            ),
            Reason::Everybody => f.write_str("such a ban would keep everybody out"),
            Reason::Remark => f.write_str("a line that begins with # is a remark, and no user"),
            Reason::Name => write!(f, "no user has such a name: 1 to 32 bytes, visible, no space"),
            Reason::Missing(path, name) => write!(f, "{} has no user {name}", path.display()),
            Reason::Taken(path, name) => write!(
                f,
                "{} has {name} already; smolchatd user passwd {name} gives another password",
                path.display()
            ),
            Reason::NoServer(path) => {
                write!(f, "no smolchatd runs with {}", path.display())
            }
            Reason::Refused(lines) => f.write_str(&lines.join("\n")),
            Reason::ControlCharacter => f.write_str("an order has no control characters"),
            Reason::Capitals(path, other) => write!(
                f,
                "{} has {other}: names that differ in capitals alone are taken for each other, so \
                 nothing is changed",
                path.display()
            ),
            Reason::Key(reason) => write!(f, "{reason}"),
            Reason::KeyPath(path) => write!(
                f,
                "--key takes the key and not the path of its file: --key \"$(cat {path})\""
            ),
            Reason::System(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for CommandError {}

impl From<RewriteError> for CommandError {
    fn from(error: RewriteError) -> Self {
        CommandError(Reason::File(error))
    }
}

impl From<io::Error> for CommandError {
    fn from(error: io::Error) -> Self {
        CommandError(Reason::System(error))
    }
}

impl Command {
    /// Does it, and says in a line what was done.
    pub(crate) fn run(&self) -> Result<(), CommandError> {
        let said = match self {
            Command::Passwd(passwd) => passwd.run()?,
            Command::Hash(hash) => hash.run()?,
            Command::User(user) => user.run()?,
            Command::Kick(kick) => kick.run()?,
            Command::Ban(ban) => ban.run()?,
            Command::Unban(unban) => unban.run()?,
            Command::Bans(plain) => told::bans(&plain.run("bans")?),
            Command::Say(say) => say.run()?,
            Command::Status(status) => status.run()?,
            Command::Top(plain) => told::top(plain.run("top")?),
            Command::Reload(reload) => reload.run()?,
        };
        if said.is_empty() {
            return Ok(());
        }
        let mut output = io::stdout();
        match writeln!(output, "{said}").and_then(|()| output.flush()) {
            // Whoever reads has read enough, as `grep -q` has.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            written => Ok(written?),
        }
    }
}

impl Passwd {
    /// Whether the file can have such a user.
    fn check_name(&self) -> Result<(), CommandError> {
        check_user_name(&self.name).map_err(|_| CommandError(Reason::Name))?;
        if self.name.starts_with('#') {
            return Err(CommandError(Reason::Remark));
        }
        Ok(())
    }

    fn run(&self) -> Result<String, CommandError> {
        let Passwd { name, .. } = self;
        self.check_name()?;
        if !self.remove && !exists(&self.file) {
            return self.begin_file();
        }
        let file = held(&self.file)?;
        self.check_capitals(file.bytes())?;
        let secret = self.secret()?;
        let change = match &secret {
            None => Change::Remove,
            Some(key) if self.key.is_some() => Change::Key(key),
            Some(secret) => Change::Secret(secret),
        };
        let (bytes, changed) = credentials::change(file.bytes(), name, change);
        let path = self.file.clone();
        let said = match (changed, change) {
            (Changed::Missing, _) => {
                return Err(CommandError(Reason::Missing(path, name.clone())));
            }
            (Changed::HasKey, _) => return Ok(format!("{name} has this key already")),
            (Changed::Added, _) => format!("{name} added"),
            (Changed::Existing, Change::Remove) => format!("{name} removed"),
            (Changed::Existing, Change::Key(_)) => format!("{name} has the key"),
            (Changed::Existing, Change::Secret(_)) => format!("password of {name} changed"),
        };
        let within = credentials::within(file.bytes(), name, change);
        file.change(&bytes, within)?;
        Ok(said)
    }

    /// What lets the user in from now on; none if nothing is to.
    fn secret(&self) -> Result<Option<String>, CommandError> {
        match &self.key {
            _ if self.remove => Ok(None),
            Some(key) => checked_key(key).map(Some),
            None => self.hash().map(Some),
        }
    }

    /// Makes the file for its first user. It is there with the user or not at all.
    fn begin_file(&self) -> Result<String, CommandError> {
        let Passwd { file: path, name, .. } = self;
        let Some(secret) = self.secret()? else { return Ok(String::new()) };
        let (bytes, _) = credentials::change(b"", name, Change::Secret(&secret));
        let named = |error: io::Error| {
            let text = format!("cannot make {}: {error}", path.display());
            io::Error::new(error.kind(), text)
        };
        make(path, &bytes).map_err(named)?;
        Ok(format!("{name} added; {} is new, and yours alone to read", path.display()))
    }

    /// A new user's name differs from each that is there in more than capitals.
    fn check_capitals(&self, file: &[u8]) -> Result<(), CommandError> {
        let names: Vec<&str> = credentials::names(file);
        if names.contains(&&*self.name) || self.remove {
            return Ok(());
        }
        match names.into_iter().find(|other| is_same(&self.name, other)) {
            Some(other) => Err(CommandError(Reason::Capitals(self.file.clone(), other.to_owned()))),
            None => Ok(()),
        }
    }

    /// A hash of the password that is given.
    fn hash(&self) -> Result<String, CommandError> {
        let password = match self.stdin {
            true => asking::from_standard_input()?,
            false => asking::at_terminal(&self.name)?,
        };
        Ok(hashes::hash_one(self.strength.profile, &password)?.to_string())
    }
}

impl HashAll {
    fn run(&self) -> Result<String, CommandError> {
        let file = held(&self.file)?;
        let is_clear = |word: &str| matches!(Secret::parse(word), Ok(Secret::Password(_)));
        let found = credentials::passwords(file.bytes(), is_clear);
        let words: Vec<&str> = found.iter().map(|(_, account)| account.secret).collect();
        if words.is_empty() {
            return Ok("no password is in clear".to_owned());
        }
        let hashes = hashes::hash_all(self.strength.profile, &words)?;
        let lines: Vec<(usize, String)> = found
            .iter()
            .zip(hashes)
            .map(|((place, account), hash)| (*place, format!("{} {hash}", account.name)))
            .collect();
        let new = lines.iter().map(|(place, line)| (*place, line.as_str()));
        let bytes = credentials::with_lines(file.bytes(), new);
        let count = lines.len();
        file.replace(&bytes)?;
        Ok(match count {
            1 => "one line was changed: its password is a hash now".to_owned(),
            _ => format!("{count} lines were changed: their passwords are hashes now"),
        })
    }
}

/// The file, held, if every line of it is an account.
fn held(path: &Path) -> Result<Rewrite, CommandError> {
    let file = Rewrite::hold(path)?;
    Accounts::parse(file.bytes()).map_err(|(bad, more)| {
        let path = file.path().to_owned();
        RewriteError::Credentials(CredentialsError::Lines { path, bad, more })
    })?;
    Ok(file)
}

/// Whether something stands there, if only a link that leads nowhere.
fn exists(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok()
}

/// Makes a file of these bytes, on the disk. Nothing that is there takes harm.
fn make(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    let written = file.write_all(bytes).and_then(|()| file.sync_all());
    if written.is_err() {
        let _ = fs::remove_file(path);
    }
    written
}

/// A key as a line of the file has it.
fn checked_key(key: &str) -> Result<String, CommandError> {
    let key = key.trim();
    if key.starts_with("-----BEGIN") {
        let reason = "this is a private key, which no server is to have: give its .pub file's line";
        return Err(CommandError(Reason::Key(reason)));
    }
    let is_path = !key.contains(' ') && (key.contains(['/', '~']) || key.ends_with(".pub"));
    if is_path && !key.starts_with("ssh-") || Path::new(key).exists() {
        return Err(CommandError(Reason::KeyPath(key.to_owned())));
    }
    match Secret::parse(key) {
        Ok(Secret::Key(_)) if !key.contains(char::is_control) && key.len() <= 256 => {
            Ok(key.to_owned())
        }
        Err(fault) => Err(CommandError(Reason::Key(fault.text()))),
        Ok(_) => Err(CommandError(Reason::Key("a key begins with ssh-ed25519"))),
    }
}

#[cfg(test)]
mod tests;
