//! Files of keys: made, read, locked, of other kinds, of other modes.

use super::*;
use crate::tests::Folder;

#[test]
fn a_key_that_was_kept_is_read_again_and_is_for_the_user_alone() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::new();
    let path = folder.path("data/id_ed25519");
    let identity = Identity::from_seed(&[7; 32]);
    identity.keep(&path, "hans@home").unwrap();
    assert_eq!(Identity::read(&path).unwrap().public(), identity.public());
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    let public = fs::read_to_string(longer(&path, ".pub")).unwrap();
    assert_eq!(public, format!("{} hans@home\n", identity.public_key()));
    assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 2);
}

#[test]
fn no_file_that_is_there_is_lost_for_a_new_key() {
    let folder = Folder::new();
    let identity = Identity::from_seed(&[7; 32]);
    for (path, other) in [("id.work", "id.work.pub"), ("id.home", "id.home")] {
        fs::write(folder.path(other), "precious").unwrap();
        assert!(identity.keep(&folder.path(path), "hans").is_err());
        assert_eq!(fs::read_to_string(folder.path(other)).unwrap(), "precious");
    }
    // Keys of names with dots have public halves of their own, and so has one that is `.pub`.
    for path in ["key.a", "key.b", "key.pub"] {
        identity.keep(&folder.path(path), "hans").unwrap();
        assert!(Identity::read(&folder.path(path)).is_ok());
    }
    assert_eq!(fs::read_dir(folder.path("")).unwrap().count(), 2 + 6);
}

/// Made by `ssh-keygen -t ed25519 -N kessel -a 2`.
const LOCKED: &str = "-----BEGIN OPENSSH PRIVATE KEY-----\n\
    b3BlbnNzaC1rZXktdjEAAAAACmFlczI1Ni1jdHIAAAAGYmNyeXB0AAAAGAAAABBgqXWne8\n\
    hhbqVZ8Sz06QYNAAAAAgAAAAEAAAAzAAAAC3NzaC1lZDI1NTE5AAAAIBVGbmYOR212P69n\n\
    mcC9qnp7hw7Rz1KhYwEmV+2ktGCBAAAAkGVsyTwfU5cPOEXAzONU1Lma8dBGlzAtKAk473\n\
    t/H/UL+TTZEXAl9R2jdlfY9sQ1aMPhBAe6TkhH2zCx1/CyA6Dcm/SJzC6FDkGTRDktPwru\n\
    fEHGJBIZ3+amyjvGNBNKoAX6fufC8Zk46ctLxx7nG/AnIQZAT0eDJE2W+Ox7GY48fTeAZ2\n\
    SGa0ymDKqVunmZ2w==\n\
    -----END OPENSSH PRIVATE KEY-----\n";

#[test]
fn a_key_with_a_passphrase_is_opened_by_it_alone() {
    let folder = Folder::new();
    let path = folder.path("id_ed25519");
    write_new(&path, LOCKED.as_bytes(), 0o600).unwrap();
    assert!(matches!(Identity::read(&path), Err(IdentityError::Encrypted)));
    for wrong in ["", "Kessel"] {
        let opened = Identity::unlock(&path, wrong);
        assert!(matches!(opened, Err(IdentityError::WrongPassphrase)), "{opened:?}");
    }
    let opened = Identity::unlock(&path, "kessel").unwrap();
    assert_eq!(
        opened.public_key().to_string(),
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBVGbmYOR212P69nmcC9qnp7hw7Rz1KhYwEmV+2ktGCB"
    );
    assert_eq!(Identity::read_public(&path).unwrap(), opened.public_key());
}

#[test]
fn a_key_that_others_may_read_is_not_used() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::new();
    let path = folder.path("id_ed25519");
    Identity::from_seed(&[1; 32]).keep(&path, "").unwrap();
    for (mode, is_open) in [(0o644, true), (0o620, true), (0o604, true), (0o400, false)] {
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        let read = Identity::read(&path);
        assert_eq!(matches!(read, Err(IdentityError::Open)), is_open, "{mode:o}: {read:?}");
    }
}

#[test]
fn a_key_that_is_there_is_not_replaced() {
    let folder = Folder::new();
    let path = folder.path("id_ed25519");
    let first = Identity::from_seed(&[1; 32]);
    first.keep(&path, "").unwrap();
    let second = Identity::from_seed(&[2; 32]).keep(&path, "");
    assert!(matches!(second, Err(IdentityError::Unwritable(_))), "{second:?}");
    assert_eq!(Identity::read(&path).unwrap().public(), first.public());
}

