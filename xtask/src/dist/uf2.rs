//! The file that a board takes on its USB drive: UF2, blocks of 512 bytes that each say where their
//! payload belongs (github.com/microsoft/uf2). All numbers are little-endian.

/// What begins a block.
const BEGIN: [u32; 2] = [0x0A32_4655, 0x9E5D_5157];
/// What ends it.
const END: u32 = 0x0AB1_6F30;
/// The block names the family of its part.
const HAS_FAMILY: u32 = 0x2000;
/// Bytes of a block's payload: a page of the flash. The boot ROM of the RP2350 takes no other
/// number (datasheet, "UF2 Format Details").
const PAYLOAD: usize = 256;
/// Bytes of a block in front of its end: the header takes 32 of them.
const HEADER_AND_DATA: usize = 508;
/// An image for the Arm cores of an RP2350, in secure state (datasheet, "UF2 Targeting Rules").
/// The first block of some tools, which works around the erratum RP2350-E10, is for flashes with a
/// partition table. It names the last page of 16 MiB, which on a smaller flash is in the store.
pub(super) const RP2350_ARM: u32 = 0xE48B_FF59;

/// The file that puts `image` at `address`. The last page is filled up as erased flash is.
pub(super) fn file(family: u32, address: u32, image: &[u8]) -> Vec<u8> {
    let pages = image.chunks(PAYLOAD);
    let count = pages.len() as u32;
    pages.zip(0..).flat_map(|(page, number)| block(family, address, page, number, count)).collect()
}

fn block(family: u32, address: u32, page: &[u8], number: u32, count: u32) -> Vec<u8> {
    let at = address + number * PAYLOAD as u32;
    let header = [BEGIN[0], BEGIN[1], HAS_FAMILY, at, PAYLOAD as u32, number, count, family];
    let mut block: Vec<u8> = header.iter().flat_map(|word| word.to_le_bytes()).collect();
    let data = block.len();
    block.extend(page);
    block.resize(data + PAYLOAD, 0xFF);
    block.resize(HEADER_AND_DATA, 0);
    block.extend(END.to_le_bytes());
    block
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(file: &[u8], at: usize) -> u32 {
        u32::from_le_bytes(file[at..at + 4].try_into().unwrap())
    }

    #[test]
    fn each_block_says_where_its_page_belongs() {
        let image: Vec<u8> = (0..600_u32).map(|number| number as u8).collect();
        let file = file(RP2350_ARM, 0x1000_0000, &image);
        assert_eq!(file.len(), 3 * 512);
        for (number, block) in file.chunks(512).enumerate() {
            let at = 0x1000_0000 + 256 * number as u32;
            let header = [BEGIN[0], BEGIN[1], HAS_FAMILY, at, 256, number as u32, 3, RP2350_ARM];
            let words: Vec<u32> = (0..8).map(|index| word(block, 4 * index)).collect();
            assert_eq!(words, header);
            assert_eq!(word(block, 508), END);
            let page = &image[256 * number..image.len().min(256 * (number + 1))];
            assert_eq!(&block[32..32 + page.len()], page);
            assert!(block[32 + page.len()..288].iter().all(|&byte| byte == 0xFF));
            assert!(block[288..508].iter().all(|&byte| byte == 0));
        }
        assert_eq!(&file[..4], b"UF2\n");
    }

    #[test]
    fn a_page_more_is_a_block_more() {
        for (bytes, blocks) in [(0, 0), (1, 1), (255, 1), (256, 1), (257, 2)] {
            assert_eq!(file(RP2350_ARM, 0, &vec![1; bytes]).len(), 512 * blocks, "{bytes}");
        }
    }
}
