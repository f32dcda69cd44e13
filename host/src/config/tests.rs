//! Whole files: what is read, and every mistake in its place.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::load::{parse, whole};
use super::reading::Surroundings;
use super::*;
use crate::model::{OptionValue, Setting};

/// Modules `flow` and `dns` in a directory of their own.
struct Fixture {
    modules: tempfile::TempDir,
}

impl Fixture {
    fn new() -> Self {
        let modules = tempfile::tempdir().unwrap();
        for name in ["flow", "dns"] {
            std::fs::write(modules.path().join(format!("{name}.wasm")), "").unwrap();
        }
        Self { modules }
    }

    fn module(&self, name: &str) -> PathBuf {
        self.modules.path().join(name)
    }

    fn parse(&self, text: &str) -> Result<Config, ConfigErrors> {
        let around = Surroundings {
            directory: Path::new("/weir/config"),
            variables: &|name| (name == "DATA").then(|| "/srv/data".to_owned()),
            modules: &ModuleFiles::in_directories([self.modules.path().to_owned()]),
            cores: 4,
        };
        whole(parse(Path::new("weir.toml"), text.to_owned(), around))
    }

    /// The first line of each mistake: place and message.
    fn mistakes(&self, text: &str) -> Vec<String> {
        let report = match self.parse(text) {
            Ok(_) => return Vec::new(),
            Err(errors) => errors.to_string(),
        };
        let lines = report.lines().filter_map(|line| line.strip_prefix("weir.toml:"));
        lines.map(|line| line.replace(self.modules.path().to_str().unwrap(), "[MODULES]")).collect()
    }

    /// The mistakes of a pipeline without any, but for this change.
    fn mistakes_with(&self, whole: &str, changed: &str) -> Vec<String> {
        assert!(GOOD.contains(whole), "{whole}");
        self.mistakes(&GOOD.replacen(whole, changed, 1))
    }
}

const GOOD: &str = r#"
[pipelines.flow]
source.directory = { path = "in" }
parser = "flow"
options = { filter = "proto tcp" }
sink.table = { path = "out" }
"#;

#[test]
fn a_short_pipeline_has_the_documented_defaults() {
    let fixture = Fixture::new();
    let config = fixture.parse(GOOD).unwrap();
    let [pipeline] = config.pipelines.as_slice() else { panic!("{config:?}") };
    let Source::Directory(source) = &pipeline.source else { panic!("no directory") };
    assert_eq!(source.path, Path::new("/weir/config/in"));
    assert!(source.include.matches("nfcapd.201709081100", Path::new("a/nfcapd.201709081100")));
    let excluded = |name: &str| source.exclude.matches(name, &Path::new("a").join(name));
    assert!([".hidden", "nfcapd.current", "nfcapd.current.123", "x.tmp", "x.part"].into_iter().all(excluded));
    assert!(!excluded("nfcapd.201709081100"));
    assert!(source.recursive);
    assert_eq!((source.settle, source.rescan), (Duration::from_secs(2), Duration::from_secs(30)));
    assert_eq!(source.after, AfterIngest::Keep);
    let table = TableSink {
        path: "/weir/config/out".into(),
        hdfs: Hdfs::default(),
        file_size: 128 << 20,
        row_group: 32 << 20,
        open_partitions: 8,
        padded: false,
        compression: Compression::Zstd(1),
        bloom_filters: Vec::new(),
    };
    assert!(matches!(&pipeline.sink, Sink::Table(sink) if *sink == table));
    assert_eq!(pipeline.workers, 4);
    let module = config.module(&pipeline.parser.as_ref().unwrap().module).unwrap();
    assert_eq!(module.file, fixture.module("flow.wasm"));
    assert_eq!(module.limits, Limits::default());
}

