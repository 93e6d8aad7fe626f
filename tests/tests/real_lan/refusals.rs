//! What keeps a port from being published, each in one clear line, with nothing left behind.

use smolchat_tests::lan::{Lan, LanServer, ServerFolder, switch};
use smolchat_tests::namespace::Namespace;
use smolchat_tests::program::find;

/// Starts a server that says why it does not start.
fn refused(host: &Namespace, options: &[&str]) -> String {
    let folder = ServerFolder::new().unwrap();
    let said = LanServer::start(host, &folder, options).unwrap_err();
    assert_eq!(switch(host, "conf/eth0/forwarding"), "0", "{said}");
    said
}

#[test]
fn what_cannot_be_published_is_named() {
    let lan = Lan::new().unwrap();
    let host = lan.machine(Some("192.168.1.5/24")).unwrap();
    let listener = host.run(|| std::net::TcpListener::bind("192.168.1.5:22").unwrap());
    for (options, said) in [
        (&["--publish", "4000:lines"][..], "say --plain as well"),
        (&["--publish", "22"], "port 22 of this host is in use by another program"),
        (
            &["--publish", "192.168.1.6:2222"],
            "does not have the address 192.168.1.6; it has 192.168.1.5",
        ),
        (&["--publish", "2222", "--ssh", "off"], "there is no door for ssh"),
        (&["--publish", "2222", "--publish", "2222"], "port 2222 is published twice"),
        (&["--publish", "2222", "--host-address", "none"], "this host must have an address"),
        (&["--publish", "2222", "--tap", "chat*"], "rules cannot name the device chat*"),
    ] {
        let all = refused(&host, options);
        assert!(all.contains("smolchatd: --publish: ") && all.contains(said), "{all}");
    }
    drop(listener);
}

#[test]
fn without_nft_or_without_the_right_to_use_it_the_way_out_is_told() {
    let lan = Lan::new().unwrap();
    let host = lan.machine(Some("192.168.1.5/24")).unwrap();
    host.ip(&["tuntap", "add", "smolchat0", "mode", "tap", "user", "root"]).unwrap();
    host.ip(&["address", "add", "192.168.69.100/24", "dev", "smolchat0"]).unwrap();
    host.ip(&["address", "add", "fd69:736d:6f6c::100/64", "dev", "smolchat0", "nodad"]).unwrap();
    host.ip(&["link", "set", "smolchat0", "up", "txqueuelen", "20000"]).unwrap();
    let program = find("smolchatd").unwrap();
    let start = |command: &mut std::process::Command| {
        let folder = ServerFolder::new().unwrap();
        folder.options(command.arg(&program), &["--publish", "2222"]);
        LanServer::run(command)
    };
    let mut command = host.command("sh");
    // A program that is not there: in the view of this process alone.
    let hide = "mount --bind /dev/null \"$(command -v nft)\" && exec \"$@\"";
    command.args(["-c", &format!("exec unshare --mount sh -c '{hide}' sh \"$@\""), "sh"]);
    let said = start(&mut command).unwrap_err();
    assert!(said.contains("there is no program nft on this machine; install it:"), "{said}");
    let mut command = host.command("setpriv");
    command.args(["--bounding-set", "-net_admin", "--inh-caps", "-net_admin"]);
    let said = start(&mut command).unwrap_err();
    assert!(said.contains("Operation not permitted; publishing takes CAP_NET_ADMIN"), "{said}");
    assert_eq!(switch(&host, "conf/eth0/forwarding"), "0");
}
