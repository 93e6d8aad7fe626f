//! Avahi on a machine of a test: a bus, a daemon and one of its programs, in a namespace of
//! processes and files of their own. All of them end with the program.

use std::process::Command;

use crate::namespace::Namespace;

/// Starts the bus and the daemon. Each comes back when it is ready.
const SCRIPT: &str = r#"set -e
mount -t tmpfs none /run
mkdir /run/dbus
dbus-daemon --system --fork --nopidfile
printf '[server]\nuse-ipv4=yes\nuse-ipv6=no\nallow-interfaces=eth0,smolchat0,br0\n' > /run/avahi.conf
avahi-daemon --daemonize --no-drop-root --no-chroot --no-rlimits --file /run/avahi.conf 2> /run/log ||
    { cat /run/log; exit 1; }
exec "$@"
"#;

/// The command of a program of Avahi's on that machine.
pub fn avahi(machine: &Namespace, words: &[&str]) -> Command {
    let mut command = machine.command("unshare");
    command.args(["--mount", "--pid", "--fork", "--kill-child", "sh", "-c", SCRIPT, "sh"]);
    command.args(words);
    command
}

/// What such a program prints, once it has ended.
///
/// # Errors
/// What it said instead.
pub fn avahi_says(machine: &Namespace, words: &[&str]) -> Result<String, String> {
    let output = avahi(machine, words).output().map_err(|error| error.to_string())?;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    match output.status.success() && output.stderr.is_empty() {
        true => Ok(said),
        false => Err(format!("{said}{}", String::from_utf8_lossy(&output.stderr))),
    }
}