#[test]
fn every_key_is_read() {
    let fixture = Fixture::new();
    let config = fixture.parse(
        r#"
        [modules.big]
        file = "flow"
        options = { schema = "full", lists = ["a", 0x35], deep = true, count = 0x10 }
        limits = { memory = "128MiB", call-time = "1s", output = "1MB", rejects = 5, pending = 4096, log-lines = 0, failures = 1 }
        [pipelines.z]
        source.directory = { path = "${DATA}/in", include = ["a.*", "x/**/*.b", { regex = "[0-9]{12}$" }], exclude = "*.gz", recursive = false, settle = "0s", rescan = "1m", after = { move = "done" } }
        parser = "big"
        options = { count = 3 }
        sink.table = { path = "/out", schema = "spot", file-size = "1MiB", row-group = "1KiB", open-partitions = 1, padded = true, compression = { zstd = 3 }, bloom-filters = "sip" }
        workers = 2
        [pipelines.a]
        source.directory = { path = "other", after = "delete" }
        parser = "dns"
        sink.table = { path = "/out2", compression = "none" }
        "#,
    );
    let config = config.unwrap();
    assert_eq!(config.modules.iter().map(|module| module.name.as_str()).collect::<Vec<_>>(), ["big", "dns"]);
    let limits = Limits {
        memory: 128 << 20,
        call_time: Duration::from_secs(1),
        output: 1_000_000,
        rejects: 5,
        pending: 4096,
        log_lines: 0,
        failures: 1,
        failures_within: None,
    };
    assert_eq!(config.modules[0].limits, limits);
    let [z, a] = config.pipelines.as_slice() else { panic!("{config:?}") };
    let Source::Directory(source) = &z.source else { panic!("no directory") };
    assert_eq!(source.path, Path::new("/srv/data/in"));
    let taken = |path: &str| source.include.matches(path.rsplit('/').next().unwrap(), Path::new(path));
    assert!(taken("a.1") && taken("y/a.1") && taken("x/1/2/c.b") && taken("flow-201709081100"));
    assert!(!taken("c.b") && !taken("y/c.b"));
    assert_eq!(source.after, AfterIngest::Move("/weir/config/done".into()));
    let setting = |name: &str, value| Setting { name: name.to_owned(), value };
    let expected = [
        setting("lists", OptionValue::Texts(vec!["a".to_owned(), "53".to_owned()])),
        setting("deep", OptionValue::Boolean(true)),
        setting("count", OptionValue::Integer(3)),
        setting("schema", OptionValue::Text("spot".to_owned())),
    ];
    assert_eq!(z.parser.as_ref().unwrap().options, expected);
    assert!(
        matches!(&z.sink, Sink::Table(TableSink { compression: Compression::Zstd(3), bloom_filters, .. }) if bloom_filters == &["sip"])
    );
    assert!(matches!(&a.source, Source::Directory(DirectorySource { after: AfterIngest::Delete, .. })));
    assert!(matches!(&a.sink, Sink::Table(TableSink { compression: Compression::None, .. })));
}

#[test]
fn every_mistake_of_a_file_is_reported_at_once_with_its_place() {
    let fixture = Fixture::new();
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures/config");
    let text = std::fs::read_to_string(fixtures.join("mistakes.toml")).unwrap();
    let report = fixture.parse(&text).unwrap_err().report(false);
    let report = report.replace(fixture.modules.path().to_str().unwrap(), "[MODULES]");
    let golden = fixtures.join("mistakes.txt");
    if std::env::var_os("WEIR_BLESS").is_some() {
        std::fs::write(&golden, &report).unwrap();
    }
    assert_eq!(report, std::fs::read_to_string(golden).unwrap(), "run the test with WEIR_BLESS=1 if the new report is right");
}

#[test]
fn all_places_that_are_not_toml_are_reported() {
    let mistakes = Fixture::new().mistakes("[pipelines.a\nx = 1\ny = = 2\n");
    let places: Vec<_> = mistakes.iter().map(|line| line.split(": not TOML: ").next().unwrap()).collect();
    assert_eq!(places, ["1:13", "3:5", "3:7"], "{mistakes:#?}");
}

