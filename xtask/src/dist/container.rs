//! The recipe of a container, and beside it the archive's programs that it takes.

use std::fs;
use std::path::Path;

use super::release::Release;
use super::{archive, failed, own, write};
use crate::step::Failure;

/// The recipe, which names the archive by a word for its version.
const RECIPE: &str = "host/Containerfile";
const ARCHIVE: &str = "ARCHIVE";

/// Writes the recipe for the archive of this release into `folder`.
pub(super) fn write_recipe(release: &Release, folder: &Path) -> Result<(), Failure> {
    let recipe = own(RECIPE);
    let text = fs::read_to_string(&recipe).map_err(|error| failed(&recipe, &error))?;
    let text = text.replace(ARCHIVE, &archive::name(release));
    write(&folder.join("Containerfile"), text.as_bytes())
}
