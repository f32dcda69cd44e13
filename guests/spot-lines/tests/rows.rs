//! Lines of Spot's tools to the rows that Spot's listener made of them.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use weir_sdk::testing::{Parsed, parse};
use weir_sdk::{OptionValue, RejectReason};

use spot_lines::SpotLines;

const FLOW: &str =
    "2017-11-03 14:00:05,2017,11,3,14,0,5,18.044,10.0.0.1,10.0.0.2,51515,443,TCP,.AP.SF,0,0,12,3400,10,9000,3,4,0,0,0,0,192.168.1.1";
const DNS: &str =
    "Sep  8, 2017 11:37:04.123456789 UTC,1504870624.123456789,180,8.8.8.8,10.0.0.5,www.example.com,1,0x00000001,0,93.184.216.34";
const PROXY: &str = "2016-10-01 09:15:01 123 10.1.2.3 jdoe grp - PROXIED \"News/Media\" http://ref.example/ 200 TCP_HIT GET text/html;%20charset=utf-8 \
                     http www.example.com 80 /index.html ?a=1 html \"Mozilla/5.0 (X11; Linux)\" 10.9.9.9 5120 812 - \"none\" \"none\"";

fn parsed(kind: &str, schema: &str, text: &str) -> Parsed {
    let settings = [("type", OptionValue::text(kind)), ("schema", OptionValue::text(schema))];
    parse::<SpotLines>(&settings, text.as_bytes(), 7).unwrap()
}

fn row(parsed: &Parsed, columns: &[&str]) -> Vec<Option<String>> {
    columns.iter().map(|name| parsed.column(name)[0].map(str::to_owned)).collect()
}

fn texts(values: &[&str]) -> Vec<Option<String>> {
    values.iter().map(|value| Some((*value).to_owned())).collect()
}

#[test]
fn a_flow_line_is_the_row_of_spots_table() {
    let rows = parsed("flow", "spot", FLOW);
    assert_eq!(
        row(&rows, &["treceived", "unix_tstamp", "tryear", "trmonth", "trday", "trhour", "trminute", "trsec", "sip", "dip"]),
        texts(&["2017-11-03 14:00:05", "1509717605", "2017", "11", "3", "14", "0", "5", "10.0.0.1", "10.0.0.2"])
    );
    assert_eq!(
        row(&rows, &["tdur", "sport", "dport", "proto", "flag", "fwd", "stos", "ipkt", "ibyt", "opkt", "obyt", "input", "output", "rip"]),
        texts(&["18.044", "51515", "443", "TCP", ".AP.SF", "0", "0", "12", "3400", "10", "9000", "3", "4", "192.168.1.1"])
    );
}

#[test]
fn a_dns_line_is_the_row_of_spots_table() {
    let rows = parsed("dns", "spot", &format!("frame.time,frame.time_epoch,frame.len\n{DNS}\n"));
    assert_eq!(
        row(
            &rows,
            &[
                "frame_time",
                "unix_tstamp",
                "frame_len",
                "ip_dst",
                "ip_src",
                "dns_qry_name",
                "dns_qry_class",
                "dns_qry_type",
                "dns_qry_rcode",
                "dns_a"
            ]
        ),
        texts(&[
            "Sep  8,  2017 11:37:04.123456789 UTC",
            "1504870624",
            "180",
            "10.0.0.5",
            "8.8.8.8",
            "www.example.com",
            "0x00000001",
            "1",
            "0",
            "93.184.216.34"
        ])
    );
    assert_eq!(rows.rejects, []);
}

#[test]
fn a_dns_line_without_records_has_nulls_and_one_of_a_later_tshark_or_another_zone_its_time_in_utc() {
    let empty = parsed("dns", "spot", "Sep  8, 2017 11:37:04.123456789 UTC,1504870624.123456789,80,8.8.8.8,10.0.0.5,,,,3,");
    assert_eq!(row(&empty, &["dns_qry_name", "dns_qry_class", "dns_qry_type", "dns_a"]), [None, None, None, None]);
    assert_eq!(row(&empty, &["dns_qry_rcode"]), texts(&["3"]));
    for time in ["2017-09-08T07:37:04.123456789-0400", "Sep  8, 2017 07:37:04.123456789 EDT"] {
        let rows = parsed("dns", "spot", &format!("{time},1504870624.123456789,180,8.8.8.8,10.0.0.5,a\\044b,1,0x0001,0,1.2.3.4"));
        assert_eq!(row(&rows, &["frame_time", "dns_qry_name"]), texts(&["Sep  8,  2017 11:37:04.123456789 UTC", "a,b"]));
    }
}

