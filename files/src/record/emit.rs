//! Records as lines.

use std::fmt::{Display, Formatter, Result};

use super::{Record, What, Why};

impl Display for Record {
    /// The line, without its end.
    fn fmt(&self, line: &mut Formatter<'_>) -> Result {
        match self {
            Record::AskList { id } => write!(line, "list {id}"),
            Record::List { id, shape } => {
                let (size, bytes, count) = (shape.size(), shape.chunk_bytes(), shape.count());
                write!(line, "list {id} {size} {bytes} {count}")
            }
            Record::AskHeld { id } => write!(line, "held {id}"),
            Record::Held { id, bytes } => write!(line, "held {id} {bytes}"),
            Record::Have { id, index } => write!(line, "have {id} {index}"),
            Record::Want { id, index } => write!(line, "want {id} {index}"),
            Record::Chunk { id, index, bytes } => write!(line, "chunk {id} {index} {bytes}"),
            Record::Not { id, what: What::List, why } => {
                write!(line, "not {id} list {}", why.word())
            }
            Record::Not { id, what: What::Chunk(index), why } => {
                write!(line, "not {id} {index} {}", why.word())
            }
            Record::Cancel { id, index } => write!(line, "cancel {id} {index}"),
        }
    }
}

impl Why {
    /// All, for parsing.
    pub(super) const ALL: [Why; 4] = [Why::Busy, Why::Gone, Why::Changed, Why::Cancelled];

    pub(super) fn word(self) -> &'static str {
        match self {
            Why::Busy => "busy",
            Why::Gone => "gone",
            Why::Changed => "changed",
            Why::Cancelled => "cancelled",
        }
    }
}
