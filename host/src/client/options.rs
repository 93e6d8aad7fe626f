//! The command line: `smolchat [USER@]HOST [PORT]` and its options. Reads no file and no
//! environment; `home::settings` does.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::{Parser, ValueEnum};
use smolchat_core::protocol::DEFAULT_PORT;

use super::choices::{Attention, PasswordSource, Server};
use super::exit;
use super::keys::{Consent, fingerprint};
use super::receipts::Style;
use super::target::{Target, host_and_port, named};
use crate::pages::Pages;

/// Where a server's door for SSH is.
pub(crate) const SSH_PORT: u16 = 2222;
/// A script that lost its connection has other things to do after this.
const SCRIPT_RECONNECT_TIMEOUT: Duration = Duration::from_secs(60);

/// Options that are on without a value.
const SWITCHES: [&str; 3] = ["--ssh", "--plain", "--receipts"];

/// The words of a command line, with `on` or `off` joined to the option before it: whoever writes
/// `--plain on` means no host of this name.
pub(crate) fn with_values_joined(words: impl IntoIterator<Item = OsString>) -> Vec<OsString> {
    let mut joined: Vec<OsString> = Vec::new();
    let mut is_over = false;
    for word in words {
        is_over |= word == "--";
        match joined.last_mut().filter(|last| SWITCHES.iter().any(|option| last == option)) {
            Some(last) if !is_over && (word == "on" || word == "off") => {
                last.push("=");
                last.push(word);
            }
            _ => joined.push(word),
        }
    }
    joined
}

/// Chat with the users of a smolchat server.
///
/// `smolchat send HOST USER TEXT` says one thing and ends; see smolchat send --help. `smolchat
/// copy-id HOST` adds your key to your account.
///
/// On a terminal, commands are edited while messages arrive above them; type help for the list.
/// Otherwise commands are read from standard input, one a line, and the end of the input logs out.
#[derive(Clone, Debug, Parser)]
#[command(name = "smolchat", version, after_help = exit::table())]
pub struct Options {
    /// Where the server is, and who you are: a name, an IPv4 or IPv6 address [default: from the
    /// settings]
    #[arg(value_name = "[USER@]HOST")]
    target: Option<String>,

    /// The server's port [default: 2222, or 4000 with --ssh off]
    port: Option<u16>,

    /// The same, as ssh takes it
    #[arg(short, long = "port", value_name = "PORT", conflicts_with = "port")]
    port_option: Option<u16>,

    /// Read the password from the first line of a file. Without this option it comes from
    /// SMOLCHAT_PASSWORD, or from you
    #[arg(long, value_name = "FILE")]
    pub(crate) password_file: Option<PathBuf>,

    /// Read the password from the first line of what a command prints
    #[arg(long, value_name = "COMMAND", conflicts_with = "password_file")]
    pub(crate) password_command: Option<String>,

    /// Whether all that passes is encrypted, and the server is known by its key. off: everybody on
    /// the way can read and change it [default: on]
    #[arg(long, value_enum, num_args = 0..=1, require_equals = true, default_missing_value = "on")]
    pub(crate) ssh: Option<Switch>,

    /// Trust the key of a server that was never seen
    #[arg(long)]
    pub(crate) accept_new: bool,

    /// Trust a key that was never seen if it has this fingerprint, as the server prints it
    #[arg(long, value_name = "SHA256:...", conflicts_with = "accept_new", value_parser = fingerprint)]
    pub(crate) fingerprint: Option<String>,

    /// Show the server this ed25519 key, in OpenSSH's form [default: smolchat/id_ed25519 in
    /// XDG_DATA_HOME or ~/.local/share, if there is one, and keys of an agent]. FILE.pub is for a
    /// key that an agent has
    #[arg(long, value_name = "FILE")]
    pub(crate) identity: Option<PathBuf>,

    /// Put files that you download into this folder [default: XDG_DOWNLOAD_DIR, else ~/Downloads if
    /// it is there, else the current folder]
    #[arg(long, value_name = "FOLDER")]
    pub(crate) downloads: Option<PathBuf>,

    /// Create the account first
    #[arg(long)]
    pub(crate) register: bool,

