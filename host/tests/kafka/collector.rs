//! Files to a topic, as Spot's distributed collector sends them.

use std::path::Path;

use weir::model::lines;

use super::broker::Broker;
use super::topic::{Stored, Topic};
use crate::end_to_end::program::{Weir, wait_for};
use crate::end_to_end::table::{quarantined, records, temporary};

const HEADER: &str = "tr,try,trm,trd,trh,trm,trs,td,sa,da,sp,dp,pr,flg,fwd,stos,ipkt,ibyt,opkt,obyt,in,out,sas,das,dtos,dir,ra\n";
const SUMMARY: &str = "Summary\nflows,bytes,packets,avg_bps,avg_pps,avg_bpp\n4,13600,48,1507,0,283\n";

/// A line of nfdump of a time on 2017-11-03.
pub fn flow(time: &str, port: u64) -> String {
    let parts: Vec<_> = time.split(':').collect();
    let [hour, minute, second] = parts[..] else { panic!("{time}") };
    let number = |text: &str| text.parse::<u64>().unwrap();
    format!(
        "2017-11-03 {time},2017,11,3,{},{},{},18.044,10.0.0.1,10.0.0.2,{port},443,TCP,.AP.SF,0,0,12,3400,10,9000,3,4,0,0,0,0,192.168.1.1",
        number(hour),
        number(minute),
        number(second)
    )
}

/// A pipeline from `in/` to a topic, whose module and more of the sink a test says.
pub fn collector(topic: &Topic, module: &str, options: &str, sink: &str) -> Weir {
    let weir = Weir::config(&format!(
        "[pipelines.collector]\nsource.directory = {{ path = \"in\", settle = \"0s\" }}\nparser = \"{module}\"\n\
         options = {{ {options} }}\nsink.kafka = {{ {}, state = \"state\"{sink} }}\nworkers = 2\n",
        topic.toml()
    ));
    std::fs::create_dir(weir.path("in")).unwrap();
    weir
}

fn texts(message: &Stored) -> Vec<String> {
    lines(&message.value).unwrap().into_iter().map(|line| String::from_utf8(line.to_vec()).unwrap()).collect()
}

/// Messages in the order in which a collector numbered them.
fn by_segment(topic: &Topic) -> Vec<Stored> {
    let mut messages = topic.messages();
    messages.sort_by_key(|message| message.header("weir-row").parse::<u64>().unwrap());
    messages
}

#[test]
fn a1_rows_of_an_hour_that_follow_each_other_are_a_message_with_the_time_of_the_first_and_no_key() {
    let topic = Topic::new(Broker::shared(), 2, &[]);
    let weir = collector(&topic, "spot-lines", "type = \"flow\"", "");
    let rows = [flow("14:00:05", 1), flow("14:59:59", 2), flow("15:00:00", 3), flow("14:30:00", 4)];
    weir.input("nfcapd.csv", format!("{HEADER}{}\n{SUMMARY}", rows.join("\n")).as_bytes());
    let ran = weir.once();
    assert_eq!(ran.code(), 0, "{ran:?}");
    let messages = by_segment(&topic);
    assert_eq!(messages.iter().map(texts).collect::<Vec<_>>(), [&rows[0..2], &rows[2..3], &rows[3..4]]);
    assert_eq!(
        messages.iter().map(|message| message.time).collect::<Vec<_>>(),
        [1_509_717_605_000, 1_509_721_200_000, 1_509_719_400_000].map(Some)
    );
    assert!(messages.iter().all(|message| message.key.is_none()));
    let headers = |name| messages.iter().map(|message| message.header(name)).collect::<Vec<_>>();
    assert_eq!((headers("weir-segment"), headers("weir-row")), (vec!["0", "1", "2"], vec!["0", "2", "3"]));
    assert_eq!(headers("weir-source")[0].len(), 64);
    assert!(ran.stdout.contains("written     4 rows in 3 messages"), "{}", ran.stdout);
}

#[test]
fn a2_a_message_stays_below_its_size_counted_as_spot_counts_it() {
    let line = flow("14:00:05", 1);
    for (less, expected) in [(0, 2), (1, 1)] {
        let topic = Topic::new(Broker::shared(), 1, &[]);
        let limit = 2 * (line.len() + 37) + less;
        let weir = collector(&topic, "spot-lines", "type = \"flow\"", &format!(", message-size = {limit}"));
        weir.input("a.csv", format!("{line}\n{line}\n").as_bytes());
        assert_eq!(weir.once().code(), 0);
        assert_eq!(topic.messages().len(), expected, "limit {limit}");
    }
}

