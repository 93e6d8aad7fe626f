//! The accounts that were baked in when the image was built, from `credentials.txt` or the file
//! that `SMOLCHAT_CREDENTIALS` named; and the key of a board that keeps none.
//! `build.rs` has checked every line; its reader is tested here.

use smolchat_core::protocol::Secret;

/// Names and what lets each in by a password, in the file's order: a hash.
pub const ACCOUNTS: &[(&str, Secret<'_>)] = include!(concat!(env!("OUT_DIR"), "/accounts.rs"));

/// Whose ed25519 key each is.
pub const KEYS: &[(&str, [u8; 32])] = include!(concat!(env!("OUT_DIR"), "/keys.rs"));

/// Who may give orders in the chat.
#[cfg(feature = "operator")]
pub(crate) const ADMINS: &[&str] = include!(concat!(env!("OUT_DIR"), "/admins.rs"));

/// The seed of the board's key, if the setting `SMOLCHAT_HOST_KEY` named a file with one.
#[cfg(feature = "ssh")]
pub(crate) const HOST_KEY: Option<[u8; 32]> = include!(concat!(env!("OUT_DIR"), "/host_key.rs"));

#[cfg(test)]
#[path = "../build/accounts.rs"]
mod reader;

#[cfg(test)]
mod tests {
    use smolchat_secret::{Hash, Profile};

    use super::*;
    use reader::{Baked, Features, bake};

    const KEY: &str =
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcH";

    /// Salts that count up.
    fn baked(file: &str, has_ssh: bool) -> Result<Baked, Vec<String>> {
        let mut count = 0;
        bake(file.as_bytes(), Features { ssh: has_ssh, operator: true }, |salt| {
            count += 1;
            salt.fill(count);
            Ok(())
        })
    }

    /// The file's accounts as the source text names them.
    fn row(name: &str, hash: &Hash) -> String {
        format!("({name:?}, Secret::Hash(&{:?})),", hash.pack())
    }

    fn hash(salt: u8, password: &str) -> Hash {
        Hash::new(Profile::Pbkdf2, [salt; 16], password, &mut []).unwrap()
    }

    #[test]
    fn a_password_in_clear_goes_into_no_image_and_its_hash_does() {
        let file = "hans falcon*solo\nyoda falcon*solo\n";
        let Baked { accounts, remarks, .. } = baked(file, false).unwrap();
        let rows = [row("hans", &hash(1, "falcon*solo")), row("yoda", &hash(2, "falcon*solo"))];
        assert_eq!(accounts, format!("&[{}]", rows.concat()));
        let told = "2 passwords in clear: the image has their hashes (pbkdf2-sha256, 2000 rounds)";
        assert_eq!(remarks, [told]);
    }

    #[test]
    fn the_accounts_of_this_build_are_hashes_that_it_can_check() {
        for (name, secret) in ACCOUNTS {
            let Secret::Hash(packed) = secret else { panic!("{name} is in clear") };
            assert!(Hash::unpack(packed).is_some(), "{name}");
        }
    }

    #[test]
    fn a_hash_is_taken_as_it_stands_up_to_as_many_rounds_as_a_login_may_take() {
        let line = |rounds: u32| {
            let made = hash(7, "solo").to_string();
            format!("hans {}", made.replace("i=2000", &format!("i={rounds}")))
        };
        let Baked { accounts, remarks, .. } = baked(&line(2000), false).unwrap();
        assert_eq!((accounts, remarks), (format!("&[{}]", row("hans", &hash(7, "solo"))), vec![]));
        for rounds in [9_999, 10_000] {
            assert!(baked(&line(rounds), false).is_ok(), "{rounds}");
        }
        let told = "line 1: the hash of hans takes 20001 rounds, 8 s on a board of 50 MHz; an \
                    image checks 10000 at most, which are 4 s";
        assert_eq!(baked(&line(20_001), false).unwrap_err(), [told]);
        assert!(baked(&line(10_001), false).is_err());
    }

    #[test]
    fn a_hash_that_takes_memory_is_refused_with_its_users_name() {
        let argon2id = Hash::of_nobody(Profile::BoardS);
        let told = "line 2: the hash of yoda takes 16 KiB of memory for each login, and no image \
                    lends any; `smolchatd passwd --profile pbkdf2` makes one that takes none";
        let file = format!("hans solo\nyoda {argon2id}\n");
        assert_eq!(baked(&file, true).unwrap_err(), [told]);
    }

    #[test]
    fn a_key_needs_ssh_and_stands_beside_a_password_or_alone() {
        let file = format!("hans solo\nhans {KEY}\nyoda {KEY}\n");
        let told = ["line 2: hans has a key, and this image has no SSH"];
        assert_eq!(baked(&file, false).unwrap_err()[..1], told);
        let Baked { accounts, keys, .. } = baked(&file, true).unwrap();
        let nobody = Hash::of_nobody(Profile::Pbkdf2);
        assert_eq!(
            accounts,
            format!("&[{}{}]", row("hans", &hash(1, "solo")), row("yoda", &nobody))
        );
        assert_eq!(keys, format!("&{:?}", [("hans", [7_u8; 32]), ("yoda", [7; 32])]));
    }

    #[test]
    fn an_admin_stands_beside_its_account_and_needs_an_image_with_orders() {
        let file = "hans solo\nhans $admin\nyoda solo\nluke $admin\n";
        let Baked { accounts, admins, remarks, .. } = baked(file, false).unwrap();
        assert_eq!(
            accounts,
            format!("&[{}{}]", row("hans", &hash(1, "solo")), row("yoda", &hash(2, "solo")))
        );
        assert_eq!(admins, r#"&["hans", "luke"]"#);
        assert!(
            remarks.iter().any(|told| told == "luke is an admin, and has no account in this image")
        );
        let without = bake(b"hans solo\nhans $admin\n", Features::default(), |_| Ok(()));
        let Baked { admins, remarks, .. } = without.unwrap();
        assert_eq!(admins, "&[]");
        assert!(remarks.contains(&"line 2: $admin, and this image has no orders".to_owned()));
    }

    #[test]
    fn lines_that_are_none_stop_the_build_and_odd_ones_are_told() {
        let bad = baked("hans\n\nyoda solo\nyoda solo\n", false).unwrap_err();
        assert!(bad.len() == 2 && bad[0].starts_with("line 1") && bad[1].starts_with("line 4"));
        let Baked { remarks, .. } = baked("#hans solo\nyoda $ecret\n", false).unwrap();
        assert!(remarks[0].starts_with("line 2: a password that begins with $"), "{remarks:?}");
        assert!(remarks[1].starts_with("line 1: begins with #"), "{remarks:?}");
        let nothing = bake(b"hans solo", Features::default(), |_| Err("no chance".to_owned()));
        assert_eq!(nothing.unwrap_err(), ["line 1: no chance"]);
    }
}
