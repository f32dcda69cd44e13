//! Files as they are, kept on HDFS, and their paths sent.

use std::fs;
use std::path::Path;

use super::cluster::{Cluster, path_of};
use super::copy::copy;
use crate::end_to_end::program::Weir;
use crate::kafka::broker::Broker;
use crate::kafka::topic::Topic;

#[test]
fn originals_are_kept_on_hdfs_by_day_and_hour_and_their_paths_are_sent_as_spot_writes_them() {
    let (topic, url) = (Topic::unmade(Broker::shared(), 1), Cluster::shared().directory());
    let weir = Weir::config(&format!(
        "[pipelines.master]\nsource.directory = {{ path = \"in\", settle = \"0s\", after = \"delete\" }}\n\
         sink.kafka = {{ {}, state = \"state\", format = \"path\", originals = {url:?}, create = {{ partitions = 1 }}, hdfs = {{ replication = 1 }} }}\n",
        topic.toml()
    ));
    fs::create_dir(weir.path("in")).unwrap();
    let fixture = fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures/flow/layout1-lz4.nfcapd")).unwrap();
    weir.input("nfcapd.201711031400", &fixture);
    let ran = weir.once();
    assert_eq!(ran.code(), 0, "{ran:?}");

    let kept = copy(&url);
    assert_eq!(fs::read(kept.path().join("20171103/14/nfcapd.201711031400")).unwrap(), fixture);
    let sent: Vec<_> = topic.messages().into_iter().map(|message| String::from_utf8(message.value).unwrap()).collect();
    assert_eq!(sent, [format!("{}/20171103/14/nfcapd.201711031400", path_of(&url))]);
    assert!(!weir.path("in/nfcapd.201711031400").exists());
}
