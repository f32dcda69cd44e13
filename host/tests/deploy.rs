//! Modules that take over while rows flow.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use serde_json::Value;

use crate::end_to_end::program::{Ran, Running, Weir, wait_for};
use crate::end_to_end::table::{Line, lines, records, temporary};

/// Lines of one file: some 340 KiB.
const LINES: i64 = 10_000;

fn row(file: i64, number: i64) -> Line {
    let number = file * LINES + number;
    let mixed = number.wrapping_mul(0x1e37_79b9_7f4a_7c15);
    (1_504_870_000, format!("host-{mixed:x}.example"), number)
}

fn text(files: std::ops::Range<i64>) -> String {
    let rows = files.flat_map(|file| (0..LINES).map(move |number| row(file, number)));
    rows.map(|(time, host, bytes)| format!("{time} {host} {bytes}\n")).collect()
}

fn expected(files: i64) -> Vec<Line> {
    let mut rows: Vec<_> = (0..files).flat_map(|file| (0..LINES).map(move |number| row(file, number))).collect();
    rows.sort();
    rows
}

/// A pipeline whose module is a file of the test's own.
fn weir(more: &str) -> Weir {
    let weir = Weir::pipeline("mine", &format!("[modules.mine]\nfile = \"./mine.wasm\"\n{more}"));
    fs::write(weir.path("mine.wasm"), version(0)).unwrap();
    with_control(weir)
}

fn with_control(mut weir: Weir) -> Weir {
    let directory = weir.path("control").display().to_string();
    weir.set("WEIR_RUNTIME_DIR", &directory);
    weir
}

/// The module `lines`, with something at its end that makes another file of it and nothing else.
fn version(number: u32) -> Vec<u8> {
    let mut module = fs::read(Weir::config("").module("lines")).unwrap();
    module.extend([0, 12, 7]);
    module.extend(b"version");
    module.extend(number.to_le_bytes());
    module
}

fn new_module(weir: &Weir, number: u32) -> PathBuf {
    let file = weir.path(&format!("new-{number}.wasm"));
    fs::write(&file, version(number)).unwrap();
    file
}

fn deploy(weir: &Weir, file: &str) -> Ran {
    weir.run(&["module", "deploy", "weir.toml", "mine", file])
}

/// A weir that answers.
fn started(weir: &Weir) -> Running {
    let running = weir.start();
    wait_for("the control socket", || weir.run(&["status", "weir.toml"]).code() == 0);
    running
}

