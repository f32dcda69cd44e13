//! What the documentation shows is what happens: its sessions are run, its configurations checked, its code compared with the code.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use crate::end_to_end::program::command;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The fenced blocks of a language in a page.
fn blocks(page: &str, language: &str) -> Vec<String> {
    let text = fs::read_to_string(root().join(page)).unwrap();
    let fence = format!("```{language}\n");
    text.split(&fence).skip(1).map(|rest| rest.split("```").next().unwrap().to_owned()).collect()
}

/// A copy of what the sessions work on, so that nothing in the tree is touched.
fn playground() -> TempDir {
    let directory = tempfile::tempdir().unwrap();
    for folder in
        ["config", "tests/fixtures/flow", "tests/fixtures/dns", "tests/fixtures/netflow", "tests/fixtures/proxy", "tests/fixtures/spot"]
    {
        copy(folder, &directory.path().join(folder), |name| name.to_owned());
    }
    directory
}

/// Copies the files of a folder of the tree, under other names.
fn copy(folder: &str, to: &Path, name: impl Fn(&str) -> String) {
    fs::create_dir_all(to).unwrap();
    for file in fs::read_dir(root().join(folder)).unwrap() {
        let file = file.unwrap();
        fs::copy(file.path(), to.join(name(file.file_name().to_str().unwrap()))).unwrap();
    }
}

/// Whether a line is what the page says; `...` stands for anything. Rates are never the same twice.
fn is_as_said(said: &str, line: &str) -> bool {
    if said.starts_with("rate ") {
        return line.starts_with("rate ");
    }
    let mut rest = Some(line);
    for (index, part) in said.split("...").enumerate() {
        rest = match index {
            0 => rest.and_then(|rest| rest.strip_prefix(part)),
            _ => rest.and_then(|rest| rest.split_once(part)).map(|(_, rest)| rest),
        };
    }
    rest.is_some_and(|rest| rest.is_empty() || said.ends_with("..."))
}

fn run_session(session: &str, directory: &Path) {
    for step in session.split("$ ").skip(1) {
        let (line, said) = step.split_once('\n').unwrap();
        let mut words = line.split_whitespace();
        assert_eq!(words.next(), Some("weir"), "`{line}`: only weir is run here");
        let mut weir: Command = command();
        let output = weir.args(words).current_dir(directory).output().unwrap();
        let shown = String::from_utf8(output.stdout).unwrap();
        assert_eq!(said.lines().count(), shown.lines().count(), "`{line}` shows\n{shown}");
        for (said, line) in said.lines().zip(shown.lines()) {
            assert!(is_as_said(said, line), "the page says\n{said}\nand weir\n{line}");
        }
    }
}

#[test]
fn the_sessions_of_the_pages_go_as_they_show() {
    let directory = playground();
    for session in ["README.md", "docs/captures.md"].into_iter().flat_map(|page| blocks(page, "console")) {
        run_session(&session, directory.path());
    }
}

#[test]
fn the_sessions_of_the_page_for_users_of_spot_go_as_it_shows() {
    let directory = playground();
    let flows = directory.path().join("tests/fixtures/flow");
    for (file, name) in [("layout1-lz4", "201711031400"), ("layout2-none", "201711031405")] {
        fs::copy(flows.join(format!("{file}.nfcapd")), flows.join(format!("nfcapd.{name}"))).unwrap();
    }
    for session in blocks("docs/spot.md", "console") {
        run_session(&session, directory.path());
    }
}

#[test]
fn the_configurations_of_the_pages_have_no_mistake() {
    let pages = ["README.md", "docs/captures.md", "docs/kafka.md", "docs/hdfs.md", "docs/packet-store.md"];
    for (number, text) in pages.into_iter().flat_map(|page| blocks(page, "toml")).enumerate() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join(format!("{number}.toml"));
        fs::write(&file, text).unwrap();
        let output = command().arg("check").arg(&file).arg("--offline").output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
}

