//! The command line from outside: what it prints, where, and its exit codes.

use std::io::Read;
use std::process::Stdio;

use crate::end_to_end::program::Weir;

#[test]
fn help_and_version_are_data_and_no_error() {
    let weir = Weir::config("");
    for arguments in [["--help"].as_slice(), &["--version"], &["run", "--help"], &["help", "check"]] {
        let ran = weir.run(arguments);
        assert_eq!((ran.code(), ran.stderr.as_str()), (0, ""), "{arguments:?}");
        assert!(ran.stdout.contains("weir"), "{arguments:?}");
    }
}

#[test]
fn a_wrong_command_line_is_a_usage_error() {
    let weir = Weir::pipeline("lines", "");
    for arguments in [
        ["--bogus"].as_slice(),
        &["run"],
        &["chek", "weir.toml"],
        &["--log", "lou", "check", "weir.toml"],
        &["run", "weir.toml", "lines", "lnies"],
    ] {
        let ran = weir.run(arguments);
        assert_eq!((ran.code(), ran.stdout.as_str()), (64, ""), "{arguments:?} {ran:?}");
    }
}

#[test]
fn a_pipeline_that_is_not_there_gets_the_nearest_one() {
    let ran = Weir::pipeline("lines", "").run(&["run", "weir.toml", "lnies"]);
    assert_eq!(ran.stderr, "weir: no pipeline `lnies`: the configuration has lines; did you mean `lines`?\n");
}

#[test]
fn a_configuration_without_mistakes_is_checked_in_one_line() {
    let ran = Weir::pipeline("lines", "").run(&["check", "weir.toml"]);
    assert_eq!((ran.code(), ran.stdout.as_str(), ran.stderr.as_str()), (0, "weir.toml: nothing wrong with 1 pipeline: lines\n", ""));
}

#[test]
fn what_modules_and_directories_say_is_reported_in_the_places_of_the_file() {
    let weir = Weir::config(
        r#"[modules.broken]
file = "./broken.wasm"
[pipelines.lines]
source.directory = { path = "nowhere" }
parser = "lines"
options = { filter = "any" }
sink.table = { path = "out" }
[pipelines.bloom]
source.directory = { path = "sub" }
parser = "lines"
sink.table = { path = "/proc/table", bloom-filters = ["host", "bites"] }
[pipelines.broken]
source.directory = { path = "weir.toml", recursive = false }
parser = "broken"
sink.table = { path = "out3" }
[pipelines.unread]
paser = "lines"
"#,
    );
    std::fs::create_dir(weir.path("sub")).unwrap();
    std::fs::write(weir.path("broken.wasm"), "nothing of the kind").unwrap();
    let ran = weir.run(&["check", "weir.toml"]);
    let found: Vec<_> = ran.stderr.lines().filter(|line| line.starts_with("weir.toml:")).collect();
    let expected = [
        "weir.toml:2:8: broken.wasm is not a module that can be loaded: it is not WebAssembly",
        "weir.toml:4:29: the directory nowhere does not exist: create it",
        "weir.toml:6:22: module `lines` has no option `filter`",
        "weir.toml:11:23: cannot write to /proc: ",
        "weir.toml:11:63: the table has no column `bites`; did you mean `bytes`?",
        "weir.toml:13:29: weir.toml is not a directory",
        "weir.toml:16:12: `pipelines.unread` needs `sink`, like sink.table = { path = \"out\" }",
        "weir.toml:16:12: `pipelines.unread` needs `source`, like source.directory = { path = \"in\" }",
        "weir.toml:17:1: unknown key `paser` in `pipelines.unread`; did you mean `parser`?",
    ];
    assert_eq!(found.len(), expected.len(), "{found:#?}");
    assert!(found.iter().zip(expected).all(|(found, expected)| found.starts_with(expected)), "{found:#?}");
    assert_eq!(ran.code(), 78);
    assert!(ran.stderr.ends_with("\n9 errors in weir.toml\n"), "{}", ran.stderr);

    let offline = weir.run(&["check", "weir.toml", "--offline"]);
    assert!(offline.stderr.ends_with("\n6 errors in weir.toml\n"), "{}", offline.stderr);

    let json = weir.run(&["check", "weir.toml", "--json"]);
    let json: serde_json::Value = serde_json::from_str(&json.stdout).unwrap();
    assert_eq!(json["errors"].as_array().unwrap().len(), 9);
    assert_eq!((&json["errors"][2]["line"], &json["errors"][2]["column"]), (&6.into(), &22.into()));
}

#[test]
fn pipelines_of_the_same_columns_share_a_table() {
    let weir = Weir::pipeline(
        "lines",
        "[pipelines.other]\nsource.directory = { path = \"in\" }\nparser = \"lines\"\nsink.table = { path = \"out\" }",
    );
    let ran = weir.run(&["check", "weir.toml"]);
    assert_eq!(ran.code(), 0, "{ran:?}");
}

