//! Calls from the first byte to the last.

use sunset::ed25519_dalek::{Signer, SigningKey};

use super::host::Host;
use crate::{Call, End, Identity, SignatureWanted, Terms};

fn terms() -> Terms {
    Terms {
        user: "luke".to_owned(),
        trusted: vec![Host::public()],
        identities: Vec::new(),
        agent_keys: Vec::new(),
        password: Some("force".to_owned()),
    }
}

#[test]
fn a_password_opens_a_channel_whose_bytes_pass_both_ways() {
    for piece in [1, 7, usize::MAX] {
        let mut host = Host::new();
        host.piece = piece;
        let mut call = Call::new(terms());
        assert_eq!(call.write(b"early\n"), 6);
        for _ in 0..40 {
            assert_eq!(host.talk(&mut call), Ok(()));
        }
        assert!(call.is_open() && call.is_drained());
        assert_eq!(host.received(), b"early\n");
        assert_eq!(host.say(b"100 here\n"), 9);
        for _ in 0..10 {
            assert_eq!(host.talk(&mut call), Ok(()));
        }
        assert_eq!(call.received().drain(..).collect::<Vec<u8>>(), b"100 here\n");
    }
}

#[test]
fn a_call_and_our_server_agree_on_an_exchange_with_ml_kem() {
    let (mut host, mut call) = (Host::new(), Call::new(terms()));
    assert_eq!(host.talk(&mut call), Ok(()));
    assert!(call.is_open());
    // The packets of the first exchange are in clear. The share of X25519 alone has 32 bytes, and
    // the share of mlkem768x25519-sha256 has 1,184 more.
    let version = host.heard.iter().position(|byte| *byte == b'\n').unwrap() + 1;
    let mut packets = &host.heard[version..];
    let share = loop {
        let (length, rest) = packets.split_first_chunk().unwrap();
        let (packet, behind) = rest.split_at(u32::from_be_bytes(*length) as usize);
        // The length of the padding, the kind, and the length of the share.
        if let [_, 30, a, b, c, d, ..] = *packet {
            break u32::from_be_bytes([a, b, c, d]);
        }
        packets = behind;
    };
    assert_eq!(share, 1184 + 32);
}

#[test]
fn a_long_text_passes_in_order_however_slowly_it_is_read() {
    let mut host = Host::new();
    let mut call = Call::new(terms());
    let text: Vec<u8> = (0..200_000u32).map(|at| at.to_le_bytes()[at as usize % 3]).collect();
    let (mut written, mut read) = (0, Vec::new());
    for _ in 0..2_000 {
        written += call.write(&text[written..]);
        host.talk(&mut call).unwrap();
        read.extend(host.received());
        if read.len() == text.len() {
            break;
        }
    }
    assert!(read == text, "{} of {}", read.len(), text.len());
}

#[test]
fn a_key_is_offered_before_the_password_and_a_foreign_key_does_no_harm() {
    let mut host = Host::new();
    let foreign = Identity::from_seed(&[8; 32]);
    let identities = vec![foreign.clone(), Host::luke()];
    let mut call = Call::new(Terms { identities, password: None, ..terms() });
    assert_eq!(host.talk(&mut call), Ok(()));
    assert!(call.is_open());
    let mut host = Host::new();
    let mut call = Call::new(Terms { identities: vec![foreign], ..terms() });
    assert_eq!(host.talk(&mut call), Ok(()));
    assert!(call.is_open());
    assert_eq!(host.attempts, 2);
}

/// An agent of these seeds' keys answers a call that waits for it.
fn signed(call: &mut Call, seeds: &[[u8; 32]]) -> bool {
    let Some(SignatureWanted { key, message }) = call.wanted_signature() else { return false };
    let keys = seeds.iter().map(SigningKey::from_bytes);
    let own = keys.into_iter().find(|own| own.verifying_key().as_bytes() == key);
    let signature = own.map(|own| own.sign(message).to_bytes());
    call.sign(signature);
    true
}

#[test]
fn an_agent_signs_in_its_own_time_and_nothing_is_read_meanwhile() {
    for piece in [1, usize::MAX] {
        let mut host = Host::new();
        host.piece = piece;
        let agent_keys = vec![*Host::luke().public()];
        let mut call = Call::new(Terms { agent_keys, password: None, ..terms() });
        let mut talks = 0;
        while call.wanted_signature().is_none() {
            host.talk(&mut call).unwrap();
            talks += 1;
            assert!(talks < 20, "no signature is wanted");
        }
        for _ in 0..3 {
            host.talk(&mut call).unwrap();
            assert!(call.wanted_signature().is_some() && !call.is_open());
        }
        assert!(signed(&mut call, &[[9; 32]]));
        for _ in 0..20 {
            host.talk(&mut call).unwrap();
        }
        assert!(call.is_open());
    }
}

