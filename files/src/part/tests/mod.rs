//! Part files on a real disk: the folder of a test's own, and small disks for what a full or a
//! read-only one says.

mod disks;
mod left;
mod naming;
mod resuming;
mod tampering;

use std::fs;

use tempfile::TempDir;

use super::*;
use crate::hashing::hash;
use crate::shape::CHUNK_MIN;
use crate::testing::noise;

const NAME: &str = "film.mkv";

struct World {
    folder: TempDir,
    content: Vec<u8>,
    list: ChunkList,
}

fn going_on(_: u64) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

fn world(bytes: usize) -> World {
    let content = noise(bytes, 5);
    let shape = Shape::of(bytes as u64).unwrap();
    let (_, list) = hash(&content[..], shape, going_on).unwrap();
    World { folder: tempfile::tempdir().unwrap(), content, list }
}

impl World {
    fn id(&self) -> ContentId {
        self.list.id()
    }

    fn open(&self) -> Result<PartFile, PartError> {
        let folder = Folder::open(self.folder.path()).map_err(PartError::NoFolder)?;
        PartFile::open(Arc::new(folder), self.id(), self.list.shape())
    }

    fn chunk(&self, index: u32) -> &[u8] {
        let begin = self.list.shape().offset(index) as usize;
        &self.content[begin..][..self.list.shape().len_of(index).unwrap() as usize]
    }

    fn part_path(&self) -> std::path::PathBuf {
        self.folder.path().join(part_name(self.id()))
    }

    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.folder.path()).unwrap();
        let mut names: Vec<_> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    fn loaded(&self) -> PartFile {
        let part = self.open().unwrap();
        for index in (0..self.list.shape().count()).rev() {
            part.write(index, self.chunk(index)).unwrap();
        }
        part
    }
}
