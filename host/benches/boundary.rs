//! What the boundary costs: a call with nothing to say (`save` before anything was fed), and a row of the flow module with everything it takes to
//! become a checked Arrow column; the row in CPU time, so that other work on the machine does not count.
//! `WEIR_BENCH_INPUT` names an nfcapd file; guests/flow/benches/native.rs runs the same source natively over it.

#![expect(clippy::unwrap_used, reason = "a bench that cannot run has nobody to report to but its caller")]

use std::path::PathBuf;
use std::time::Duration;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use weir::config::Limits;
use weir::model::SourceFacts;
use weir::sandbox::{Engine, Module, StreamSession, StreamWorker};

const CHUNK: usize = 512 << 10;

fn boundary(criterion: &mut Criterion) {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..");
    let default = root.join("tests/fixtures/flow/layout2-lz4.nfcapd");
    let input = std::fs::read(std::env::var_os("WEIR_BENCH_INPUT").map_or(default, PathBuf::from)).unwrap();
    let engine = Engine::new(None).unwrap();
    let module = Module::load(&engine, &root.join("target/modules/flow.wasm")).unwrap();
    let mut worker = StreamWorker::new(module, Limits::default()).unwrap();

    let rows = parse(&mut worker, &input);
    let mut group = criterion.benchmark_group("sandbox");
    group.sample_size(10).throughput(Throughput::Elements(rows));
    group.bench_function("row", |bencher| bencher.iter_custom(|times| cpu_time(|| (0..times).map(|_| parse(&mut worker, &input)).sum())));
    group.finish();

    let mut session = worker.open(&[], &SourceFacts::default(), None).unwrap();
    criterion.bench_function("sandbox/call", |bencher| bencher.iter(|| session.save().unwrap()));
}

/// Rows of a whole file.
fn parse(worker: &mut StreamWorker, input: &[u8]) -> u64 {
    let mut session = worker.open(&[], &SourceFacts::default(), None).unwrap();
    let mut rows = input.chunks(CHUNK).map(|chunk| drain(&mut session, Some(chunk))).sum();
    rows += drain(&mut session, None);
    rows
}

fn drain(session: &mut StreamSession<'_>, chunk: Option<&[u8]>) -> u64 {
    let mut rows = 0;
    let mut next = chunk;
    loop {
        let parsed = match next {
            Some(chunk) => session.feed(chunk),
            None => session.finish(),
        };
        let parsed = parsed.unwrap();
        rows += parsed.rows.num_rows() as u64;
        if !parsed.more {
            return rows;
        }
        next = chunk.map(|_| &[][..]);
    }
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

criterion_group!(benches, boundary);
criterion_main!(benches);
