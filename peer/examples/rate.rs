//! How fast bytes pass a link on the loopback, and how long a link takes to stand:
//! `cargo run --release -p smolchat-peer --example rate`.

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener};
use std::sync::mpsc::channel;
use std::thread;
use std::time::Instant;

use smolchat_peer::{Endpoint, Introduction, Kind, OwnKey, Token};

const BYTES: usize = 4 << 30;
const PIECE: usize = 256 * 1024;
const LINKS: u32 = 200;

fn main() {
    let [hans, yoda] = ["hans", "yoda"].map(|name| {
        let key = OwnKey::from_seed(&[name.as_bytes()[0]; 32]).expect("a key");
        Endpoint::new(name, key)
    });
    let known = |peer: &Endpoint, user: &str| Introduction {
        user: user.to_owned(),
        key: *peer.public_key(),
        token: Token([7; 16]),
    };
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
    let address = listener.local_addr().expect("an address");
    let (sender, links) = channel();
    yoda.listen(listener, move |link| drop(sender.send(link))).expect("a thread");
    let link = || {
        yoda.expect(known(&hans, "hans"));
        let ours = hans.dial(Kind::Files, &known(&yoda, "yoda"), &[address]).expect("a link");
        (ours, links.recv().expect("a link"))
    };
    let begun = Instant::now();
    (0..LINKS).for_each(|_| drop(link()));
    println!("a link stands after {:?}", begun.elapsed() / LINKS);
    let (ours, theirs) = link();
    let ((_, mut writer), (mut reader, _)) = (ours.split(), theirs.split());
    let begun = Instant::now();
    let sender = thread::spawn(move || {
        let piece = vec![7; PIECE];
        (0..BYTES / PIECE).for_each(|_| writer.write_all(&piece).expect("a link"));
        writer.finish().expect("a link");
    });
    let (mut piece, mut heard) = (vec![0; PIECE], 0);
    while heard < BYTES {
        reader.read_exact(&mut piece).expect("a link");
        heard += piece.len();
    }
    sender.join().expect("it sends");
    let rate = (BYTES >> 20) as f64 / begun.elapsed().as_secs_f64();
    println!("{rate:.0} MiB/s");
}