/// Digests of the modules that made what is in the table.
fn modules(weir: &Weir) -> BTreeSet<String> {
    let record = |path: PathBuf| -> Value { serde_json::from_slice(&fs::read(path).unwrap()).unwrap() };
    records(&weir.path("out")).into_iter().map(|path| record(path)["module"]["digest"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_hundred_modules_take_over_under_full_load_and_each_row_is_there_once() {
    const FILES: i64 = 40;
    const LARGE: i64 = 60;
    let weir = weir("");
    weir.input("large.log", text(FILES..FILES + LARGE).as_bytes());
    let running = started(&weir);
    for number in 1..=100 {
        if number % 5 == 0 {
            let file = i64::from(number / 5 - 1) * 2;
            weir.input(&format!("{file}.log"), text(file..file + 1).as_bytes());
            weir.input(&format!("{}.log", file + 1), text(file + 1..file + 2).as_bytes());
        }
        let ran = deploy(&weir, new_module(&weir, number).to_str().unwrap());
        assert_eq!((ran.code(), ran.stderr.as_str()), (0, ""));
        assert!(ran.stdout.starts_with("mine 0.1.0 runs now\ndigest     sha256:"), "{}", ran.stdout);
    }
    wait_for("all rows", || lines(&weir.path("out")).len() as i64 == (FILES + LARGE) * LINES);
    assert_eq!(running.terminate().code(), Some(0));
    assert!(lines(&weir.path("out")) == expected(FILES + LARGE), "rows are lost or doubled");
    assert_eq!(temporary(&weir.path("out")), Vec::<PathBuf>::new());
    assert!(modules(&weir).len() > 10, "{} modules made the table", modules(&weir).len());
    assert!(fs::read(weir.path("mine.wasm")).unwrap() == version(100), "a restart would run another module");
}

#[test]
fn a_module_takes_over_in_the_middle_of_a_file() {
    const LARGE: i64 = 80;
    let weir = weir("");
    let running = started(&weir);
    weir.input("large.log", text(0..LARGE).as_bytes());
    let mut number = 0;
    wait_for("two modules in the table", || {
        number += 1;
        deploy(&weir, new_module(&weir, number).to_str().unwrap());
        modules(&weir).len() >= 2 || lines(&weir.path("out")).len() as i64 == LARGE * LINES
    });
    wait_for("all rows", || lines(&weir.path("out")).len() as i64 == LARGE * LINES);
    assert_eq!(running.terminate().code(), Some(0));
    assert!(modules(&weir).len() >= 2);
    assert!(lines(&weir.path("out")) == expected(LARGE), "rows are lost or doubled");
    assert!(weir.log().contains("another module goes on"), "{}", weir.log());
}

#[test]
fn a_module_that_does_not_fit_is_refused_and_the_old_one_goes_on() {
    let weir = weir("");
    let running = started(&weir);
    fs::write(weir.path("text.wasm"), "not a module").unwrap();
    let flow = weir.module("flow").display().to_string();
    let netflow = weir.module("netflow").display().to_string();
    for (file, reason) in [
        ("text.wasm", "it is not WebAssembly"),
        (flow.as_str(), "cannot take over in pipeline lines: its rows do not fit the table: its schema "),
        (netflow.as_str(), "cannot take over in pipeline lines: it is a packet-parser, and the pipeline runs a stream-parser"),
        ("missing.wasm", "cannot read missing.wasm"),
    ] {
        let ran = deploy(&weir, file);
        assert_eq!((ran.code(), ran.stdout.as_str()), (1, ""), "{file}");
        assert!(ran.stderr.contains(reason), "{file}: {}", ran.stderr);
    }
    let ran = weir.run(&["module", "deploy", "weir.toml", "main", &flow]);
    assert_eq!(
        (ran.code(), ran.stderr.as_str()),
        (1, "weir: not deployed: no running pipeline has a module `main`; there is mine; did you mean `mine`?\n")
    );
    weir.input("a.log", text(0..1).as_bytes());
    wait_for("the rows", || lines(&weir.path("out")) == expected(1));
    assert_eq!(running.terminate().code(), Some(0));
    assert!(fs::read(weir.path("mine.wasm")).unwrap() == version(0));
}

#[test]
fn a_changed_file_takes_over_by_itself() {
    let weir = weir("");
    let running = started(&weir);
    let before = weir.run(&["status", "weir.toml"]).stdout;
    // Unfit first: what ran goes on.
    fs::copy(weir.module("flow"), weir.path("mine.wasm")).unwrap();
    wait_for("a refusal", || weir.log().contains("not deployed, what ran goes on: "));
    assert_eq!(weir.run(&["status", "weir.toml"]).stdout, before);
    fs::rename(new_module(&weir, 1), weir.path("mine.wasm")).unwrap();
    wait_for("the new module", || weir.run(&["status", "weir.toml"]).stdout != before);
    weir.input("a.log", text(0..1).as_bytes());
    wait_for("the rows", || lines(&weir.path("out")) == expected(1));
    assert_eq!(running.terminate().code(), Some(0));
    let inspected = weir.run(&["module", "inspect", "./mine.wasm", "--json"]).stdout;
    let inspected: Value = serde_json::from_str(&inspected).unwrap();
    assert_eq!(modules(&weir), BTreeSet::from([inspected["digest"].as_str().unwrap().to_owned()]));
}

#[test]
fn a_pinned_module_is_the_one_that_is_pinned_and_another_digest_in_the_configuration_has_another_one_run() {
    let [old, new] = [0, 1].map(|number| weir::model::Digest::of(&version(number)).to_string());
    let weir = weir(&format!("digest = \"{old}\""));
    let running = started(&weir);
    let ran = deploy(&weir, new_module(&weir, 1).to_str().unwrap());
    assert_eq!(ran.code(), 1);
    let refusal = format!("is {new}, and the configuration pins `mine` to {old}: change `modules.mine.digest` first\n");
    assert!(ran.stderr.ends_with(&refusal), "{}", ran.stderr);

    fs::rename(new_module(&weir, 1), weir.path("mine.wasm")).unwrap();
    wait_for("a refusal", || weir.log().contains("not deployed, what ran goes on: "));
    let config = fs::read_to_string(weir.path("weir.toml")).unwrap();
    fs::write(weir.path("weir.toml"), config.replace(&old, &new)).unwrap();
    running.signal("HUP");
    wait_for("the new module", || weir.run(&["status", "weir.toml"]).stdout.contains(&new));
    assert_eq!(running.terminate().code(), Some(0));

    fs::write(weir.path("mine.wasm"), version(2)).unwrap();
    let ran = weir.once();
    assert_eq!(ran.code(), 78);
    assert!(ran.stderr.contains(&format!("and `digest` says {new}: another file was put there")), "{}", ran.stderr);
}

#[test]
fn a_module_that_fails_again_and_again_gives_way_to_the_one_before_it() {
    let weir = with_control(Weir::pipeline(
        "mine",
        "on-failures = \"previous\"\n[modules.mine]\nfile = \"./mine.wasm\"\n[modules.mine.limits]\nfailures = 2",
    ));
    let versions = ["one", "other"].map(|word| {
        let mut module = fs::read(weir.module("hostile")).unwrap();
        module.extend([0, 2 + u8::try_from(word.len()).unwrap(), 1, b'v']);
        module.extend(word.bytes());
        module
    });
    let [first, second] = versions.each_ref().map(|module| weir::model::Digest::of(module).to_string());
    fs::write(weir.path("mine.wasm"), &versions[0]).unwrap();
    fs::write(weir.path("new.wasm"), &versions[1]).unwrap();
    let running = started(&weir);
    assert_eq!(deploy(&weir, "new.wasm").code(), 0);
    let runs = |digest: &str| weir.run(&["status", "weir.toml"]).stdout.contains(digest);
    assert!(runs(&second));
    ["a", "b"].into_iter().for_each(|name| weir.input(&format!("{name}.log"), format!("!trap\n{name}").as_bytes()));
    wait_for("the module before", || runs(&first));
    weir.input("c.log", b"1504870624 good\n");
    wait_for("rows", || weir.run(&["status", "weir.toml"]).stdout.contains("written     1 row in 1 file"));
    // There is none before that one.
    ["d", "e"].into_iter().for_each(|name| weir.input(&format!("{name}.log"), format!("!trap\n{name}").as_bytes()));
    assert_eq!(running.wait().code(), Some(1));
    assert!(weir.log().contains("the module failed on 2 inputs in a row (limits.failures)"), "{}", weir.log());
}

#[test]
fn what_does_not_run_cannot_be_asked() {
    let weir = weir("");
    for arguments in [&["status", "weir.toml"][..], &["module", "deploy", "weir.toml", "mine"]] {
        let ran = weir.run(arguments);
        assert_eq!((ran.code(), ran.stdout.as_str()), (1, ""));
        assert!(ran.stderr.starts_with("weir: no weir runs weir.toml: nobody listens at "), "{}", ran.stderr);
    }
    // Nor can one that was killed, whose socket still lies there; the next run takes it over.
    let running = started(&weir);
    running.kill();
    assert_eq!(weir.run(&["status", "weir.toml"]).code(), 1);
    started(&weir);
}

#[test]
fn status_tells_what_runs_and_how_far_it_is() {
    let weir = weir("");
    weir.input("a.log", text(0..1).as_bytes());
    let running = started(&weir);
    wait_for("the rows", || lines(&weir.path("out")) == expected(1));
    let status = || -> Value { serde_json::from_str(&weir.run(&["status", "weir.toml", "--json"]).stdout).unwrap() };
    wait_for("the count", || status()["pipelines"][0]["counts"]["rows"] == LINES);
    let status = status();
    assert_eq!(status["pid"], running.id());
    assert_eq!(status["pipelines"][0]["pipeline"], "lines");
    assert_eq!(status["pipelines"][0]["module"]["digest"], weir::model::Digest::of(&version(0)).to_string());
}
