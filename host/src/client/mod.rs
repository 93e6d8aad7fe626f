//! The terminal client: `smolchat` in [`Options`], an [`Ending`] and its exit code out.
//! Knows nothing of the server's inside.
//!
//! One event loop owns everything and waits in one place. From the inside out: `session` is the
//! client's knowledge and will, as values without IO. It stands on `requests`, `outbox`, `inbox`,
//! `receipts`, `past`, `retry`, `conversations`, `files`, `commands` and `names`. What it shows is
//! `shown`; `render` words it. `driver` is the loop. Around it: `front` is whoever types, at a
//! `terminal` or by a `pipe`; `server` is the connection, and `keys` what it trusts and offers;
//! `signals` come from outside. `home` is what a person keeps: settings, typed lines, a log, what
//! was seen. Only `finder`, `peer` and `transfer` have threads, which `wake` the loop.

mod addresses;
mod agent;
mod choices;
mod commands;
mod completion;
mod conversations;
mod copy_id;
mod credentials;
mod driver;
mod event;
mod exit;
mod files;
mod finder;
mod found;
mod front;
mod help;
mod home;
mod inbox;
mod invitation;
mod keepalive;
mod keys;
mod lines;
mod links;
mod meaning;
mod names;
mod nearby;
mod options;
mod outbox;
mod outlet;
mod parts;
mod past;
mod peer;
mod peer_key;
mod pipe;
mod possible;
mod progress;
mod receipts;
mod recipient;
mod render;
mod requests;
mod retry;
mod roaming;
mod rows;
mod said;
mod sanitize;
mod send;
mod sending;
mod server;
mod session;
mod shown;
mod signals;
mod target;
mod terminal;
mod transfer;
mod wake;
mod way;
mod words;

use std::fmt::Display;
use std::io::{self, IsTerminal, Write};
use std::net::TcpListener;
use std::time::Instant;

use credentials::CredentialsError;
use driver::{Driver, peers_of};
pub use exit::Ending;
use files::Folders;
use front::{Front, Person, Script, Taste};
use home::Log;
use keys::Keys;
pub use options::Options;
use options::{Commands, Switch};
use peer_key::NoKey;
use roaming::AddressWatch;
pub(crate) use send::command_tree;
pub use send::parse;
pub use sending::Sending;
use session::{SSH_BYTES, Session, SessionConfig};
use signals::Signals;
use smolchat_peer::OwnKey;
use target::Target;
use terminal::Terminal;
use wake::events;

/// Runs the client until it ends. With something to send it says that, and no more.
pub fn run(options: &Options, sending: Option<&Sending>) -> Ending {
    if let Some(printed) = options.pages.print(command_tree()) {
        return printed.map_or_else(|error| complain(error, Ending::Local), |()| Ending::AsAsked);
    }
    if options.is_without_target() && io::stdin().is_terminal() {
        return match invitation::find(options) {
            Ok(options) => run_at(&options, sending),
            Err(ending) => ending,
        };
    }
    run_at(options, sending)
}

/// Runs the client for the server that the options name.
fn run_at(options: &Options, sending: Option<&Sending>) -> Ending {
    let target = match options.target() {
        Ok(target) => target,
        Err(error) => return complain(error, Ending::Usage),
    };
    let added = sending.filter(|sending| sending.is_key).map(|_| copy_id::sending(options));
    let prepared = added.transpose().and_then(|added| {
        let sending = added.as_ref().or(sending);
        prepare(options, sending, target)
    });
    match prepared {
        Ok(driver) => driver.run(),
        Err(Failure { text, ending }) => complain(text, ending),
    }
}

/// Why a run cannot begin, and its ending.
struct Failure {
    text: String,
    ending: Ending,
}

impl From<String> for Failure {
    fn from(text: String) -> Self {
        Failure { text, ending: Ending::Local }
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        error.to_string().into()
    }
}

impl From<CredentialsError> for Failure {
    fn from(error: CredentialsError) -> Self {
        Failure { text: error.to_string(), ending: error.ending() }
    }
}

