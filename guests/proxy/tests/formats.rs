//! What each format and option makes of a line, by example.
#![expect(clippy::expect_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use proxy::ProxyLog;
use weir_sdk::testing::{Parsed, parse};
use weir_sdk::{DataType, OpenError, OptionValue, RejectReason, TimeUnit};

fn open(settings: &[(&str, &str)], input: &[u8]) -> Result<Parsed, OpenError> {
    let settings: Vec<_> = settings.iter().map(|(name, value)| (*name, OptionValue::text(value))).collect();
    parse::<ProxyLog>(&settings, input, 4096)
}

fn parsed(settings: &[(&str, &str)], input: &[u8]) -> Parsed {
    open(settings, input).expect("options")
}

/// The only value of a column.
fn only<'a>(parsed: &'a Parsed, column: &str) -> Option<&'a str> {
    let values = parsed.column(column);
    assert_eq!(values.len(), 1, "{column}: {:?}", parsed.rejects);
    values[0]
}

const A6: &str = "2016-10-01 09:15:01 123 10.1.2.3 jdoe grp - PROXIED \"News/Media\" http://ref.example/ 200 TCP_HIT GET text/html;%20charset=utf-8 http \
                  www.example.com 80 /index.html ?a=1 html \"Mozilla/5.0 (X11; Linux)\" 10.9.9.9 5120 812 - \"none\" \"none\"";
const HEADER: &str = "#Software: SGOS 6.7.5.14\n#Version: 1.0\n#Date: 2016-10-01 09:15:01\n#Remark: x\n";
const COLUMNS: [(&str, &str); 28] = [
    ("p_date", "2016-10-01"),
    ("p_time", "09:15:01"),
    ("clientip", "10.1.2.3"),
    ("host", "www.example.com"),
    ("reqmethod", "GET"),
    ("useragent", "\"Mozilla/5.0 (X11; Linux)\""),
    ("resconttype", "text/html;%20charset=utf-8"),
    ("duration", "123"),
    ("username", "jdoe"),
    ("authgroup", "grp"),
    ("exceptionid", "-"),
    ("filterresult", "PROXIED"),
    ("webcat", "\"News/Media\""),
    ("referer", "http://ref.example/"),
    ("respcode", "200"),
    ("action", "TCP_HIT"),
    ("urischeme", "http"),
    ("uriport", "80"),
    ("uripath", "/index.html"),
    ("uriquery", "?a=1"),
    ("uriextension", "html"),
    ("serverip", "10.9.9.9"),
    ("scbytes", "5120"),
    ("csbytes", "812"),
    ("virusid", "-"),
    ("bcappname", "\"none\""),
    ("bcappoper", "\"none\""),
    ("fulluri", "www.example.com/index.html?a=1"),
];

#[test]
fn a6_a_line_of_blue_coat_becomes_the_28_columns_of_spot() {
    let bare = A6.replace("/index.html ?a=1", "/ -");
    let tabs = A6.replace(' ', "\t").replace("(X11;\tLinux)", "(X11; Linux)").replace("Mozilla/5.0\t", "Mozilla/5.0 ");
    let parsed = parsed(&[], format!("{HEADER}{A6}\n{bare}\n{tabs}\n").as_bytes());
    assert_eq!(parsed.rejects, []);
    let schema = parsed.schema.as_ref().expect("schema");
    let of_number = |name: &str| ["duration", "scbytes", "csbytes"].contains(&name);
    for (index, (name, value)) in COLUMNS.into_iter().enumerate() {
        assert_eq!(schema.fields[index].name, name);
        assert_eq!(schema.fields[index].data_type, if of_number(name) { DataType::Int32 } else { DataType::Text }, "{name}");
        let first = [parsed.rows[0][index].as_deref(), parsed.rows[2][index].as_deref()];
        assert_eq!(first, [Some(value); 2], "{name}");
    }
    assert_eq!(parsed.rows[1][27].as_deref(), Some("www.example.com"));
    assert_eq!(schema.fields.len(), 29);
    let time = schema.event_time.expect("event time");
    assert_eq!((time.field, time.unit, time.hidden), (28, TimeUnit::Seconds, true));
}

