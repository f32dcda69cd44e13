//! What is told before any data is read, and what fails.

use std::fs;

use super::{filter, path, written};
use crate::end_to_end::program::Weir;

#[test]
fn a_wrong_expression_is_a_usage_error_with_a_mark_under_its_place_before_any_file_is_looked_for() {
    let weir = Weir::config("");
    let ran = filter(&weir, &["tcp port 80 and hots 10.0.0.1", "no-such.pcap", "--count"]);
    let expected = "weir: the expression is wrong at byte 16: expected the number of a port or a known name of one, and not `hots`\n  \
                    tcp port 80 and hots 10.0.0.1\n                  ^\n";
    assert_eq!((ran.code, ran.out.as_slice(), ran.err.as_str()), (64, &b""[..], expected));
}

#[test]
fn names_that_would_have_to_be_looked_up_are_refused_with_the_reason() {
    let weir = Weir::config("");
    let ran = filter(&weir, &["host www.example.org", &path("dns.pcap"), "--count"]);
    assert_eq!(ran.code, 64);
    let expected = "weir: the expression is wrong at byte 5: expected an address and not `www.example.org`: names of hosts are not looked up, \
                    since a filter has neither network nor files\n  host www.example.org\n       ^\n";
    assert_eq!(ran.err, expected);
}

#[test]
fn a_capture_that_is_not_there_is_told_before_the_output_is_touched() {
    let weir = Weir::config("");
    let (out, name) = written(&weir, "out.pcap");
    let ran = filter(&weir, &["udp", &path("dns.pcap"), "missing.pcap", "-w", &name]);
    assert_eq!((ran.code, ran.err.as_str()), (1, "weir: cannot read missing.pcap: No such file or directory (os error 2)\n"));
    assert!(!out.exists());
}

#[test]
fn a_capture_is_never_written_over_itself() {
    let weir = Weir::config("");
    let (copy, name) = written(&weir, "copy.pcap");
    fs::copy(path("dns.pcap"), &copy).unwrap();
    fs::hard_link(&copy, weir.path("link.pcap")).unwrap();
    let ran = filter(&weir, &["udp", &name, "-w", "link.pcap"]);
    assert_eq!((ran.code, ran.err.as_str()), (64, "weir: link.pcap is read, and would be written over: choose another file\n"));
    assert_eq!(fs::read(&copy).unwrap(), fs::read(path("dns.pcap")).unwrap());
}

#[test]
fn a_module_that_is_no_filter_is_a_usage_error() {
    let weir = Weir::config("");
    let ran = filter(&weir, &["", &path("dns.pcap"), "--count", "--module", "lines"]);
    assert_eq!(ran.code, 64);
    assert!(ran.err.ends_with("lines.wasm: the module is a stream-parser, and a packet-filter is needed\n"), "{}", ran.err);
}

#[test]
fn a_filter_that_fails_ends_the_run_with_its_reason() {
    let weir = Weir::config("");
    for (how, reason) in [
        ("trap", "weir: the filter: the module trapped in `select`: wasm `unreachable` instruction executed\n"),
        ("long", "weir: the filter: the answer of `select` breaks the contract: "),
    ] {
        let ran = filter(&weir, &[how, &path("dns.pcap"), "--count", "--module", "hostile_filter"]);
        assert_eq!((ran.code, ran.out.as_slice()), (1, &b""[..]));
        assert!(ran.err.starts_with(reason), "{}", ran.err);
    }
}

#[test]
fn a_time_that_is_none_is_a_usage_error() {
    let weir = Weir::config("");
    let ran = filter(&weir, &["", &path("dns.pcap"), "--count", "--from", "yesterday"]);
    assert_eq!(ran.code, 64);
    assert!(ran.err.contains("`yesterday` is no time"), "{}", ran.err);
}

#[test]
fn what_the_author_may_not_have_meant_is_told_and_done_all_the_same() {
    let weir = Weir::config("");
    let ran = filter(&weir, &["udp or tcp and port 1", &path("dns.pcap"), "--count"]);
    assert_eq!((ran.code, ran.count()), (0, 0));
    assert!(ran.err.contains("the `or` at byte 4 binds before the `and` at byte 11"), "{}", ran.err);
}
