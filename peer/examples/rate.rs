//! How fast bytes pass a link on the loopback, and how long a link takes to stand:
//! `cargo run --release -p smolchat-peer --example rate`.

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener};
use std::sync::mpsc::channel;
use std::thread;
use std::time::Instant;

use smolchat_peer::{Endpoint, Introduction, Kind, Link, OwnKey, Token};

const BYTES: usize = 1 << 30;
const CHUNK: usize = 256 * 1024;
/// A client sends a file by the first, to see whether its peer takes anything. The second is most
/// that is sent at once.
const PIECES: [usize; 2] = [32 * 1024, CHUNK];
const ROUNDS: usize = 7;
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
    let mut rates = [Vec::new(), Vec::new()];
    for _ in 0..ROUNDS {
        for (rates, piece) in rates.iter_mut().zip(PIECES) {
            let (ours, theirs) = link();
            rates.push(rate(ours, theirs, piece));
        }
    }
    let [small, large] = rates.map(|mut rates| {
        rates.sort_by(f64::total_cmp);
        rates[ROUNDS / 2]
    });
    for (rate, piece) in [small, large].into_iter().zip(PIECES) {
        println!("{rate:.0} MiB/s, sent by {} KiB", piece / 1024);
    }
    println!("ratio {:.2}", small / large);
}

/// Mebibytes a second, if each piece is sent at once.
fn rate(ours: Link, theirs: Link, bytes: usize) -> f64 {
    let ((_, mut writer), (mut reader, _)) = (ours.split(), theirs.split());
    let begun = Instant::now();
    let sender = thread::spawn(move || {
        let chunk = vec![7; CHUNK];
        for _ in 0..BYTES / CHUNK {
            for piece in chunk.chunks(bytes) {
                writer.write_all(piece).expect("a link");
                writer.flush().expect("a link");
            }
        }
        writer.finish().expect("a link");
    });
    let (mut chunk, mut heard) = (vec![0; CHUNK], 0);
    while heard < BYTES {
        reader.read_exact(&mut chunk).expect("a link");
        heard += chunk.len();
    }
    sender.join().expect("it sends");
    (BYTES >> 20) as f64 / begun.elapsed().as_secs_f64()
}