#[test]
fn a12_the_time_of_a_row_is_that_of_the_line_in_utc_whatever_the_zone_of_the_machine() {
    // 2016-10-01T09:15:01Z. A module has neither a clock nor a zone, so that nothing but the line can decide.
    let parsed = parsed(&[], A6.as_bytes());
    assert_eq!(only(&parsed, "event_time"), Some("1475313301"));
    let combined = "10.1.2.3 - - [01/Oct/2016:05:15:01 -0400] \"GET / HTTP/1.1\" 200 5";
    let parsed = open(&[], combined.as_bytes()).expect("options");
    let shown = ["event_time", "p_date", "p_time"].map(|column| only(&parsed, column));
    assert_eq!(shown, [Some("1475313301"), Some("2016-10-01"), Some("09:15:01")]);
}

#[test]
fn numbers_that_are_no_int_are_null_and_the_row_is_kept() {
    let line = A6.replace(" 123 ", " - ").replace("5120", "2147483648").replace("812", "2147483647");
    let parsed = parsed(&[], line.as_bytes());
    assert_eq!(["duration", "scbytes", "csbytes"].map(|column| only(&parsed, column)), [None, None, Some("2147483647")]);
}

#[test]
fn a_bad_line_is_rejected_with_its_place_and_the_next_one_is_read() {
    let bad = [
        (A6.replace("5120", "x"), "sc-bytes is neither a number nor -"),
        (A6.replace("2016-10-01", "2016-13-01"), "expected a date like 2016-10-01"),
        (A6.replace("09:15:01", "9:15:01"), "the line's time is none"),
        (A6.replace("\"none\" \"none\"", "\"none\" \"none"), "the quote at byte 228 of the line is not closed"),
        (A6.replace(" \"none\"", ""), "25 fields, expected 27"),
        ("x".to_owned(), "1 fields, expected 27"),
    ];
    for (line, detail) in bad {
        let input = format!("{A6}\n{line}\r\n{A6}");
        let parsed = parsed(&[], input.as_bytes());
        assert_eq!(parsed.rows.len(), 2, "{line}");
        let found: Vec<_> = parsed.rejects.iter().map(|reject| (reject.at, reject.length, reject.reason, reject.detail.as_str())).collect();
        assert_eq!(found, [(A6.len() as u64 + 1, line.len() as u64 + 2, RejectReason::Malformed, detail)]);
        assert_eq!(parsed.done_to, input.len() as u64);
    }
}

#[test]
fn what_stands_behind_the_27_fields_is_left_out_as_spot_does() {
    let line = format!("{A6} more \"and more\"");
    assert_eq!(parsed(&[], line.as_bytes()).rows, parsed(&[], A6.as_bytes()).rows);
    let full = parsed(&[("schema", "full")], line.as_bytes());
    assert_eq!(only(&full, "other_values"), Some("[more,and more]"));
}

#[test]
fn within_quotes_tabs_are_blanks_and_two_blanks_are_one_as_bluecoat_py_has_it() {
    let line = A6.replace("(X11; Linux)", "(X11;\tLinux)   x");
    assert_eq!(only(&parsed(&[], line.as_bytes()), "useragent"), Some("\"Mozilla/5.0 (X11; Linux)  x\""));
    assert_eq!(only(&parsed(&[("schema", "full")], line.as_bytes()), "cs_user_agent"), Some("Mozilla/5.0 (X11;\tLinux)   x"));
}

#[test]
fn a_mark_of_byte_order_and_any_line_end_are_no_part_of_a_line() {
    let input = format!("\u{feff}{HEADER}\r\n \t\r\n{A6}\r\n\u{feff}{A6}\n\n{A6}");
    let parsed = parsed(&[], input.as_bytes());
    assert_eq!((parsed.rows.len(), parsed.rejects.len()), (3, 0));
    assert!(parsed.column("bcappoper").iter().all(|value| *value == Some("\"none\"")));
}

#[test]
fn bytes_that_are_not_utf8_are_kept_as_the_option_says() {
    let line = [&A6.as_bytes()[..20], b"7 10.1.2.3 caf\xe9-\xc3\xa9", &A6.as_bytes()[A6.find(" grp").expect("grp")..]].concat();
    let name = |encoding: &str| {
        let parsed = parsed(&[("encoding", encoding)], &line);
        parsed.column("username").first().map(|name| name.unwrap_or_default().to_owned())
    };
    let names = ["auto", "escape", "latin-1"].map(|encoding| name(encoding).expect("a row"));
    assert_eq!(names, ["caf\u{e9}-\u{e9}", "caf\\xE9-\u{e9}", "caf\u{e9}-\u{c3}\u{a9}"]);
    let strict = parsed(&[("encoding", "utf-8"), ("format", "bluecoat")], &line);
    assert_eq!((strict.rows.len(), strict.rejects[0].detail.as_str()), (0, "byte 34 of the line is not UTF-8 (option encoding)"));
}

