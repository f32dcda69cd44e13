//! The smoke run of every target: what once failed, all seeds, and a fixed number of mutated ones.

use fuzz_guests::TARGETS;

macro_rules! smoke {
    ($($test:ident: $name:literal),*) => {$(
        #[test]
        fn $test() {
            TARGETS.iter().find(|target| target.name == $name).unwrap().smoke();
        }
    )*};
}

smoke! {
    dns_packets_of_any_bytes: "dns",
    exporters_packets_of_any_bytes: "netflow",
    nfcapd_files_of_any_bytes: "flow",
    logs_of_any_bytes: "proxy",
    lines_of_spots_collectors_of_any_bytes: "spot-lines",
    lines_of_any_bytes: "raw-lines",
    filters_of_packets_of_any_text: "bpf",
    filters_of_flows_of_any_text: "filter",
    log_formats_of_any_text: "logformat",
    options_of_any_text: "options"
}