    /// The port where peers connect for private conversations and files; any free one by default
    #[arg(long, value_name = "PORT", default_value_t = 0, hide_default_value = true)]
    pub(crate) p2p_port: u16,

    /// For how long the client tries to connect again after a loss, 0 for never [default: without
    /// end on a terminal, else 60]
    #[arg(long, value_name = "SECONDS")]
    pub(crate) reconnect: Option<u32>,

    /// What rings the terminal's bell
    #[arg(long, value_enum, default_value = "direct")]
    pub(crate) bell: Attention,

    /// What the desktop is told of, if the terminal can
    #[arg(long, value_enum, default_value = "off")]
    pub(crate) notify: Attention,

    /// Only append lines to the terminal, as for a screen reader or a slow line; --ssh off is for
    /// lines in clear
    #[arg(long, value_enum, num_args = 0..=1, require_equals = true, default_missing_value = "on")]
    pub(crate) plain: Option<Switch>,

    /// Whether names and the like have colours [default: if the terminal can, and NO_COLOR is not
    /// set]
    #[arg(long, value_enum)]
    pub(crate) colours: Option<Switch>,

    /// Whether you see who comes and goes
    #[arg(long, value_enum, default_value = "on")]
    pub(crate) presence: Switch,

    /// Tell everything as JSON, one object a line, on standard output
    #[arg(long)]
    pub(crate) json: bool,

    /// How commands begin on a terminal: with their name, or only with /
    #[arg(long, value_enum, default_value = "bare")]
    pub(crate) commands: Commands,

    /// Whether you are told what became of your messages [default: on a terminal on, else off]
    #[arg(long, value_enum, num_args = 0..=1, require_equals = true, default_missing_value = "on")]
    pub(crate) receipts: Option<Switch>,

    /// Append all that is shown to this file, with date and time; `off` for none
    #[arg(long, value_name = "FILE")]
    pub(crate) log: Option<PathBuf>,

    /// Whether the lines that you type, and what you have seen, are kept for the next time, in
    /// XDG_STATE_HOME or ~/.local/state
    #[arg(long, value_enum, default_value = "on")]
    pub(crate) history: Switch,

    /// Read the settings from this file [default: smolchat/config in XDG_CONFIG_HOME or ~/.config]
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,

    /// Read no settings
    #[arg(long, conflicts_with = "config")]
    pub(crate) no_config: bool,

    #[command(flatten)]
    pub(crate) pages: Pages,

    /// What the settings say of the server.
    #[arg(skip)]
    pub(crate) server: Server,
}

/// How a person's commands begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Commands {
    /// With their name, or with `/` and their name.
    Bare,
    /// With `/` only.
    Slash,
}

/// A choice that is on or off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Switch {
    /// Yes.
    On,
    /// No.
    Off,
}

impl Options {
    /// Whether neither the command line nor the settings say where the server is.
    pub(crate) fn is_without_target(&self) -> bool {
        self.target.is_none() && self.server.host.is_none()
    }

    /// The same options for a server that was found.
    pub(crate) fn towards(&self, host: &str, port: u16) -> Self {
        Options {
            target: Some(host.to_owned()),
            port: self.port.or(self.port_option).or(Some(port)),
            port_option: None,
            ..self.clone()
        }
    }

    /// Where the server is, by the positional arguments and the settings; or what is wrong with
    /// them. A port of the settings is for their host alone.
    pub(crate) fn target(&self) -> Result<Target, String> {
        let named = match (&self.target, &self.server.host) {
            (Some(text), _) => named(text, self.port.or(self.port_option))?,
            (None, Some(host)) => named(host, self.port_option)?,
            (None, None) => {
                return Err("no host is given, as in: smolchat hans@smolchat.local".to_owned());
            }
        };
        let own_port = self.server.port.filter(|_| self.is_own(&named.host));
        Ok(Target {
            user: named.user.or_else(|| self.server.user.clone()),
            host: named.host,
            port: named.port.or(own_port).unwrap_or(self.usual_port()),
        })
    }

