//! How parts of a line are drawn: brighter, fainter, in colours. Knows no screen.

/// What a terminal is told before and behind a part of a line (ECMA-48, SGR).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Style {
    pub(crate) on: &'static str,
    pub(crate) off: &'static str,
}

pub(crate) const PLAIN: Style = Style { on: "", off: "" };
pub(crate) const DIM: Style = Style { on: "\x1b[2m", off: "\x1b[22m" };
pub(crate) const BOLD: Style = Style { on: "\x1b[1m", off: "\x1b[22m" };
/// For refusals alone.
pub(crate) const RED: Style = Style { on: "\x1b[31m", off: "\x1b[39m" };

/// Names have these.
const COLOURS: [Style; 5] = [
    Style { on: "\x1b[32m", off: "\x1b[39m" },
    Style { on: "\x1b[33m", off: "\x1b[39m" },
    Style { on: "\x1b[34m", off: "\x1b[39m" },
    Style { on: "\x1b[35m", off: "\x1b[39m" },
    Style { on: "\x1b[36m", off: "\x1b[39m" },
];
/// The same names, bright: a message to this person alone.
const BRIGHT: [Style; 5] = [
    Style { on: "\x1b[1;32m", off: "\x1b[22;39m" },
    Style { on: "\x1b[1;33m", off: "\x1b[22;39m" },
    Style { on: "\x1b[1;34m", off: "\x1b[22;39m" },
    Style { on: "\x1b[1;35m", off: "\x1b[22;39m" },
    Style { on: "\x1b[1;36m", off: "\x1b[22;39m" },
];

/// A name has the same colour everywhere (FNV-1a, by Fowler, Noll and Vo).
pub(crate) fn of_name(name: &str, is_bright: bool) -> Style {
    let hash = name
        .bytes()
        .fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    let colour = (hash >> 8) as usize % COLOURS.len();
    if is_bright { BRIGHT[colour] } else { COLOURS[colour] }
}
