//! What a row costs in CPU time where the module runs natively, to be held against `sandbox/parser` of host/benches/boundary.rs, which runs the same
//! source in the sandbox. `WEIR_BENCH_INPUT` names an nfcapd file.

#![expect(clippy::unwrap_used, reason = "a bench that cannot run has nobody to report to but its caller")]

use std::path::PathBuf;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use flow::Nfcapd;
use weir_sdk::testing::{cpu_time, rows};

const CHUNK: usize = 512 << 10;

fn native(criterion: &mut Criterion) {
    let default = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/flow/layout2-lz4.nfcapd");
    let input = std::fs::read(std::env::var_os("WEIR_BENCH_INPUT").map_or(default, PathBuf::from)).unwrap();
    let parse = || rows::<Nfcapd>(&input, CHUNK).unwrap();
    let mut group = criterion.benchmark_group("native");
    group.sample_size(10).throughput(Throughput::Elements(parse()));
    group.bench_function("row", |bencher| bencher.iter_custom(|times| cpu_time(|| (0..times).map(|_| parse()).sum::<u64>())));
    group.finish();
}

criterion_group!(benches, native);
criterion_main!(benches);
