//! What a link is for.

/// What a link is for. Its caller says so in the hello.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Lines of people.
    Talk,
    /// Files, so that lines of people never wait behind them.
    Files,
}

impl Kind {
    const ALL: [Kind; 2] = [Kind::Talk, Kind::Files];

    /// Its word on the wire.
    pub fn word(self) -> &'static str {
        match self {
            Kind::Talk => "talk",
            Kind::Files => "files",
        }
    }

    pub(crate) fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }
}
