//! Which files are modules, and what is said of those that are not.

use std::fs;
use std::io::Write;
use std::path::Path;

use weir::config::Limits;
use weir::model::ModuleKind;
use weir::sandbox::Module;

use super::guest::{self, replaced};

/// A component and a core module without anything in them.
const COMPONENT: &[u8] = b"\0asm\x0d\0\x01\0";
const CORE: &[u8] = b"\0asm\x01\0\0\0";

#[test]
fn a_core_module_as_cargo_leaves_it_is_loaded_and_describes_itself() {
    let module = guest::load("flow");
    assert_eq!((module.kind(), module.contract_version()), (ModuleKind::StreamParser, "0.1.0"));
    assert_eq!(module.describe(&Limits::default()).unwrap().name, "flow");
}

#[test]
fn what_a_module_is_can_be_asked_without_running_it() {
    let module = guest::load("hostile");
    assert_eq!(module.size(), fs::metadata(guest::file("hostile")).unwrap().len());
    assert_eq!(
        (module.name(), module.imports()),
        ("hostile", &["weir:ingest/log@0.1.0".to_owned(), "weir:ingest/types@0.1.0".to_owned()][..])
    );
}

fn refused(bytes: &[u8]) -> String {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(bytes).unwrap();
    reason(file.path())
}

fn reason(file: &Path) -> String {
    let error = Module::load(&guest::engine(), file).err().unwrap();
    assert_eq!(error.to_string(), format!("{} is not a module that can be loaded", file.display()));
    error.reason.to_string()
}

#[test]
fn files_of_other_kinds_are_refused_with_the_reason() {
    assert_eq!(refused(b""), "it is empty");
    assert_eq!(refused(b"(module)"), "it is not WebAssembly");
    assert_eq!(refused(b"\0asm"), "it is not WebAssembly");
    assert_eq!(
        refused(&CORE.iter().chain(b"\xff\xff").copied().collect::<Vec<_>>()),
        "it is damaged: malformed section id (at offset 0x8)"
    );
    assert_eq!(refused(COMPONENT), "it exports no interface of weir:ingest (stream-parser, packet-parser or packet-filter), but nothing");
    assert_eq!(refused(CORE), "it is a core module that does not say which component it is to become: build it with an SDK or wit-bindgen");
}

#[test]
fn a_missing_file_and_a_directory_are_told_apart() {
    let directory = tempfile::tempdir().unwrap();
    assert_eq!(reason(&directory.path().join("none.wasm")), "it cannot be read: No such file or directory (os error 2)");
    assert_eq!(reason(directory.path()), "it is not a regular file");
}

#[test]
fn a_file_that_is_too_large_is_refused_without_reading_it_whole() {
    let file = tempfile::NamedTempFile::new().unwrap();
    file.as_file().set_len(1 << 40).unwrap();
    assert_eq!(reason(file.path()), "it is larger than 256.0 MiB");
}

#[test]
fn a_module_for_another_version_of_the_contract_is_refused_with_both_versions() {
    let other = replaced(&fs::read(guest::file("hostile")).unwrap(), b"@0.1.0", b"@0.9.0");
    assert_eq!(refused(&other), "it wants version 0.9.0 of the contract weir:ingest, and this weir speaks 0.1.0");
}

#[test]
fn a_module_that_wants_wasi_is_refused_with_the_remedy() {
    let wanting = replaced(&fs::read(guest::file("hostile")).unwrap(), b"\x15weir:ingest/log@0.1.0", b"\x15wasi:clocks/now@0.2.0");
    assert_eq!(
        refused(&wanting),
        "it imports `wasi:clocks/now@0.2.0`: modules get no WASI: build without it, or close it with the stub adapter of the SDK"
    );
}

/// Every damage is an error, and none ends the program: each byte of the part that is not code is changed, and the file is cut at many places.
#[test]
fn a_damaged_module_is_refused_or_loaded_and_never_ends_the_host() {
    let whole = fs::read(guest::file("hostile-describe")).unwrap();
    let engine = guest::engine();
    let mut file = tempfile::NamedTempFile::new().unwrap();
    let mut load = |bytes: &[u8]| {
        file.as_file_mut().set_len(0).unwrap();
        fs::write(file.path(), bytes).unwrap();
        Module::load(&engine, file.path()).map(drop)
    };
    let ends = (1..60).map(|part| whole.len() * part / 60);
    assert_eq!(ends.filter(|&end| load(&whole[..end]).is_ok()).collect::<Vec<_>>(), Vec::<usize>::new());
    let types = find(&whole, b"component-type");
    for at in (types..whole.len()).step_by(17) {
        let mut damaged = whole.clone();
        damaged[at] = damaged[at].wrapping_add(0x55);
        let _ = load(&damaged);
    }
    assert!(load(&whole).is_ok());
}

fn find(bytes: &[u8], text: &[u8]) -> usize {
    bytes.windows(text.len()).position(|window| window == text).unwrap()
}
