//! The command line: `smolchat [USER@]HOST [PORT]` and its options. Reads no file and no
//! environment.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Parser, ValueEnum};
use smolchat_core::protocol::DEFAULT_PORT;

use super::exit;
use super::front::Attention;
use super::receipts::Style;

/// A script that lost its connection has other things to do after this.
const SCRIPT_RECONNECT_TIMEOUT: Duration = Duration::from_secs(60);

/// Chat with the users of a smolchat server.
///
/// On a terminal, commands are edited while messages arrive above them; type help for the list.
/// Otherwise commands are read from standard input, one a line, and the end of the input logs out.
#[derive(Clone, Debug, Parser)]
#[command(name = "smolchat", version, after_help = exit::table())]
pub struct Options {
    /// Where the server is, and who you are: a name, an IPv4 or IPv6 address
    #[arg(value_name = "[USER@]HOST")]
    target: String,

    /// The server's port [default: 4000]
    port: Option<u16>,

    /// Read the password from the first line of a file. Without this option it comes from
    /// SMOLCHAT_PASSWORD, or from you
    #[arg(long, value_name = "FILE")]
    pub(crate) password_file: Option<PathBuf>,

    /// Create the account first
    #[arg(long)]
    pub(crate) register: bool,

    /// The port where peers connect for private conversations; any free one by default
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

    /// Only append lines to the terminal, as for a screen reader or a slow line
    #[arg(long)]
    pub(crate) plain: bool,

    /// Tell everything as JSON, one object a line, on standard output
    #[arg(long)]
    pub(crate) json: bool,

    /// How commands begin on a terminal: with their name, or only with /
    #[arg(long, value_enum, default_value = "bare")]
    pub(crate) commands: Commands,

    /// Whether you are told what became of your messages [default: on a terminal on, else off]
    #[arg(long, value_enum)]
    pub(crate) receipts: Option<Switch>,
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

/// Where to connect, and as whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Target {
    /// The user, if told.
    pub(crate) user: Option<String>,
    /// A name or an address, without brackets.
    pub(crate) host: String,
    /// The port.
    pub(crate) port: u16,
}

impl Options {
    /// What the positional arguments mean, or what is wrong with them.
    pub(crate) fn target(&self) -> Result<Target, String> {
        target(&self.target, self.port)
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

/// A user name may hold an `@`, a host may not.
fn target(text: &str, port: Option<u16>) -> Result<Target, String> {
    let (user, host) = match text.rsplit_once('@') {
        Some((user, host)) => (Some(user), host),
        None => (None, text),
    };
    let (host, own_port) = host_and_port(host)?;
    if host.is_empty() || user.is_some_and(str::is_empty) {
        return Err(format!("{text} is not of the form [USER@]HOST"));
    }
    if own_port.is_some() && port.is_some() {
        return Err("the port is given twice".to_owned());
    }
    Ok(Target {
        user: user.map(str::to_owned),
        host: host.to_owned(),
        port: own_port.or(port).unwrap_or(DEFAULT_PORT),
    })
}

/// `host`, `host:port`, `::1`, `[::1]` or `[::1]:port`.
fn host_and_port(text: &str) -> Result<(&str, Option<u16>), String> {
    let (host, port) = match text.strip_prefix('[').map(|rest| rest.split_once(']')) {
        Some(Some((host, ""))) => (host, None),
        Some(Some((host, rest))) => (host, Some(rest.strip_prefix(':').unwrap_or(rest))),
        Some(None) => return Err(format!("{text} lacks its closing bracket")),
        None if text.matches(':').count() == 1 => {
            text.split_once(':').map_or((text, None), |(host, port)| (host, Some(port)))
        }
        None => (text, None),
    };
    let number = |port: &str| port.parse().map_err(|_| format!("{port} is not a port"));
    Ok((host, port.map(number).transpose()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_a_target_is_understood() {
        for (text, port, user, host, expected) in [
            ("chat.example", None, None, "chat.example", DEFAULT_PORT),
            ("yoda@192.168.69.1", Some(5000), Some("yoda"), "192.168.69.1", 5000),
            ("yoda@home@host:77", None, Some("yoda@home"), "host", 77),
            ("::1", None, None, "::1", DEFAULT_PORT),
            ("yoda@fe80::1%eth0", Some(1), Some("yoda"), "fe80::1%eth0", 1),
            ("[::1]", Some(9), None, "::1", 9),
            ("yoda@[::1]:4001", None, Some("yoda"), "::1", 4001),
        ] {
            let target = target(text, port).unwrap();
            assert_eq!(
                (target.user.as_deref(), &*target.host, target.port),
                (user, host, expected),
                "{text}"
            );
        }
    }

    #[test]
    fn what_is_no_target_is_refused() {
        for (text, port) in [
            ("", None),
            ("@host", None),
            ("yoda@", None),
            ("host:x", None),
            ("[::1", None),
            ("[::1]x", None),
            ("host:1", Some(2)),
        ] {
            assert!(target(text, port).is_err(), "{text}");
        }
    }

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
        let told = options(&["--reconnect", "0", "--receipts", "on"]);
        assert_eq!(told.reconnect_timeout(true), Some(Duration::ZERO));
        assert_eq!(told.receipt_style(false), Style::Words);
        let off = options(&["--receipts", "off"]);
        assert_eq!([true, false].map(|person| off.receipt_style(person)), [Style::Off; 2]);
    }

    #[test]
    fn the_help_tells_the_exit_codes() {
        use clap::CommandFactory;
        let help = Options::command().render_help().to_string();
        assert!(help.contains("10  no connection"), "{help}");
    }
}