#[test]
fn a3_the_value_is_one_avro_datum_of_the_lines() {
    let topic = Topic::new(Broker::shared(), 1, &[]);
    let weir = collector(&topic, "spot-lines", "type = \"flow\", schema = \"lines\"", "");
    let line = "2017-11-03 14:00:05,ü";
    weir.input("a.csv", format!("{line}\n{line}\n").as_bytes());
    assert_eq!(weir.once().code(), 0);
    let length = 2 * line.len() as u8;
    let expected = [&[0, 4, length][..], line.as_bytes(), &[length], line.as_bytes(), &[0]].concat();
    assert_eq!(topic.messages().iter().map(|message| message.value.clone()).collect::<Vec<_>>(), [expected]);
}

#[test]
fn a11_blocks_of_text_end_with_the_line_that_makes_them_too_large() {
    let topic = Topic::new(Broker::shared(), 1, &[]);
    let weir = collector(&topic, "spot-lines", "type = \"proxy\", schema = \"lines\"", ", format = \"text\", message-size = 100");
    let lines: Vec<_> = (0..4).map(|number| format!("2016-10-01 09:15:0{number} {}", "x".repeat(39))).collect();
    weir.input("a.log", (lines.join("\n") + "\n").as_bytes());
    assert_eq!(weir.once().code(), 0);
    let values: Vec<_> = topic.messages().into_iter().map(|message| message.value).collect();
    assert_eq!(values.iter().map(Vec::len).collect::<Vec<_>>(), [120, 120]);
    assert_eq!(String::from_utf8(values.concat()).unwrap(), lines.join("\n") + "\n");
}

#[test]
fn flows_of_nfcapd_files_become_the_lines_of_nfdump() {
    let topic = Topic::new(Broker::shared(), 1, &[]);
    let weir = collector(&topic, "flow", "without-received = \"last-seen\"", "");
    weir.input(
        "nfcapd.1",
        &std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures/flow/layout1-lz4.nfcapd")).unwrap(),
    );
    assert_eq!(weir.once().code(), 0);
    let lines: Vec<_> = by_segment(&topic).iter().flat_map(texts).collect();
    assert_eq!(lines.len(), 26);
    assert_eq!(
        lines[0],
        "2004-07-11 10:30:10,2004,7,11,10,30,10,10.010,172.16.1.66,192.168.170.100,1024,25,TCP,.....F,1,2,202,303,212,3234,12,14,775,8404,128,1,127.0.0.1"
    );
    assert!(lines.iter().all(|line| line.split(',').count() == 27));
}

#[test]
fn a_file_that_was_sent_is_not_sent_again() {
    let topic = Topic::new(Broker::shared(), 1, &[]);
    let weir = collector(&topic, "spot-lines", "type = \"flow\"", "");
    weir.input("a.csv", flow("14:00:05", 1).as_bytes());
    assert_eq!(weir.once().code(), 0);
    assert_eq!(weir.once().code(), 0);
    weir.input("b.csv", flow("14:00:05", 1).as_bytes());
    assert_eq!(weir.once().code(), 0);
    assert_eq!(topic.messages().len(), 1);
    assert_eq!(records(&weir.path("state")).len(), 1);
    assert_eq!(temporary(&weir.path("state")), Vec::<std::path::PathBuf>::new());
}

#[test]
fn what_gives_no_line_goes_to_the_quarantine_beside_the_records() {
    let topic = Topic::new(Broker::shared(), 1, &[]);
    let weir = collector(&topic, "spot-lines", "type = \"flow\"", "");
    weir.input("a.csv", format!("{}\nnonsense\n", flow("14:00:05", 1)).as_bytes());
    assert_eq!(weir.once().code(), 2);
    assert_eq!(topic.messages().len(), 1);
    assert_eq!(std::fs::read(&quarantined(&weir.path("state"))[0]).unwrap(), b"nonsense\n");
    let listed = weir.run(&["quarantine", "list", "state"]).stdout;
    assert!(listed.contains("expected a time"), "{listed}");
}