#[test]
fn a_line_longer_than_the_limit_is_rejected_whole_and_the_next_one_is_read() {
    let long = A6.replace("?a=1", &"y".repeat(300));
    let input = format!("{A6}\n{long}\n{A6}\n{long}");
    for chunk in [1, 7, 100, 4096] {
        let settings = [("max-line", OptionValue::Integer(400)), ("format", OptionValue::text("bluecoat"))];
        let parsed = parse::<ProxyLog>(&settings, input.as_bytes(), chunk).expect("options");
        let at = A6.len() as u64 + 1;
        let found: Vec<_> = parsed.rejects.iter().map(|reject| (reject.at, reject.length, reject.reason)).collect();
        let length = long.len() as u64;
        assert_eq!(found, [(at, length + 1, RejectReason::TooLarge), (2 * at + length + 1, length, RejectReason::TooLarge)], "{chunk}");
        assert_eq!((parsed.rows.len(), parsed.done_to), (2, input.len() as u64));
    }
}

#[test]
fn the_fields_of_elff_stand_in_any_order_and_change_in_the_middle() {
    let input = "#Fields: date time c-ip cs-method cs-uri sc-status cs(User-Agent) x-own\n\
                 2024-05-06 07:08:09 10.9.8.7 GET http://a.example/x.y?z=1 200 \"a \"\"b\"\" c\" mine\n\
                 #Fields: time cs-host\n\
                 00:00:01 lost.example\n\
                 #Date: 2024-05-07 23:59:58\n\
                 23:59:59 one.example\n\
                 00:00:00 two.example\n";
    let spot = parsed(&[], input.as_bytes());
    assert_eq!(spot.column("host"), [Some("a.example"), Some("one.example"), Some("two.example")]);
    assert_eq!(spot.column("fulluri"), [Some("a.example/x.y?z=1"), Some("one.example"), Some("two.example")]);
    assert_eq!(spot.column("uriextension"), [Some("y"), None, None]);
    assert_eq!(spot.column("useragent"), [Some("\"a \"\"b\"\" c\""), None, None]);
    assert_eq!(spot.column("p_date"), [Some("2024-05-06"), Some("2024-05-07"), Some("2024-05-08")]);
    assert_eq!(
        spot.rejects.iter().map(|reject| reject.detail.as_str()).collect::<Vec<_>>(),
        ["the line has no date, and no #Date came before it"]
    );
    let full = parsed(&[("schema", "full")], input.as_bytes());
    assert_eq!(full.column("cs_user_agent"), [Some("a \"b\" c"), None, None]);
    assert_eq!(full.column("other_names"), [Some("[x-own]"), Some("[]"), Some("[]")]);
    assert_eq!(full.column("other_values"), [Some("[mine]"), Some("[]"), Some("[]")]);
    assert_eq!(full.column("time")[0], Some("1714979289000000000"));
}

#[test]
fn format_bluecoat_does_not_look_at_fields_and_format_elff_reads_nothing_before_it() {
    let input = format!("#Fields: time cs-host\n{A6}\n");
    assert_eq!(parsed(&[("format", "bluecoat")], input.as_bytes()).rows.len(), 1);
    let elff = parsed(&[("format", "elff")], format!("{A6}\n").as_bytes());
    assert_eq!((elff.rows.len(), elff.rejects[0].detail.as_str()), (0, "no #Fields came before the line"));
}

