//! What a row costs in CPU time where the module runs natively, to be held against host/benches/boundary.rs, which runs the same source in the
//! sandbox and also checks every column. `WEIR_BENCH_INPUT` names an nfcapd file.

#![expect(clippy::unwrap_used, reason = "a bench that cannot run has nobody to report to but its caller")]

use std::path::PathBuf;
use std::time::Duration;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use flow::Nfcapd;
use weir_sdk::{Options, Output, SourceFacts, StreamParser};

const CHUNK: usize = 512 << 10;

fn native(criterion: &mut Criterion) {
    let default = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/flow/layout2-lz4.nfcapd");
    let input = std::fs::read(std::env::var_os("WEIR_BENCH_INPUT").map_or(default, PathBuf::from)).unwrap();
    let mut group = criterion.benchmark_group("native");
    group.sample_size(10).throughput(Throughput::Elements(parse(&input)));
    group.bench_function("row", |bencher| bencher.iter_custom(|times| cpu_time(|| (0..times).map(|_| parse(&input)).sum())));
    group.finish();
}

/// Rows of a whole file.
fn parse(input: &[u8]) -> u64 {
    let options = Options::new(&Nfcapd::describe().options, Vec::new()).unwrap();
    let mut session = Nfcapd::open(&options, &SourceFacts::default(), None).unwrap();
    let mut rows = 0;
    for chunk in input.chunks(CHUNK) {
        rows += drain(session.feed(chunk).unwrap(), || session.feed(&[]).unwrap());
    }
    let last = session.finish().unwrap();
    rows + drain(last, || session.finish().unwrap())
}

fn drain(first: Output, mut next: impl FnMut() -> Output) -> u64 {
    std::iter::successors(Some(first), |output| output.more.then(&mut next)).map(|output| u64::from(output.rows)).sum()
}

/// CPU time of this thread while `work` runs; its result is used, so that it is not left out.
fn cpu_time(work: impl FnOnce() -> u64) -> Duration {
    let begin = on_cpu();
    std::hint::black_box(work());
    on_cpu() - begin
}

/// As Linux counts it, in nanoseconds (`man 5 proc`, schedstat).
fn on_cpu() -> Duration {
    let counts = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    Duration::from_nanos(counts.split(' ').next().unwrap().parse().unwrap())
}

criterion_group!(benches, native);
criterion_main!(benches);