#[test]
fn a_file_without_such_a_key_tells_what_it_holds() {
    let folder = Folder::new();
    let path = folder.path("key");
    assert!(matches!(Identity::read(&path), Err(IdentityError::Unreadable(_))));
    for nonsense in [&b""[..], b"\xff\xfe", b"-----BEGIN OPENSSH PRIVATE KEY-----\n"] {
        fs::write(&path, nonsense).unwrap();
        assert!(matches!(Identity::read(&path), Err(IdentityError::NoKey)), "{nonsense:?}");
    }
}

/// Made by `ssh-keygen -t ecdsa` and `ssh-keygen -t rsa -b 1024`.
const ECDSA: &str = include_str!("../tests/id_ecdsa");
const RSA: &str = include_str!("../tests/id_rsa");

#[test]
fn a_key_of_another_kind_is_named() {
    let folder = Folder::new();
    let (path, legacy) = (folder.path("key"), "-----BEGIN EC PRIVATE KEY-----\nMHcC\n");
    let cases = [(ECDSA, "ecdsa-sha2-nistp256"), (RSA, "ssh-rsa"), (legacy, "EC")];
    for (text, kind) in cases {
        fs::write(&path, text).unwrap();
        let told = Identity::read(&path).unwrap_err().to_string();
        assert!(told.contains(&format!("of the kind {kind}, and only ed25519")), "{told}");
    }
}

#[test]
fn a_passphrase_that_takes_very_many_rounds_is_refused_at_once() {
    let folder = Folder::new();
    let key = read_text(LOCKED);
    for (rounds, is_refused) in [(ROUNDS_MAX, false), (ROUNDS_MAX + 1, true), (u32::MAX, true)] {
        let path = folder.path(&format!("key-{rounds}"));
        let Kdf::Bcrypt { salt, .. } = key.kdf() else { panic!("no bcrypt") };
        let changed = with_rounds(&key, salt, rounds);
        write_new(&path, changed.as_bytes(), 0o600).unwrap();
        let read = Identity::read(&path);
        let is_told = matches!(read, Err(IdentityError::TooManyRounds(told)) if told == rounds);
        assert_eq!(is_told, is_refused, "{read:?}");
        assert_eq!(matches!(read, Err(IdentityError::Encrypted)), !is_refused, "{read:?}");
        if is_refused {
            let opened = Identity::unlock(&path, "kessel");
            assert!(matches!(opened, Err(IdentityError::TooManyRounds(_))), "{opened:?}");
        }
    }
}

fn read_text(text: &str) -> PrivateKey {
    PrivateKey::from_openssh(text).unwrap()
}

/// The same file, but for the number of its rounds.
fn with_rounds(key: &PrivateKey, salt: &[u8], rounds: u32) -> String {
    let mut bytes = key.to_bytes().unwrap().to_vec();
    let at = bytes.windows(salt.len()).position(|window| window == salt).unwrap() + salt.len();
    bytes[at..at + 4].copy_from_slice(&rounds.to_be_bytes());
    let changed = PrivateKey::from_bytes(&bytes).unwrap();
    changed.to_openssh(LineEnding::LF).unwrap().to_string()
}

#[test]
fn a_file_of_a_public_key_gives_that_and_no_private_one() {
    let folder = Folder::new();
    let path = folder.path("id_ed25519");
    let identity = Identity::from_seed(&[4; 32]);
    identity.keep(&path, "hans@home").unwrap();
    let public = longer(&path, ".pub");
    assert_eq!(Identity::read_public_file(&public).unwrap(), *identity.public());
    assert_eq!(Identity::read_public(&public).unwrap(), identity.public_key());
    assert!(matches!(Identity::read(&public), Err(IdentityError::NoKey)));
    assert!(matches!(Identity::read_public_file(&path), Err(IdentityError::NoKey)));
    fs::write(&public, "ecdsa-sha2-nistp256 AAAA hans@home\n").unwrap();
    let told = Identity::read_public_file(&public).unwrap_err().to_string();
    assert!(told.contains("ecdsa-sha2-nistp256"), "{told}");
}

#[test]
fn a_key_that_is_printed_tells_its_fingerprint_alone() {
    let identity = Identity::from_seed(&[3; 32]);
    assert_eq!(format!("{identity:?}"), format!("Identity({})", identity.fingerprint()));
}