#[test]
fn a_key_given_twice_is_a_mistake() {
    let mistakes = Fixture::new().mistakes_with("parser = \"flow\"", "parser = \"flow\"\nparser = \"dns\"");
    assert_eq!(mistakes, ["5:1: not TOML: duplicate key"]);
}

#[test]
fn an_empty_file_and_one_of_comments_have_no_pipelines() {
    let fixture = Fixture::new();
    assert_eq!(fixture.mistakes(" \n"), [" the file is empty: a configuration needs at least one table [pipelines.NAME]"]);
    assert_eq!(fixture.mistakes("# x\n"), ["1:1: no pipelines: a configuration needs at least one table [pipelines.NAME]"]);
    assert_eq!(fixture.mistakes("[pipelines]\n"), ["1:2: no pipelines: a configuration needs at least one table [pipelines.NAME]"]);
}

#[test]
fn a_schema_given_twice_must_be_the_same() {
    let fixture = Fixture::new();
    let twice = |schema: &str| format!("sink.table = {{ path = \"out\", schema = \"{schema}\" }}");
    let with = |schema: &str| {
        fixture.mistakes(
            &GOOD.replace("filter = \"proto tcp\"", "schema = \"spot\"").replace("sink.table = { path = \"out\" }", &twice(schema)),
        )
    };
    assert_eq!(with("spot"), Vec::<String>::new());
    assert_eq!(with("full"), ["6:39: `schema` is another one in `options`: give it once"]);
}

#[test]
fn a_pipeline_that_reads_what_it_writes_is_a_loop() {
    let fixture = Fixture::new();
    let loops = fixture.mistakes_with("\"out\"", "\"in/table\"");
    assert_eq!(loops, ["6:23: a loop: the table lies in the directory that `flow` takes its input from"]);
    let within = fixture.mistakes_with("\"out\"", "\"../config/\"");
    assert_eq!(within, ["6:23: the directory that `flow` takes its input from lies in the table, whose readers would find it"]);
    let not_recursive = GOOD.replace("\"in\"", "\"in\", recursive = false").replace("\"out\"", "\"in/table\"");
    assert_eq!(fixture.mistakes(&not_recursive), Vec::<String>::new());
}

#[test]
fn files_are_not_moved_to_where_they_are_found_again() {
    let fixture = Fixture::new();
    let moved = fixture.mistakes_with("\"in\"", "\"in\", after = { move = \"in/done\" }");
    assert_eq!(
        moved,
        ["3:52: ingested files would be found again: /weir/config/in/done lies in the directory that they come from; name one outside it"]
    );
    assert_eq!(fixture.mistakes_with("\"in\"", "\"in\", recursive = false, after = { move = \"in/done\" }"), Vec::<String>::new());
}

#[test]
fn two_pipelines_share_a_directory_only_if_both_keep_its_files() {
    let fixture = Fixture::new();
    let with = |after: &str| {
        fixture.mistakes(&format!(
            "{GOOD}\n[pipelines.other]\nsource.directory = {{ path = \"in/below\", after = {after} }}\nparser = \"flow\"\nsink.table = {{ path = \"out2\" }}"
        ))
    };
    assert_eq!(with("\"keep\""), Vec::<String>::new());
    let message = "9:29: `flow` takes files from here too, and one of the two takes them away from the other: \
                   use `after = \"keep\"` in both, or a directory for each";
    assert_eq!(with("\"delete\""), [message]);
    assert_eq!(with("{ move = \"/done\" }"), [message]);
}