    /// Where the password is, unless the environment has it. A password of the settings goes to no
    /// other server and to no other user than theirs.
    pub(crate) fn password_source(
        &self,
        target: &Target,
        is_in_environment: bool,
    ) -> Option<PasswordSource> {
        let file = self.password_file.clone().map(PasswordSource::File);
        let command = self.password_command.clone().map(PasswordSource::Command);
        let is_own_user = match &self.server.user {
            Some(user) => target.user.as_ref() == Some(user),
            None => true,
        };
        let is_set = !is_in_environment && self.is_own(&target.host) && is_own_user;
        file.or(command).or_else(|| self.server.password.clone().filter(|_| is_set))
    }

    /// Whether all that passes is encrypted.
    pub(crate) fn is_encrypted(&self) -> bool {
        self.ssh != Some(Switch::Off)
    }

    fn usual_port(&self) -> u16 {
        if self.is_encrypted() { SSH_PORT } else { DEFAULT_PORT }
    }

    /// How a key that was never seen becomes trusted.
    pub(crate) fn consent(&self) -> Consent {
        match &self.fingerprint {
            Some(fingerprint) => Consent::Fingerprint(fingerprint.clone()),
            None if self.accept_new => Consent::AcceptNew,
            None => Consent::Ask,
        }
    }

    /// Whether this is the host of the settings, which may leave it open.
    fn is_own(&self, host: &str) -> bool {
        let own = self.server.host.as_deref().and_then(|own| host_and_port(own).ok());
        own.is_none_or(|(own, _)| own.eq_ignore_ascii_case(host))
    }

    /// The file that takes the log.
    pub(crate) fn log_file(&self) -> Option<&Path> {
        self.log.as_deref().filter(|path| path.as_os_str() != "off")
    }

    /// Whether lines are only appended to the terminal.
    pub(crate) fn is_plain(&self) -> bool {
        self.plain == Some(Switch::On)
    }

    /// For how long the client tries to connect again after a loss; none means without end.
    pub(crate) fn reconnect_timeout(&self, is_interactive: bool) -> Option<Duration> {
        match self.reconnect {
            Some(seconds) => Some(Duration::from_secs(seconds.into())),
            None => (!is_interactive).then_some(SCRIPT_RECONNECT_TIMEOUT),
        }
    }

    /// How the user hears of receipts. A script hears of none unless it asks, so that what it reads
    /// stays as it was.
    pub(crate) fn receipt_style(&self, is_interactive: bool) -> Style {
        match (self.receipts, is_interactive) {
            (Some(Switch::Off), _) | (None, false) => Style::Off,
            (_, true) => Style::Ticks,
            (Some(Switch::On), false) => Style::Words,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_waits_and_sees_ticks_and_a_script_does_neither_for_long() {
        let options = |arguments: &[&str]| {
            Options::try_parse_from([&["smolchat", "host"], arguments].concat()).unwrap()
        };
        let plain = options(&[]);
        assert_eq!(
            (plain.reconnect_timeout(true), plain.receipt_style(true)),
            (None, Style::Ticks)
        );
        assert_eq!(
            (plain.reconnect_timeout(false), plain.receipt_style(false)),
            (Some(SCRIPT_RECONNECT_TIMEOUT), Style::Off)
        );
        let told = options(&["--reconnect", "0", "--receipts=on"]);
        assert_eq!(told.reconnect_timeout(true), Some(Duration::ZERO));
        assert_eq!(told.receipt_style(false), Style::Words);
        let off = options(&["--receipts=off"]);
        assert_eq!([true, false].map(|person| off.receipt_style(person)), [Style::Off; 2]);
    }

    #[test]
    fn on_and_off_behind_an_option_are_its_value_and_no_host() {
        let options = |line: &str| {
            Options::try_parse_from(with_values_joined(line.split(' ').map(OsString::from)))
        };
        for line in
            ["--plain on home", "--plain home", "home --plain=on", "--receipts on --plain home"]
        {
            let options = options(&format!("smolchat {line}")).unwrap();
            assert_eq!(
                (options.target().unwrap().host.as_str(), options.is_plain()),
                ("home", true),
                "{line}"
            );
        }
        assert!(!options("smolchat --plain off home").unwrap().is_plain());
        assert_eq!(options("smolchat --plain -- on").unwrap().target().unwrap().host, "on");
    }

    #[test]
    fn the_help_tells_the_exit_codes() {
        use clap::CommandFactory;
        let help = Options::command().render_help().to_string();
        assert!(help.contains("10  no connection"), "{help}");
    }
}
