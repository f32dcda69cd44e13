//! NetFlow files of nfdump.

use flow::Nfcapd;
use fuzz_driver::{Seed, Target, corpus, fixtures};
use weir_sdk::{OptionValue, Options, StreamParser};

use crate::session::same_however_cut;
use crate::subject::Stream;

/// The first byte is the options and what follows the cuts in the second: a file, or the records of one block, which gets a header that holds.
pub const TARGET: Target = Target { name: "flow", run, seeds, mutations: 3_000 };

/// Records of layout 1 follow, not a file.
const LAYOUT_1: u8 = 1 << 4;
/// Records of layout 2 follow, not a file.
const LAYOUT_2: u8 = 1 << 5;
/// Of both, frame of the first block not included.
const HEADERS: [usize; 2] = [276, 40];
const FRAME: usize = 12;

fn run(input: &[u8]) {
    let Some(([how, cuts], rest)) = input.split_first_chunk() else { return };
    let file = match how & (LAYOUT_1 | LAYOUT_2) {
        LAYOUT_1 => block(1, rest),
        LAYOUT_2 => block(2, rest),
        _ => rest.to_vec(),
    };
    same_however_cut::<Stream<Nfcapd>>(&options(*how), &file, *cuts);
}

fn options(how: u8) -> Options {
    let mut set = vec![
        ("schema".to_owned(), OptionValue::text(if how & 1 != 0 { "full" } else { "spot" })),
        ("without-received".to_owned(), OptionValue::text(if how & 2 != 0 { "last-seen" } else { "epoch" })),
    ];
    if how & 4 != 0 {
        set.push(("filter".to_owned(), OptionValue::text("proto tcp or packets > 3 or src net 10.0.0.0/8")));
    }
    Options::new(&Nfcapd::describe().options, set).expect("options")
}

/// A file of one uncompressed block.
fn block(layout: u8, records: &[u8]) -> Vec<u8> {
    let header = HEADERS[usize::from(layout == 2)];
    let mut file = vec![0; header];
    file[..4].copy_from_slice(&[0x0c, 0xa5, layout, 0]);
    let kind = [layout + 1, 0, 0, 0];
    file.extend([&10_000u32.to_le_bytes()[..], &(records.len() as u32).to_le_bytes(), &kind, records].concat());
    file
}

fn seeds() -> Vec<Seed> {
    let folders = ["flow-nfcapd/v1", "flow-nfcapd/v2"].into_iter().flat_map(corpus);
    let files: Vec<_> = fixtures("flow").into_iter().chain(folders).filter(|file| file.len() < 32 << 10).collect();
    let whole = files.iter().enumerate().map(|(number, file)| [&[number as u8 % 8, number as u8][..], file].concat());
    whole.chain(files.iter().enumerate().filter_map(|(number, file)| records(number as u8, file))).collect()
}

/// The first block of an uncompressed file.
fn records(number: u8, file: &[u8]) -> Option<Seed> {
    let layout = *file.get(2)?;
    let header = *HEADERS.get(usize::from(layout == 2))?;
    let compressed = if layout == 2 { *file.get(16)? != 0 } else { file.get(4)? & 0x19 != 0 };
    let size = u32::from_le_bytes(*file.get(header + 4..)?.first_chunk()?) as usize;
    let records = file.get(header + FRAME..)?.get(..size)?;
    let how = number % 8 | if layout == 2 { LAYOUT_2 } else { LAYOUT_1 };
    (!compressed).then(|| [&[how, number][..], records].concat())
}