#[test]
fn a_stream_is_standard_input_or_a_fifo_and_the_source_of_one_pipeline() {
    let fixture = Fixture::new();
    let with = |path: &str| GOOD.replace("source.directory = { path = \"in\" }", &format!("source.stream = {{ path = \"{path}\" }}"));
    let source = |path: &str| fixture.parse(&with(path)).unwrap().pipelines.remove(0).source;
    assert!(matches!(source("-"), Source::Stream(StreamSource::StandardInput)));
    assert!(matches!(source("../run/a.fifo"), Source::Stream(StreamSource::Fifo(path)) if path == Path::new("/weir/run/a.fifo")));
    let twice = |one: &str, other: &str| {
        let second = "parser = \"flow\"\nsink.table = { path = \"out2\" }";
        fixture.mistakes(&format!("{}\n[pipelines.other]\nsource.stream = {{ path = \"{other}\" }}\n{second}", with(one)))
    };
    let message = "9:26: `flow` reads this stream too, and what one reads the other does not: give each its own";
    assert_eq!(twice("-", "-"), [message]);
    assert_eq!(twice("a.fifo", "x/../a.fifo"), [message]);
    assert_eq!(twice("a.fifo", "-"), Vec::<String>::new());
    let both = fixture.mistakes_with("parser = ", "source.stream = { path = \"-\" }\nparser = ");
    assert_eq!(both, ["4:8: a pipeline has one source: give each its own pipeline"]);
}

#[test]
fn two_pipelines_share_a_table_only_if_its_partitions_are_spelled_alike() {
    let fixture = Fixture::new();
    let with = |table: &str| {
        fixture.mistakes(&format!(
            "{GOOD}\n[pipelines.other]\nsource.directory = {{ path = \"in2\" }}\nparser = \"flow\"\nsink.table = {{ path = {table} }}"
        ))
    };
    assert_eq!(with("\"out2\""), Vec::<String>::new());
    assert_eq!(with("\"out\""), Vec::<String>::new());
    let padded = with("\"x/../out\", padded = true");
    assert_eq!(padded, ["11:44: `flow` writes to this table too, with another `padded`: partitions would have two spellings"]);
    let nested = with("\"out/b\"");
    assert_eq!(nested, ["11:23: this table and that of `flow` lie one in the other: readers of one would find both"]);
}

#[test]
fn a_module_file_must_be_there() {
    let fixture = Fixture::new();
    let with = |file: &str| fixture.mistakes(&format!("{GOOD}\n[modules.x]\nfile = \"{file}\"\n"));
    assert_eq!(with("flow"), Vec::<String>::new());
    assert_eq!(
        with("dsn"),
        [
            "9:8: no module `dsn`: no dsn.wasm in [MODULES] (more directories: WEIR_MODULES, a list as PATH is one); write ./dsn for a file beside this one; did you mean `dns`?"
        ]
    );
    assert_eq!(with("./x.wasm"), ["9:8: cannot read the module /weir/config/x.wasm: No such file or directory (os error 2)"]);
    assert_eq!(with("/"), ["9:8: / is not a file"]);
}

