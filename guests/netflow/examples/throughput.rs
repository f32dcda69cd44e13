//! How fast the parser is without the sandbox: `throughput CAPTURE [schema] [filter]` reads a small capture into memory, parses it again and again in
//! batches of about 1 MiB until it gave a million rows, five times, and prints the best time per flow.

use std::process::ExitCode;
use std::time::Instant;

use netflow::Netflow;
use weir_sdk::testing::{Captured, OwnedBatch, packets_of};
use weir_sdk::{OptionValue, Options, PacketBatch, PacketParser, SourceFacts};

/// Rows of one measurement.
const ROWS: u64 = 1_000_000;

fn main() -> ExitCode {
    let mut args = std::env::args().skip(1);
    let Some(capture) = args.next().and_then(|path| std::fs::read(path).ok()) else {
        eprintln!("usage: throughput CAPTURE [schema] [filter]");
        return ExitCode::from(64);
    };
    let names = ["schema", "filter"];
    let mut settings: Vec<_> = names.into_iter().zip(args).map(|(name, value)| (name.to_owned(), OptionValue::Text(value))).collect();
    settings.push(("ports".to_owned(), OptionValue::Texts(Vec::new())));
    let batch = batch(&packets_of(&capture));
    match (0..5).filter_map(|_| once(&batch, settings.clone())).min_by(|a, b| a.0.total_cmp(&b.0)) {
        Some((seconds, rows)) => {
            println!("{rows} rows, {:.1} ns a row, {:.2} M rows/s", seconds * 1e9 / rows as f64, rows as f64 / seconds / 1e6);
            ExitCode::SUCCESS
        }
        None => {
            eprintln!("the capture holds no flows, or an option was refused");
            ExitCode::FAILURE
        }
    }
}

/// The packets, as often as they go into a mebibyte.
fn batch(packets: &[Captured]) -> OwnedBatch {
    let size: usize = packets.iter().map(|packet| packet.bytes.len()).sum();
    let times = ((1 << 20) / size.max(1)).max(1);
    let many: Vec<_> = std::iter::repeat_n(packets, times).flatten().cloned().collect();
    OwnedBatch::all(&many, many.len()).into_iter().next().unwrap_or_default()
}

fn once(batch: &OwnedBatch, settings: Vec<(String, OptionValue)>) -> Option<(f64, u64)> {
    let options = Options::new(&Netflow::describe().options, settings).ok()?;
    let mut session = Netflow::open(&options, &SourceFacts::default(), None).ok()?;
    let (start, mut rows) = (Instant::now(), 0);
    while rows < ROWS {
        let before = rows;
        let mut output = session.feed(batch.view()).ok()?;
        rows += u64::from(output.rows);
        while output.more {
            output = session.feed(PacketBatch::NONE).ok()?;
            rows += u64::from(output.rows);
        }
        if rows == before {
            return None;
        }
    }
    Some((start.elapsed().as_secs_f64(), rows))
}