/// Everything that a run needs of this machine. An error says what is missing.
fn prepare(
    options: &Options,
    sending: Option<&Sending>,
    target: Target,
) -> Result<Driver, Failure> {
    // A command that asks for the password has the terminal, its keys and the signals to itself.
    let source = options.password_source(&target, credentials::is_in_environment());
    let password = credentials::given_password(source.as_ref())?;
    // Caught before the first question, so that no way out leaves the terminal as it should not.
    let signals = Signals::catch()?;
    let user = credentials::given_user(target.user.clone())?;
    let mut keys = keys(options, &target)?;
    if let Some(keys) = keys.as_mut().filter(|_| options.register) {
        // Nobody shows a key before there is an account.
        keys.give_up_locked();
    }
    let has_identity = keys.as_ref().is_some_and(Keys::has_identity);
    let taste = taste(options, &target);
    let (mut front, is_person) = front(taste, options.json, sending)?;
    let can_ask = match &mut front {
        Front::Person(_) => true,
        Front::Script(script) => {
            let given = (user.is_some(), password.is_some());
            check_script(script, &mut keys, given, is_person)?
        }
    };
    let own = own_place(options)?;
    let config = SessionConfig {
        user: user.unwrap_or_default(),
        password: password.unwrap_or_default(),
        place: target.host.clone(),
        can_ask,
        asks_late: has_identity || is_person && keys.is_some(),
        peer_port: own.listener.as_ref().and_then(peer_port),
        peer_key: own.key.as_ref().ok().map(|key| *key.public()),
        peers_off: own.key.as_ref().err().map(|none| none.why.clone()),
        folders: folders(options)?,
        ..wishes(options, sending, is_person, keys.is_some())
    };
    driver(options, (target, keys), (config, front, signals), own)
}

/// Where peers find this client, and by what they know it.
struct OwnPlace {
    listener: Option<TcpListener>,
    key: Result<OwnKey, NoKey>,
}

fn own_place(options: &Options) -> Result<OwnPlace, Failure> {
    let listener = listener(options)?;
    let key = peer_key::found_or_made(|name: &str| std::env::var_os(name));
    if let Err(NoKey { why, is_damage: true }) = &key {
        // If nobody reads it, startprivate tells.
        let _ = writeln!(io::stderr(), "smolchat: private connections are off: {why}");
    }
    Ok(OwnPlace { listener, key })
}

/// The loop, with nothing heard yet.
fn driver(
    options: &Options,
    (target, keys): (Target, Option<Keys>),
    (config, front, signals): (SessionConfig, Front, Signals),
    own: OwnPlace,
) -> Result<Driver, Failure> {
    let (events, inputs) = events()?;
    let key = own.key.ok();
    Ok(Driver {
        log: options.log_file().map(Log::open).transpose()?,
        keeps_history: options.history == Switch::On,
        is_unkept_told: false,
        target,
        keys,
        asked_about: None,
        server: None,
        agent: None,
        held: None,
        watch: AddressWatch::open(),
        peers: peers_of(&config.user, key.clone(), &events),
        peer_key: key,
        user: config.user.clone(),
        session: Session::new(Instant::now(), config),
        front,
        is_unseen: false,
        listener: own.listener,
        events,
        inputs,
        signals,
        transfers: None,
        showing: None,
        heard: Vec::new(),
        unshown: Vec::new(),
    })
}

/// Whether a script can be asked for what it does not have: a user, and a password or a key. The
/// flags say whether the user and the password are given.
///
/// # Errors
/// It lacks something, and nobody can be asked.
fn check_script(
    script: &mut Script,
    keys: &mut Option<Keys>,
    (has_user, has_password): (bool, bool),
    is_person: bool,
) -> Result<bool, CredentialsError> {
    let mut locked = keys.as_mut().filter(|keys| keys.locked().is_some() && !is_person);
    if let Some(keys) = locked.as_mut().filter(|_| has_password) {
        keys.give_up_locked();
    }
    let missing = match keys {
        _ if !has_user => Some("user"),
        _ if has_password => None,
        Some(keys) if keys.locked().is_some() && !is_person => Some("passphrase"),
        Some(keys) if keys.has_identity() => None,
        _ => Some("password"),
    };
    let can_ask = (missing.is_some() || keys.is_some() && !has_password) && script.can_ask();
    match missing.filter(|_| !can_ask) {
        Some(missing) => Err(CredentialsError::Missing(missing)),
        None => Ok(can_ask),
    }
}

