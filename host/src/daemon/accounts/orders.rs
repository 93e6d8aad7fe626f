//! The commands that give orders to a running server: whom to kick or to keep out, what to say,
//! what to tell. Knows the socket, and no file.

use std::path::PathBuf;

use clap::Args;
use smolchat_core::operator::{Order, Whom, parse_span};

use super::caller::{Answer, Caller};
use super::{CommandError, Reason, figures, told};
use crate::daemon::state;

/// Which server an order is for.
#[derive(Args, Clone, Debug)]
pub(super) struct Place {
    /// The accounts file of the server [default: credentials.txt in the state folder, as for a
    /// server]
    #[arg(long, value_name = "FILE")]
    credentials: Option<PathBuf>,
}

impl Place {
    /// The accounts file.
    pub(super) fn accounts(&self) -> PathBuf {
        self.credentials.clone().unwrap_or_else(state::accounts)
    }

    /// Whether nobody named it.
    pub(super) fn is_usual(&self) -> bool {
        self.credentials.is_none()
    }

    /// What the server answers to an order.
    ///
    /// # Errors
    /// No server runs with that file, or it refuses the order.
    pub(super) fn order(&self, order: &str) -> Result<Answer, CommandError> {
        done(self.caller()?.order(order)?)
    }

    /// The server, to give it orders. It lets go whoever is silent for long.
    ///
    /// # Errors
    /// No server runs with that file.
    pub(super) fn caller(&self) -> Result<Caller, CommandError> {
        let accounts = self.accounts();
        Caller::of(&accounts)?.ok_or(CommandError(Reason::NoServer(accounts)))
    }
}

/// An answer, unless it is a refusal.
pub(super) fn done(answer: Answer) -> Result<Answer, CommandError> {
    if answer.is_done { Ok(answer) } else { Err(CommandError(Reason::Refused(answer.lines))) }
}

/// The options of `smolchatd kick`.
#[derive(Args, Clone, Debug)]
pub(crate) struct Kick {
    /// The user
    name: String,
    #[command(flatten)]
    place: Place,
}

/// The options of `smolchatd ban`.
#[derive(Args, Clone, Debug)]
#[command(override_usage = "smolchatd ban NAME|ADDRESS[/BITS] [DURATION|for good] [OPTIONS]")]
pub(crate) struct Ban {
    /// The user, or the address or network from which nobody is to come
    whom: String,
    /// For how long, as 90s, 10m, 2h or 7d; a bare number is seconds; one day if nothing is said;
    /// or "for good"
    #[arg(num_args = 0..=2)]
    duration: Vec<String>,
    #[command(flatten)]
    place: Place,
}

/// The options of `smolchatd unban`.
#[derive(Args, Clone, Debug)]
pub(crate) struct Unban {
    /// The user, or the address or network, as `smolchatd bans` tells it
    whom: String,
    #[command(flatten)]
    place: Place,
}

/// The options of `smolchatd say`.
#[derive(Args, Clone, Debug)]
pub(crate) struct Say {
    /// What everybody online is to read
    #[arg(required = true)]
    text: Vec<String>,
    #[command(flatten)]
    place: Place,
}

/// The options of `smolchatd status`.
#[derive(Args, Clone, Debug)]
pub(crate) struct Status {
    /// As one object of JSON
    #[arg(long, conflicts_with = "metrics")]
    json: bool,
    /// As OpenMetrics, for node_exporter's textfile or a proxy
    #[arg(long)]
    metrics: bool,
    #[command(flatten)]
    place: Place,
}

/// The options of `smolchatd reload`.
#[derive(Args, Clone, Debug)]
pub(crate) struct Reload {
    /// Remove users who are not in the file, even if they are more than those who are
    #[arg(long)]
    forget: bool,
    #[command(flatten)]
    place: Place,
}

/// The options of `smolchatd bans` and `smolchatd top`.
#[derive(Args, Clone, Debug)]
pub(crate) struct Plain {
    #[command(flatten)]
    place: Place,
}

/// What a command that gives an order says.
type Said = Result<String, CommandError>;

impl Kick {
    pub(super) fn run(&self) -> Said {
        tell(&self.place, &format!("kick {}", self.name))
    }
}

impl Ban {
    pub(super) fn run(&self) -> Said {
        let words: Vec<&str> =
            [&*self.whom].into_iter().chain(self.duration.iter().map(String::as_str)).collect();
        let order = format!("ban {}", words.join(" "));
        self.check()?;
        let said = tell(&self.place, &order)?;
        Ok(match Order::parse(&order) {
            Ok(Order::Ban { whom, span }) => told::banned(whom, span),
            _ => said,
        })
    }

    /// The server's refusal names the order's form alone.
    fn check(&self) -> Result<(), CommandError> {
        let span = self.duration.join(" ");
        if !matches!(&*span, "" | "for good") && parse_span(&span).is_none() {
            return Err(CommandError(Reason::Span(span)));
        }
        match Whom::parse(&self.whom) {
            Some(Whom::Network(all)) if all.bits() == 0 => Err(CommandError(Reason::Everybody)),
            _ => Ok(()),
        }
    }
}

impl Unban {
    pub(super) fn run(&self) -> Said {
        let said = tell(&self.place, &format!("unban {}", self.whom))?;
        Ok(Whom::parse(&self.whom).map_or(said, told::unbanned))
    }
}

impl Say {
    pub(super) fn run(&self) -> Said {
        tell(&self.place, &format!("say {}", self.text.join(" ")))
    }
}

impl Status {
    pub(super) fn run(&self) -> Said {
        let lines = self.place.order("status")?.lines;
        Ok(match (self.json, self.metrics) {
            (true, _) => figures::json(&lines),
            (_, true) => figures::metrics(&lines),
            _ => lines.join("\n"),
        })
    }
}

impl Reload {
    pub(super) fn run(&self) -> Said {
        tell(&self.place, if self.forget { "reload forget" } else { "reload" })
    }
}

impl Plain {
    pub(super) fn run(&self, order: &str) -> Said {
        tell(&self.place, order)
    }
}

/// Gives an order, and says what the server answers. A line is one line for the server, too.
fn tell(place: &Place, order: &str) -> Said {
    if order.contains(char::is_control) {
        return Err(CommandError(Reason::ControlCharacter));
    }
    Ok(place.order(order)?.lines.join("\n"))
}
