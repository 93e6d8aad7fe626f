//! The image's arguments, taken from the host and applied.

use embedded_storage_async::nor_flash::NorFlash;
use semihosting::experimental::env::args;
use smolchat_core::chat::Capacities;
use smolchat_core::protocol::UserName;
use smolchat_core::time::Duration;
use smolchat_firmware::Product;
use smolchat_store::{Live, segments};

use crate::arguments::Arguments;
use crate::stop::stop;
use crate::store_file::StoreFile;

/// Bytes of all arguments together.
const ARGUMENTS_MAX: usize = 768;

/// A board's product after the arguments, and the arguments' other requests.
pub struct Start {
    /// What the board is to be.
    pub product: Product,
    /// Frames to lose on purpose, in percent, each way.
    pub loss: u8,
    /// Which frames those are.
    pub seed: u32,
    pub(crate) stuck: Option<Duration>,
    pub(crate) store: Option<StoreFile>,
    pub(crate) has_entropy: bool,
    pub(crate) key: Option<(UserName, [u8; 32])>,
}

/// Reads the arguments. One that cannot be ends the emulator; the log says which.
///
/// On its own, so that what it holds on the stack is gone when the server starts.
#[inline(never)]
pub fn start(product: Product) -> Start {
    let pages = pages(&product.capacities);
    let Ok(words) = args::<ARGUMENTS_MAX>() else {
        stop(c"smolchat: more arguments than fit\n");
    };
    // The first is the program's name. Bytes that are no text are no argument.
    let words = (&words).into_iter().skip(1).map(|word| word.unwrap_or("?"));
    let arguments = match Arguments::parse(product, words) {
        Ok(arguments) => arguments,
        Err((word, error)) => {
            defmt::error!("not an argument: {=str}: {}", word, error);
            stop(c"smolchat: not an argument\n");
        }
    };
    let Arguments { product, store, loss, seed, stuck, has_entropy, key } = arguments;
    let store = store.map(|path| {
        let opened = StoreFile::open(path, pages);
        opened.unwrap_or_else(|_| stop(c"smolchat: no file for the store\n"))
    });
    let key = key.map(|(user, key)| {
        let user = UserName::try_from(user);
        (user.unwrap_or_else(|_| stop(c"smolchat: a key of nobody\n")), key)
    });
    Start { product, loss, seed, stuck, store, has_entropy, key }
}

/// Pages of a store that holds all that the board's tables do. The board's own capacities decide: a
/// file must not be of another size because somebody asked for less.
fn pages(capacities: &Capacities) -> u32 {
    let Capacities { deliveries, history: broadcasts, blocks, keys, users, .. } = *capacities;
    segments(
        &Live { deliveries, broadcasts, blocks, keys, accounts: users },
        StoreFile::ERASE_SIZE,
        StoreFile::WRITE_SIZE,
    )
}
