//! One capture worked on by several threads: what comes out is what one session makes of it, in one commit.

use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;

use weir::sink::table::FAULT_POINTS;

use super::packets::{large, numbers, quarantine, rows};
use super::program::{Ran, Weir, wait_for};
use super::rows::shown;
use super::table::{records, temporary};
use crate::capture::make::{enhanced, header, interface, packet, section};

/// Packets of a capture that goes into four stretches: 32 bytes each.
const PACKETS: u64 = 600_000;

fn configuration(module: &str, parallel: &str, options: &str) -> String {
    format!(
        "[pipelines.lines]\nsource.directory = {{ path = \"in\", settle = \"0s\", parallel = {parallel} }}\nparser = \"{module}\"\nsink.table = {{ path = \"out\", file-size = \"1MiB\", row-group = \"256KiB\" }}\nworkers = 4\noptions = {{ {options} }}\n"
    )
}

fn weir(module: &str, parallel: &str, options: &str) -> Weir {
    let weir = Weir::config(&configuration(module, parallel, options));
    fs::create_dir(weir.path("in")).unwrap();
    weir
}

const ALL: &str = "{ min-size = \"1MiB\" }";

fn probe(options: &str) -> Weir {
    weir("packets_probe", ALL, options)
}

fn was_split(ran: &Ran) -> bool {
    ran.stderr.contains("is worked on in stretches")
}

fn assert_every_packet(weir: &Weir, count: u64, after: &str) {
    assert!(numbers(weir).into_iter().eq(0..count), "after {after}: packets are lost or doubled");
    assert_eq!(temporary(&weir.path("out")), Vec::<PathBuf>::new(), "after {after}");
}

/// Runs the module over a capture with one thread and with four. Gives both runs.
fn both(module: &str, options: &str, capture: &[u8]) -> [(Weir, Ran); 2] {
    ["false", ALL].map(|parallel| {
        let weir = weir(module, parallel, options);
        weir.input("a", capture);
        let ran = weir.once();
        (weir, ran)
    })
}

fn sorted_quarantine(weir: &Weir) -> Vec<(String, u64, u64, String)> {
    let mut found = quarantine(weir);
    found.sort();
    found
}

#[test]
fn the_rows_are_those_of_one_session_in_one_commit() {
    let weir = probe("");
    weir.input("a.pcap", &large(PACKETS));
    let ran = weir.once();
    assert_eq!(ran.code(), 0, "{ran:?}");
    assert!(was_split(&ran), "{}", ran.stderr);
    assert_every_packet(&weir, PACKETS, "a run");
    assert_eq!(records(&weir.path("out")).len(), 1);
    assert!(ran.stdout.contains("input       1 file, 18.3 MiB"), "{}", ran.stdout);
    assert!(ran.stdout.contains(&format!("written     {} rows", "600,000")), "{}", ran.stdout);
    assert_eq!(weir.once().code(), 0);
    assert_every_packet(&weir, PACKETS, "a second run");
}

#[test]
fn stretches_begin_with_a_session_that_knows_nothing_and_the_log_says_that_some_was_known() {
    let weir = probe("");
    weir.input("a.pcap", &large(PACKETS));
    let ran = weir.once();
    let begun = rows(&weir).into_iter().filter(|row| row.1 == 0).count();
    assert_eq!(begun, 4);
    assert!(
        ran.stderr.contains("stretches ended where the module remembered something") && ran.stderr.contains("cuts=3"),
        "{}",
        ran.stderr
    );
}

#[test]
fn small_and_compressed_captures_are_taken_whole() {
    let weir = weir("packets_probe", "true", "");
    weir.input("a.pcap", &large(PACKETS));
    let ran = weir.once();
    assert!(!ran.stderr.contains("is worked on in stretches"), "{}", ran.stderr);
    assert_every_packet(&weir, PACKETS, "a small capture");
    let weir = probe("");
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut gzip, &large(PACKETS)).unwrap();
    weir.input("a.pcap.gz", &gzip.finish().unwrap());
    let ran = weir.once();
    assert!(!ran.stderr.contains("is worked on in stretches"), "{}", ran.stderr);
    assert_every_packet(&weir, PACKETS, "a compressed capture");
}

