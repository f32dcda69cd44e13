//! The examples of `weir pcap filter --help` run as they stand there.

use std::env;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use super::path;
use crate::end_to_end::program::Weir;

/// The files that the examples name.
fn inputs(weir: &Weir) {
    fs::create_dir(weir.path("captures")).unwrap();
    for (from, to) in
        [("dns.pcap", "a.pcap"), ("dns.pcap.gz", "a.pcap.gz"), ("dns.pcap.gz", "captures/b.pcap.gz"), ("big-endian.pcapng", "a.pcapng")]
    {
        fs::copy(path(from), weir.path(to)).unwrap();
    }
    fs::copy(weir.module("ether_type"), weir.path("ether_type.wasm")).unwrap();
}

fn is_installed(program: &str) -> bool {
    Command::new(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok()
}

#[test]
fn the_examples_of_the_help_work() {
    let weir = Weir::config("");
    inputs(&weir);
    let program = Path::new(env!("CARGO_BIN_EXE_weir")).parent().unwrap().to_owned();
    let folders = env::join_paths([program].into_iter().chain(env::split_paths(&env::var_os("PATH").unwrap()))).unwrap();
    let help = weir.run(&["pcap", "filter", "--help"]).stdout;
    let examples: Vec<_> = help.split_once("Examples:\n").unwrap().1.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    assert_eq!(examples.len(), 5);
    for example in examples {
        if let Some(missing) = ["tcpdump", "zcat"].into_iter().find(|name| example.contains(name) && !is_installed(name)) {
            eprintln!("SKIPPED: no {missing} for `{example}`");
            continue;
        }
        let weirs = weir.command(&[]);
        let output = Command::new("sh")
            .args(["-ec", example])
            .current_dir(weir.path(""))
            .envs(weirs.get_envs().filter_map(|(name, value)| Some((name, value?))))
            .env("PATH", &folders)
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "`{example}`: {said}");
        assert!(!said.contains("weir: "), "`{example}`: {said}");
    }
}
