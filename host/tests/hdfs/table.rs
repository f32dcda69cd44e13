//! A table on HDFS is what it is on a local disk.

use std::collections::BTreeMap;
use std::path::Path;

use super::cluster::Cluster;
use super::copy::copy;
use crate::end_to_end::program::Weir;
use crate::end_to_end::table::files;

fn fixtures() -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures/flow").display().to_string()
}

/// Files by their paths below the table.
fn content(table: &Path) -> BTreeMap<String, Vec<u8>> {
    let name = |path: &Path| path.strip_prefix(table).unwrap().display().to_string();
    files(table).into_iter().map(|path| (name(&path), std::fs::read(&path).unwrap())).collect()
}

fn flow(sink: &str) -> Weir {
    let fixtures = fixtures();
    Weir::config(&format!(
        "[pipelines.flow]\nsource.directory = {{ path = {fixtures:?}, settle = \"0s\" }}\nparser = \"flow\"\nsink.table = {{ path = {sink:?} }}\n"
    ))
}

#[test]
fn a_table_on_hdfs_has_the_files_of_the_local_one_byte_for_byte() {
    let (here, url) = (flow("out"), Cluster::shared().directory());
    let there = flow(&url);
    let (local, remote) = (here.once(), there.once());
    assert_eq!((local.code(), remote.code()), (2, 2), "{local:?} {remote:?}");
    let copied = copy(&url);
    let (ours, theirs) = (content(&here.path("out")), content(copied.path()));
    assert_eq!(ours.keys().collect::<Vec<_>>(), theirs.keys().collect::<Vec<_>>());
    assert!(ours == theirs && ours.len() == 7);

    let again = there.once();
    assert!(again.stdout.contains("8 ingested before") && again.stdout.contains("written     0 rows"), "{again:?}");
}

#[test]
fn head_quarantine_and_lineage_read_from_hdfs() {
    let url = Cluster::shared().directory();
    let weir = flow(&url);
    assert_eq!(weir.once().code(), 2);
    let here = flow("out");
    assert_eq!(here.once().code(), 2);

    let head = |weir: &Weir, path: &str| weir.run(&["table", "head", path, "-n", "2000", "--columns", "treceived,sip,dip,ibyt"]);
    let (theirs, ours) = (head(&weir, &url), head(&here, "out"));
    assert_eq!((theirs.code(), &theirs.stdout), (0, &ours.stdout), "{theirs:?}");
    assert_eq!(theirs.stdout.lines().count(), 1225 + 4);

    let listed = weir.run(&["quarantine", "list", &url]);
    assert_eq!(listed.stdout, here.run(&["quarantine", "list", "out"]).stdout);
    let entry = listed.stdout.split_whitespace().next().unwrap().to_owned();
    let shown = weir.run(&["quarantine", "show", &url, &entry]);
    assert_eq!(shown.stdout, std::fs::read_to_string(format!("{}/ORIGIN.md", fixtures())).unwrap());

    let file = files(&here.path("out")).remove(0);
    let name = file.strip_prefix(here.path("out")).unwrap().display().to_string();
    let lineage = weir.run(&["lineage", &format!("{url}/{name}")]);
    assert_eq!((lineage.code(), lineage.stdout), (0, here.run(&["lineage", &format!("out/{name}")]).stdout));
}

#[test]
fn what_is_not_on_hdfs_is_said_to_be_missing() {
    let (weir, url) = (Weir::config(""), Cluster::shared().directory());
    let said = |arguments: &[&str]| weir.run(arguments).stderr.trim().to_owned();
    assert_eq!(said(&["table", "head", &url]), format!("weir: no rows below {url}"));
    assert_eq!(said(&["lineage", &format!("{url}/a")]), format!("weir: cannot read {url}/a: entity not found"));
    assert_eq!(said(&["quarantine", "list", &url]), format!("weir: {url} is no table: name the directory that a sink writes to"));
}