/// What the options, and the one thing that is to be sent, wish of a session.
fn wishes(
    options: &Options,
    sending: Option<&Sending>,
    is_person: bool,
    is_encrypted: bool,
) -> SessionConfig {
    SessionConfig {
        is_sending: sending.is_some(),
        adds_key: sending.is_some_and(|sending| sending.is_key),
        request_bytes: if is_encrypted { SSH_BYTES } else { usize::MAX },
        bare_commands: options.commands == Commands::Bare,
        hides_presence: options.presence == Switch::Off,
        register: options.register,
        is_interactive: is_person,
        reconnect: options.reconnect_timeout(is_person),
        receipts: options.receipt_style(is_person),
        // Without random numbers clients come back in step. That is no reason not to chat.
        seed: getrandom::u64().unwrap_or_default(),
        ..SessionConfig::default()
    }
}

/// The port where peers may connect.
fn peer_port(listener: &TcpListener) -> Option<u16> {
    listener.local_addr().ok().map(|address| address.port())
}

/// Where files are, and where they go.
fn folders(options: &Options) -> io::Result<Folders> {
    let variable = |name: &str| std::env::var_os(name);
    Ok(home::folders(variable, options.downloads.as_deref(), std::env::current_dir()?))
}

/// What calls over SSH trust and offer, where the options ask for SSH.
fn keys(options: &Options, target: &Target) -> Result<Option<Keys>, String> {
    if !options.is_encrypted() {
        return Ok(None);
    }
    let variable = |name: &str| std::env::var_os(name);
    let keys = Keys::new(target, options.consent(), options.identity.as_deref(), variable)
        .map_err(|error| error.to_string())?;
    if let Some(error) = keys.unused() {
        let _ = writeln!(io::stderr(), "smolchat: {error}; this key is not used");
    }
    Ok(Some(keys))
}

/// How the person wants it, by the environment and the options.
fn taste(options: &Options, target: &Target) -> Taste {
    let variable = |name: &str| std::env::var(name);
    let mut taste = Taste::of(variable, options.is_plain(), options.bell, options.notify);
    if let Some(colours) = options.colours {
        taste.has_colours = colours == Switch::On;
    }
    taste.title = format!("smolchat {}", target.host);
    taste
}

/// Who uses the client, and whether it is a person who can be asked again.
fn front(taste: Taste, is_json: bool, sending: Option<&Sending>) -> io::Result<(Front, bool)> {
    let is_person = io::stdin().is_terminal() && io::stdout().is_terminal();
    if is_person
        && !taste.is_dumb
        && !is_json
        && sending.is_none()
        && let Ok(terminal) = Terminal::of_standard_input(taste.is_plain)
    {
        return Ok((Front::Person(Box::new(Person::new(terminal, taste))), true));
    }
    let mut script = Script::new(is_json)?;
    if let Some(sending) = sending {
        script.say(&sending.head, sending.lines.as_deref());
    }
    let is_asked_again = is_person && !is_json && sending.is_none();
    Ok((Front::Script(Box::new(script)), is_asked_again))
}

/// Without a free port there are no calls from peers, and all else works; a port asked for by
/// number must be had.
fn listener(options: &Options) -> Result<Option<TcpListener>, String> {
    match peer::bind(options.p2p_port) {
        Ok(listener) => Ok(Some(listener)),
        Err(error) if options.p2p_port != 0 => Err(format!("port {}: {error}", options.p2p_port)),
        Err(_) => Ok(None),
    }
}

fn complain(error: impl Display, ending: Ending) -> Ending {
    // If nobody can be told, the exit code still tells.
    let _ = writeln!(io::stderr(), "smolchat: {error}");
    ending
}
