//! Modules that tests load, and how the tests talk to them.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::time::Duration;

use arrow_array::{Array, Int64Array};
use weir::config::Limits;
use weir::model::{OptionValue, Parsed, Setting, SourceFacts};
use weir::sandbox::{Engine, Module, SessionError, StreamWorker};

/// The file of a module: in `WEIR_MODULES`, in `target/modules`, or where cargo leaves it.
pub fn file(name: &str) -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let named = std::env::var_os("WEIR_MODULES").map(PathBuf::from);
    let built = [root.join("target/modules"), root.join("guests/target/wasm32-unknown-unknown/release")];
    let names = [format!("{name}.wasm"), format!("{}.wasm", name.replace('-', "_"))];
    let mut files = named.into_iter().chain(built).flat_map(|folder| names.clone().map(|name| folder.join(name)));
    files.find(|file| file.exists()).unwrap_or_else(|| panic!("there is no {name}.wasm: run make modules"))
}

/// An engine without a cache.
pub fn engine() -> Engine {
    Engine::new(None).unwrap()
}

/// A module, compiled anew.
pub fn load(name: &str) -> Module {
    Module::load(&engine(), &file(name)).unwrap()
}

/// A worker of the hostile module, which is compiled once for all tests.
pub fn hostile(limits: Limits) -> StreamWorker {
    static MODULE: LazyLock<Module> = LazyLock::new(|| load("hostile"));
    StreamWorker::new(MODULE.clone(), limits).unwrap()
}

/// What a test waits for a loop to end; every other call ends far below, even on a busy machine.
pub const SHORT: Duration = Duration::from_millis(500);

/// The usual limits, with a short time.
pub fn short() -> Limits {
    Limits { call_time: SHORT, ..Limits::default() }
}

/// The usual limits; the short time only where it is waited for, since a busy machine stretches all others.
pub fn limits(how: &str) -> Limits {
    if how == "loop" { short() } else { Limits::default() }
}

pub fn source() -> SourceFacts {
    SourceFacts { name: "test.log".to_owned(), size: None, modified: None }
}

pub fn misbehave(how: &str) -> Vec<Setting> {
    vec![Setting { name: "misbehave".to_owned(), value: OptionValue::Text(how.to_owned()) }]
}

pub fn bytes(name: &str, count: i64) -> Setting {
    Setting { name: name.to_owned(), value: OptionValue::Integer(count) }
}

/// What a session answers to one chunk.
pub fn answer(worker: &mut StreamWorker, chunk: &str) -> Result<Parsed, SessionError> {
    worker.open(&[], &source(), None).unwrap().feed(chunk.as_bytes())
}

/// The numbers of the lines that became rows.
pub fn numbers(parsed: &Parsed) -> Vec<i64> {
    let column = parsed.rows.column(1);
    column.as_any().downcast_ref::<Int64Array>().unwrap().values().to_vec()
}

/// Whatever happened before: the next session of the worker parses its input.
#[track_caller]
pub fn assert_serves_the_next_source(worker: &mut StreamWorker) {
    let parsed = answer(worker, "1700000000 well\nand good\n").unwrap();
    assert_eq!((numbers(&parsed), parsed.done_to), (vec![1, 2], 25));
}

/// `bytes` with every `text` exchanged for another of the same length.
pub fn replaced(bytes: &[u8], text: &[u8], with: &[u8]) -> Vec<u8> {
    assert_eq!(text.len(), with.len());
    let mut bytes = bytes.to_vec();
    for at in 0..bytes.len() - text.len() {
        if bytes[at..].starts_with(text) {
            bytes[at..at + text.len()].copy_from_slice(with);
        }
    }
    bytes
}
