//! The recipe of the container, followed by hand: no engine, and no registry.

use std::fs;
use std::net::{IpAddr, SocketAddr, TcpStream};
use std::process::Command;

use smolchat_tests::lan::{Lan, LanServer, write_switch};
use smolchat_tests::program::PATIENCE;
use tempfile::TempDir;

use super::boards::folder;
use super::installed::run_with_password;
use super::machine::fresh;
use super::root::Root;

/// An order of the recipe, and the rest of its line.
fn orders(recipe: &str) -> Vec<(String, String)> {
    let lines = recipe.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
    let orders = lines.filter_map(|line| line.split_once(' '));
    orders.map(|(order, rest)| (order.to_owned(), rest.to_owned())).collect()
}

/// The words of a list as JSON writes it.
fn words(list: &str) -> Vec<&str> {
    let inner = list.trim_start_matches('[').trim_end_matches(']');
    inner.split(", ").map(|word| word.trim_matches('"')).collect()
}

/// Does what an order of the recipe says.
fn follow(root: &Root, order: &str, rest: &str) {
    match order {
        // The fresh Debian has it: the trial is without a mirror.
        "RUN" if rest.starts_with("apt-get") => assert!(rest.contains(" nftables ")),
        "RUN" => drop(root.run(&["sh", "-c", rest])),
        "ADD" => {
            let (archive, to) = rest.split_once(' ').unwrap();
            let to = root.folder_for(to);
            let mut unpack = Command::new("tar");
            unpack.arg("--extract").arg("--file").arg(folder().join(archive));
            assert!(unpack.arg("--directory").arg(to).status().unwrap().success());
        }
        "VOLUME" => drop(root.run(&["mkdir", "-p", rest])),
        "ARG" | "FROM" | "EXPOSE" | "STOPSIGNAL" | "CMD" => {}
        other => panic!("nobody knows {other}"),
    }
}

#[test]
#[ignore = "static programs take minutes"]
fn a_container_of_the_packages_recipe_publishes_its_port() {
    let given = TempDir::new().unwrap();
    let root = Root::over(&fresh(), given.path());
    let recipe = fs::read_to_string(folder().join("Containerfile")).unwrap();
    let orders = orders(&recipe);
    orders.iter().for_each(|(order, rest)| follow(&root, order, rest));
    run_with_password(&root, &["smolchatd", "user", "add", "hans", "--stdin"]);

    let lan = Lan::new().unwrap();
    let laptop = lan.machine(Some("192.168.1.7/24")).unwrap();
    let network = root.network();
    lan.plug_in(network.name()).unwrap();
    network.ip(&["address", "add", "192.168.1.5/24", "dev", "eth0"]).unwrap();
    network.ip(&["link", "set", "eth0", "up"]).unwrap();
    write_switch(network, "ip_forward", "1").unwrap();
    let (_, start) = orders.iter().find(|(order, _)| order == "CMD").unwrap();
    let server = LanServer::run(&mut root.command(&words(start))).unwrap();
    let address: IpAddr = "192.168.1.5".parse().unwrap();
    laptop.run(|| {
        TcpStream::connect_timeout(&SocketAddr::new(address, 2222), PATIENCE).unwrap();
    });
    server.stop().unwrap();
}