#[test]
fn a_place_within_a_text_is_shown_despite_escapes() {
    let fixture = Fixture::new();
    let with = |include: &str| fixture.mistakes_with("\"in\"", &format!("\"in\", include = {{ regex = {include} }}"));
    assert_eq!(with(r#""\\.(x""#), ["3:59: the regular expression does not compile: unclosed group"]);
    assert_eq!(with(r"'\.(x'"), ["3:58: the regular expression does not compile: unclosed group"]);
}

#[test]
fn a_file_that_cannot_be_read_is_one_mistake() {
    let directory = tempfile::tempdir().unwrap();
    let load_of = |name: &str, bytes: &[u8]| {
        let file = directory.path().join(name);
        std::fs::write(&file, bytes).unwrap();
        let report = load(&file).unwrap_err().to_string();
        report.replace(directory.path().to_str().unwrap(), "[DIR]").lines().next().unwrap().to_owned()
    };
    assert_eq!(load_of("a", b"\xef\xbb\xbf[pipelines]"), "[DIR]/a: the file begins with a byte order mark: save it as UTF-8 without one");
    assert_eq!(load_of("b", b"\xff\xfe[\0"), "[DIR]/b: the file is UTF-16: save it as UTF-8");
    assert_eq!(load_of("c", b"# \n# \xe4\n"), "[DIR]/c: line 2 is not UTF-8: save the file as UTF-8");
    assert_eq!(load_of("d", b""), "[DIR]/d: the file is empty: a configuration needs at least one table [pipelines.NAME]");
    assert_eq!(load_of("e", &vec![b'#'; 2 << 20]), "[DIR]/e: the file is larger than 1.0 MiB: it cannot be a configuration");
    let of_path = |path: &Path| load(path).unwrap_err().to_string();
    assert!(of_path(directory.path()).contains(": this is a directory: name a configuration file\n"));
    assert!(of_path(&directory.path().join("none")).contains(": cannot read the configuration: No such file or directory"));
}

#[test]
fn the_document_points_at_values_after_loading() {
    let config = Fixture::new().parse(GOOD).unwrap();
    let problems = vec![
        config.document.problem("pipelines.flow.options.filter", "bad filter"),
        config.document.problem("pipelines.flow.options.other", "no such option"),
        config.document.problem("modules.flow.file", "not a module"),
        config.document.problem("pipelines.flow.sink.table.bloom-filters[1]", "no such column"),
    ];
    let report = config.document.errors(problems).to_string();
    let places: Vec<_> = report.lines().filter(|line| line.starts_with("weir.toml")).collect();
    assert_eq!(
        places,
        ["weir.toml: not a module", "weir.toml:5:11: no such option", "weir.toml:5:22: bad filter", "weir.toml:6:14: no such column"]
    );
}

#[test]
fn the_configurations_that_ship_are_right() {
    let fixture = Fixture::new();
    for module in ["netflow", "proxy"] {
        std::fs::write(fixture.module(&format!("{module}.wasm")), "").unwrap();
    }
    for name in ["demo", "flow", "dns", "netflow", "proxy"] {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../config").join(name).with_extension("toml");
        let text = std::fs::read_to_string(file).unwrap();
        let kind = name.to_uppercase();
        let text = text.replace(&format!("${{{kind}_IN}}"), "${DATA}").replace(&format!("${{{kind}_TABLES}}"), "/srv/tables");
        assert_eq!(fixture.mistakes(&text), Vec::<String>::new(), "{name}");
    }
}

#[test]
fn pipelines_are_selected_by_name() {
    let config = Fixture::new().parse(GOOD).unwrap();
    let names = |names: &[&str]| config.select(&names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>()).map(|found| found.len());
    assert_eq!(names(&[]), Ok(1));
    assert_eq!(names(&["flow", "flow"]), Ok(1));
    let error = names(&["flow", "flwo"]).unwrap_err().to_string();
    assert_eq!(error, "no pipeline `flwo`: the configuration has flow; did you mean `flow`?");
}

#[test]
fn files_go_to_a_topic_as_they_are_only_without_a_parser_and_with_a_place_to_keep_them() {
    let fixture = Fixture::new();
    let mistakes = |sink: &str, more: &str| -> Vec<String> {
        let text = format!(
            "[pipelines.m]\nsource.directory = {{ path = \"in\" }}\nsink.kafka = {{ brokers = \"b\", topic = \"t\", state = \"state\"{sink} }}\n{more}"
        );
        fixture.mistakes(&text).iter().map(|mistake| mistake.split_once(": ").unwrap().1.to_owned()).collect()
    };
    let path = ", format = \"path\", originals = \"kept\"";
    assert_eq!(mistakes(&format!("{path}, split-packets = 2, create = {{ partitions = 3 }}"), ""), Vec::<String>::new());
    assert_eq!(
        mistakes(path, "parser = \"flow\"\n"),
        ["format = \"path\" sends files as they are, and their workers parse them: leave `parser` out"]
    );
    assert_eq!(
        mistakes(&path.replace("kept", "in/kept"), ""),
        ["a loop: /weir/config/in/kept lies in the directory that `m` takes its input from"]
    );
    assert_eq!(
        mistakes(", originals = \"kept\"", "parser = \"flow\"\n"),
        ["`originals` is for format = \"path\", which keeps files as they are"]
    );
    assert_eq!(mistakes("", ""), ["`pipelines.m` needs `parser`, like parser = \"flow\""]);
}
