//! `weir table head` on tables of the stock modules.

use std::path::Path;

use super::program::Weir;

/// A table of everything that the fixtures of a module hold, and a column of it that is a time.
fn first_time(module: &str, column: &str) -> String {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures").join(module);
    let weir = Weir::config(&format!(
        "[pipelines.{module}]\nsource.directory = {{ path = {fixtures:?}, exclude = \"*.md\", settle = \"0s\" }}\nparser = \"{module}\"\n\
         sink.table = {{ path = \"out\", schema = \"full\" }}\n"
    ));
    weir.once();
    let whole = weir.run(&["table", "head", "out", "-n", "1"]);
    assert_eq!(whole.code(), 0, "{module}: {whole:?}");
    let ran = weir.run(&["table", "head", "out", "-n", "1", "--columns", column]);
    let shown: Vec<_> = ran.stdout.lines().map(|line| line.trim_matches(['|', ' ', '+', '-']).to_owned()).collect();
    assert_eq!((shown.len(), shown[1].as_str()), (5, column), "{ran:?}");
    shown[3].clone()
}

#[test]
fn times_of_every_stock_module_are_shown_in_utc() {
    let times = [
        ("flow", "flowStartMilliseconds", "2004-07-11T10:30:00.010Z"),
        ("dns", "timestamp", "1970-01-01T00:00:00Z"),
        ("netflow", "collectionTimeMilliseconds", "2017-07-14T04:36:40Z"),
        ("proxy", "time", "2005-05-04T17:16:12Z"),
    ];
    for (module, column, time) in times {
        assert_eq!(first_time(module, column), time, "{module}");
    }
}