/// A pcapng capture of two sections, with interfaces described on the way and damage here and there.
fn damaged() -> Vec<u8> {
    let one = |number: u32| {
        let bytes = number.wrapping_mul(0x9e37_79b9).to_le_bytes().repeat(4);
        let extra = match number % 50_000 {
            0 => [section(-1), interface(1, 0), interface(113, 0)].concat(),
            7 | 30_000 => enhanced(9, number, 3, b"bad"),
            _ => Vec::new(),
        };
        [extra, enhanced(number % 2, number, 16, &bytes)].concat()
    };
    [(0..300_000).flat_map(one).collect(), enhanced(0, 1, 16, b"cut here")[..30].to_vec()].concat()
}

#[test]
fn damage_and_rejects_are_found_as_by_one_session() {
    let capture = damaged();
    let [one, four] = both("packets_probe", "reject-length = 9", &capture);
    assert!(was_split(&four.1), "{}", four.1.stderr);
    assert_eq!((one.1.code(), four.1.code()), (2, 2));
    assert_every_packet(&four.0, 300_000, "damage");
    assert_eq!(sorted_quarantine(&four.0), sorted_quarantine(&one.0));
    assert_eq!(sorted_quarantine(&one.0).len(), 13);

    let odd = |number: u64| packet(1, &vec![7; if number.is_multiple_of(1000) { 9 } else { 16 }]);
    let capture = [header(4, 1), (0..PACKETS).flat_map(odd).collect()].concat();
    let [one, four] = both("packets_probe", "reject-length = 9", &capture);
    assert!(was_split(&four.1), "{}", four.1.stderr);
    assert_eq!(sorted_quarantine(&four.0), sorted_quarantine(&one.0));
    assert_eq!((sorted_quarantine(&four.0).len(), numbers(&four.0)), (600, numbers(&one.0)));
}

#[test]
fn more_rejects_than_can_be_held_are_left_to_one_session() {
    let weir = probe("reject-length = 16");
    weir.input("a.pcap", &large(300_000));
    let ran = weir.once();
    assert_eq!(ran.code(), 2, "{ran:?}");
    assert!(ran.stdout.contains("quarantined 300,000 stretches of input"), "{}", ran.stdout);
    assert!(records(&weir.path("out")).len() > 1);
}

#[test]
fn killed_at_any_step_every_row_is_there_once() {
    let capture = large(PACKETS / 2);
    std::thread::scope(|scope| {
        for time in [1, 3] {
            let capture = &capture;
            scope.spawn(move || {
                for point in FAULT_POINTS.into_iter().filter(|point| !point.starts_with("recover") && *point != "loser-removed") {
                    let mut weir = probe("");
                    weir.input("a.pcap", capture);
                    weir.set("WEIR_CRASH_AT", &format!("{point}:{time}"));
                    let died = weir.once().status.signal() == Some(9);
                    assert!(died || time > 1, "{point} was never reached");
                    weir.set("WEIR_CRASH_AT", "");
                    assert_eq!(weir.once().code(), 0, "{point}:{time}");
                    assert_every_packet(&weir, PACKETS / 2, &format!("{point}:{time}"));
                }
            });
        }
    });
}

#[test]
fn stopped_again_and_again_every_row_is_there_once() {
    let weir = probe("");
    weir.input("a.pcap", &large(PACKETS * 2));
    for _ in 0..3 {
        let running = weir.start();
        wait_for("the stretches to begin, or the end", || {
            weir.log().contains("is worked on in stretches") && !temporary(&weir.path("out")).is_empty() || numbers(&weir).len() > 1_000_000
        });
        assert_eq!(running.terminate().code(), Some(0));
        assert_eq!(temporary(&weir.path("out")), Vec::<PathBuf>::new());
        let found = numbers(&weir);
        assert!(found.iter().copied().eq(0..found.len() as u64), "what was committed has gaps");
    }
    assert_eq!(weir.once().code(), 0);
    assert_every_packet(&weir, PACKETS * 2, "stops");
}