#[test]
fn a_line_of_squid_becomes_columns_of_spot() {
    let line =
        "1795323633.979     43 127.0.0.1 TCP_MISS/200 610 GET http://auth.test:18080/x.html?q bob smith HIER_DIRECT/127.0.0.9 text/html";
    let parsed = parsed(&[], line.as_bytes());
    let expected = [
        ("p_date", Some("2026-11-22")),
        ("p_time", Some("05:00:33")),
        ("clientip", Some("127.0.0.1")),
        ("host", Some("auth.test")),
        ("reqmethod", Some("GET")),
        ("useragent", None),
        ("resconttype", Some("text/html")),
        ("duration", Some("43")),
        ("username", Some("bob smith")),
        ("respcode", Some("200")),
        ("action", Some("TCP_MISS")),
        ("urischeme", Some("http")),
        ("uriport", Some("18080")),
        ("uripath", Some("/x.html")),
        ("uriquery", Some("?q")),
        ("uriextension", Some("html")),
        ("serverip", Some("127.0.0.9")),
        ("scbytes", Some("610")),
        ("csbytes", None),
        ("fulluri", Some("auth.test/x.html?q")),
    ];
    for (column, value) in expected {
        assert_eq!(only(&parsed, column), value, "{column}");
    }
}

#[test]
fn a_line_of_the_combined_format_has_user_request_and_headers() {
    let line = "127.0.0.1 - bob smith [22/Nov/2026:05:00:51 +0000] \"GET http://www.example.test:18080/ref HTTP/1.1\" 200 610 \
                \"http://ref.test/?q=\"x y\"\" \"evil \"quoted\" agent\" TCP_MISS:HIER_DIRECT";
    let full = parsed(&[("schema", "full")], line.as_bytes());
    let expected = [
        ("time", "1795323651000000000"),
        ("c_ip", "127.0.0.1"),
        ("cs_username", "bob smith"),
        ("cs_method", "GET"),
        ("cs_uri", "http://www.example.test:18080/ref"),
        ("cs_version", "HTTP/1.1"),
        ("sc_status", "200"),
        ("sc_bytes", "610"),
        ("cs_referer", "http://ref.test/?q=\"x y\""),
        ("cs_user_agent", "evil \"quoted\" agent"),
        ("s_action", "TCP_MISS"),
        ("s_hierarchy", "HIER_DIRECT"),
    ];
    for (column, value) in expected {
        assert_eq!(only(&full, column), Some(value), "{column}");
    }
    let apache = "::1 - - [22/Nov/2026:05:00:51 +0000] \"-\" 408 - \"-\" \"a \\\"b\\\" \\\" c\"";
    let full = parsed(&[("schema", "full")], apache.as_bytes());
    assert_eq!(["cs_method", "cs_uri", "sc_bytes", "cs_referer"].map(|column| only(&full, column)), [None; 4]);
    assert_eq!(only(&full, "cs_user_agent"), Some("a \\\"b\\\" \\\" c"));
}

#[test]
fn a_logformat_is_compiled_and_what_has_no_column_is_kept_under_its_name() {
    let format = "%{%Y-%m-%d %H:%M:%S}tg %>a %[un \"%rm %ru\" %03>Hs %<st %dt %{X-Own}>h %D";
    let line = "2026-11-22 05:00:33   10.0.0.1 a b \"GET http://h.test/p\" 200 12 7 own 1500";
    let settings = [("format", "logformat"), ("logformat", format)];
    let full = parsed(&[&settings[..], &[("schema", "full")]].concat(), line.as_bytes());
    assert_eq!(only(&full, "cs_username"), Some("a b"));
    assert_eq!(only(&full, "other_names"), Some("[%dt,cs(X-Own)]"));
    assert_eq!(only(&full, "other_values"), Some("[7,own]"));
    let spot = parsed(&settings, line.as_bytes());
    assert_eq!(["duration", "host", "p_time"].map(|column| only(&spot, column)), [Some("1"), Some("h.test"), Some("05:00:33")]);
    let other = parsed(&settings, b"something else");
    assert_eq!(other.rejects[0].detail, "the line is not of the format logformat");
}

#[test]
fn a_logformat_that_cannot_be_is_refused_with_the_code() {
    let refused = |settings: &[(&str, &str)]| match open(settings, b"") {
        Err(OpenError::BadOption { name, expected }) => format!("{name}: {expected}"),
        other => format!("{other:?}"),
    };
    let of = |format: &str| refused(&[("format", "logformat"), ("logformat", format)]);
    assert_eq!(of("%ts %zz"), "logformat: `%zz` is no code that proxy knows");
    assert_eq!(of("%ts%>a"), "logformat: `%ts%>a`: a text between the two, or where one ends is a guess");
    assert_eq!(of("%>a %ru"), "logformat: a code of date and time: %ts, %tl, %tg, %t");
    assert_eq!(of("%{%Q}tl"), "logformat: `%{%Q}tl`: proxy does not know %Q in a form of times");
    assert_eq!(of(""), "logformat: a format, since format is logformat");
    assert_eq!(of("%"), "logformat: `%` is no code that proxy knows");
    assert_eq!(refused(&[("logformat", "%ts %ru")]), "format: logformat, since the option logformat is set");
    assert_eq!(refused(&[("format", "apache")]), "format: one of auto, bluecoat, elff, squid, combined, logformat");
}

