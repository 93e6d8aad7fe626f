//! Any text as a secret, and any bytes as a packed hash. No secret makes the parser panic. A hash
//! that was read is written as it was, and packs to what unpacks as it.
#![no_main]

use libfuzzer_sys::fuzz_target;
use smolchat_secret::{Hash, Secret};

fuzz_target!(|bytes: &[u8]| {
    if let Some(hash) = Hash::unpack(bytes) {
        assert!(hash.work().is_sound());
        assert_eq!(hash.pack(), bytes);
        assert_eq!(Secret::parse(&hash.to_string()), Ok(Secret::Hash(hash)));
    }
    let Ok(text) = str::from_utf8(bytes) else { return };
    match Secret::parse(text) {
        Ok(Secret::Hash(hash)) => {
            assert_eq!(Hash::unpack(&hash.pack()).as_ref(), Some(&hash));
            // Programs differ in whether they write the digest's length.
            assert_eq!(Secret::parse(&hash.to_string()), Ok(Secret::Hash(hash)));
        }
        Ok(Secret::Password(word)) => assert_eq!(word, text),
        Ok(Secret::Key(_)) | Err(_) => {}
    }
});