#[test]
fn a_module_that_fails_keeps_what_comes_before_the_failure_and_the_rest_of_the_capture() {
    for trap in [3, 200_000, 450_000, 599_999] {
        let capture = large(PACKETS);
        let weir = probe(&format!("trap-at = {trap}"));
        weir.input("a.pcap", &capture);
        let ran = weir.once();
        assert_eq!(ran.code(), 2, "{ran:?}");
        let found = numbers(&weir);
        let last = found.len() as u64;
        assert!(found.into_iter().eq(0..last) && last <= trap && last + 4096 >= trap, "{trap}: {last}");
        let kept = quarantine(&weir);
        // What gave nothing at all is kept with its header.
        let at = if last == 0 { 0 } else { 24 + 32 * last };
        let expected = ("module-fault", at, capture.len() as u64 - at);
        assert_eq!((kept.len(), (kept[0].0.as_str(), kept[0].1, kept[0].2)), (1, expected));
    }
}

#[test]
fn a_module_that_leaks_or_hands_out_late_gives_every_row_once() {
    for options in ["leak = 3000000, hold = 5000", "hold = 100000"] {
        let weir = probe(options);
        weir.input("a.pcap", &large(PACKETS));
        let ran = weir.once();
        assert_eq!(ran.code(), 0, "{ran:?}");
        assert!(was_split(&ran), "{}", ran.stderr);
        assert_every_packet(&weir, PACKETS, options);
    }
}

/// A query and its response over UDP and IPv4.
fn exchange(number: u32) -> Vec<u8> {
    let name = format!("host{:06}", number % 1000);
    let message = |response: bool| {
        let mut bytes =
            vec![(number >> 8) as u8, number as u8, if response { 0x81 } else { 1 }, 0x80, 0, 1, 0, u8::from(response), 0, 0, 0, 0];
        bytes.push(name.len() as u8);
        bytes.extend(name.as_bytes());
        bytes.extend([0, 0, 1, 0, 1]);
        if response {
            bytes.extend([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 192, 0, 2, number as u8]);
        }
        bytes
    };
    let datagram = |response: bool| {
        let payload = message(response);
        let (udp, total) = ((payload.len() + 8) as u16, (payload.len() + 28) as u16);
        let (client, server) = ([10, 0, (number >> 8) as u8, number as u8], [192, 0, 2, 53]);
        let ((src, dst), (from, to)) = if response { ((server, client), (53_u16, 40_000_u16)) } else { ((client, server), (40_000, 53)) };
        let mut bytes = [&[2; 12][..], &[8, 0, 0x45, 0], &total.to_be_bytes(), &[0, 0, 0, 0, 64, 17, 0, 0], &src, &dst].concat();
        bytes.extend([from, to, udp, 0].into_iter().flat_map(u16::to_be_bytes));
        bytes.extend(payload);
        packet(1_504_870_000 + number / 100, &bytes)
    };
    [datagram(false), datagram(true)].concat()
}

#[test]
fn dns_over_udp_gives_the_rows_that_one_session_gives() {
    let capture = [header(4, 1), (0..60_000).flat_map(exchange).collect()].concat();
    for (schema, count) in [("spot", 60_000), ("full", 120_000)] {
        let [one, four] = both("dns", &format!("schema = \"{schema}\""), &capture);
        assert!(was_split(&four.1), "{}", four.1.stderr);
        assert_eq!((one.1.code(), four.1.code()), (0, 0));
        assert!(!four.1.stderr.contains("stretches ended where"), "{}", four.1.stderr);
        let (one, four) = (shown(&one.0.path("out"), &[]), shown(&four.0.path("out"), &[]));
        assert_eq!(four.len(), count);
        assert!(one == four, "{schema}: {:?}", one.iter().zip(&four).find(|(one, four)| one != four));
    }
}

#[test]
fn what_does_not_go_with_stretches_is_a_mistake_in_the_configuration() {
    let weir = weir("lines", "true", "");
    let ran = weir.run(&["check", "weir.toml"]);
    assert_eq!(ran.code(), 78);
    assert!(ran.stderr.contains("`parallel` is for modules that read packets"), "{}", ran.stderr);
    let text = configuration("packets_probe", ALL, "").replace("workers = 4", "carry-state = true");
    fs::write(weir.path("weir.toml"), text).unwrap();
    let ran = weir.run(&["check", "weir.toml"]);
    assert_eq!(ran.code(), 78);
    assert!(ran.stderr.contains("`carry-state` and `source.directory.parallel` do not go together"), "{}", ran.stderr);
}
