//! Why the server ends a connection: the code and the words of its last event.
//! Knows no connection.

/// Why the server ends a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum CloseReason {
    /// No command within the session's time.
    Inactive,
    /// Not logged in in time.
    LoginDeadline,
    /// Somebody else needs the connection of a stranger who has not logged in.
    MakingRoom,
    /// The server stops.
    ShuttingDown,
    /// The user came over another connection, and this one gave no sign of life.
    Superseded,
    /// An operator ended the session. The user may come back.
    Kicked,
    /// An operator keeps the user, or its address, out.
    Banned,
    /// An operator removed the account.
    Removed,
}

impl CloseReason {
    /// Every reason there is.
    pub const ALL: [CloseReason; 8] = [
        CloseReason::Inactive,
        CloseReason::LoginDeadline,
        CloseReason::MakingRoom,
        CloseReason::ShuttingDown,
        CloseReason::Superseded,
        CloseReason::Kicked,
        CloseReason::Banned,
        CloseReason::Removed,
    ];

    /// The reason that the code of a `* bye` stands for; `None` for one of another version.
    pub fn of(code: u16) -> Option<CloseReason> {
        CloseReason::ALL.into_iter().find(|reason| reason.form().0 == code)
    }

    /// The code and the text of the `* bye`.
    pub const fn form(self) -> (u16, &'static str) {
        match self {
            CloseReason::Inactive => (422, "you were inactive and are logged out"),
            CloseReason::LoginDeadline => (423, "no login in time"),
            CloseReason::MakingRoom => {
                (424, "server full, others were waiting and you had not logged in")
            }
            CloseReason::ShuttingDown => (425, "the server is stopping"),
            CloseReason::Superseded => (426, "you logged in elsewhere"),
            CloseReason::Kicked => (427, "an operator logged you out"),
            CloseReason::Banned => (428, "an operator banned you"),
            CloseReason::Removed => (539, "your account was removed"),
        }
    }
}
