//! Text through a topic: blocks of whole lines, as Spot's master sends proxy logs, and single lines.

use super::broker::Broker;
use super::collector::collector;
use super::topic::{Stored, Topic};
use crate::end_to_end::program::Weir;
use crate::end_to_end::table::files;
use crate::rows::rows;

/// A line of Blue Coat's log as scenario A6 has it, of a client.
fn access(client: u64) -> String {
    format!(
        "2016-10-01 09:15:01 123 10.1.2.{client} jdoe grp - PROXIED \"News/Media\" http://ref.example/ 200 TCP_HIT GET \
         text/html;%20charset=utf-8 http www.example.com 80 /index.html ?a=1 html \"Mozilla/5.0 (X11; Linux)\" 10.9.9.9 5120 812 - \"none\" \
         \"none\""
    )
}

fn values(topic: &Topic) -> Vec<Vec<u8>> {
    topic.messages().into_iter().map(|message| message.value).collect()
}

#[test]
fn scenario_a11_a_block_ends_with_the_line_that_makes_it_larger_than_the_size() {
    let topic = Topic::new(Broker::shared(), 1, &[]);
    let weir = collector(&topic, "raw-lines", "", ", format = \"text\", message-size = 100");
    let line = format!("{}\n", "x".repeat(59));
    weir.input("a.log", line.repeat(5).as_bytes());
    let ran = weir.once();
    assert_eq!(ran.code(), 0, "{ran:?}");
    assert_eq!(values(&topic), [line.repeat(2), line.repeat(2), line.clone()].map(String::into_bytes));

    let even = Topic::new(Broker::shared(), 1, &[]);
    let weir = collector(&even, "raw-lines", "", ", format = \"text\", message-size = 100");
    weir.input("a.log", line.repeat(4).as_bytes());
    assert_eq!(weir.once().code(), 0);
    assert_eq!(values(&even).len(), 2, "an empty block was sent");
}

#[test]
fn every_byte_of_a_log_goes_through_blocks_unchanged() {
    let topic = Topic::new(Broker::shared(), 1, &[]);
    let weir = collector(&topic, "raw-lines", "", ", format = \"text\", message-size = 100");
    let text = b"#Fields: date time\r\n\r\n\ncaf\xe9 \xff\xfe\x00\nlast\n";
    weir.input("a.log", text);
    assert_eq!(weir.once().code(), 0);
    assert_eq!(values(&topic).concat(), text);
    assert!(topic.messages().iter().all(|message| message.key.is_none()));
}

#[test]
fn blocks_and_records_of_a_proxy_log_become_its_rows() {
    for format in ["text", "record"] {
        let topic = Topic::new(Broker::shared(), 2, &[]);
        let from = collector(&topic, "raw-lines", "", &format!(", format = \"{format}\", message-size = 500"));
        let lines: Vec<_> = (0..20).map(access).collect();
        from.input("a.log", format!("#Software: SGOS\n{}\n", lines.join("\n")).as_bytes());
        assert_eq!(from.once().code(), 0);
        // Three lines are larger than 500 bytes.
        let expected = if format == "text" { 7 } else { 21 };
        assert_eq!(topic.messages().len(), expected, "{format}");
        let to = Weir::config(&format!(
            "[pipelines.proxy]\nsource.kafka = {{ {}, format = \"{format}\" }}\nparser = \"proxy\"\nsink.table = {{ path = \"out\" }}\n",
            topic.toml()
        ));
        let ran = to.once();
        assert_eq!(ran.code(), 0, "{ran:?}");
        let mut clients: Vec<_> = files(&to.path("out")).iter().flat_map(|file| rows(file)).map(|row| row["clientip"].clone()).collect();
        clients.sort_by_key(|client| client.rsplit('.').next().unwrap().parse::<u64>().unwrap());
        assert_eq!(clients, (0..20).map(|client| format!("10.1.2.{client}")).collect::<Vec<_>>());
        assert!(to.path("out/y=2016/m=10/d=1/h=9").is_dir());
    }
}

#[test]
fn a_block_too_large_for_the_broker_is_halved_at_a_line_end_and_a_line_that_is_too_large_is_kept() {
    let topic = Topic::new(Broker::shared(), 1, &[("max.message.bytes", "2000")]);
    let weir = collector(&topic, "raw-lines", "", ", format = \"text\", compression = \"none\"");
    let lines: Vec<_> = (0..100).map(|number| format!("{number:>60}")).collect();
    weir.input("a.log", format!("{}\n{}\n", lines.join("\n"), "y".repeat(3000)).as_bytes());
    let ran = weir.once();
    assert_eq!(ran.code(), 2, "{ran:?}");
    let mut messages = topic.messages();
    messages.sort_by_key(|message: &Stored| message.header("weir-row").parse::<u64>().unwrap());
    let sent: Vec<u8> = messages.iter().flat_map(|message| message.value.clone()).collect();
    assert_eq!(String::from_utf8(sent).unwrap().lines().collect::<Vec<_>>(), lines);
    let listed = weir.run(&["quarantine", "list", "state"]).stdout;
    assert!(listed.contains("3001 bytes") && listed.contains("a_log_segment-0.csv"), "{listed}");
}
