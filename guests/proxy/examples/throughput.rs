//! How fast the parser is when built natively: `cargo run --release --example throughput -- FILE [schema] [format]` reads the file into memory, parses it
//! five times in chunks of 512 KiB and prints the best time per row.

use std::process::ExitCode;
use std::time::Instant;

use proxy::ProxyLog;
use weir_sdk::{OptionValue, Options, SourceFacts, StreamParser};

fn main() -> ExitCode {
    let mut args = std::env::args().skip(1);
    let Some(input) = args.next().and_then(|path| std::fs::read(path).ok()) else {
        eprintln!("usage: throughput FILE [schema] [format]");
        return ExitCode::from(64);
    };
    let names = ["schema", "format"];
    let settings: Vec<_> = names.into_iter().zip(args).map(|(name, value)| (name.to_owned(), OptionValue::Text(value))).collect();
    let best = (0..5).filter_map(|_| once(&input, settings.clone())).min_by(|a, b| a.0.total_cmp(&b.0));
    match best {
        Some((seconds, rows)) => {
            println!("{rows} rows, {:.1} ns a row, {:.2} M rows/s", seconds * 1e9 / rows as f64, rows as f64 / seconds / 1e6)
        }
        None => eprintln!("the file or an option was refused"),
    }
    ExitCode::from(u8::from(best.is_none()))
}

fn once(input: &[u8], settings: Vec<(String, OptionValue)>) -> Option<(f64, u64)> {
    let options = Options::new(&ProxyLog::describe().options, settings).ok()?;
    let mut session = ProxyLog::open(&options, &SourceFacts::default(), None).ok()?;
    let (start, mut rows) = (Instant::now(), 0);
    for chunk in input.chunks(512 << 10) {
        let mut output = session.feed(chunk).ok()?;
        rows += u64::from(output.rows);
        while output.more {
            output = session.feed(&[]).ok()?;
            rows += u64::from(output.rows);
        }
    }
    rows += u64::from(session.finish().ok()?.rows);
    Some((start.elapsed().as_secs_f64(), rows))
}
