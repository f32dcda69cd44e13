//! How fast the parser is when built natively: `cargo run --release --example throughput -- CAPTURE [schema] [true|false] [packets]` reads the packets into
//! memory, in batches of about 512 KiB, parses them until two million (or so many) are done, five times, and prints the best time per packet.

use std::process::ExitCode;
use std::time::Instant;

use dns::Dns;
use weir_sdk::testing::{OwnedBatch, packets_of};
use weir_sdk::{OptionValue, Options, PacketBatch, PacketParser, SourceFacts};

const PACKETS: usize = 2_000_000;
const BATCH: usize = 512 << 10;

fn main() -> ExitCode {
    let mut args = std::env::args().skip(1);
    let packets = args.next().and_then(|path| std::fs::read(path).ok()).map(|file| packets_of(&file)).unwrap_or_default();
    if packets.is_empty() {
        eprintln!("usage: throughput CAPTURE [schema] [true|false] [packets]");
        return ExitCode::from(64);
    }
    let schema = args.next().unwrap_or_else(|| "spot".to_owned());
    let settings = vec![
        ("schema".to_owned(), OptionValue::Text(schema)),
        ("pair".to_owned(), OptionValue::Boolean(args.next().is_some_and(|pair| pair == "true"))),
    ];
    let count = args.next().and_then(|count| count.parse().ok()).unwrap_or(PACKETS);
    // A small capture several times over, so that batches are as large as a host's.
    let times = (BATCH / packets.iter().map(|packet| packet.bytes.len() + 16).sum::<usize>()).max(1);
    let packets: Vec<_> = packets.iter().cycle().take(packets.len() * times).cloned().collect();
    let bytes: usize = packets.iter().map(|packet| packet.bytes.len() + 16).sum();
    let batches = OwnedBatch::all(&packets, (BATCH * packets.len() / bytes).max(1));
    let rounds = count.div_ceil(packets.len());
    let best = (0..5).filter_map(|_| once(&batches, rounds, settings.clone())).min_by(|a, b| a.0.total_cmp(&b.0));
    match best {
        Some((seconds, rows)) => {
            let count = (rounds * packets.len()) as f64;
            println!("{rows} rows, {:.1} ns a packet, {:.2} M packets/s", seconds * 1e9 / count, count / seconds / 1e6);
        }
        None => eprintln!("an option was refused"),
    }
    ExitCode::from(u8::from(best.is_none()))
}

fn once(batches: &[OwnedBatch], rounds: usize, settings: Vec<(String, OptionValue)>) -> Option<(f64, u64)> {
    let options = Options::new(&Dns::describe().options, settings).ok()?;
    let mut session = Dns::open(&options, &SourceFacts::default(), None).ok()?;
    let (start, mut rows) = (Instant::now(), 0);
    for batch in (0..rounds).flat_map(|_| batches) {
        let mut output = session.feed(batch.view()).ok()?;
        rows += u64::from(output.rows);
        while output.more {
            output = session.feed(PacketBatch::NONE).ok()?;
            rows += u64::from(output.rows);
        }
    }
    Some((start.elapsed().as_secs_f64(), rows))
}
