//! A machine as Spot's users have it: `ingest_conf.json`, a directory that is watched, one for the tables.

use std::fs;
use std::path::Path;

use crate::end_to_end::program::{Ran, Weir};
use crate::end_to_end::rows::shown;

/// The directory of one test, with files of one kind in the directory that is watched.
pub struct Site {
    pub weir: Weir,
    kind: &'static str,
}

impl Site {
    /// Files of a kind, and a broker where one is needed.
    pub fn new(kind: &'static str, broker: &str) -> Self {
        let weir = Weir::config("");
        for directory in ["in", "staging"] {
            fs::create_dir(weir.path(directory)).unwrap();
        }
        let (server, port) = broker.split_once(':').unwrap();
        let at = |directory: &str| weir.path(directory).display().to_string();
        let text = fs::read_to_string(fixture("spot/ingest_conf.json")).unwrap();
        let text = text.replace(&format!("tests/fixtures/{kind}"), &at("in")).replace("/var/lib/spot/staging", &at("staging"));
        let text = text.replace("broker.example", server).replace("9092", port);
        fs::write(weir.path("ingest_conf.json"), text).unwrap();
        for (name, file) in inputs(kind) {
            weir.input(name, &fs::read(fixture(file)).unwrap());
        }
        Self { weir, kind }
    }

    /// Runs `weir spot ARGUMENTS` over what is there.
    pub fn spot(&self, arguments: &[&str]) -> Ran {
        self.weir.run(&[&["spot"], arguments, &["--storage", "out", "--once"]].concat())
    }

    /// Converts for a mode with these options, and runs what was written over what is there.
    pub fn converted(&self, mode: &str, options: &[&str]) -> Ran {
        let file = format!("{mode}.toml");
        let fixed = ["config", "convert", "ingest_conf.json", "--pipeline", self.kind, "--mode", mode, "--storage", "out", "-o", &file];
        let converted = self.weir.run(&[&fixed, options].concat());
        assert_eq!((converted.code(), converted.stdout.as_str()), (0, ""), "{converted:?}");
        self.weir.run(&["run", &file, "--once"])
    }

    /// The rows of its table.
    pub fn rows(&self) -> Vec<String> {
        shown(&self.weir.path(&format!("out/{}/hive", self.kind)), &[])
    }
}

fn inputs(kind: &str) -> &'static [(&'static str, &'static str)] {
    match kind {
        "flow" => &[("nfcapd.201711031400", "flow/layout2-lz4.nfcapd"), ("nfcapd.201711031405", "flow/layout2-none.nfcapd")],
        "dns" => &[("dns1.pcap", "capture/dns.pcap"), ("dns2.pcap", "dns/suricata-dns-forward-pointer.pcap")],
        _ => &[("main.log", "proxy/bluecoat-main.log")],
    }
}

fn fixture(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures").join(name)
}
