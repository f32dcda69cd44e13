//! What the boundary costs: a call with nothing to say (`save` before anything was fed), and a row, in CPU time, so that other work on the machine does
//! not count. `sandbox/parser` is what the guest does and the copies of its input and answer; `sandbox/row` has the host's checks and the conversion to
//! Arrow on top. `WEIR_BENCH_MODULE` names a stock module (flow) and `WEIR_BENCH_INPUT` a file for it, not compressed; the bench `native` of each guest
//! runs the same source over it natively.

#![expect(clippy::unwrap_used, reason = "a bench that cannot run has nobody to report to but its caller")]

use std::path::PathBuf;
use std::time::Duration;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use weir::capture::Reader;
use weir::config::Limits;
use weir::model::{ModuleKind, PacketBatch, SourceFacts};
use weir::sandbox::{Engine, Module, PacketWorker, Parser, Session, StreamWorker, Worker};

const CHUNK: usize = 512 << 10;

fn boundary(criterion: &mut Criterion) {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..");
    let name = std::env::var("WEIR_BENCH_MODULE").unwrap_or_else(|_| "flow".to_owned());
    let default = root.join("tests/fixtures/flow/layout2-lz4.nfcapd");
    let input = std::fs::read(std::env::var_os("WEIR_BENCH_INPUT").map_or(default, PathBuf::from)).unwrap();
    let module = Module::load(&Engine::new(None).unwrap(), &root.join(format!("target/modules/{name}.wasm"))).unwrap();
    match module.kind() {
        ModuleKind::StreamParser => streams(criterion, StreamWorker::new(module, Limits::default()).unwrap(), &input),
        _ => packets(criterion, PacketWorker::new(module, Limits::default()).unwrap(), &input),
    }
}

fn streams(criterion: &mut Criterion, worker: StreamWorker, input: &[u8]) {
    measure(criterion, worker, &input.chunks(CHUNK).collect::<Vec<_>>());
}

fn packets(criterion: &mut Criterion, worker: PacketWorker, capture: &[u8]) {
    let batches = batches(capture);
    measure(criterion, worker, &batches.iter().map(Batch::view).collect::<Vec<_>>());
}

fn measure<P: Parser>(criterion: &mut Criterion, mut worker: Worker<P>, inputs: &[P::Input<'_>]) {
    let mut group = criterion.benchmark_group("sandbox");
    group.sample_size(10).throughput(Throughput::Elements(parse(&mut worker, inputs, checked)));
    group.bench_function("parser", |bencher| {
        bencher.iter_custom(|times| cpu_time(|| (0..times).map(|_| parse(&mut worker, inputs, alone)).sum()))
    });
    group.bench_function("row", |bencher| {
        bencher.iter_custom(|times| cpu_time(|| (0..times).map(|_| parse(&mut worker, inputs, checked)).sum()))
    });
    group.finish();
    let mut session = worker.open(&[], &SourceFacts::default(), None).unwrap();
    criterion.bench_function("sandbox/call", |bencher| bencher.iter(|| session.save().unwrap()));
}

/// One call, with an input or at the end of all: rows, and whether more wait.
type Call<P> = fn(&mut Session<'_, P>, Option<<P as Parser>::Input<'_>>) -> (u64, bool);

fn checked<P: Parser>(session: &mut Session<'_, P>, input: Option<P::Input<'_>>) -> (u64, bool) {
    let parsed = match input {
        Some(input) => session.feed(input),
        None => session.finish(),
    };
    let parsed = parsed.unwrap();
    (parsed.rows.num_rows() as u64, parsed.more)
}

fn alone<P: Parser>(session: &mut Session<'_, P>, input: Option<P::Input<'_>>) -> (u64, bool) {
    (0, session.call_alone(input).unwrap())
}

/// Rows of a whole file, as `call` counts them.
fn parse<P: Parser>(worker: &mut Worker<P>, inputs: &[P::Input<'_>], call: Call<P>) -> u64 {
    let mut session = worker.open(&[], &SourceFacts::default(), None).unwrap();
    let mut rows = 0;
    for input in inputs.iter().map(Some).chain([None]) {
        let (mut new, mut more) = call(&mut session, input.copied());
        rows += new;
        while more {
            (new, more) = call(&mut session, input.map(|_| P::nothing()));
            rows += new;
        }
    }
    rows
}

/// A batch that outlives its reader.
struct Batch {
    link_type: u32,
    first: u64,
    numbers: [Vec<u8>; 4],
    data: Vec<u8>,
}

impl Batch {
    fn view(&self) -> PacketBatch<'_> {
        let [timestamps, offsets, captured, lengths] = &self.numbers;
        PacketBatch {
            link_type: self.link_type,
            first: self.first,
            numbers: None,
            timestamps,
            offsets,
            captured,
            lengths,
            data: &self.data,
        }
    }
}

fn batches(capture: &[u8]) -> Vec<Batch> {
    let mut reader = Reader::new(capture);
    let mut batches = Vec::new();
    while let Some(batch) = reader.next_batch().unwrap() {
        let numbers = [batch.timestamps, batch.offsets, batch.captured, batch.lengths].map(<[u8]>::to_vec);
        batches.push(Batch { link_type: batch.link_type, first: batch.first, numbers, data: batch.data.to_vec() });
    }
    batches
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