#[test]
fn a9_a_segment_that_the_broker_refuses_is_kept_under_spots_name_and_can_be_sent_again() {
    let topic = Topic::new(Broker::shared(), 1, &[("max.message.bytes", "2000")]);
    let weir = collector(&topic, "spot-lines", "type = \"flow\", schema = \"lines\"", "");
    let noise: String = (0..4000_u32).map(|number| char::from(b'a' + (number.wrapping_mul(2_654_435_761) >> 24) as u8 % 26)).collect();
    let large = format!("2017-11-03 15:00:00,{noise}");
    weir.input("b.log", format!("{}\n{large}\n", flow("14:00:05", 1)).as_bytes());
    let ran = weir.once();
    assert_eq!(ran.code(), 2, "{ran:?}");
    assert!(ran.stderr.contains("one or more segments not published"), "{}", ran.stderr);
    assert_eq!(topic.messages().len(), 1);
    let kept = find(&weir.path("state/refused"), "b_log_segment-1.csv");
    assert_eq!(std::fs::read_to_string(&kept).unwrap(), format!("{large}\n"));
    assert!(
        weir.run(&["quarantine", "list", "state"]).stdout.contains("larger than the broker takes (max.message.bytes of the topic: 2000)")
    );

    assert_eq!(weir.once().code(), 0);
    assert!(kept.exists());
    let other = Topic::new(Broker::shared(), 1, &[]);
    let again = collector(&other, "spot-lines", "type = \"flow\", schema = \"lines\"", "");
    again.input("b_log_segment-1.csv", &std::fs::read(&kept).unwrap());
    assert_eq!(again.once().code(), 0);
    assert_eq!(
        other.messages().iter().map(|message| (texts(message), message.time)).collect::<Vec<_>>(),
        [(vec![large], Some(1_509_721_200_000))]
    );
}

#[test]
fn a_message_too_large_for_the_broker_is_halved_until_it_fits() {
    let topic = Topic::new(Broker::shared(), 1, &[("max.message.bytes", "1500")]);
    let weir = collector(&topic, "spot-lines", "type = \"flow\"", ", compression = \"none\"");
    let rows: Vec<_> = (0..50).map(|port| flow("14:00:05", port)).collect();
    weir.input("a.csv", rows.join("\n").as_bytes());
    let ran = weir.once();
    assert_eq!(ran.code(), 0, "{ran:?}");
    let messages = by_segment(&topic);
    assert!(messages.len() > 4, "{}", messages.len());
    assert_eq!(messages.iter().flat_map(texts).collect::<Vec<_>>(), rows);
    assert!(messages.iter().all(|message| message.header("weir-segment") == "0" && message.time == Some(1_509_717_605_000)));
}

#[test]
fn a_collector_killed_half_way_sends_the_rest_and_no_row_is_missing() {
    let topic = Topic::new(Broker::shared(), 3, &[]);
    let weir = collector(&topic, "spot-lines", "type = \"flow\"", ", message-size = 2000");
    let rows: Vec<_> = (0..200_000).map(|port| flow("14:00:05", port)).collect();
    weir.input("a.csv", rows.join("\n").as_bytes());
    let running = weir.start();
    wait_for("the first messages", || topic.messages().len() > 20);
    running.kill();
    assert_eq!(records(&weir.path("state")).len(), 0, "the file was whole before the kill");
    let confirmed = confirmed_rows(&weir);
    assert_eq!(weir.once().code(), 0);
    let messages = by_segment(&topic);
    let row = |message: &Stored| message.header("weir-row").parse::<u64>().unwrap();
    let again: Vec<_> = messages.windows(2).filter(|pair| row(&pair[0]) == row(&pair[1])).collect();
    assert!(
        again.iter().all(|pair| (&pair[0].value, pair[0].partition) == (&pair[1].value, pair[1].partition)),
        "a message that came again is another one"
    );
    assert!(again.iter().all(|pair| row(&pair[0]) >= confirmed), "a message was sent again that was known to have arrived");
    let mut messages = messages;
    messages.dedup_by_key(|message| row(message));
    assert!(messages.iter().flat_map(texts).eq(rows), "rows are missing");
}

/// Rows that the collector knew to have arrived when it was killed.
fn confirmed_rows(weir: &Weir) -> u64 {
    let marks: Vec<_> = std::fs::read_dir(weir.path("state/.weir/sent")).unwrap().collect();
    let mark: serde_json::Value = serde_json::from_slice(&std::fs::read(marks[0].as_ref().unwrap().path()).unwrap()).unwrap();
    mark["rows"].as_u64().unwrap()
}

/// The one file of a name below a directory.
fn find(directory: &Path, name: &str) -> std::path::PathBuf {
    let mut within = std::fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path().join(name));
    within.find(|path| path.exists()).unwrap()
}

#[test]
fn rows_older_than_the_topic_keeps_messages_are_sent_with_the_time_of_now_and_stay() {
    let topic = Topic::new(Broker::shared(), 1, &[("retention.ms", "600000")]);
    let weir = collector(&topic, "spot_lines", "type = \"flow\"", "");
    weir.input("a.csv", flow("14:00:05", 1).as_bytes());
    let before = jiff::Timestamp::now().as_millisecond();
    assert_eq!(weir.once().code(), 0);
    let messages = topic.messages();
    assert_eq!(messages.len(), 1);
    assert!(messages[0].time >= Some(before), "{:?}", messages[0].time);
}