#[test]
fn an_input_of_which_no_line_is_known_is_of_the_wrong_format() {
    let unknown = |input: &[u8]| parsed(&[], input).error.is_some();
    assert!(unknown(b"hello\n"));
    assert!(unknown(b"\x1f\x8b\x08\0\0\0\0\0"));
    assert!(unknown("no line end ".repeat(100_000).as_bytes()));
    assert!(!unknown(b"") && !unknown(HEADER.as_bytes()) && !unknown(b"\n\n"));
    let late = parsed(&[], format!("hello\n{A6}\n").as_bytes());
    assert_eq!((late.rows.len(), late.rejects.len(), late.error), (1, 1, None));
}

/// The time of the only row, in nanoseconds since 1970, of a line in a `logformat`.
fn time_of(format: &str, line: &str) -> Option<i64> {
    let parsed = parsed(&[("schema", "full"), ("format", "logformat"), ("logformat", format)], line.as_bytes());
    assert_eq!(parsed.rejects, [], "{format}");
    only(&parsed, "time").map(|time| time.parse().expect("time"))
}

#[test]
fn times_are_read_in_any_form_that_a_logformat_gives_them() {
    let expected = Some(1_504_870_624_000_000_000);
    for (format, line) in [
        ("%>a %un [%{%d/%b/%Y:%H:%M:%S %z}tl] \"%rm %ru\" %>Hs", "10.0.0.5 bob smith [08/Sep/2017:07:37:04 -0400] \"GET http://a/\" 200"),
        ("%{%Y-%m-%d %H:%M:%S}tg %>a %un", "2017-09-08 11:37:04 10.0.0.5 bob smith"),
        ("%{%Y-%m-%dT%H:%M:%S%z}t %h %u %>s", "2017-09-08T13:37:04+0200 10.0.0.5 - 200"),
        ("%h %u %{%d %b %Y %T}t %>s \"%r\"", "10.0.0.5 bob  08 Sep 2017 11:37:04 200 \"GET / HTTP/1.1\""),
        ("%h %u %{%c}t %>s", "10.0.0.5 - Fri Sep  8 11:37:04 2017 200"),
        ("%{sec}t %h %>s", "1504870624 10.0.0.5 200"),
        ("%h %{%Y-%m-%d}t %{%H:%M:%S}t %{%z}t %>s", "10.0.0.5 2017-09-08 12:37:04 +0100 200"),
    ] {
        assert_eq!(time_of(format, line), expected, "{format}");
    }
    let idiom = "%h [%{%d/%b/%Y:%T}t.%{msec_frac}t %{%z}t] %>s";
    assert_eq!(time_of(idiom, "10.0.0.5 [08/Sep/2017:11:37:04.250 +0000] 200"), Some(1_504_870_624_250_000_000));
    assert_eq!(time_of("%{%F %T}tg.%03tu %>a", "2017-09-08 11:37:04.250 10.0.0.5"), Some(1_504_870_624_250_000_000));
    // What %ts says needs no help.
    assert_eq!(time_of("%ts.%03tu [%{%A}tl] %>a", "1504870624.250 [Friday] 10.0.0.5"), Some(1_504_870_624_250_000_000));
}

#[test]
fn a_time_in_a_form_of_its_own_that_is_none_is_a_reject() {
    let settings = [("format", "logformat"), ("logformat", "%{%F %T}tg %>a %ru")];
    let parsed = parsed(&settings, b"2017-02-29 11:37:04 10.0.0.5 http://a/\n2017-02-28 11:37:04 10.0.0.5 http://a/\nx\n");
    let shown: Vec<_> = parsed.rejects.iter().map(|reject| (reject.at, reject.detail.as_str())).collect();
    assert_eq!(shown, [(0, "the line's time is none"), (78, "the line is not of the format logformat")]);
    assert_eq!(parsed.column("p_date"), [Some("2017-02-28")]);
}

