//! A directory of files becomes a table: what is there, what arrives, and what must wait.

use std::fs;
use std::io::Write;

use super::program::{Weir, wait_for};
use super::table::{files, lines};

const TEXT: &[u8] = b"1504870624 a.example 1\n1504870625 b.example 2\n";

fn rows() -> Vec<(i64, String, i64)> {
    vec![(1_504_870_624, "a.example".into(), 1), (1_504_870_625, "b.example".into(), 2)]
}

#[test]
fn rows_lie_in_the_partition_of_their_own_hour() {
    let weir = Weir::pipeline("lines", "");
    weir.input("a.log", b"1504870624 a.example 1\n1504874400 b.example 2\n");
    assert_eq!(weir.once().code(), 0);
    let files: Vec<_> =
        files(&weir.path("out")).iter().map(|file| file.parent().unwrap().strip_prefix(weir.path("out")).unwrap().to_owned()).collect();
    assert_eq!(files, [std::path::Path::new("y=2017/m=9/d=8/h=11"), std::path::Path::new("y=2017/m=9/d=8/h=12")]);
}

#[test]
fn a_second_run_finds_nothing_new() {
    let weir = Weir::pipeline("lines", "");
    weir.input("a.log", TEXT);
    assert_eq!(weir.once().code(), 0);
    assert_eq!(weir.once().code(), 0);
    assert_eq!(lines(&weir.path("out")), rows());
}

#[test]
fn the_same_content_under_another_name_is_ingested_once_and_the_log_says_so() {
    let weir = Weir::pipeline("lines", "");
    weir.input("a.log", TEXT);
    weir.input("b.log", TEXT);
    let ran = weir.once();
    assert_eq!(ran.code(), 0);
    assert_eq!(lines(&weir.path("out")), rows());
    assert!(ran.stderr.contains("same content was ingested before"), "{}", ran.stderr);
}

#[test]
fn a_directory_below_is_read_too() {
    let weir = Weir::pipeline("lines", "");
    fs::create_dir_all(weir.path("in/2017/09")).unwrap();
    fs::write(weir.path("in/2017/09/a.log"), TEXT).unwrap();
    assert_eq!(weir.once().code(), 0);
    assert_eq!(lines(&weir.path("out")), rows());
}

#[test]
fn a_file_that_arrives_while_weir_watches_is_ingested() {
    let weir = Weir::pipeline("lines", "");
    let running = weir.start();
    wait_for("the start", || weir.log().contains("ready"));
    weir.input("a.log", TEXT);
    wait_for("the rows", || lines(&weir.path("out")) == rows());
    assert_eq!(running.terminate().code(), Some(0));
}

#[test]
fn a_file_is_not_taken_while_somebody_writes_it() {
    let weir = Weir::pipeline("lines", "");
    let mut file = fs::File::create(weir.path("in/a.log")).unwrap();
    file.write_all(&TEXT[..10]).unwrap();
    let running = weir.start();
    wait_for("the start", || weir.log().contains("ready"));
    weir.input("b.log", b"1504870700 later.example 3\n");
    wait_for("the other file's row", || lines(&weir.path("out")).len() == 1);
    file.write_all(&TEXT[10..]).unwrap();
    drop(file);
    wait_for("all rows", || lines(&weir.path("out")).len() == 3);
    assert_eq!(running.terminate().code(), Some(0));
}

#[test]
fn an_ingested_file_is_moved_or_deleted_when_the_configuration_says_so() {
    for (after, kept) in [("{ move = \"done\" }", true), ("\"delete\"", false)] {
        let text = format!(
            "[pipelines.lines]\nsource.directory = {{ path = \"in\", settle = \"0s\", after = {after} }}\nparser = \"lines\"\nsink.table = {{ path = \"out\" }}\n"
        );
        let weir = Weir::config(&text);
        fs::create_dir_all(weir.path("in/sub")).unwrap();
        fs::write(weir.path("in/sub/a.log"), TEXT).unwrap();
        let ran = weir.once();
        assert_eq!(ran.code(), 0, "{ran:?}");
        assert!(!weir.path("in/sub/a.log").exists());
        assert_eq!(weir.path("done/sub/a.log").exists(), kept);
        assert_eq!(lines(&weir.path("out")), rows());
    }
}