#[test]
fn a_proxy_line_is_the_row_of_spots_table() {
    let columns = ["host", "useragent", "duration", "exceptionid", "scbytes", "fulluri", "event_time"];
    let expected = ["www.example.com", "\"Mozilla/5.0 (X11; Linux)\"", "123", "-", "5120", "www.example.com/index.html?a=1", "1475313301"];
    for line in [PROXY.to_owned(), PROXY.replacen(' ', "\t", 3)] {
        let rows = parsed("proxy", "spot", &format!("#Software: SGOS\n#Version: 1.0\n#Date: x\n#Fields: date\n{line}\r\n"));
        assert_eq!(row(&rows, &columns), texts(&expected));
        assert_eq!(rows.rejects, []);
    }
    let bare = parsed("proxy", "spot", &PROXY.replace("/index.html ?a=1", "/ -"));
    assert_eq!(row(&bare, &["fulluri", "uripath"]), texts(&["www.example.com", "/"]));
}

#[test]
fn headers_and_summaries_give_no_rows_and_no_rejects() {
    let text = format!(
        "tr,try,trm,trd,trh,trm,trs,td,sa,da\n{FLOW}\n\nSummary\nflows,bytes,packets,avg_bps,avg_pps,avg_bpp\n4,3400,12,1507,0,283\n"
    );
    let rows = parsed("flow", "spot", &text);
    assert_eq!((rows.column("sip").len(), rows.rejects.len()), (1, 0));
    assert_eq!(rows.done_to, text.len() as u64);
}

#[test]
fn a_bad_line_is_rejected_with_the_reason_and_the_next_one_read() {
    let broken = FLOW.replace("51515", "http");
    let short = FLOW.rsplit_once(',').unwrap().0;
    let rows = parsed("flow", "spot", &format!("{broken}\n{short}\nno line\n{FLOW}"));
    let details: Vec<_> = rows.rejects.iter().map(|reject| (reject.at, reject.reason, reject.detail.as_str())).collect();
    let second = broken.len() as u64 + 1;
    let third = second + short.len() as u64 + 1;
    assert_eq!(
        details,
        [
            (0, RejectReason::Malformed, "field 10, sport, is not a number: http"),
            (second, RejectReason::Malformed, "expected 27 fields, found 26"),
            (third, RejectReason::Malformed, "expected a time, YYYY-MM-DD hh:mm:ss, in the first field"),
        ]
    );
    assert_eq!(rows.column("sip"), [Some("10.0.0.1")]);
}

#[test]
fn a_number_that_does_not_fit_is_null() {
    let rows = parsed("flow", "spot", &FLOW.replace(",3,4,0,0,0,0,", ",4294967295,,0,4200000000,0,0,"));
    assert_eq!(row(&rows, &["input", "output", "das"]), [None, None, None]);
}

#[test]
fn lines_stay_as_they_are_with_their_time() {
    let strange = "2017-11-03 14:00:05.123,what,ever";
    let rows = parsed("flow", "lines", &format!("tr,try\n  {FLOW} \n{strange}\nno time\nSummary\n"));
    assert_eq!(rows.column("line"), [Some(FLOW), Some(strange)]);
    assert_eq!(rows.column("event_time"), [Some("1509717605"), Some("1509717605")]);
    assert_eq!(rows.rejects.len(), 1);
}

#[test]
fn a_line_that_never_ends_is_rejected_and_not_kept() {
    let text = format!("{FLOW}\n{}\n{FLOW}\n", "x".repeat(5 << 20));
    let settings = [("type", OptionValue::text("flow"))];
    let rows = parse::<SpotLines>(&settings, text.as_bytes(), 512 << 10).unwrap();
    assert_eq!(rows.column("sip").len(), 2);
    assert_eq!((rows.rejects[0].reason, rows.rejects[0].length), (RejectReason::TooLarge, (5 << 20) + 1));
}
