//! Compressed content of any bytes: what can be read of it does not depend on how it is read, and damage is said where it is.

use std::fs::File;
use std::io::{Cursor, Read, Seek, SeekFrom, Write};
use std::sync::{Arc, OnceLock};

use fuzz_driver::{Heap, Seed, Target, corpus, fixtures};
use weir::content::{Coding, Content};

use crate::pieces::Pieces;

/// The first byte says in which pieces the rest is read.
pub const TARGET: Target = Target { name: "content", run, seeds, mutations: 3_000 };

/// Bytes that are read of content without an end.
const MOST: usize = 1 << 20;
/// Bytes of heap: the largest dictionary of xz (128 MiB) and what was read. What zstd takes is none of Rust's heap.
const MEMORY: usize = 140 << 20;

fn run(input: &[u8]) {
    let Some((cuts, bytes)) = input.split_first() else { return };
    let heap = Heap::watch();
    let file = Arc::new(file(bytes));
    let open = || Content::of_file(Arc::clone(&file)).expect("a file");
    let (mut whole, mut pieces) = (open(), open());
    let (all, mut lengths) = (read(&mut whole, || MOST), Pieces::of(*cuts));
    assert!(all == read(&mut pieces, || lengths.next()), "{} bytes that differ in pieces", all.len());
    told(&whole, &all);
    assert_eq!(whole.damage(), pieces.damage());
    if whole.coding() == Coding::Plain {
        assert!(all == bytes.get(..MOST).unwrap_or(bytes) && whole.damage().is_none());
    }
    goes_on(whole, &all, usize::from(*cuts) * 7);
    streams(bytes, &all);
    assert!(heap.peak() <= MEMORY, "{} bytes of memory for {}", heap.peak(), bytes.len());
}

/// Reads what there is, up to the limit.
fn read(content: &mut Content, mut length: impl FnMut() -> usize) -> Vec<u8> {
    let (mut all, mut filled) = (vec![0; MOST], 0);
    loop {
        let wanted = length().min(MOST - filled);
        let count = content.read(&mut all[filled..filled + wanted]).expect("bytes in memory");
        filled += count;
        if count == 0 {
            all.truncate(filled);
            return all;
        }
    }
}

/// Damage lies behind what was read, and ends it.
fn told(content: &Content, all: &[u8]) {
    if let Some(damage) = content.damage() {
        assert_eq!(damage.at, all.len() as u64, "{damage:?}");
        assert!(damage.coding != Coding::Plain && !damage.detail.is_empty(), "{damage:?}");
    }
}

/// From any position of a file the rest is the same.
fn goes_on(mut content: Content, all: &[u8], position: usize) {
    for position in [position, 0, position / 2] {
        content.seek(position as u64).expect("a file");
        let rest = read(&mut content, || MOST);
        let expected = all.get(position..).unwrap_or_default();
        assert!(rest == expected || all.len() == MOST && rest.starts_with(expected), "the rest behind {position}");
    }
}

/// A stream gives no more, and less only where it is damaged.
fn streams(bytes: &[u8], all: &[u8]) {
    let mut stream = Content::of_stream(Cursor::new(bytes.to_vec())).expect("bytes in memory");
    let streamed = read(&mut stream, || MOST);
    told(&stream, &streamed);
    assert!(all.starts_with(&streamed) && (streamed == all || stream.damage().is_some()));
}

/// A file of these bytes; there is one for all.
fn file(bytes: &[u8]) -> File {
    static FILE: OnceLock<File> = OnceLock::new();
    let mut file = FILE.get_or_init(|| tempfile::tempfile().expect("a file"));
    file.set_len(0).expect("a file");
    file.seek(SeekFrom::Start(0)).expect("a file");
    file.write_all(bytes).expect("a file");
    file.try_clone().expect("a file")
}

fn seeds() -> Vec<Seed> {
    let files = corpus("dns-pcap").into_iter().chain(fixtures("capture")).filter(|file| Coding::of(file) != Coding::Plain);
    let damaged_twice = files.flat_map(|file| [file.clone(), [file.clone(), file].concat()]);
    damaged_twice.chain(made()).enumerate().map(|(number, file)| [&[number as u8][..], &file].concat()).collect()
}

/// Small ones of every coding, and a bomb of each: a mebibyte of zeros.
fn made() -> Vec<Vec<u8>> {
    let zeros = vec![0; MOST];
    let plain: [&[u8]; 3] = [b"", b"a line of text\n", &zeros];
    plain.into_iter().flat_map(|plain| [gzip(plain), zstd(plain), lz4(plain), bzip2(plain)]).collect()
}

fn gzip(plain: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(plain).expect("memory");
    encoder.finish().expect("memory")
}

fn zstd(plain: &[u8]) -> Vec<u8> {
    zstd::encode_all(plain, 3).expect("memory")
}

fn lz4(plain: &[u8]) -> Vec<u8> {
    let mut encoder = lz4_flex::frame::FrameEncoder::new(Vec::new());
    encoder.write_all(plain).expect("memory");
    encoder.finish().expect("memory")
}

fn bzip2(plain: &[u8]) -> Vec<u8> {
    let mut encoder = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::best());
    encoder.write_all(plain).expect("memory");
    encoder.finish().expect("memory")
}
