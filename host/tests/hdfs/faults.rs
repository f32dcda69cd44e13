//! A cluster that fails while weir writes: DataNodes and the NameNode killed, safe mode; then rights and quotas.

use super::cluster::{Cluster, path_of};
use super::copy::copy;
use super::crash::{assert_whole, weir_with_input};
use crate::end_to_end::crash::{FILES, expected, text};
use crate::end_to_end::program::{Running, Weir, wait_for};
use crate::end_to_end::table::lines;

/// Starts a weir without its second input file, and waits until the first is in the table.
fn half_way(weir: &Weir, url: &str) -> Running {
    std::fs::rename(weir.path("in/1.log"), weir.path("1.log")).unwrap();
    let running = weir.start();
    wait_for("the first file", || lines(copy(url).path()).len() as u64 == expected().len() as u64 / FILES);
    running
}

fn goes_on(weir: &Weir, running: Running, url: &str, after: &str) {
    wait_for("all rows", || lines(copy(url).path()).len() == expected().len());
    assert!(running.terminate().success(), "after {after}: {}", weir.log());
    assert_whole(url, after);
}

#[test]
fn whatever_part_of_the_cluster_dies_every_row_is_there_once() {
    let cluster = Cluster::start(2);
    datanode_dies(&cluster);
    namenode_dies(&cluster);
    safe_mode(&cluster);
}

fn datanode_dies(cluster: &Cluster) {
    let url = cluster.directory();
    let weir = weir_with_input(&url, "replication = 2");
    let running = half_way(&weir, &url);
    cluster.control("kill dn2");
    weir.input("1.log", &text(1));
    goes_on(&weir, running, &url, "the death of a DataNode");
    cluster.control("start dn2");
}

fn namenode_dies(cluster: &Cluster) {
    let url = cluster.directory();
    let weir = weir_with_input(&url, "");
    let running = half_way(&weir, &url);
    cluster.control("kill nn");
    weir.input("1.log", &text(1));
    wait_for("a word about it", || weir.log().contains("HDFS does not take it, trying again"));
    cluster.control("start nn");
    goes_on(&weir, running, &url, "the death of the NameNode");
    assert!(weir.log().contains("HDFS takes it again"), "{}", weir.log());
}

fn safe_mode(cluster: &Cluster) {
    let url = cluster.directory();
    let weir = weir_with_input(&url, "patience = \"0s\"");
    let running = half_way(&weir, &url);
    cluster.control("admin -safemode enter");
    weir.input("1.log", &text(1));
    wait_for("a word about it", || weir.log().contains("the NameNode is in safe mode, in which nothing is written"));
    let (check, once) = (weir.run(&["check", "weir.toml"]), weir.once());
    assert!(check.stderr.contains("the NameNode is in safe mode") && check.stderr.contains(&url), "{check:?}");
    assert_eq!((check.code(), once.code()), (78, 78), "{check:?} {once:?}");
    cluster.control("admin -safemode leave");
    goes_on(&weir, running, &url, "safe mode");
}

#[test]
fn a_directory_that_is_not_ours_is_named_with_the_remedy() {
    let url = Cluster::shared().directory();
    let mut weir = weir_with_input(&url, "");
    weir.set("HADOOP_USER_NAME", "mallory");
    let check = weir.run(&["check", "weir.toml"]);
    assert_eq!(check.code(), 78, "{check:?}");
    let said = "not permitted; give this user the right to write there: Permission denied: user=mallory, access=WRITE";
    assert!(check.stderr.contains(said) && check.stderr.contains("sink.table"), "{check:?}");
}

#[test]
fn a_quota_that_is_used_up_is_named_and_the_rest_comes_when_it_is_raised() {
    let url = Cluster::shared().directory();
    let weir = weir_with_input(&url, "block-size = \"1MiB\"");
    let running = half_way(&weir, &url);
    Cluster::shared().control(&format!("admin -setSpaceQuota 1 {}", path_of(&url)));
    weir.input("1.log", &text(1));
    wait_for("a word about it", || weir.log().contains("the quota of HDFS is used up; make room, or raise it"));
    Cluster::shared().control(&format!("admin -clrSpaceQuota {}", path_of(&url)));
    goes_on(&weir, running, &url, "a quota");
}
