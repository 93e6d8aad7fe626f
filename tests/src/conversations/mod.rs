//! The rules as conversations: one file for every theme, each conversation a function that plays on
//! any stage. Knows no server: a stage plays them. What is in no theme's list does not compile
//! without a warning, so none is forgotten.

use crate::setting::Setting;
use crate::stage::Stage;

/// One conversation and the server it needs.
#[derive(Clone, Copy, Debug)]
pub struct Conversation {
    /// A sentence about behaviour.
    pub name: &'static str,
    /// The server's settings.
    pub setting: Setting,
    /// Plays it; panics where the server says something else.
    pub play: fn(&mut dyn Stage),
}

impl Conversation {
    /// Whether it is the same by SSH, for guests who then log in by a request. Others it is where
    /// people may not register: only users come in there. A server that is full says so before SSH
    /// begins, in words of its own. A client that asks for more than SSH's window holds, and reads
    /// nothing meanwhile, waits for ever (docs/LIMITS.md).
    pub fn is_the_same_by_ssh(&self) -> bool {
        const OTHERS: [&str; 4] = [
            "a_full_server_says_so_and_closes",
            "a_place_that_is_left_is_free_again",
            "who_is_turned_away_disturbs_nobody",
            "who_asks_without_reading_gets_every_answer_once_reading",
        ];
        self.setting.registration && !OTHERS.contains(&self.name)
    }
}

/// A theme's list: the functions' names, and behind a colon what differs from the roomy setting.
macro_rules! conversations {
    ($($name:ident $(: $($method:ident($($value:expr)?)).+)?;)+) => {
        /// The conversations of this theme.
        pub(super) const ALL: &[$crate::conversations::Conversation] = &[$($crate::conversations::Conversation {
            name: stringify!($name),
            setting: $crate::setting::Setting::roomy()$($(.$method($($value)?))+)?,
            play: $name,
        }),+];
    };
}

/// The themes, each a file.
macro_rules! themes {
    ($($theme:ident),+ $(,)?) => {
        $(mod $theme;)+

        /// Every conversation, by theme.
        pub const THEMES: &[(&str, &[Conversation])] = &[$((stringify!($theme), $theme::ALL)),+];
    };
}

themes! {
    login,
    registration,
    passwd,
    keys,
    presence,
    message,
    full_mailbox,
    acknowledgements,
    receipts,
    broadcast,
    history,
    whoelse,
    whoelsesince,
    seen,
    blocks,
    logout,
    deadlines,
    introductions,
    files,
    bad_input,
    help,
    full_server,
    budgets,
    restart,
    expiry,
}
