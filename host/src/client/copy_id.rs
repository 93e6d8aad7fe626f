//! `smolchat copy-id`: a command line that adds the user's key to its account, and ends. A user
//! without a key gets one.

use std::io::{self, Write};
use std::path::Path;

use clap::Parser;
use smolchat_ssh_client::{Identity, IdentityError, PublicKey};

use super::home;
use super::options::Options;
use super::sending::Sending;
use super::way::Way;
use super::{Failure, exit};

/// The word with which such a command line begins.
pub(super) const WORD: &str = "copy-id";

/// Add your key to your account, so that you log in without a password, and end.
///
/// If there is no key in your data folder yet, one is made.
#[derive(Clone, Debug, Parser)]
#[command(
    name = "smolchat copy-id",
    bin_name = "smolchat copy-id",
    version,
    after_help = exit::table()
)]
pub(super) struct CopyIdOptions {
    #[command(flatten)]
    pub(super) way: Way,
}

/// The request that adds the key of the options. The key is made if there is none.
pub(super) fn sending(options: &Options) -> Result<Sending, Failure> {
    let variable = |name: &str| std::env::var_os(name);
    let own = || home::data_file(variable, "id_ed25519");
    let path = options.identity.clone().or_else(own);
    let path = path.ok_or("HOME is not set: name a file with --identity".to_owned())?;
    let key = found_or_made(&path)?;
    Ok(Sending { is_key: true, ..Sending::of_line(format!("addkey {key}")) })
}

fn found_or_made(path: &Path) -> Result<PublicKey, Failure> {
    let fault = |error: IdentityError| Failure::from(format!("{}: {error}", path.display()));
    if path.exists() {
        return Identity::read_public(path).map_err(fault);
    }
    let mut seed = [0; 32];
    getrandom::fill(&mut seed).map_err(|error| format!("no key can be made: {error}"))?;
    let identity = Identity::from_seed(&seed);
    identity.keep(path, "smolchat").map_err(fault)?;
    tell(path, &identity);
    Ok(identity.public_key())
}

/// If nobody reads it, the key is there all the same.
fn tell(path: &Path, identity: &Identity) {
    let (path, fingerprint) = (path.display(), identity.fingerprint());
    let _ = writeln!(io::stderr(), "smolchat: a new key is in {path}: {fingerprint}");
}
