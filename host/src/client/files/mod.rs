//! Files as the session knows them: what this user offers, what is being loaded, whom the transfer
//! threads want to reach. Values without IO. Knows no thread and no screen.

mod chunks;
mod claims;
mod introductions;
mod listing;
mod loading;
mod offered;
mod paths;
mod progress;
mod purpose;
mod telling;
mod units;

pub(crate) use chunks::{Chunks, chunk_count};
pub(crate) use claims::Claims;
pub(crate) use introductions::{Introductions, Verdict};
pub(crate) use listing::{
    Found, Holders, Listed, Listing, Lookup, WHOLE, holders_in_words, id_in_words,
};
pub(crate) use loading::{Download, Downloads, Showing};
pub(crate) use offered::{Offered, OwnFile};
pub(crate) use paths::{Folders, name_and_folder};
pub(crate) use progress::{FileProgress, Stage};
pub(crate) use purpose::Purpose;
pub(crate) use telling::{Tell, Telling};
pub(crate) use units::{duration, percent};
