//! Whether others than their owner may read or change the accounts: the file's mode, and the modes
//! of the folders that lead to it. Says so with the command that mends it.
//! Knows the file system, and no account.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

const READ: u32 = 0o4;
const WRITE: u32 = 0o2;
const ENTER: u32 = 0o1;
/// In such a folder nobody moves what belongs to others.
const STICKY: u32 = 0o1000;

/// Somebody beside the owner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Who {
    Group,
    Others,
}

impl Who {
    const ALL: [Who; 2] = [Who::Group, Who::Others];

    const fn words(self) -> &'static str {
        match self {
            Who::Group => "its group",
            Who::Others => "others",
        }
    }

    /// Whether a mode lets them do it.
    const fn may(self, mode: u32, what: u32) -> bool {
        let shift = match self {
            Who::Group => 3,
            Who::Others => 0,
        };
        mode >> shift & what != 0
    }
}

/// What is to be told of the accounts file at `path`, and of its folder.
pub(super) fn warnings(path: &Path) -> Vec<String> {
    let Ok(path) = path.canonicalize() else { return Vec::new() };
    let Ok(file) = fs::metadata(&path) else { return Vec::new() };
    let folders: Vec<_> = path.ancestors().skip(1).filter_map(|it| fs::metadata(it).ok()).collect();
    let modes: Vec<u32> = folders.iter().map(MetadataExt::mode).collect();
    let shown = path.display();
    let mut told = Vec::new();
    if let Some((who, what)) = of_file(file.mode(), &modes) {
        let mode = file.mode() & 0o777;
        told.push(format!("{shown}: {who} may {what} it (mode {mode:o}):  chmod 600 {shown}"));
    }
    if let (Some(who), Some(folder)) = (of_folder(&modes), path.parent()) {
        let folder = folder.display();
        let mode = modes[0] & 0o7777;
        told.push(format!(
            "{folder}: {who} may put another file in the place of the accounts (mode {mode:o}):  chmod go-w {folder}"
        ));
    }
    told
}

/// Who may do what with a file of this mode. `folders` are the modes of the folders that lead to
/// it, the nearest first: whoever may not enter them does not come to it.
fn of_file(mode: u32, folders: &[u32]) -> Option<(&'static str, &'static str)> {
    let comes = |who: &Who| folders.iter().all(|&folder| may_enter(*who, folder));
    let mut all = Who::ALL.into_iter().rev().filter(comes);
    let who = all.find(|who| who.may(mode, READ | WRITE))?;
    let what = match (who.may(mode, READ), who.may(mode, WRITE)) {
        (true, true) => "read and change",
        (true, false) => "read",
        _ => "change",
    };
    Some((who.words(), what))
}

/// Who may put files into the nearest of these folders and take others out.
fn of_folder(folders: &[u32]) -> Option<&'static str> {
    let (nearest, above) = folders.split_first()?;
    let comes = |who: &Who| above.iter().all(|&folder| may_enter(*who, folder));
    let is_free = nearest & STICKY == 0;
    let mut all = Who::ALL.into_iter().rev().filter(comes);
    all.find(|who| is_free && may_enter(*who, *nearest) && who.may(*nearest, WRITE)).map(Who::words)
}

/// A folder above may have another group, so its members may come by what others may, too.
fn may_enter(who: Who, folder: u32) -> bool {
    who.may(folder, ENTER) || who == Who::Group && Who::Others.may(folder, ENTER)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use tempfile::tempdir;

    use super::*;

    #[test]
    fn whoever_comes_to_the_file_and_may_use_it_is_named() {
        let open = [0o755, 0o755];
        for (mode, folders, told) in [
            (0o600, open, None),
            (0o644, open, Some(("others", "read"))),
            (0o640, open, Some(("its group", "read"))),
            (0o666, open, Some(("others", "read and change"))),
            (0o602, open, Some(("others", "change"))),
            (0o666, [0o700, 0o755], None),
            (0o666, [0o755, 0o700], None),
            (0o644, [0o750, 0o755], Some(("its group", "read"))),
        ] {
            assert_eq!(of_file(mode, &folders), told, "{mode:o} {folders:?}");
        }
    }

    #[test]
    fn a_folder_in_which_others_may_put_files_is_named_unless_it_is_sticky() {
        for (folders, told) in [
            ([0o755, 0o755], None),
            ([0o777, 0o755], Some("others")),
            ([0o775, 0o755], Some("its group")),
            ([0o1777, 0o755], None),
            ([0o777, 0o700], None),
            ([0o772, 0o755], Some("its group")),
        ] {
            assert_eq!(of_folder(&folders), told, "{folders:?}");
        }
    }

    #[test]
    fn what_is_told_names_the_mode_and_the_command() {
        let folder = tempdir().unwrap();
        let path = folder.path().join("accounts");
        fs::write(&path, "").unwrap();
        let set = |path: &Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode));
        set(&path, 0o644).unwrap();
        set(folder.path(), 0o700).unwrap();
        assert_eq!(warnings(&path), [""; 0], "nobody else enters its folder");
        set(folder.path(), 0o777).unwrap();
        let (path, inside) = (path.canonicalize().unwrap(), folder.path().canonicalize().unwrap());
        let (path, inside) = (path.display(), inside.display());
        assert_eq!(
            warnings(folder.path().join("accounts").as_path()),
            [
                format!("{path}: others may read it (mode 644):  chmod 600 {path}"),
                format!(
                    "{inside}: others may put another file in the place of the accounts (mode 777):  chmod go-w {inside}"
                ),
            ]
        );
    }
}
