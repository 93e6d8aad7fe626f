//! Paths as a person types them in a line: quoted, with `~`, or from the folder in which the client
//! was started. Reads no disk.

use std::path::{Path, PathBuf};

/// The folders that a typed path counts from, and where downloads go.
#[derive(Clone, Debug, Default)]
pub(crate) struct Folders {
    /// The person's home.
    pub(crate) home: Option<PathBuf>,
    /// Where the client was started.
    pub(crate) current: PathBuf,
    /// Where a download goes if its command names no folder.
    pub(crate) downloads: PathBuf,
}

impl Folders {
    /// The path that `typed` names, absolute.
    pub(crate) fn path(&self, typed: &str) -> PathBuf {
        let typed = unquoted(typed.trim());
        let below_home = match typed.strip_prefix('~') {
            Some("") => Some(""),
            Some(rest) => rest.strip_prefix('/'),
            None => None,
        };
        let path = match (below_home, &self.home) {
            (Some(rest), Some(home)) => home.join(rest),
            _ => self.current.join(typed),
        };
        path.components().collect()
    }

    /// The path as it is shown: below the home it begins with `~`.
    pub(crate) fn shown(&self, path: &Path) -> String {
        let below = self.home.as_deref().and_then(|home| path.strip_prefix(home).ok());
        match below {
            Some(rest) if rest.as_os_str().is_empty() => "~".to_owned(),
            Some(rest) => format!("~/{}", rest.display()),
            None => path.display().to_string(),
        }
    }
}

/// A path without its quotes, and without the backslashes that terminals write before spaces when
/// a file is dropped on them.
fn unquoted(typed: &str) -> String {
    for quote in ['"', '\''] {
        let inner = typed.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote));
        if let Some(inner) = inner {
            return inner.to_owned();
        }
    }
    typed.replace("\\ ", " ")
}

/// The name of a file, and the folder behind `between` if there is one: it has a `/`, or is `.` or
/// `~`. No file name has a `/`.
pub(crate) fn name_and_folder<'a>(rest: &'a str, between: &str) -> (&'a str, Option<&'a str>) {
    let is_folder = |text: &str| text.contains('/') || matches!(text, "." | ".." | "~");
    match rest.rsplit_once(between) {
        Some((name, folder)) if is_folder(folder.trim()) => (name.trim(), Some(folder.trim())),
        _ => (rest.trim(), None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folders() -> Folders {
        let (current, downloads) = ("/films".into(), "/home/h/Downloads".into());
        Folders { home: Some("/home/h".into()), current, downloads }
    }

    #[test]
    fn a_path_is_understood_however_it_is_typed_or_dropped() {
        for (typed, path) in [
            ("film.mkv", "/films/film.mkv"),
            ("./my film.mkv ", "/films/my film.mkv"),
            ("~/film.mkv", "/home/h/film.mkv"),
            ("~", "/home/h"),
            ("~yoda/x", "/films/~yoda/x"),
            ("/a/b", "/a/b"),
            ("'/a/my film'", "/a/my film"),
            ("\"my film\"", "/films/my film"),
            ("/a/my\\ film", "/a/my film"),
        ] {
            assert_eq!(folders().path(typed).to_str(), Some(path), "{typed}");
        }
    }

    #[test]
    fn a_path_below_the_home_is_shown_short() {
        for (path, shown) in [("/home/h/x/y", "~/x/y"), ("/home/h", "~"), ("/home/hh", "/home/hh")]
        {
            assert_eq!(folders().shown(Path::new(path)), shown);
        }
    }

    #[test]
    fn a_folder_stands_behind_a_name() {
        for (typed, name, folder) in [
            ("film.mkv", "film.mkv", None),
            ("film.mkv to ~/films", "film.mkv", Some("~/films")),
            ("way to go.mp3", "way to go.mp3", None),
            ("way to go.mp3 to .", "way to go.mp3", Some(".")),
            ("a to /x to b", "a to /x to b", None),
        ] {
            assert_eq!(name_and_folder(typed, " to "), (name, folder), "{typed}");
        }
    }
}
