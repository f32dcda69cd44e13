//! How fast a filter is when built natively: `cargo run --release -p bpf --example throughput -- CAPTURE EXPRESSION` reads the packets into memory, as many
//! bytes of each as the filter needs and in batches as a host passes them, filters them until two million are done, five times, and prints the best
//! time per packet.

use std::process::ExitCode;
use std::time::Instant;

use bpf::Bpf;
use weir_sdk::testing::{Captured, OwnedBatch, packets_of};
use weir_sdk::{OptionValue, Options, PacketFilter};

const PACKETS: usize = 2_000_000;
const BATCH: usize = 1500;

fn main() -> ExitCode {
    let mut args = std::env::args().skip(1);
    let packets = args.next().and_then(|path| std::fs::read(path).ok()).map(|file| packets_of(&file)).unwrap_or_default();
    let (Some(expression), Some(first)) = (args.next(), packets.first()) else {
        eprintln!("usage: throughput CAPTURE EXPRESSION");
        return ExitCode::from(64);
    };
    let settings = vec![("link-type".to_owned(), OptionValue::Integer(first.link_type.into()))];
    let filter = Options::new(&Bpf::describe().options, settings).and_then(|options| Bpf::open(&expression, &options));
    let mut filter = match filter {
        Ok(filter) => filter,
        Err(error) => {
            eprintln!("{error:?}");
            return ExitCode::from(64);
        }
    };
    let most = filter.needs().leading_bytes.map_or(usize::MAX, |most| most as usize);
    let short = |packet: &Captured| Captured { bytes: packet.bytes.iter().take(most).copied().collect(), ..packet.clone() };
    let packets: Vec<_> = packets.iter().take(PACKETS / 20).map(short).collect();
    let batches = OwnedBatch::all(&packets, BATCH);
    let rounds = PACKETS.div_ceil(packets.len());
    let best = (0..5).map(|_| once(&batches, rounds, &mut filter)).min_by(|a, b| a.0.total_cmp(&b.0)).unwrap_or_default();
    let count = (rounds * packets.len()) as f64;
    println!("{} of {count} selected, {:.1} ns a packet, {:.2} M packets/s", best.1, best.0 * 1e9 / count, count / best.0 / 1e6);
    ExitCode::SUCCESS
}

fn once(batches: &[OwnedBatch], rounds: usize, filter: &mut Bpf) -> (f64, usize) {
    let (start, mut selected) = (Instant::now(), 0);
    for batch in (0..rounds).flat_map(|_| batches) {
        let bits = filter.select(batch.view()).into_bits();
        selected += bits.iter().map(|byte| byte.count_ones() as usize).sum::<usize>();
    }
    (start.elapsed().as_secs_f64(), selected)
}
