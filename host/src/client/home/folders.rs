//! Where a person's files are: what typed paths count from, and where downloads go.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use crate::client::files::Folders;

/// The folder for downloads that an environment names (xdg-user-dirs).
const DOWNLOADS_VARIABLE: &str = "XDG_DOWNLOAD_DIR";
/// The same below the home, in most systems.
const DOWNLOADS: &str = "Downloads";

/// The folders of a person who started the client in `current`. Downloads go to the folder that was
/// `given`, else to the one of the environment, else to `Downloads` in the home, if it is there,
/// and else to `current`.
pub(crate) fn folders(
    variable: impl Fn(&str) -> Option<OsString>,
    given: Option<&Path>,
    current: PathBuf,
) -> Folders {
    let absolute = |name: &str| variable(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let home = absolute("HOME");
    let usual = home.as_ref().map(|home| home.join(DOWNLOADS)).filter(|path| path.is_dir());
    let downloads = match given {
        Some(given) => current.join(given),
        None => absolute(DOWNLOADS_VARIABLE).or(usual).unwrap_or_else(|| current.clone()),
    };
    Folders { home, current, downloads }
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;

    #[test]
    fn downloads_go_where_a_person_expects_them() {
        let home = TempDir::new().unwrap();
        let variables = |set: &[(&'static str, PathBuf)]| {
            let set = set.to_owned();
            move |name: &str| {
                let found = set.iter().find(|(other, _)| *other == name);
                found.map(|(_, value)| value.clone().into_os_string())
            }
        };
        let current = || PathBuf::from("/home/hans");
        let downloads = |set: &[(&'static str, PathBuf)], given: Option<&str>| {
            folders(variables(set), given.map(Path::new), current()).downloads
        };
        let at_home = [("HOME", home.path().to_owned())];
        assert_eq!(downloads(&at_home, None), current());
        std::fs::create_dir(home.path().join(DOWNLOADS)).unwrap();
        assert_eq!(downloads(&at_home, None), home.path().join(DOWNLOADS));
        let named = [at_home[0].clone(), (DOWNLOADS_VARIABLE, PathBuf::from("/films"))];
        assert_eq!(downloads(&named, None), Path::new("/films"));
        assert_eq!(downloads(&named, Some("here")), Path::new("/home/hans/here"));
        assert_eq!(downloads(&[(DOWNLOADS_VARIABLE, "films".into())], None), current());
    }
}
