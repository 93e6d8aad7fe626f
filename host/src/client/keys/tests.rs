//! What is trusted, what is offered, and what a key of another kind or another mode means.

use super::*;

const KEY: [u8; 32] = [7; 32];

struct Home(PathBuf);

impl Home {
    fn new(name: &str) -> Self {
        let name = format!("smolchat-keys-{name}-{}", std::process::id());
        Home(std::env::temp_dir().join(name))
    }

    fn keys(&self, consent: Consent) -> Keys {
        let target = Target { user: None, host: "chat.example".into(), port: 2222 };
        let data = self.0.clone().into_os_string();
        let variable = |name: &str| (name == "XDG_DATA_HOME").then(|| data.clone());
        Keys::new(&target, consent, None, variable).unwrap()
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        _ = std::fs::remove_dir_all(&self.0);
    }
}

fn trusted(keys: &Keys) -> Vec<[u8; 32]> {
    keys.terms("hans", None, false).unwrap().trusted
}

#[test]
fn a_new_key_is_trusted_only_with_consent_and_then_for_good() {
    let home = Home::new("new");
    let mut keys = home.keys(Consent::Ask);
    assert_eq!(keys.judge(&KEY).unwrap(), Judgement::Ask);
    assert_eq!(trusted(&keys), [[0; 32]; 0]);
    keys.trust(&KEY).unwrap();
    assert!(trusted(&keys).contains(&KEY));
    assert_eq!(trusted(&home.keys(Consent::Ask)), [KEY]);
}

#[test]
fn a_script_says_which_new_keys_it_trusts() {
    let home = Home::new("script");
    let other = Fingerprint::of(&[8; 32]).to_string();
    let refused = home.keys(Consent::Fingerprint(other)).judge(&KEY).unwrap();
    assert!(matches!(refused, Judgement::Refused(text) if text.contains("and not")));
    let right = Fingerprint::of(&KEY).to_string();
    let judged = home.keys(Consent::Fingerprint(right)).judge(&KEY);
    assert_eq!(judged.unwrap(), Judgement::Trusted);
    let home = Home::new("script-new");
    assert_eq!(home.keys(Consent::AcceptNew).judge(&KEY).unwrap(), Judgement::Trusted);
    assert_eq!(trusted(&home.keys(Consent::Ask)), [KEY]);
}

#[test]
fn a_changed_key_is_refused_whatever_the_command_line_says() {
    let home = Home::new("changed");
    home.keys(Consent::AcceptNew).judge(&KEY).unwrap();
    let shown = Fingerprint::of(&[8; 32]).to_string();
    for consent in [Consent::Ask, Consent::AcceptNew, Consent::Fingerprint(shown)] {
        let judged = home.keys(consent.clone()).judge(&[8; 32]).unwrap();
        let Judgement::Changed { text, command } = judged else { panic!("{judged:?}") };
        assert!(text.contains("HAS CHANGED"), "{consent:?}: {text}");
        let file = home.0.join("smolchat/known_hosts");
        let expected = format!("ssh-keygen -R '[chat.example]:2222' -f '{}'", file.display());
        assert_eq!(command, expected);
    }
    assert_eq!(trusted(&home.keys(Consent::Ask)), [KEY]);
}

#[test]
fn a_fingerprint_is_of_sha256_and_whole() {
    let own = Fingerprint::of(&KEY).to_string();
    assert_eq!(fingerprint(&own), Ok(own.clone()));
    for (text, told) in [
        ("MD5:16:27:ac:a5:76:28:2d:36:63:1b:56:4d:eb:df:a6:48", "MD5 is not taken"),
        ("16:27:ac", "begins with SHA256:"),
        (&own[..49], "stand 43 letters"),
        (&format!("{own}="), "stand 43 letters"),
    ] {
        let refused = fingerprint(text).unwrap_err();
        assert!(refused.contains(told), "{refused}");
    }
}

#[test]
fn a_command_of_the_shell_has_each_name_as_one_word() {
    assert_eq!(quoted("/home/o'neill/a b"), r"'/home/o'\''neill/a b'");
}

#[test]
fn keys_of_the_agent_are_offered_behind_the_own_and_three_at_most() {
    let (home, own) = (Home::new("agent"), Identity::from_seed(&[1; 32]));
    own.keep(&home.0.join("smolchat/id_ed25519"), "own").unwrap();
    let mut keys = home.keys(Consent::Ask);
    assert!(keys.wants_agent());
    keys.note_agent(&[[2; 32], *own.public(), [3; 32], [4; 32], [5; 32]]);
    let terms = keys.terms("hans", None, false).unwrap();
    assert_eq!(terms.identities[0].public(), own.public());
    assert_eq!(terms.agent_keys, [[2; 32], [3; 32], [4; 32]]);
    assert!(keys.terms("hans", None, true).unwrap().agent_keys.is_empty(), "a newcomer");
}

#[test]
fn an_own_key_that_is_damaged_or_open_to_others_is_told_and_not_used() {
    use std::os::unix::fs::PermissionsExt;
    let home = Home::new("unused");
    let path = home.0.join("smolchat/id_ed25519");
    Identity::from_seed(&[1; 32]).keep(&path, "own").unwrap();
    assert!(home.keys(Consent::Ask).unused().is_none());
    std::fs::set_permissions(&path, PermissionsExt::from_mode(0o644)).unwrap();
    let told = |words: &str| {
        let keys = home.keys(Consent::Ask);
        let unused = keys.unused().unwrap().to_string();
        assert!(unused.contains(words) && !keys.has_identity(), "{unused}");
    };
    told("chmod 600");
    std::fs::write(&path, "damaged").unwrap();
    told("no private key");
    // A public key alone, which no agent may have: another way in stays open.
    std::fs::rename(home.0.join("smolchat/id_ed25519.pub"), &path).unwrap();
    told("no private key");
    assert!(home.keys(Consent::Ask).terms("hans", Some("secret"), false).is_ok());
    std::fs::write(&path, "damaged").unwrap();
    let target = Target { user: None, host: "chat.example".into(), port: 2222 };
    Keys::new(&target, Consent::Ask, Some(&path), |_| None).unwrap_err();
}

#[test]
fn a_key_that_the_command_line_names_is_the_only_one() {
    let (home, own) = (Home::new("named"), Identity::from_seed(&[1; 32]));
    let path = home.0.join("key");
    own.keep(&path, "own").unwrap();
    let target = Target { user: None, host: "chat.example".into(), port: 2222 };
    let with = |path: &Path| {
        Keys::new(&target, Consent::Ask, Some(path), |_| None).unwrap_or_else(|e| panic!("{e}"))
    };
    assert!(!with(&path).wants_agent());
    let mut public = with(&home.0.join("key.pub"));
    assert!(public.wants_agent() && public.has_identity());
    let told = public.terms("hans", None, false).unwrap_err().to_string();
    assert!(told.contains("key.pub holds a public key, and no agent has the private"), "{told}");
    public.note_agent(&[[2; 32], *own.public()]);
    assert_eq!(public.terms("hans", None, false).unwrap().agent_keys, [*own.public()]);
}

#[test]
fn a_newcomer_shows_neither_a_name_nor_a_password() {
    let home = Home::new("newcomer");
    let terms = home.keys(Consent::Ask).terms("hans", Some("secret"), true).unwrap();
    assert_eq!((terms.user.as_str(), terms.password), ("new", None));
    assert!(terms.identities.is_empty());
}
