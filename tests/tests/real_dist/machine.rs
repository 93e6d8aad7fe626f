//! The package on a fresh Debian, whose systemd is the real one. Takes minutes, a mirror of Debian
//! at the first time, `debootstrap` and `systemd-nspawn`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::installed::commands;
use super::package::given;
use super::root::{Root, said};

/// The folder of the fresh Debian, which later runs find.
const FRESH: &str = concat!(env!("CARGO_TARGET_TMPDIR"), "/debian");
/// What it has beside what every Debian has.
const PACKAGES: &str = "--include=systemd,systemd-sysv,dbus,nftables,iproute2";
/// What the machine does once it is up, before it switches itself off.
const UNIT: &str = "[Unit]\nAfter=multi-user.target\n[Service]\nType=oneshot\nExecStart=/mnt/trial\nExecStopPost=systemctl --no-block poweroff\nStandardOutput=file:/trial.log\nStandardError=inherit\n[Install]\nWantedBy=multi-user.target\n";

/// Reloads by systemd, of a file that is right and of one that has a fault; and what the journal
/// has of it in fields.
const RELOADED: &str = "cd /var/lib/smolchat
server=$(systemctl show -P MainPID smolchatd)
echo 'luke sky*walker' >> credentials.txt
systemctl reload smolchatd
smolchatd user list | grep luke
cp credentials.txt /run/right
echo 'words of no account at all' >> credentials.txt
! systemctl reload smolchatd
systemctl is-active smolchatd
cat /run/right > credentials.txt
systemctl reload smolchatd
test $(systemctl show -P MainPID smolchatd) = $server
echo whoelse | HOME=/run/luke SMOLCHAT_PASSWORD='sky*walker' smolchat --accept-new luke@192.168.69.1 | grep Welcome
journalctl --no-pager --unit smolchatd
journalctl --no-pager SMOLCHAT_EVENT=login SMOLCHAT_USER=luke --output cat | grep luke
cd /";

/// A trial that fails tells what systemd knows of the server.
const AT_THE_END: &str = "test $? = 0 || journalctl --no-pager --unit smolchatd";

/// A fresh Debian, made once.
pub(crate) fn fresh() -> PathBuf {
    let (made, making) = (PathBuf::from(FRESH), PathBuf::from(format!("{FRESH}.making")));
    if made.exists() {
        return made;
    }
    // One that was cut off.
    if making.exists() {
        fs::remove_dir_all(&making).unwrap();
    }
    let suite = fs::read_to_string("/etc/os-release").unwrap();
    let suite = suite.lines().find_map(|line| line.strip_prefix("VERSION_CODENAME="));
    let mut make = Command::new("debootstrap");
    make.args(["--variant=minbase", PACKAGES, suite.unwrap_or("stable")]).arg(&making);
    let output = make.output().unwrap();
    assert!(output.status.success(), "{}", said(&output));
    fs::rename(&making, &made).unwrap();
    made
}

/// Boots the machine, whose trial is the shell script; what that says.
fn boot(root: &Root, given: &Path, trial: &str) -> String {
    let script = format!("#!/bin/sh\nset -ex\ntrap '{AT_THE_END}' EXIT\n{trial}\necho all of it\n");
    fs::write(given.join("trial"), script).unwrap();
    root.run(&["chmod", "755", "/mnt/trial"]);
    root.write("/etc/systemd/system/trial.service", UNIT);
    root.run(&["systemctl", "enable", "trial"]);
    let mut boot = root.boot_command();
    let output = boot.output().unwrap();
    let told = root.read("/trial.log");
    assert!(told.contains("\nall of it\n"), "{told}\n{}", said(&output));
    told
}

/// The installation's commands, for a script: the first person is hans.
fn as_told(told: &str) -> String {
    let line = |words: &Vec<&str>| {
        let words = words.iter().map(|&word| if word == "NAME" { "hans" } else { word });
        let line = words.collect::<Vec<_>>().join(" ");
        if line.starts_with("smolchatd") {
            format!("echo 'long*enough' | {line} --stdin\n")
        } else {
            format!("{line}\n")
        }
    };
    commands(told).iter().map(line).collect()
}

#[test]
#[ignore = "takes minutes"]
fn a_package_runs_under_a_real_systemd_and_is_gone_when_it_is_purged() {
    let given = given();
    let root = Root::over(&fresh(), given.path());
    let installed = root.run(&["dpkg", "--install", "/mnt/smolchat.deb"]);
    root.run(&["dpkg", "--purge", "smolchat"]);
    assert!(root.changes().is_empty(), "{:?}", root.changes());
    let chat = "echo whoelse | HOME=/run/hans SMOLCHAT_PASSWORD='long*enough' smolchat --accept-new hans@192.168.69.1 | grep Welcome";
    let unit = "smolchatd.service";
    let trial = format!(
        "dpkg --install /mnt/smolchat.deb
systemd-analyze verify --man=no {unit}
! systemctl is-enabled {unit}
! systemctl is-active {unit}
{started}
systemctl is-active {unit}
{chat}
test $(stat -c %u /proc/$(systemctl show -P MainPID {unit})) != 0
test -L /var/lib/smolchat
{reloaded}
killed=$(systemctl show -P MainPID {unit})
kill -9 $killed
until test $(systemctl show -P MainPID {unit}) != $killed && systemctl is-active {unit}; do sleep 0.1; done
{chat}
dpkg --install /mnt/smolchat.deb
systemctl is-active {unit}
{chat}
dpkg --remove smolchat
! systemctl is-active {unit}
test -s /var/lib/smolchat/credentials.txt
dpkg --purge smolchat | grep 'the accounts are left: /var/lib/private/smolchat/credentials.txt'
test -z \"$(ls /sys/class/net | grep smolchat)\"
ls -A /var/lib/private/smolchat
test \"$(ls -A /var/lib/private/smolchat)\" = credentials.txt
test \"$(stat -c %u:%a /var/lib/private/smolchat/credentials.txt)\" = 0:600
! systemctl cat {unit}
find / -xdev -name '*smolchat*' -not -path '/mnt/*' -not -path '/proc/*'
",
        started = as_told(&installed),
        reloaded = RELOADED,
    );
    let told = boot(&root, given.path(), &trial);
    let (_, left) = told.rsplit_once("+ find").unwrap();
    let left = left.lines().filter(|line| line.starts_with('/'));
    let mut left: Vec<_> = left.filter(|line| !line.starts_with("/var/log")).collect();
    left.sort_unstable();
    assert_eq!(left, ["/var/lib/private/smolchat", "/var/lib/smolchat"]);
}
