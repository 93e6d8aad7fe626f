//! The console of a board, over its second serial port: orders, settings, and somebody there who is
//! silent or floods. Needs root, the images and QEMU.

use std::io::{Read, Write};
use std::thread;

use smolchat_emulator::{Board, MPS2_AN386, MPS2_AN386_SSH};
use smolchat_tests::emulated::{Emulated, Wire, beside_an_image};
use smolchat_tests::real::{Connection, Place, Server};
use smolchat_tests::setting::Setting;

/// A board whose users may not register.
fn beside(board: &Board, work: impl FnOnce(&Place<'_>, Emulated) + Send) {
    beside_an_image(board, Wire::Tap, Setting::roomy(), &[], work);
}

fn open(place: &Place<'_>) -> Connection {
    Connection::open(place.server).unwrap_or_else(|error| panic!("no connection: {error}"))
}

fn hear(connection: &mut Connection, line: &str) {
    connection.hear(line);
}

#[test]
fn every_order_is_understood_and_done() {
    beside(&MPS2_AN386, |place, server| {
        let mut console = server.console().expect("there is a console");
        let mut hans = open(place).logged_in("hans");
        console.expect("log on", "290 ");
        console.expect("user add anna long*enough", "280 anna has an account");
        console.expect("user add anna long*enough", "5");
        console.expect("user add ben $pbkdf2-sha256$x", "590 name the password itself");
        console.expect("user passwd anna another*one", "28");
        console.logged("order user passwd anna by the console");
        let mut anna = open(place);
        hear(&mut anna, "220 {any}");
        anna.ask("login anna long*enough", "533 {any}");
        anna.ask("login anna another*one", "230 {any}");
        hear(&mut hans, "* login anna");
        console.logged("login anna from 192.168.69.2");
        console.expect("say dinner is ready", "2");
        hear(&mut hans, "* say {id} {number} dinner is ready");
        hear(&mut anna, "* say {id} {number} dinner is ready");
        assert!(
            console.ask("user list").iter().any(|line| line.contains("anna online registered"))
        );
        console.expect("kick anna", "28");
        hear(&mut anna, "* bye {any}");
        hear(&mut hans, "* logout anna");
        console.expect("ban 10.0.0.0/8 10m", "28");
        assert!(console.ask("bans").concat().contains("10.0.0.0/8"));
        console.expect("unban 10.0.0.0/8", "28");
        assert!(console.ask("status").iter().any(|line| line.contains("users 9 of")));
        assert!(console.ask("top").last().is_some_and(|line| line.starts_with("2")));
        console.expect("user remove anna", "28");
        console.expect("log off", "290 ");
        console.expect("address", "290 192.168.69.1/24");
        console.expect("fingerprint", "290 no key");
        console.expect("sing", "581 ");
        console.expect("set port", "582 ");
        console.expect("", "220 smolchat");
        assert!(console.ask("help").iter().any(|line| line.contains("set <setting>")));
    });
}

#[test]
fn an_image_with_ssh_tells_the_fingerprint_of_its_key() {
    beside(&MPS2_AN386_SSH, |_, server| {
        let mut console = server.console().expect("there is a console");
        let told = console.expect("fingerprint", "290 SHA256:");
        assert_eq!(told.len(), "290 SHA256:".len() + 43);
    });
}

#[test]
fn settings_count_from_the_next_start_on_and_outlive_a_loss_of_power() {
    beside(&MPS2_AN386, |place, mut server| {
        let mut console = server.console().expect("there is a console");
        console.expect("set registration off", "290 kept");
        console.expect("set registration perhaps", "590 it takes on | off");
        console.expect("set address 192.168.69.255/24", "590 it takes ");
        console.expect("set address 192.168.69.9/24", "290 kept");
        console.expect("set name den", "290 kept");
        console.expect("set connections 65", "590 it takes ");
        let told = console.ask("settings");
        let line = "290-address 192.168.69.1/24, after a restart 192.168.69.9/24";
        assert!(told.iter().any(|told| told.starts_with(line)), "{told:?}");
        console.expect("restart", "290 ");
        drop(console);
        server.wait_for("stopped").unwrap();
        server.wait_for("address: 192.168.69.9/24").unwrap();
        server.wait_for("listening").unwrap();
        let moved = (std::net::Ipv4Addr::new(192, 168, 69, 9), place.server.port()).into();
        let mut hans = Connection::open(moved).expect("it is there");
        hear(&mut hans, "220 {any}");
        hans.ask("register anna long*enough", "5{any}");
        server.kill().unwrap();
        server.start_again().unwrap();
        let mut console = server.console().expect("there is a console");
        console.expect("address", "290 192.168.69.9/24");
        for setting in ["address", "name", "registration"] {
            console.expect(&format!("set {setting} default"), "290 kept");
        }
        console.expect("restart", "290 ");
        server.wait_for("address: 192.168.69.1/24").unwrap();
    });
}

/// Messages that pass while somebody makes trouble at the console.
const MESSAGES: usize = 200;

fn chat(place: &Place<'_>) {
    let mut hans = open(place).logged_in("hans");
    let mut yoda = open(place).logged_in("yoda");
    hear(&mut hans, "* login yoda");
    for number in 0..MESSAGES {
        hans.ask(&format!("message yoda {number}"), "250 {any}");
        hear(&mut yoda, &format!("* message {{id}} hans {{number}} {number}"));
    }
}

#[test]
fn who_reads_nothing_at_the_console_delays_nobody() {
    beside(&MPS2_AN386, |place, mut server| {
        let mut console = server.console().expect("there is a console");
        console.expect("log on", "290 ");
        // More answers than the way between takes, and nobody reads them.
        for _ in 0..2000 {
            if console.stream().set_nonblocking(true).is_ok()
                && console.stream().write_all(b"help\r").is_err()
            {
                break;
            }
        }
        chat(place);
        assert!(!server.has_said("started by Watchdog"));
        drop(console);
        // Whoever sits down next is heard.
        let mut console = server.console().expect("there is a console");
        let _ = console.stream().write_all(b"\r");
        console.expect("address", "290 ");
        server.restart().unwrap();
    });
}

#[test]
fn who_floods_the_console_delays_nobody() {
    beside(&MPS2_AN386, |place, mut server| {
        let mut console = server.console().expect("there is a console");
        let mut flood = console.stream().try_clone().expect("a second hand");
        let mut ear = console.stream().try_clone().expect("a third hand");
        let floods = thread::spawn(move || {
            let noise: Vec<u8> = (0..=255).chain(0..=255).collect();
            while flood.write_all(&noise).is_ok() {}
        });
        let reads = thread::spawn(move || {
            let (mut piece, mut count) = ([0; 4096], 0);
            while let Ok(read @ 1..) = ear.read(&mut piece) {
                count += read;
            }
            count
        });
        chat(place);
        assert!(!server.has_said("started by Watchdog"));
        console.stream().shutdown(std::net::Shutdown::Both).unwrap();
        floods.join().unwrap();
        assert!(reads.join().unwrap() > 0, "it hears what is wrong");
        server.restart().unwrap();
    });
}
