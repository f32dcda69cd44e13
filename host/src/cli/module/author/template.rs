//! The files of new projects, as they lie in `sdk`.

use clap::ValueEnum;

/// A language with a template.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Language {
    /// CPython, by componentize-py
    Python,
    /// QuickJS, by componentize-qjs
    Javascript,
}

/// A kind of module.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Kind {
    /// The bytes of files to rows
    StreamParser,
    /// Packets to rows
    PacketParser,
    /// Packets to yes or no
    PacketFilter,
}

/// A path in the project, and what the file holds.
pub(super) type File = (&'static str, &'static [u8]);

macro_rules! file {
    ($to:literal, $from:literal) => {
        ($to, include_bytes!(concat!("../../../../../sdk/", $from)).as_slice())
    };
}

const CONTRACT: File = ("wit/weir-ingest.wit", include_bytes!("../../../../../wit/weir-ingest.wit"));

/// None: there is no template of that kind yet.
pub(super) fn files(language: Language, kind: Kind) -> Option<Vec<File>> {
    let own: Option<&[File]> = match (language, kind) {
        (Language::Python, Kind::StreamParser) => Some(&[
            file!("module.toml", "python/stream-parser/module.toml"),
            file!("src/module.py", "python/stream-parser/src/module.py"),
            file!("src/app.py", "python/stream-parser/src/app.py"),
            file!("src/stream_parser.py", "python/stream-parser/src/stream_parser.py"),
            file!("tests/first.log", "python/stream-parser/tests/first.log"),
            file!("tests/first.toml", "python/stream-parser/tests/first.toml"),
            file!("tests/first.csv", "python/stream-parser/tests/first.csv"),
        ]),
        (Language::Python, Kind::PacketParser) => Some(&[
            file!("module.toml", "python/packet-parser/module.toml"),
            file!("src/module.py", "python/packet-parser/src/module.py"),
            file!("src/app.py", "python/packet-parser/src/app.py"),
            file!("src/packet_parser.py", "python/packet-parser/src/packet_parser.py"),
            file!("tests/first.pcap", "python/packet-parser/tests/first.pcap"),
            file!("tests/first.toml", "python/packet-parser/tests/first.toml"),
            file!("tests/first.csv", "python/packet-parser/tests/first.csv"),
        ]),
        (Language::Python, Kind::PacketFilter) => Some(&[
            file!("module.toml", "python/packet-filter/module.toml"),
            file!("src/module.py", "python/packet-filter/src/module.py"),
            file!("src/app.py", "python/packet-filter/src/app.py"),
            file!("src/packet_filter.py", "python/packet-filter/src/packet_filter.py"),
            file!("tests/first.pcap", "python/packet-filter/tests/first.pcap"),
            file!("tests/first.toml", "python/packet-filter/tests/first.toml"),
        ]),
        (Language::Javascript, Kind::StreamParser) => Some(&[
            file!("module.toml", "javascript/stream-parser/module.toml"),
            file!("src/module.js", "javascript/stream-parser/src/module.js"),
            file!("tests/first.log", "javascript/stream-parser/tests/first.log"),
            file!("tests/first.toml", "javascript/stream-parser/tests/first.toml"),
            file!("tests/first.csv", "javascript/stream-parser/tests/first.csv"),
        ]),
        (Language::Javascript, Kind::PacketFilter) => Some(&[
            file!("module.toml", "javascript/packet-filter/module.toml"),
            file!("src/module.js", "javascript/packet-filter/src/module.js"),
            file!("tests/first.pcap", "javascript/packet-filter/tests/first.pcap"),
            file!("tests/first.toml", "javascript/packet-filter/tests/first.toml"),
        ]),
        (Language::Javascript, Kind::PacketParser) => None,
    };
    let shared: &[File] = match language {
        Language::Python => &[file!("src/weir.py", "python/runtime/weir.py"), file!("README.md", "python/README.md")],
        Language::Javascript => &[file!("src/weir.js", "javascript/runtime/weir.js"), file!("README.md", "javascript/README.md")],
    };
    Some([own?, shared, &[CONTRACT]].concat())
}