#[test]
fn forms_of_times_that_say_too_little_or_what_is_not_known_are_refused() {
    let refused = |format: &str| match open(&[("format", "logformat"), ("logformat", format)], b"") {
        Err(OpenError::BadOption { name, expected }) => format!("{name}: {expected}"),
        other => panic!("{format}: {other:?}"),
    };
    let little = "logformat: a time of which the forms tell year, month, day, hour and minute";
    assert_eq!([refused("%{%H:%M}tl %>a"), refused("%{%F}tl %>a")], [little; 2]);
    assert_eq!(refused("%{%F %Q}tl %>a"), "logformat: `%{%F %Q}tl`: proxy does not know %Q in a form of times");
}

#[test]
fn squid_with_header_fields_is_squid() {
    let plain = "1504870624.250     12 10.1.2.3 TCP_MISS/200 5120 GET http://www.example.com/ bob smith HIER_DIRECT/10.9.9.9 text/html";
    let headers = "[User-Agent: curl/8.0 (x; y) %5bz%5d%0D%0AHost: www.example.com%0D%0AReferer: http://ref/%0D%0A] [HTTP/1.1 200 OK%0D%0AServer: x%0D%0A%0D]";
    let log = format!("{plain}\n{plain} {headers}\n{plain} [] []\n");
    for format in ["auto", "squid"] {
        let found = parsed(&[("schema", "full"), ("format", format)], log.as_bytes());
        assert_eq!(found.rejects, []);
        assert_eq!(found.column("cs_user_agent"), [None, Some("curl/8.0 (x; y) %5bz%5d"), None]);
        assert_eq!(found.column("cs_referer"), [None, Some("http://ref/"), None]);
        assert_eq!(found.column("cs_username"), [Some("bob smith"); 3]);
        assert_eq!(found.column("rs_content_type"), [Some("text/html"); 3]);
        assert_eq!(found.column("other_names")[..2], [Some("[]"), Some("[%>h,%<h]")]);
    }
}

/// A log in UTF-16.
fn wide(text: &str, little: bool) -> Vec<u8> {
    let unit = |unit: u16| if little { unit.to_le_bytes() } else { unit.to_be_bytes() };
    "\u{feff}".encode_utf16().chain(text.encode_utf16()).flat_map(unit).collect()
}

#[test]
fn a_log_in_utf16_is_read_as_if_it_were_utf8_wherever_it_is_cut() {
    let text = "#Fields: date time c-ip cs-username cs-uri\r\n2016-10-01 09:15:01 10.1.2.3 jürgen http://a/ü\u{1f600}\r\nbad line\r\n\
                2016-10-01 09:15:02 10.1.2.4 - http://b/\r\n";
    let expected = parsed(&[("schema", "full")], text.as_bytes());
    assert_eq!((expected.rows.len(), expected.rejects.len()), (2, 1));
    let position = |text: &str| 2 + 2 * text.encode_utf16().count() as u64;
    let (before, _) = text.split_once("bad line").expect("line");
    for (encoding, little) in [("auto", true), ("auto", false), ("latin-1", true)] {
        let input = wide(text, little);
        for chunk in [1, 2, 3, 7, 4096] {
            let settings = [("schema", "full"), ("encoding", encoding)].map(|(name, value)| (name, OptionValue::text(value)));
            let found = parse::<ProxyLog>(&settings, &input, chunk).expect("options");
            assert_eq!(found.rows, expected.rows, "{encoding} {little} {chunk}");
            let places: Vec<_> = found.rejects.iter().map(|reject| (reject.at, reject.length)).collect();
            assert_eq!(places, [(position(before), 20)]);
            assert_eq!(found.done_to, input.len() as u64);
        }
    }
}

#[test]
fn utf16_that_ends_in_the_middle_of_a_character_loses_nothing_else() {
    let mut input = wide("#Fields: date time c-ip\n2016-10-01 09:15:01 10.1.2.3\n2016-10-01 09:15:02 10.1.2.4", true);
    input.push(0x33);
    let found = parsed(&[("schema", "full")], &input);
    assert_eq!(found.column("c_ip"), [Some("10.1.2.3"), Some("10.1.2.4\u{fffd}")]);
    assert_eq!(found.done_to, input.len() as u64);
    assert_eq!(parsed(&[], b"\xff").error.is_some(), parsed(&[], b"x").error.is_some());
    assert_eq!(parsed(&[], b"\xff\xfe").rows.len(), 0);
}
