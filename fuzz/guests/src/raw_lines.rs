//! Lines of any text.

use fuzz_driver::{Seed, Target, fixtures};
use raw_lines::RawLines;
use weir_sdk::{Options, StreamParser};

use crate::session::same_however_cut;
use crate::subject::Stream;

/// The first byte is the cuts, the second says which byte, if any, is repeated before the rest, for lines that are too long; the rest is a text.
pub const TARGET: Target = Target { name: "raw-lines", run, seeds, mutations: 2_000 };

/// Bytes of a file that become a seed.
const TEXT: usize = 3000;
/// More than a line may have.
const LONG: usize = (4 << 20) + 10;

fn run(input: &[u8]) {
    let Some(([cuts, long], text)) = input.split_first_chunk() else { return };
    let options = Options::new(&RawLines::describe().options, Vec::new()).expect("options");
    // Now and then, for it takes long.
    let text = if long & 0x3f == 0x3f { [&vec![*long; LONG], text].concat() } else { text.to_vec() };
    same_however_cut::<Stream<RawLines>>(&options, &text, *cuts);
}

fn seeds() -> Vec<Seed> {
    let files = fixtures("proxy").into_iter().enumerate();
    let texts = files.map(|(number, file)| [&[number as u8, 0][..], file.get(..TEXT).unwrap_or(&file)].concat());
    texts.chain([b"\0\0\n\n\r\n\xff".to_vec(), b"\x01\x3fx\nnext".to_vec(), b"\0\x3f".to_vec()]).collect()
}
