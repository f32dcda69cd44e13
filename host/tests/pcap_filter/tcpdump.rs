//! The same bytes that tcpdump writes, where it is installed.

use std::process::Command;

use super::{filter, path};
use crate::end_to_end::program::Weir;

const EXPRESSIONS: [&str; 8] = [
    "",
    "udp port 53",
    "ip6 or arp",
    "not udp",
    "udp[10] & 0x80 != 0",
    "host 192.168.170.8 and greater 100",
    "ip[6:2] & 0x3fff = 0 and len < 120",
    "tcp port 80 or net 192.168.0.0/16",
];

/// `None`, and it is said: there is no tcpdump.
fn tcpdump(file: &str, expression: &str, nanoseconds: bool) -> Option<Vec<u8>> {
    let precision = if nanoseconds { "--time-stamp-precision=nano" } else { "--time-stamp-precision=micro" };
    let output = Command::new("tcpdump").args([precision, "-r", file, "-w", "-", expression]).output();
    match output {
        Ok(output) => Some(output.stdout),
        Err(error) => {
            eprintln!("SKIPPED: no tcpdump to compare with: {error}");
            None
        }
    }
}

#[test]
fn what_is_written_is_byte_for_byte_what_tcpdump_writes() {
    let weir = Weir::config("");
    let files = [("dns.pcap", false), ("nanoseconds-big-endian.pcap", true), ("big-endian.pcapng", false)];
    for (name, nanoseconds) in files {
        for expression in EXPRESSIONS {
            let Some(expected) = tcpdump(&path(name), expression, nanoseconds) else { return };
            let ran = filter(&weir, &[expression, &path(name), "-w", "-"]);
            assert_eq!(ran.code, 0, "{}", ran.err);
            assert!(ran.out == expected, "{name}: `{expression}`: {} bytes, and tcpdump {}", ran.out.len(), expected.len());
        }
    }
}

/// The records: libpcap 1.10 adds 14 to the snap length of a capture of this format.
#[test]
fn packets_of_a_modified_format_are_written_as_tcpdump_writes_them() {
    let weir = Weir::config("");
    for expression in EXPRESSIONS {
        let Some(expected) = tcpdump(&path("kuznetzov.pcap"), expression, false) else { return };
        let ran = filter(&weir, &[expression, &path("kuznetzov.pcap"), "-w", "-"]);
        assert_eq!(ran.code, 0, "{}", ran.err);
        assert_eq!((&ran.out[..16], &ran.out[20..]), (&expected[..16], &expected[20..]), "`{expression}`");
    }
}
