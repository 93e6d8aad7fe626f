//! What a session wants done, as values. Knows no IO.

use std::net::SocketAddr;
use std::time::Duration;

use smolchat_peer::{Introduction, Kind};

use super::Meeting;
#[cfg(doc)]
use super::Session;
use crate::client::exit::Ending;
use crate::client::past::Seen;
use crate::client::peer::LinkId;
use crate::client::shown::Shown;
use crate::client::transfer::command::TransferCommand;

/// Something for the driver to do, in order.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Action {
    /// Send a line to the server.
    Send(String),
    /// Show this to the user.
    Show(Shown),
    /// Ask the user for what is missing or was refused, and answer with
    /// [`Session::handle_credentials`].
    Ask(Ask),
    /// The user is online: read commands from now on.
    ReadCommands,
    /// This stands before the line being typed from now on.
    Prompt(String),
    /// The same, and not by a command of the user: a line that was begun before is not meant for
    /// whom this prompt names. Hand it to [`Session::handle_overtaken`].
    FallBack(String),
    /// What an earlier run has seen of the room is wanted: [`Session::handle_recalled`].
    Recall,
    /// So much of the room was seen. A later run is to know it.
    Keep(Seen),
    /// Somebody was introduced. By which key is the user known here? Answer with
    /// [`Session::handle_judged`].
    Judge(Meeting),
    /// This user has proven this key, and none was known: keep it.
    Remember(String, [u8; 32]),
    /// By which key is this user known? Answer with [`Session::handle_fingerprint`].
    Fingerprint(String),
    /// Keep this key of the user in the place of another one, and answer with
    /// [`Session::handle_trusted_peer`].
    Trust(String, [u8; 32]),
    /// The introduced user may come. The addresses are where it may be called.
    Expect(Introduction, Vec<SocketAddr>),
    /// Connect to the introduced user at one of the addresses.
    Dial(Kind, Introduction, Vec<SocketAddr>),
    /// No link with this user is wanted any more, but for talk that stands or is called for.
    Refuse(String),
    /// Links with this user are wanted again.
    Admit(String),
    /// Say this line to a peer.
    Say(LinkId, String),
    /// End a link with a peer, once what was said is out.
    Finish(LinkId),
    /// Cut a link with a peer.
    Close(LinkId),
    /// Have the transfer threads do this.
    Transfer(TransferCommand),
    /// Close the connection to the server, or what is left of it.
    Disconnect,
    /// Connect to the server, for no longer than this for each address. Tell by
    /// [`Session::handle_connected`] or [`Session::handle_unreachable`].
    Connect(Duration),
    /// It is over.
    Exit(Ending),
}

/// What the user is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ask {
    /// User name and password.
    Credentials,
    /// User name, and the password of a new account, twice.
    NewCredentials,
    /// The password.
    Password,
    /// The password of a new account, twice.
    NewPassword,
    /// The password until now, which is to become another one.
    OldPassword,
    /// Whether the server's key is to be trusted. The answer is
    /// [`Session::handle_trusted`] or [`Session::handle_untrusted`].
    Trust,
    /// The passphrase of the user's key. The answer is [`Session::handle_trusted`], or
    /// [`Session::handle_locked_key`] again.
    Passphrase,
    /// Whether a file is to be loaded. The answer is [`Session::handle_download_answer`].
    Download,
}
