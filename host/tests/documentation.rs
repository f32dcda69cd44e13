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
    for folder in ["config", "tests/fixtures/flow"] {
        let to = directory.path().join(folder);
        fs::create_dir_all(&to).unwrap();
        for file in fs::read_dir(root().join(folder)).unwrap() {
            let file = file.unwrap();
            fs::copy(file.path(), to.join(file.file_name())).unwrap();
        }
    }
    directory
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
fn the_sessions_of_the_readme_go_as_it_shows() {
    let directory = playground();
    for session in blocks("README.md", "console") {
        run_session(&session, directory.path());
    }
}

#[test]
fn the_configurations_of_the_pages_have_no_mistake() {
    let pages = ["README.md", "docs/captures.md"];
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
            .envs([("FLOW_IN", "/var/flows"), ("FLOW_TABLES", "/data"), ("PROXY_IN", "/var/logs"), ("PROXY_TABLES", "/data")])
            .arg("check")
            .arg(&file)
            .arg("--offline")
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
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