#[test]
fn what_cannot_be_parsed_is_in_the_quarantine_and_the_exit_code_says_so() {
    let weir = Weir::pipeline("lines", "");
    weir.input("a.log", b"1504870624 a.example 1\nnonsense\n1504870625 b.example 2\n");
    assert_eq!(weir.once().code(), 2);
    assert_eq!(lines(&weir.path("out")), rows());
    let list = weir.run(&["quarantine", "list", "out"]);
    assert!(list.stdout.contains("malformed") && list.stdout.contains("expected `seconds host bytes`"), "{list:?}");
}

#[test]
fn a_table_that_cannot_be_written_is_an_error_that_names_it_and_loses_nothing() {
    let weir = Weir::pipeline("lines", "");
    weir.input("a.log", TEXT);
    fs::write(weir.path("out"), b"a file where the table should be").unwrap();
    let ran = weir.once();
    assert!(ran.code() == 78 || ran.code() == 1, "{ran:?}");
    assert!(ran.stderr.contains("out"), "{}", ran.stderr);
    fs::remove_file(weir.path("out")).unwrap();
    assert_eq!(weir.once().code(), 0);
    assert_eq!(lines(&weir.path("out")), rows());
}

#[test]
fn a_module_whose_file_is_gone_is_a_configuration_error_that_names_it() {
    let weir = Weir::pipeline("gone", "[modules.gone]\nfile = \"gone.wasm\"");
    let ran = weir.once();
    assert_eq!(ran.code(), 78, "{ran:?}");
    assert!(ran.stderr.contains("gone.wasm"), "{}", ran.stderr);
}

/// How many files a run knew without reading them; it finds that it had ingested all of them but `news`.
fn known(weir: &mut Weir, files: usize, news: usize) -> usize {
    weir.set("WEIR_LOG", "debug");
    let ran = weir.once();
    assert_eq!(ran.code(), 0, "{ran:?}");
    let repeated = format!(", {} ingested before\n", files - news);
    assert_eq!(ran.stdout.contains(&repeated), files > news, "{}", ran.stdout);
    ran.stderr.matches("unchanged since it was last read").count()
}

fn weir_with_files_that_stay() -> Weir {
    let weir = Weir::pipeline("lines", "");
    for file in 0..20 {
        weir.input(&format!("{file}.log"), format!("1504870624 a.example {file}\n").as_bytes());
    }
    weir
}

#[test]
fn a_start_reads_no_file_that_stays_as_it_was() {
    let mut weir = weir_with_files_that_stay();
    assert_eq!(known(&mut weir, 20, 20), 0);
    assert_eq!(known(&mut weir, 20, 0), 20);
    // Another content of the same size, with the time of the old.
    let path = weir.path("in/7.log");
    let modified = fs::metadata(&path).unwrap().modified().unwrap();
    fs::write(&path, "1504870624 b.example 7\n").unwrap();
    fs::File::options().write(true).open(&path).unwrap().set_modified(modified).unwrap();
    assert_eq!(known(&mut weir, 20, 1), 19);
    assert_eq!(lines(&weir.path("out")).len(), 21);
    assert_eq!(known(&mut weir, 20, 0), 20);
}

#[test]
fn damaged_digests_of_files_that_stay_lose_no_file_and_double_none() {
    let mut weir = weir_with_files_that_stay();
    assert_eq!(known(&mut weir, 20, 20), 0);
    let path = weir.path("out/.weir/hints/lines");
    let mut hints = fs::read(&path).unwrap();
    assert_eq!(hints.len(), 20 * 48);
    // In the hash of one, in the digests of the others.
    hints.iter_mut().skip(3).step_by(50).for_each(|byte| *byte ^= 1);
    hints.truncate(hints.len() - 1);
    fs::write(&path, hints).unwrap();
    assert_eq!(known(&mut weir, 20, 0), 0);
    assert_eq!(lines(&weir.path("out")).len(), 20);
    assert_eq!(known(&mut weir, 20, 0), 20);
}

#[test]
fn digests_of_files_that_stay_are_not_believed_where_no_record_knows_them() {
    let mut weir = weir_with_files_that_stay();
    assert_eq!(known(&mut weir, 20, 20), 0);
    for kind in ["y=2017", ".weir/commits"] {
        fs::remove_dir_all(weir.path("out").join(kind)).unwrap();
    }
    assert_eq!(known(&mut weir, 20, 20), 0);
    assert_eq!(lines(&weir.path("out")).len(), 20);
}
