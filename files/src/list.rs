//! The values of a file's chunks, and what they prove. A value is the BLAKE3 chaining value of its
//! chunk, so all values together give the file's id (BLAKE3 paper, 2.1 and 5.1).

use blake3::Hasher;
use blake3::hazmat::{self, ChainingValue, HasherExt, Mode};

use crate::content::{ContentId, ID_BYTES};
use crate::shape::Shape;

/// The values of all chunks of one file. They give its id, so a chunk that has its value belongs
/// to the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChunkList {
    shape: Shape,
    values: Vec<ChainingValue>,
}

/// A list that is not of this file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WrongList;

impl ChunkList {
    /// The list that a peer sent for the file `id` of this shape.
    ///
    /// The list binds no size: the shape has to come from the offer.
    ///
    /// # Errors
    /// The values give another id, or there are too many or too few.
    pub fn checked(id: ContentId, shape: Shape, bytes: &[u8]) -> Result<Self, WrongList> {
        let (values, rest) = bytes.as_chunks::<ID_BYTES>();
        if !rest.is_empty() || values.len() != shape.count() as usize {
            return Err(WrongList);
        }
        let list = ChunkList { shape, values: values.to_vec() };
        if list.id() == id { Ok(list) } else { Err(WrongList) }
    }

    /// The list of a file whose chunks have these values, in order.
    pub(crate) fn of_values(shape: Shape, values: Vec<ChainingValue>) -> Self {
        debug_assert_eq!(values.len(), shape.count() as usize);
        ChunkList { shape, values }
    }

    /// The file's cut.
    pub fn shape(&self) -> Shape {
        self.shape
    }

    /// The values as one string of bytes, as they go over a link.
    pub fn as_bytes(&self) -> &[u8] {
        self.values.as_flattened()
    }

    /// The id of the file that has these chunks.
    pub fn id(&self) -> ContentId {
        match &self.values[..] {
            [] => ContentId(*blake3::hash(&[]).as_bytes()),
            // The only chunk is the whole tree: its value is the hash itself.
            [value] => ContentId(*value),
            values => {
                let (left, right) = self.halves(values, self.shape.size());
                ContentId(*hazmat::merge_subtrees_root(&left, &right, Mode::Hash).as_bytes())
            }
        }
    }

    /// Whether these bytes are the chunk `index` of the file.
    pub fn is_chunk(&self, index: u32, bytes: &[u8]) -> bool {
        let expected = self.values.get(index as usize);
        self.shape.len_of(index).is_some_and(|len| len as usize == bytes.len())
            && expected == Some(&value(self.shape, index, bytes))
    }

    /// The values of both halves of a subtree of `bytes` bytes and more than one chunk.
    fn halves(&self, values: &[ChainingValue], bytes: u64) -> (ChainingValue, ChainingValue) {
        let left = hazmat::left_subtree_len(bytes);
        let at = (left / u64::from(self.shape.chunk_bytes())) as usize;
        (self.subtree(&values[..at], left), self.subtree(&values[at..], bytes - left))
    }

    fn subtree(&self, values: &[ChainingValue], bytes: u64) -> ChainingValue {
        if let [value] = values {
            return *value;
        }
        let (left, right) = self.halves(values, bytes);
        hazmat::merge_subtrees_non_root(&left, &right, Mode::Hash)
    }
}

/// The value of the chunk `index`, which is not empty.
pub(crate) fn value(shape: Shape, index: u32, bytes: &[u8]) -> ChainingValue {
    let mut hasher = ValueHasher::new(shape, index);
    hasher.update(bytes);
    hasher.finish()
}

/// The value of one chunk that comes in pieces.
#[derive(Clone, Debug)]
pub(crate) struct ValueHasher {
    hasher: Hasher,
    is_whole_file: bool,
}

impl ValueHasher {
    pub(crate) fn new(shape: Shape, index: u32) -> Self {
        let mut hasher = Hasher::new();
        hasher.set_input_offset(shape.offset(index));
        ValueHasher { hasher, is_whole_file: shape.count() == 1 }
    }

    pub(crate) fn update(&mut self, bytes: &[u8]) {
        self.hasher.update(bytes);
    }

