//! What the boundary costs: an empty call, and a row of the flow module with everything it takes to become a checked Arrow column.
//! `WEIR_BENCH_INPUT` names an nfcapd file; guests/flow/benches/native.rs runs the same source natively over it.

use std::path::PathBuf;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use weir::config::Limits;
use weir::model::SourceFacts;
use weir::sandbox::{Engine, Module, StreamSession, StreamWorker};

const CHUNK: usize = 512 << 10;

fn boundary(criterion: &mut Criterion) {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..");
    let default = root.join("tests/fixtures/flow/softflowd-v9-lz4.nfcapd");
    let input = std::fs::read(std::env::var_os("WEIR_BENCH_INPUT").map_or(default, PathBuf::from)).unwrap();
    let engine = Engine::new(None).unwrap();
    let module = Module::load(&engine, &root.join("target/modules/flow.wasm")).unwrap();
    let mut worker = StreamWorker::new(module, Limits::default()).unwrap();

    let rows = parse(&mut worker, &input);
    let mut group = criterion.benchmark_group("sandbox");
    group.sample_size(10).throughput(Throughput::Elements(rows));
    group.bench_function("row", |bencher| bencher.iter(|| parse(&mut worker, &input)));
    group.finish();

    let mut session = worker.open(&[], &SourceFacts::default(), None).unwrap();
    criterion.bench_function("sandbox/call", |bencher| bencher.iter(|| session.feed(&[]).unwrap()));
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
        let parsed = next.map_or_else(|| session.finish(), |chunk| session.feed(chunk)).unwrap();
        rows += parsed.rows.num_rows() as u64;
        if !parsed.more {
            return rows;
        }
        next = chunk.map(|_| &[][..]);
    }
}

criterion_group!(benches, boundary);
criterion_main!(benches);
