//! The host's own figures in `status`: how much the store has written, and how full it is. Knows no
//! file.

use smolchat_core::environment::Figure;
use smolchat_store::{Figures, Log};

use super::flash_file::FlashFile;

/// The figure of that index; all are 0 where nothing is stored.
pub(super) fn of_store(log: Option<&Log<FlashFile>>, index: usize) -> Option<Figure> {
    let Figures { appended, copied, bytes, erased, syncs } =
        log.map(Log::figures).unwrap_or_default();
    let (used, segments) = log.map(Log::segments).unwrap_or_default();
    let count = |name, value| Figure { name, value, of: None };
    let figures = [
        count("store-appended", appended.into()),
        count("store-copied", copied.into()),
        count("store-bytes", bytes),
        count("store-erased", erased.into()),
        count("store-syncs", syncs.into()),
        Figure { name: "store-segments", value: used.into(), of: Some(segments.into()) },
    ];
    figures.get(index).copied()
}
