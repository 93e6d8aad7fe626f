//! An image's file: how much it takes, and what must not be in it.

use std::fs;
use std::path::Path;

use object::elf::{SHF_ALLOC, SHF_WRITE};
use object::{Object, ObjectSection, ObjectSymbol, SectionFlags, SectionKind, SymbolKind};

/// What is told of every image, in bytes; the last five are what one connection, one user, one
/// message of full length, one block and one session of SSH take.
pub(crate) const COLUMNS: [&str; 11] = [
    "flash",
    "ram",
    "text",
    "data",
    "bss",
    "stack",
    "connection",
    "user",
    "message",
    "block",
    "session",
];

/// The section that `firmware/program/src/sizes.rs` fills: little-endian words, in its order.
const SIZES: &str = ".smolchat";
/// Code with this in its name formats text, or serves it: defmt does that on the host, and a panic
/// says one fixed word.
const FORMATTING: &str = "core::fmt";
/// Code with one of these in its name allocates.
const ALLOCATING: [&str; 5] =
    ["__rust_alloc", "__rust_realloc", "__rg_", "__rdl_", "alloc::alloc::"];

/// An image that was read.
#[derive(Debug)]
pub(crate) struct Image {
    sections: Vec<Section>,
    /// One connection, one user, one message, one block, one session.
    each: [u64; 5],
    stack: u64,
    /// The functions' names.
    functions: Vec<String>,
}

#[derive(Debug)]
struct Section {
    name: String,
    size: u64,
    is_in_flash: bool,
    is_in_ram: bool,
}

impl Image {
    /// Reads the image; what is wrong with it is a sentence.
    pub(crate) fn read(path: &Path) -> Result<Self, String> {
        let bytes = fs::read(path).map_err(|error| format!("{}: {error}", path.display()))?;
        let file = object::File::parse(&*bytes).map_err(|error| error.to_string())?;
        let sections = file.sections().filter_map(|section| loaded(&section)).collect();
        let functions = file.symbols().filter(|symbol| symbol.kind() == SymbolKind::Text);
        let functions = functions.filter_map(|symbol| symbol.name().ok().map(demangled)).collect();
        Ok(Image { sections, each: each(&file)?, stack: stack(&file)?, functions })
    }

    /// The figures, as [`COLUMNS`] names them.
    pub(crate) fn figures(&self) -> [u64; COLUMNS.len()] {
        let sum = |wanted: fn(&Section) -> bool| -> u64 {
            self.sections.iter().filter(|section| wanted(section)).map(|section| section.size).sum()
        };
        let flash = sum(|section| section.is_in_flash);
        let memory = sum(|section| section.is_in_ram);
        let text = sum(|section| section.name == ".text");
        let data = sum(|section| section.is_in_ram && section.is_in_flash);
        let [connection, user, message, block, session] = self.each;
        let ram = memory + self.stack;
        [
            flash,
            ram,
            text,
            data,
            memory - data,
            self.stack,
            connection,
            user,
            message,
            block,
            session,
        ]
    }

    /// What is in the image and must not be. Few may format text.
    pub(crate) fn complaints(&self, formats: bool) -> Vec<String> {
        let mut complaints = Vec::new();
        if !self.sections.iter().any(|section| section.name == ".text" && section.size > 0) {
            complaints.push("it holds no code".to_owned());
        }
        for function in &self.functions {
            if ALLOCATING.iter().any(|name| function.contains(name)) {
                complaints.push(format!("it allocates: {function}"));
            }
            if !formats && function.contains(FORMATTING) {
                complaints.push(format!("it formats text: {function}"));
            }
        }
        complaints
    }
}

/// A section that is in the part's memory.
fn loaded<'data>(section: &impl ObjectSection<'data>) -> Option<Section> {
    let SectionFlags::Elf { sh_flags } = section.flags() else { return None };
    let has = |flag: u32| sh_flags & u64::from(flag) != 0;
    has(SHF_ALLOC).then(|| Section {
        name: section.name().unwrap_or_default().to_owned(),
        size: section.size(),
        is_in_flash: section.kind() != SectionKind::UninitializedData,
        is_in_ram: has(SHF_WRITE),
    })
}

/// The part of [`SIZES`] that tells of one of each: behind the word for all of the memory.
fn each(file: &object::File<'_>) -> Result<[u64; 5], String> {
    let missing = || format!("it holds no section {SIZES}");
    let section = file.section_by_name(SIZES).ok_or_else(missing)?;
    let bytes = section.data().map_err(|error| error.to_string())?;
    let words: Vec<u64> = bytes.chunks_exact(4).map(|word| u64::from(word_of(word))).collect();
    words.get(1..6).and_then(|each| each.try_into().ok()).ok_or_else(missing)
}

fn word_of(bytes: &[u8]) -> u32 {
    bytes.iter().rev().fold(0, |word, byte| word << 8 | u32::from(*byte))
}

/// The bytes that the linker sets aside for the stack.
fn stack(file: &object::File<'_>) -> Result<u64, String> {
    let address = |name: &str| {
        let symbol = file.symbol_by_name(name);
        symbol.map(|symbol| symbol.address()).ok_or_else(|| format!("it has no symbol {name}"))
    };
    let (start, end) = (address("_stack_start")?, address("_stack_end")?);
    start.checked_sub(end).ok_or_else(|| "its stack begins below its end".to_owned())
}

fn demangled(name: &str) -> String {
    format!("{:#}", rustc_demangle::demangle(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn section(name: &str, size: u64, is_in_flash: bool, is_in_ram: bool) -> Section {
        Section { name: name.to_owned(), size, is_in_flash, is_in_ram }
    }

    fn image(functions: &[&str]) -> Image {
        Image {
            sections: vec![
                section(".vector_table", 100, true, false),
                section(".text", 1000, true, false),
                section(".data", 10, true, true),
                section(".bss", 200, false, true),
                section(".uninit", 4, false, true),
            ],
            each: [7, 8, 9, 10, 11],
            stack: 6000,
            functions: functions.iter().map(|name| demangled(name)).collect(),
        }
    }

    #[test]
    fn what_is_loaded_and_has_a_first_value_takes_both_memories() {
        assert_eq!(image(&[]).figures(), [1110, 6214, 1000, 10, 204, 6000, 7, 8, 9, 10, 11]);
    }

    #[test]
    fn code_that_allocates_or_formats_is_found_by_its_name_however_that_is_written() {
        let clean = image(&["main", "_ZN4core9panicking5panic17h0123456789abcdefE"]);
        assert_eq!(clean.complaints(false), Vec::<String>::new());
        for name in ["_ZN4core3fmt5write17h0123456789abcdefE", "_RNvNtCs1234_4core3fmt5write"] {
            assert_eq!(image(&[name]).complaints(false), ["it formats text: core::fmt::write"]);
        }
        assert_eq!(image(&["__rust_alloc"]).complaints(false), ["it allocates: __rust_alloc"]);
    }

    #[test]
    fn an_image_without_code_is_found() {
        let mut empty = image(&[]);
        empty.sections[1].size = 0;
        assert_eq!(empty.complaints(false), ["it holds no code"]);
    }
}
