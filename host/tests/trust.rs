//! Signed modules: with keys in the configuration nothing else runs.

use std::fs;

use crate::end_to_end::program::{Ran, Weir, wait_for};
use crate::end_to_end::table::lines;

const LINE: &[u8] = b"1504870624 a.example 17\n";

/// A pipeline that trusts the key of `weir module key own`, and runs a module of its own that nobody signed yet.
fn weir() -> Weir {
    let mut weir = Weir::pipeline("mine", "[modules.mine]\nfile = \"./mine.wasm\"\n[trust]\nkeys = [{ file = \"own.pub\" }]");
    let control = weir.path("control").display().to_string();
    weir.set("WEIR_RUNTIME_DIR", &control);
    assert_eq!(weir.run(&["module", "key", "own"]).code(), 0);
    fs::copy(weir.module("lines"), weir.path("mine.wasm")).unwrap();
    weir.input("a.log", LINE);
    weir
}

fn sign(weir: &Weir, file: &str, key: &str) {
    let ran = weir.run(&["module", "sign", file, "--key", &format!("{key}.key")]);
    assert_eq!((ran.code(), ran.stdout), (0, format!("{file}.minisig\n")), "{}", ran.stderr);
}

fn assert_refused(ran: &Ran, reason: &str) {
    assert_eq!((ran.code(), ran.stdout.as_str()), (78, ""), "{ran:?}");
    assert!(ran.stderr.contains(reason), "{}", ran.stderr);
}

#[test]
fn only_what_a_trusted_key_signed_runs() {
    let weir = weir();
    assert_refused(&weir.once(), "mine.wasm.minisig, and the configuration trusts signed modules alone (trust.keys)");
    assert_eq!(weir.run(&["module", "key", "other"]).code(), 0);
    sign(&weir, "mine.wasm", "other");
    assert_refused(&weir.once(), "which is not among those that the configuration trusts (trust.keys)");
    sign(&weir, "mine.wasm", "own");
    assert_eq!(weir.once().code(), 0);
    assert_eq!(lines(&weir.path("out")).len(), 1);

    let mut module = fs::read(weir.path("mine.wasm")).unwrap();
    module.extend([0, 2, 1, b'x']);
    fs::write(weir.path("mine.wasm"), module).unwrap();
    assert_refused(&weir.once(), "its signature is not of this file: one of them was changed");
    fs::write(weir.path("mine.wasm.minisig"), "untrusted comment: x\nnonsense\n").unwrap();
    assert_refused(&weir.once(), "mine.wasm.minisig is no signature of minisign: ");
}

#[test]
fn a_module_that_nobody_signed_is_not_deployed_and_one_that_is_signed_survives_the_restart() {
    let weir = weir();
    sign(&weir, "mine.wasm", "own");
    let mut module = fs::read(weir.path("mine.wasm")).unwrap();
    module.extend([0, 2, 1, b'x']);
    fs::write(weir.path("new.wasm"), &module).unwrap();
    let running = weir.start();
    wait_for("the control socket", || weir.run(&["status", "weir.toml"]).code() == 0);
    let deploy = || weir.run(&["module", "deploy", "weir.toml", "mine", "new.wasm"]);
    let refused = deploy();
    assert_eq!(refused.code(), 1);
    assert!(refused.stderr.contains("it is not signed"), "{}", refused.stderr);
    sign(&weir, "new.wasm", "own");
    let ran = deploy();
    assert_eq!(ran.code(), 0, "{ran:?}");
    assert_eq!(running.terminate().code(), Some(0));
    assert!(fs::read(weir.path("mine.wasm")).unwrap() == module);
    assert_eq!(weir.once().code(), 0);
}

#[test]
fn a_signature_is_checked_by_hand() {
    let weir = weir();
    sign(&weir, "mine.wasm", "own");
    let ran = weir.run(&["module", "verify", "mine.wasm", "--key", "own.pub"]);
    assert_eq!((ran.code(), ran.stdout.as_str()), (0, "mine.wasm: signed, as mine.wasm.minisig says (file:mine.wasm)\n"));
    // A signature and a key that minisign made.
    fs::write(weir.path("test"), "test").unwrap();
    let signature = "untrusted comment: signature from minisign secret key\nRUQf6LRCGA9i559r3g7V1qNyJDApGip8MfqcadIgT9CuhV3EMhHoN1mGTkUidF/z7SrlQgXdy8ofjb7bNJJylDOocrCo8KLzZwo=\ntrusted comment: timestamp:1633700835\tfile:test\tprehashed\nwLMDjy9FLAuxZ3q4NlEvkgtyhrr0gtTu6KC4KBJdITbbOeAi1zBIYo0v4iTgt8jJpIidRJnp94ABQkJAgAooBQ==\n";
    fs::write(weir.path("test.minisig"), signature).unwrap();
    let key = "RWQf6LRCGA9i53mlYecO4IzT51TGPpvWucNSCh1CBM0QTaLn73Y7GFO3";
    let ran = weir.run(&["module", "verify", "test", "--key", key]);
    assert_eq!(ran.code(), 0, "{ran:?}");
    fs::write(weir.path("test"), "Test").unwrap();
    let ran = weir.run(&["module", "verify", "test", "--key", key]);
    assert_eq!((ran.code(), ran.stdout.as_str()), (1, ""));
}

#[test]
fn a_key_with_a_password_signs_for_who_knows_it() {
    let mut weir = weir();
    weir.set("WEIR_KEY_PASSWORD", "open sesame");
    assert_eq!(weir.run(&["module", "key", "closed"]).code(), 0);
    sign(&weir, "mine.wasm", "closed");
    weir.set("WEIR_KEY_PASSWORD", "open barley");
    let ran = weir.run(&["module", "sign", "mine.wasm", "--key", "closed.key"]);
    assert_eq!((ran.code(), ran.stdout.as_str()), (1, ""));
    assert!(ran.stderr.starts_with("weir: closed.key holds no secret key of minisign that opens: "), "{}", ran.stderr);
    // Keys are never written over.
    assert_eq!(weir.run(&["module", "key", "closed"]).code(), 1);
}

#[test]
fn a_key_that_is_none_is_a_mistake_in_the_configuration() {
    let weir = Weir::pipeline("lines", "[trust]\nkeys = [\"RWnonsense\"]");
    let ran = weir.run(&["check", "weir.toml"]);
    assert_refused(&ran, "not a public key of minisign: ");
    let ran = Weir::pipeline("lines", "[trust]\nkeys = []").run(&["check", "weir.toml"]);
    assert_refused(&ran, "`trust.keys` is empty, so that no module could run");
}
