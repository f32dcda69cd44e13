//! `weir pcap filter`, the real program: what it selects, what it writes, and how it ends.

mod corpus;
mod help;
mod inputs;
mod outputs;
mod refusals;
mod tcpdump;

use std::io::Write;
use std::path::PathBuf;
use std::process::Stdio;

use crate::capture::make::{header, packet};
use crate::capture::read::fixture;
use crate::end_to_end::program::Weir;

/// What a run gave, with data on standard output.
struct Filtered {
    code: i32,
    out: Vec<u8>,
    err: String,
}

impl Filtered {
    /// The number that `--count` prints, and nothing else.
    fn count(&self) -> u64 {
        let text = String::from_utf8(self.out.clone()).unwrap();
        text.strip_suffix('\n').unwrap().parse().unwrap_or_else(|_| panic!("{text:?}, {}", self.err))
    }
}

/// `weir pcap filter ARGUMENTS`, with something on standard input.
fn filter_with(weir: &Weir, arguments: &[&str], input: &[u8]) -> Filtered {
    let all: Vec<_> = ["pcap", "filter"].iter().chain(arguments).copied().collect();
    let mut command = weir.command(&all);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_vec();
    // Whoever has seen enough does not read the rest.
    let writer = std::thread::spawn(move || stdin.write_all(&input).is_ok());
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    let code = output.status.code().unwrap_or_else(|| panic!("ended by a signal: {output:?}"));
    Filtered { code, out: output.stdout, err: String::from_utf8(output.stderr).unwrap() }
}

fn filter(weir: &Weir, arguments: &[&str]) -> Filtered {
    filter_with(weir, arguments, b"")
}

fn path(name: &str) -> String {
    fixture(name).to_str().unwrap().to_owned()
}

/// Packets of Ethernet with their number in them, larger than a few pieces of an input together.
fn large(count: u32) -> Vec<u8> {
    let one = |number: u32| {
        let mut bytes = vec![0; 14];
        bytes.extend(number.to_be_bytes());
        bytes.resize(18 + number.wrapping_mul(0x9e37_79b9) as usize % 1500, number as u8);
        packet(number / 100, &bytes)
    };
    [header(4, 1), (0..count).flat_map(one).collect()].concat()
}

/// Where a test may write.
fn written(weir: &Weir, name: &str) -> (PathBuf, String) {
    let path = weir.path(name);
    (path.clone(), path.to_str().unwrap().to_owned())
}