#[test]
fn an_agent_that_does_not_sign_leaves_the_next_key_and_the_password() {
    let luke = *Host::luke().public();
    let foreign = *Identity::from_seed(&[8; 32]).public();
    for (agent_keys, password, seeds, is_open) in [
        (vec![foreign, luke], None, &[[8; 32], [9; 32]][..], true),
        (vec![luke], Some("force".to_owned()), &[], true),
        (vec![luke], None, &[], false),
        (vec![[0xff; 32], luke], None, &[[9; 32]], true),
        (vec![luke, luke], None, &[], false),
    ] {
        let mut host = Host::new();
        let mut call = Call::new(Terms { agent_keys, password, ..terms() });
        let mut outcome = host.talk(&mut call);
        while outcome.is_ok() && signed(&mut call, seeds) {
            outcome = host.talk(&mut call);
        }
        assert_eq!(call.is_open(), is_open, "{outcome:?}");
        assert_eq!(outcome.is_ok(), is_open, "{outcome:?}");
    }
}

#[test]
fn a_wrong_signature_opens_nothing() {
    let mut host = Host::new();
    let agent_keys = vec![*Host::luke().public()];
    let mut call = Call::new(Terms { agent_keys, password: None, ..terms() });
    host.talk(&mut call).unwrap();
    call.sign(Some([7; 64]));
    assert!(host.talk(&mut call).is_err() && !call.is_open());
}

#[test]
fn a_host_that_is_not_trusted_hears_no_name_and_no_password() {
    let mut host = Host::new();
    let trusted = vec![[5; 32]];
    let mut call = Call::new(Terms { trusted, ..terms() });
    assert_eq!(host.talk(&mut call), Err(End::Untrusted(Host::public())));
    assert_eq!(call.progress(), Err(End::Untrusted(Host::public())));
    assert_eq!(host.attempts, 0);
}

#[test]
fn a_wrong_password_is_tried_once_and_a_missing_one_is_asked_for() {
    let mut host = Host::new();
    let password = Some("dark".to_owned());
    let mut call = Call::new(Terms { password, ..terms() });
    assert_eq!(host.talk(&mut call), Err(End::Refused));
    assert_eq!(host.attempts, 1);
    assert!(!host.is_over());
    let mut host = Host::new();
    let mut call = Call::new(Terms { password: None, ..terms() });
    assert_eq!(host.talk(&mut call), Err(End::PasswordWanted));
    assert_eq!(host.attempts, 0);
}

#[test]
fn what_answers_without_ssh_is_told_by_its_first_line() {
    for (says, told) in [
        ("220 another server\n", "220 another server"),
        ("smolchat: all places for SSH are taken, try again later\r\n", FULL),
        ("no line end", "no line end"),
        ("\x1b[31mred\x07\n", "[31mred"),
    ] {
        let mut call = Call::new(terms());
        call.receive(says.as_bytes());
        assert_eq!(call.progress(), Ok(()), "{says:?}");
        call.end_input();
        assert_eq!(call.progress(), Err(End::NotSsh(told.to_owned())), "{says:?}");
    }
    let mut call = Call::new(terms());
    call.end_input();
    assert_eq!(call.progress(), Err(End::Closed));
    // The port for lines waits for a request, so nobody waits for its end.
    let mut call = Call::new(terms());
    call.receive(b"220 smolchat ready: login <user> <password>, or help\n");
    assert!(matches!(call.progress(), Err(End::NotSsh(line)) if line.starts_with("220 smolchat")));
}

const FULL: &str = "smolchat: all places for SSH are taken, try again later";

#[test]
fn bytes_that_no_host_sends_end_the_call_without_a_panic() {
    let mut state = 1u32;
    for _ in 0..300 {
        let mut call = Call::new(terms());
        call.receive(b"SSH-2.0-x\r\n");
        for _ in 0..40 {
            let bytes: [u8; 16] = std::array::from_fn(|_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (state >> 24) as u8
            });
            call.receive(&bytes);
            let count = call.outgoing().len();
            call.sent(count);
            if call.progress().is_err() {
                break;
            }
        }
        call.end_input();
        assert!(call.progress().is_err());
    }
}

#[test]
fn a_call_that_is_printed_tells_no_secret() {
    let printed = format!("{:?}", Call::new(terms()));
    assert!(printed.contains("luke") && !printed.contains("force"), "{printed}");
}
