//! The cache of compiled modules: used when it is whole, ignored when it is not, refused when others may write there.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use weir::config::Limits;
use weir::model::Digest;
use weir::sandbox::{Engine, EngineError, Module};

use super::guest;

/// The one artifact in a cache, after a module was loaded with it.
fn artifact(cache: &Path) -> PathBuf {
    let mut files: Vec<_> = fs::read_dir(cache).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(files.len(), 1, "{files:?}");
    files.pop().unwrap()
}

fn load(cache: &Path) -> Module {
    let module = Module::load(&Engine::new(Some(cache)).unwrap(), &guest::file("hostile")).unwrap();
    assert_eq!(module.describe(&Limits::default()).unwrap().name, "hostile");
    module
}

#[test]
fn a_compiled_module_is_named_by_its_digest_and_found_again() {
    let directory = tempfile::tempdir().unwrap();
    let cache = directory.path().join("below/cache");
    let module = load(&cache);
    let file = artifact(&cache);
    assert!(file.file_name().unwrap().to_str().unwrap().starts_with(&format!("{}-", module.digest().hex())));
    assert_eq!(module.digest(), Digest::of(&fs::read(guest::file("hostile")).unwrap()));
    assert_eq!(fs::metadata(&cache).unwrap().permissions().mode() & 0o777, 0o700);

    let written = fs::metadata(&file).unwrap().modified().unwrap();
    load(&cache);
    assert_eq!(fs::metadata(artifact(&cache)).unwrap().modified().unwrap(), written);
}

#[test]
fn a_damaged_artifact_is_compiled_anew() {
    let directory = tempfile::tempdir().unwrap();
    load(directory.path());
    let file = artifact(directory.path());
    let whole = fs::read(&file).unwrap();
    let mut flipped = whole.clone();
    flipped[whole.len() / 2] ^= 1;
    let mut renamed = Vec::from(&whole[..32]);
    renamed.extend_from_slice(&fs::read(guest::file("flow")).unwrap());
    for damaged in [&whole[..whole.len() - 1], &whole[..10], &[], &flipped, &renamed] {
        fs::write(&file, damaged).unwrap();
        load(directory.path());
        assert!(fs::read(artifact(directory.path())).unwrap() == whole, "it was not written anew");
    }
}

#[test]
fn an_artifact_of_another_runtime_is_never_loaded() {
    let directory = tempfile::tempdir().unwrap();
    load(directory.path());
    let file = artifact(directory.path());
    // Whole by its digest, and nothing that this runtime compiled.
    let mut foreign = Vec::from(&fs::read(&file).unwrap()[32..]);
    foreign.truncate(foreign.len() / 2);
    let mut written = sha256(&foreign);
    written.extend_from_slice(&foreign);
    fs::write(&file, &written).unwrap();
    load(directory.path());
    assert!(fs::read(artifact(directory.path())).unwrap() != written, "it was not written anew");
}

fn sha256(bytes: &[u8]) -> Vec<u8> {
    let hex = Digest::of(bytes).hex();
    hex.as_bytes().chunks(2).map(|digits| u8::from_str_radix(str::from_utf8(digits).unwrap(), 16).unwrap()).collect()
}

#[test]
fn a_directory_where_others_may_write_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    fs::set_permissions(directory.path(), fs::Permissions::from_mode(0o777)).unwrap();
    let error = Engine::new(Some(directory.path())).err().unwrap();
    let EngineError::Cache(refused) = error else { panic!("{error}") };
    let expected = format!(
        "{} holds compiled code and others may write there: make it its owner's alone (chmod 700), or name another directory",
        directory.path().display()
    );
    assert_eq!(refused.to_string(), expected);
}

#[test]
fn a_file_in_the_place_of_the_directory_is_an_error_that_names_it() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let error = Engine::new(Some(file.path())).err().unwrap();
    assert_eq!(error.to_string(), format!("cannot use {} for compiled modules", file.path().display()));
}