#[test]
fn every_configuration_that_ships_has_no_mistake() {
    for file in fs::read_dir(root().join("config")).unwrap() {
        let file = file.unwrap().path();
        let output = command()
            .envs(PREFIXES.into_iter().flat_map(|prefix| [(format!("{prefix}_IN"), "/var/in"), (format!("{prefix}_TABLES"), "/data")]))
            .envs(["KAFKA", "COLLECTOR_STATE", "MASTER_STATE", "PROXY_STATE", "SPOT", "HDFS_STATE"].map(|name| (name, "/var/weir")))
            .envs([
                ("FLOW_TABLE", "/srv/flow"),
                ("PROXY_TABLE", "/srv/proxy"),
                ("CAPTURES_IN", "/var/captures"),
                ("NAMENODE", "namenode:8020"),
                ("PCAP_STORE", "/srv/pcap"),
            ])
            .arg("check")
            .arg(&file)
            .arg("--offline")
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
}

/// Of the variables that the configurations name.
const PREFIXES: [&str; 4] = ["FLOW", "DNS", "NETFLOW", "PROXY"];

#[test]
fn every_pipeline_that_ships_makes_rows_of_the_fixtures() {
    let directory = tempfile::tempdir().unwrap();
    let input = |folder: &str| directory.path().join("in").join(folder);
    for side in ["flow/internals", "flow/externals"] {
        copy("tests/fixtures/flow", &input(side), |name| format!("nfcapd.{name}"));
    }
    copy("tests/fixtures/dns", &input("dns"), str::to_owned);
    copy("tests/fixtures/netflow", &input("netflow"), str::to_owned);
    copy("tests/fixtures/proxy", &input("proxy/bluecoat"), str::to_owned);
    fs::create_dir(input("proxy/squid")).unwrap();
    let line =
        "1475313301.250     12 10.1.2.3 TCP_MISS/200 512 GET http://a.example/ - HIER_DIRECT/10.9.9.9 text/html \"-\" \"curl/8.0\"\n";
    fs::write(input("proxy/squid/access.log"), line).unwrap();
    for prefix in PREFIXES {
        let name = prefix.to_lowercase();
        let (file, tables) = (root().join(format!("config/{name}.toml")), directory.path().join("tables"));
        let mut weir = command();
        weir.env(format!("{prefix}_IN"), input(&name)).env(format!("{prefix}_TABLES"), tables).arg("run").arg(file);
        let output = weir.args(["--once", "--json"]).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        let summary: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{said}"));
        let pipelines = summary["pipelines"].as_array().unwrap();
        assert!(pipelines.len() >= 2, "{name}");
        assert!(pipelines.iter().all(|pipeline| pipeline["counts"]["rows"].as_u64() > Some(0)), "{summary:#} {said}");
    }
}

#[test]
fn the_code_of_the_readme_is_that_of_the_example() {
    let example = fs::read_to_string(root().join("sdk/rust/example/src/lib.rs")).unwrap();
    for code in blocks("README.md", "rust") {
        for paragraph in code.split("\n\n") {
            assert!(example.contains(paragraph.trim_end()), "not in the example:\n{paragraph}");
        }
    }
}

#[test]
fn every_limit_of_the_page_for_module_authors_is_a_default() {
    let page = fs::read_to_string(root().join("docs/modules.md")).unwrap();
    let demo = fs::read_to_string(root().join("config/demo.toml")).unwrap();
    let rows: Vec<_> = page.lines().filter_map(|line| line.strip_prefix("| `")).collect();
    assert_eq!(rows.len(), 7);
    for row in rows {
        let (name, rest) = row.split_once("` | ").unwrap();
        let value = rest.split(" |").next().unwrap().replace([' ', ','], "");
        let said = demo.lines().find_map(|line| line.strip_prefix(name)?.trim_start().strip_prefix("= ")).unwrap();
        assert_eq!(said.split_whitespace().next().unwrap().trim_matches('"'), value, "{name}");
    }
}
