//! What `weir check` says of HDFS and of what the configuration says of it.

use super::cluster::Cluster;
use crate::end_to_end::program::Weir;

fn pipeline(path: &str, more: &str) -> Weir {
    let weir = Weir::config(&format!(
        "[pipelines.lines]\nsource.directory = {{ path = \"in\", settle = \"0s\" }}\nparser = \"lines\"\nsink.table = {{ path = {path:?}{more} }}\n"
    ));
    std::fs::create_dir(weir.path("in")).unwrap();
    weir
}

fn refused(path: &str, more: &str) -> String {
    let ran = pipeline(path, more).run(&["check", "weir.toml"]);
    assert_eq!(ran.code(), 78, "{ran:?}");
    ran.stderr
}

#[test]
fn a_sound_table_on_hdfs_is_checked_and_nothing_stays_there() {
    let url = Cluster::shared().directory();
    let options = ", hdfs = { replication = 1, block-size = \"1MiB\", permissions = \"0660\", user = \"root\", \
                   properties = { \"dfs.client.use.datanode.hostname\" = false } }";
    let ran = pipeline(&url, options).run(&["check", "weir.toml"]);
    assert_eq!(ran.code(), 0, "{ran:?}");
    let listed = Weir::config("").run(&["table", "head", &url]);
    assert_eq!(listed.stderr.trim(), format!("weir: no rows below {url}"));
}

#[test]
fn a_cluster_that_does_not_answer_is_named_and_offline_nobody_asks() {
    let weir = pipeline("hdfs://127.0.0.1:1/table", "");
    let ran = weir.run(&["check", "weir.toml"]);
    assert_eq!(ran.code(), 78, "{ran:?}");
    assert!(ran.stderr.contains("HDFS does not answer; see whether its NameNode and its DataNodes run"), "{ran:?}");
    assert!(ran.stderr.contains("Connection refused"), "{ran:?}");
    assert_eq!(weir.run(&["check", "weir.toml", "--offline"]).code(), 0);
}

#[test]
fn a_url_that_makes_no_sense_is_told_how_it_should_look() {
    let said = refused("hdfs://nameservice/table", "");
    assert!(said.contains("write hdfs://HOST:PORT/PATH, or hdfs://NAMESERVICE/PATH with HADOOP_CONF_DIR"), "{said}");
    let said = refused("hdfs://127.0.0.1:1/a/../b", "");
    assert!(said.contains("its path has an empty name, `.`, `..` or a `:`"), "{said}");
}

#[test]
fn options_of_hdfs_are_refused_for_a_path_of_this_machine_and_when_they_make_no_sense() {
    assert!(refused("out", ", hdfs = { replication = 2 }").contains("this one is of this machine"));
    let said = refused("hdfs://127.0.0.1:1/t", ", hdfs = { replicaton = 2, permissions = \"999\", block-size = \"1MB\" }");
    assert!(said.contains("did you mean `replication`?") || said.contains("replication"), "{said}");
    assert!(said.contains("`permissions` must be octal digits up to 0777, found `999`"), "{said}");
    assert!(said.contains("`block-size` must be"), "{said}");
}

#[test]
fn a_url_of_a_storage_that_is_not_known_is_refused() {
    for path in ["s3://bucket/table", "hdfs:/table", "viewfs://a/b"] {
        let said = refused(path, "");
        assert!(said.contains(&format!("must be a path, or a URL like file:///PATH or hdfs://HOST:PORT/PATH, found `{path}`")), "{said}");
    }
}

#[test]
fn a_path_may_be_a_url_of_this_machine() {
    let weir = pipeline("file:out", "");
    weir.input("a.log", b"1504870000 a.example 7\n");
    assert_eq!(weir.once().code(), 0);
    assert!(weir.path("out/.weir/table.json").exists());
    let head = weir.run(&["table", "head", &format!("file://{}", weir.path("out").display())]);
    assert!(head.stdout.contains("a.example"), "{head:?}");
}