    pub(crate) fn finish(&self) -> ChainingValue {
        if self.is_whole_file {
            *self.hasher.finalize().as_bytes()
        } else {
            self.hasher.finalize_non_root()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shape::CHUNK_MIN;
    use crate::testing::noise;

    fn list_of(content: &[u8]) -> ChunkList {
        let shape = Shape::of(content.len() as u64).unwrap();
        let chunks = content.chunks(shape.chunk_bytes() as usize);
        let values = (0..).zip(chunks).map(|(at, chunk)| value(shape, at, chunk)).collect();
        ChunkList::of_values(shape, values)
    }

    #[test]
    fn the_values_give_the_hash_of_the_file_for_every_number_of_chunks() {
        let chunk = CHUNK_MIN as usize;
        let sizes = (1..=9).flat_map(|count| [count * chunk - 1, count * chunk, count * chunk + 1]);
        for size in [0, 1, 1024, 1025].into_iter().chain(sizes) {
            let content = noise(size, 1);
            let (list, id) = (list_of(&content), ContentId(*blake3::hash(&content).as_bytes()));
            assert_eq!(list.id(), id, "{size}");
            assert_eq!(ChunkList::checked(id, list.shape(), list.as_bytes()), Ok(list), "{size}");
        }
    }

    #[test]
    fn the_document_has_the_right_example() {
        let content: Vec<u8> = (0..300_000_u32).map(|at| (at % 251) as u8).collect();
        let list = list_of(&content);
        let values: Vec<_> =
            list.values.iter().map(|value| ContentId(*value).to_string()).collect();
        let document = include_str!("../../docs/PEERS.md");
        for told in [list.id().to_string(), values[0].clone(), values[1].clone()] {
            assert!(document.contains(&told), "{told}");
        }
        assert_eq!(values.len(), 2);
    }

    #[test]
    fn a_list_of_another_file_is_refused() {
        let content = noise(3 * CHUNK_MIN as usize + 5, 1);
        let (list, id) = (list_of(&content), ContentId(*blake3::hash(&content).as_bytes()));
        let (shape, bytes) = (list.shape(), list.as_bytes());
        let mut changed = bytes.to_vec();
        changed[40] ^= 1;
        let swapped = [&bytes[32..64], &bytes[..32], &bytes[64..]].concat();
        for wrong in [&changed, &swapped, &bytes[..96], &bytes[..127], &[bytes, &[0; 32]].concat()]
        {
            assert_eq!(ChunkList::checked(id, shape, wrong), Err(WrongList));
        }
        let longer = Shape::of(shape.size() + u64::from(CHUNK_MIN)).unwrap();
        assert_eq!(ChunkList::checked(id, longer, bytes), Err(WrongList));
        assert_eq!(ChunkList::checked(id, Shape::of(0).unwrap(), &[]), Err(WrongList));
    }

    #[test]
    fn a_chunk_is_right_in_its_place_and_length_only() {
        let content = noise(2 * CHUNK_MIN as usize + 100, 1);
        let list = list_of(&content);
        let chunks: Vec<_> = content.chunks(CHUNK_MIN as usize).collect();
        assert!((0..).zip(&chunks).all(|(at, chunk)| list.is_chunk(at, chunk)));
        assert!(!list.is_chunk(0, chunks[1]));
        assert!(!list.is_chunk(2, &chunks[2][..99]));
        assert!(!list.is_chunk(2, &[]));
        assert!(!list.is_chunk(3, chunks[2]));
        let mut changed = chunks[1].to_vec();
        changed[7] ^= 1;
        assert!(!list.is_chunk(1, &changed));
    }

    #[test]
    fn a_wrong_size_with_as_many_chunks_fails_at_the_last_chunk() {
        let content = noise(2 * CHUNK_MIN as usize, 1);
        let list = list_of(&content);
        let id = list.id();
        let shorter = Shape::of(list.shape().size() - 1).unwrap();
        let lied = ChunkList::checked(id, shorter, list.as_bytes()).unwrap();
        assert!(lied.is_chunk(0, &content[..CHUNK_MIN as usize]));
        assert!(!lied.is_chunk(1, &content[CHUNK_MIN as usize..][..CHUNK_MIN as usize - 1]));
    }
}