/// What `weir check` says of two pipelines of the hostile module: `first` and `other` are their options.
fn check_two(directory: &str, first: &str, other: &str) -> (i32, String) {
    let weir = Weir::pipeline(
        "hostile",
        &format!(
            "options = {{ {first} }}\n[pipelines.other]\nsource.directory = {{ path = \"{directory}\", include = \"b*\" }}\nparser = \"hostile\"\n\
             options = {{ {other} }}\nsink.table = {{ path = \"x/../out\" }}"
        ),
    );
    std::fs::create_dir_all(weir.path("in/below")).unwrap();
    std::fs::create_dir(weir.path("apart")).unwrap();
    let ran = weir.run(&["check", "weir.toml"]);
    (ran.code(), ran.stderr)
}

#[test]
fn pipelines_that_make_other_rows_of_the_same_files_do_not_share_a_table() {
    let (code, said) = check_two("in/below", "leak = 1", "ballast = 0");
    assert_eq!(code, 78, "{said}");
    let mistake = "weir.toml:11:23: `lines` fills this table from the same files with other options (leak), \
                   and a table takes each file once, from whichever comes first: \
                   give each pipeline its own table or directory, or both the same module and options\n";
    assert!(said.starts_with(mistake), "{said}");
    for (directory, first, other) in [("apart", "leak = 1", ""), ("in/below", "leak = 0", "ballast = 0"), ("in", "leak = 1", "leak = 1")] {
        assert_eq!(check_two(directory, first, other), (0, String::new()), "{directory} {first} {other}");
    }
}

#[test]
fn pipelines_of_other_columns_do_not_share_a_table() {
    let weir = Weir::pipeline(
        "lines",
        "[pipelines.other]\nsource.directory = { path = \"in\" }\nparser = \"hostile\"\nsink.table = { path = \"out\" }",
    );
    let ran = weir.run(&["check", "weir.toml", "--offline"]);
    assert_eq!(ran.code(), 78, "{ran:?}");
    let mistake = "weir.toml:9:23: `lines` writes to this table too, and this pipeline lacks host, bytes; has line, number besides; \
                   has time as timestamp, not bigint: give each its own\n";
    assert!(ran.stderr.starts_with(mistake), "{}", ran.stderr);
}

#[test]
fn a_table_of_other_columns_or_partitions_is_refused_before_a_run() {
    let weir = Weir::pipeline("lines", "");
    weir.input("a.log", b"1504870624 a.example 1\n");
    assert_eq!(weir.once().code(), 0);
    let configuration = std::fs::read_to_string(weir.path("weir.toml")).unwrap();
    let changes = [
        ("parser = \"lines\"", "parser = \"hostile\"", "has time as bigint, not timestamp"),
        ("path = \"out\"", "path = \"out\", padded = true", "has partitions like m=9, not partitions like m=09"),
    ];
    for (from, to, difference) in changes {
        std::fs::write(weir.path("weir.toml"), configuration.replace(from, to)).unwrap();
        for command in [["check", "weir.toml"].as_slice(), &["run", "weir.toml", "--once"]] {
            let ran = weir.run(command);
            assert_eq!(ran.code(), 78, "{ran:?}");
            assert!(ran.stderr.starts_with("weir.toml:4:23: the table that lies there "), "{}", ran.stderr);
            assert!(
                ran.stderr.contains(&format!("{difference}, unlike what this pipeline writes: give the pipeline another `path`")),
                "{ran:?}"
            );
        }
        assert_eq!(weir.run(&["check", "weir.toml", "--offline"]).code(), 0);
    }
    std::fs::write(weir.path("weir.toml"), configuration).unwrap();
    assert_eq!(weir.once().code(), 0);
}

#[test]
fn a_module_is_inspected_by_its_name_and_by_its_file() {
    let weir = Weir::config("");
    let ran = weir.run(&["module", "inspect", "lines"]);
    assert_eq!(ran.code(), 0, "{ran:?}");
    let table = "
Options: none

3 columns
  time   int64        when, seconds since 1970-01-01 UTC (event time in seconds)
  host   text         who asked
  bytes  int64        bytes sent
";
    assert!(ran.stdout.ends_with(table), "{}", ran.stdout);
    let json: serde_json::Value = serde_json::from_str(&weir.run(&["module", "inspect", "lines", "--json"]).stdout).unwrap();
    assert_eq!(json["name"], "lines");
    assert_eq!(json["schemas"][0]["columns"][1]["type"], "text");
    let file = json["file"].as_str().unwrap();
    assert_eq!(weir.run(&["module", "inspect", file]).stdout, ran.stdout);
}

#[test]
fn a_file_that_is_no_module_is_refused_with_the_reason() {
    let ran = Weir::config("").run(&["module", "inspect", "./weir.toml"]);
    assert_eq!(ran.code(), 1);
    assert_eq!(ran.stderr, "weir: ./weir.toml is not a module that can be loaded: it is empty\n");
}

