//! Settings that whoever sits at the console gives the board. The store keeps them, so they outlive
//! restarts and new images, and they count from the next start on. What cannot be used is left out,
//! and the image's own value counts.
//! Knows no store and no console.

mod values;

use heapless::String;
use smolchat_core::dialect::lines::LineWriter;

use crate::product::Product;

/// Bytes of all settings together.
const SETTINGS_MAX: usize = 256;
/// In the place of a value: that of the image.
const USUAL: &str = "default";

/// The settings of an image: their names, and what each takes.
pub(crate) static NAMES: &[(&str, &str)] = &[
    ("address", "dhcp | ADDRESS/BITS | ADDRESS/BITS ROUTER"),
    #[cfg(feature = "mdns")]
    ("name", "NAME | off"),
    ("port", "1 to 65535"),
    #[cfg(feature = "ssh")]
    ("ssh-port", "1 to 65535"),
    #[cfg(feature = "ssh")]
    ("lines", "on | off"),
    ("registration", "on | off"),
    ("connections", "1 to as many as the image has room for"),
];

/// Why a setting is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, defmt::Format)]
pub(crate) enum Refused {
    /// No setting has that name.
    NoSuch,
    /// It takes no such value, but this.
    Value(&'static str),
    /// SSH and lines would have the same port.
    SamePort,
    /// All settings together are too long.
    Full,
}

/// What was set: a name, a space and a value on each line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Settings(String<SETTINGS_MAX>);

impl Settings {
    /// What was kept. Bytes that are no text are no settings.
    pub(crate) fn of(bytes: &[u8]) -> Self {
        let text = str::from_utf8(bytes).ok().and_then(|text| text.try_into().ok());
        Settings(text.unwrap_or_default())
    }

    /// What is to be kept.
    pub(crate) fn bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }

    /// Each name and its value.
    fn all(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.lines().filter_map(|line| line.split_once(' '))
    }

    /// The value that was set.
    pub(crate) fn get(&self, wanted: &str) -> Option<&str> {
        self.all().find(|(name, _)| *name == wanted).map(|(_, value)| value)
    }

    /// The same, and `name` has this value; `default` takes the image's own again. `image` is what
    /// the product is without settings.
    ///
    /// # Errors
    /// The board would not be what it is to be.
    pub(crate) fn with(&self, name: &str, value: &str, image: &Product) -> Result<Self, Refused> {
        if !NAMES.iter().any(|(known, _)| *known == name) {
            return Err(Refused::NoSuch);
        }
        let (mut changed, mut product) = (Settings::default(), *image);
        let others = self.all().filter(|(other, _)| *other != name);
        let new = Some((name, value)).filter(|_| value != USUAL);
        for (name, value) in others.chain(new) {
            changed.add(name, value)?;
            let applied = values::apply(&mut product, name, value);
            // An earlier one that this image does not know is none of the caller's business.
            if new.is_some_and(|(new, _)| new == name) {
                applied?;
            }
        }
        values::check(&product)?;
        Ok(changed)
    }

    fn add(&mut self, name: &str, value: &str) -> Result<(), Refused> {
        let parts = [name, " ", value, "\n"];
        parts.iter().try_for_each(|part| self.0.push_str(part)).map_err(|_| Refused::Full)
    }

    /// The image's product with these settings. One that cannot be used is told, and left out. If
    /// they do not go together, all are, and no name is told.
    pub(crate) fn product(
        &'static self,
        image: &Product,
        mut left_out: impl FnMut(Option<&str>, Refused),
    ) -> Product {
        let mut product = *image;
        for (name, value) in self.all() {
            if let Err(why) = values::apply(&mut product, name, value) {
                left_out(Some(name), why);
            }
        }
        #[cfg(feature = "mdns")]
        if let Some(name) = self.get("name").filter(|name| values::check_name(name).is_ok()) {
            product.name = Some(name).filter(|name| *name != values::OFF);
        }
        match values::check(&product) {
            Ok(()) => product,
            Err(why) => {
                left_out(None, why);
                *image
            }
        }
    }
}

/// Writes what `product` has for a setting.
pub(crate) fn tell(product: &Product, name: &str, line: &mut LineWriter) {
    values::tell(product, name, line);
}

#[cfg(test)]
mod tests;