#[test]
fn a_module_that_cannot_be_loaded_is_listed_with_the_reason() {
    let mut weir = Weir::config("");
    std::fs::write(weir.path("bad.wasm"), "x").unwrap();
    weir.set("WEIR_MODULES", weir.path("").to_str().unwrap().to_owned().as_str());
    let ran = weir.run(&["module", "list"]);
    assert_eq!(ran.code(), 1);
    let line = ran.stdout.lines().find(|line| line.starts_with("bad ")).unwrap_or_default();
    assert!(line.ends_with("bad.wasm is not a module that can be loaded: it is not WebAssembly"), "{}", ran.stdout);
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let weir = Weir::config("");
    let mut child = weir.command(&["module", "inspect", "lines"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let mut said = String::new();
    child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    assert_eq!((child.wait().unwrap().code(), said.as_str()), (Some(0), ""));
}

#[test]
fn a_damaged_module_is_refused_in_one_line() {
    let weir = Weir::config("");
    let mut module = std::fs::read(weir.module("lines")).unwrap();
    let section = module.windows(14).position(|window| window == b"component-type").unwrap();
    module[section + 30..section + 200].iter_mut().for_each(|byte| *byte ^= 0x55);
    std::fs::write(weir.path("bad.wasm"), module).unwrap();
    for (file, reason) in [("bad.wasm", "no component can be made of this core module: "), (".", "it is not a regular file")] {
        let ran = weir.run(&["module", "inspect", file]);
        assert_eq!((ran.code(), ran.stderr.lines().count()), (1, 1), "{ran:?}");
        let said = format!("weir: {file} is not a module that can be loaded: {reason}");
        assert!(ran.stderr.starts_with(&said), "{}", ran.stderr);
    }
}

#[test]
fn columns_are_shown_in_the_order_asked_for() {
    let weir = Weir::pipeline("lines", "");
    weir.input("a.log", b"1504870624 \x1b[2Ja.example 1\n");
    assert_eq!(weir.once().code(), 0);
    let table = "\
+-------+---------------+------------+
| bytes | host          | time       |
+-------+---------------+------------+
| 1     | \u{fffd}[2Ja.example | 1504870624 |
+-------+---------------+------------+
";
    assert_eq!(weir.run(&["table", "head", "out", "--columns", "bytes,host,time"]).stdout, table);
    let unknown = weir.run(&["table", "head", "out", "--columns", "bites"]);
    assert!(unknown.stderr.ends_with(": no column `bites`; there are time, host, bytes\n"), "{}", unknown.stderr);
}

#[test]
fn a_directory_that_is_no_table_has_no_quarantine() {
    let weir = Weir::pipeline("lines", "");
    assert_eq!(weir.run(&["quarantine", "list", "in"]).stderr, "weir: in is no table: name the directory that a sink writes to\n");
    weir.input("a.log", b"1504870624 a.example 1\n");
    assert_eq!(weir.once().code(), 0);
    assert_eq!(weir.run(&["quarantine", "list", "out"]).stdout, "nothing in the quarantine of out\n");
    assert_eq!(weir.run(&["quarantine", "list", "out", "--json"]).stdout, "[]\n");
}

#[test]
fn what_each_example_comes_to_is_a_configuration_that_comes_to_the_same() {
    let examples = concat!(env!("CARGO_MANIFEST_DIR"), "/../config");
    for example in std::fs::read_dir(examples).unwrap().map(|entry| entry.unwrap().path()) {
        let mut weir = Weir::config("");
        let text = std::fs::read_to_string(&example).unwrap();
        for variable in text.split("${").skip(1).map(|rest| rest.split('}').next().unwrap()) {
            weir.set(variable, &format!("/there/{variable}"));
        }
        let shown = weir.run(&["config", "show", example.to_str().unwrap()]);
        assert_eq!((shown.code(), shown.stderr.as_str()), (0, ""), "{example:?}");
        std::fs::write(weir.path("shown.toml"), &shown.stdout).unwrap();
        assert_eq!(weir.run(&["config", "show", "shown.toml"]).stdout, shown.stdout, "{example:?}");
    }
}

#[test]
fn a_password_is_not_shown_and_neither_is_what_a_file_holds() {
    let weir = Weir::config(
        r#"[pipelines.paths]
source.directory = { path = "in" }
[pipelines.paths.sink.kafka]
brokers = "localhost:9092"
topic = "paths"
state = "state"
format = "path"
originals = "kept"
properties = { "sasl.username" = "weir", "sasl.password" = "hush", "client.id" = { file = "id" } }
"#,
    );
    std::fs::write(weir.path("id"), "quiet").unwrap();
    let shown = weir.run(&["config", "show", "weir.toml"]);
    let end = shown.stdout.split_once("[pipelines.paths.sink.kafka.properties]\n").unwrap().1;
    assert_eq!(end, "# `client.id` is set, and not shown.\n# `sasl.password` is set, and not shown.\n\"sasl.username\" = \"weir\"\n");
}
