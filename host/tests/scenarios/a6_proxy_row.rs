//! A6: lines of Blue Coat's `main` as rows of Spot's table.

use super::outcome::{Outcome, outcome, row};

const FIELDS: &str = "date time time-taken c-ip cs-username cs-auth-group x-exception-id sc-filter-result cs-categories cs(Referer) sc-status s-action \
    cs-method rs(Content-Type) cs-uri-scheme cs-host cs-uri-port cs-uri-path cs-uri-query cs-uri-extension cs(User-Agent) s-ip sc-bytes cs-bytes \
    x-virus-id x-bluecoat-application-name x-bluecoat-application-operation";
const LINE: &str = "2016-10-01 09:15:01 123 10.1.2.3 jdoe grp - PROXIED \"News/Media\" http://ref.example/ 200 TCP_HIT GET \
    text/html;%20charset=utf-8 http www.example.com 80 /index.html ?a=1 html \"Mozilla/5.0 (X11; Linux)\" 10.9.9.9 5120 812 - \"none\" \"none\"";

/// The log of the scenario: headers, the line, the same without path and query, and the first with tabs.
pub fn log() -> String {
    let header = format!("#Software: SGOS 6.5.5.5\n#Version: 1.0\n#Date: 2016-10-01 09:00:00\n#Fields: {FIELDS}\n");
    let root = LINE.replace(" /index.html ?a=1 html ", " / - - ");
    format!("{header}{LINE}\n{root}\n{}\n", with_tabs())
}

/// Blanks between fields are tabs, those within quotes stay.
fn with_tabs() -> String {
    let parts = LINE.split('"').enumerate();
    parts.map(|(index, part)| if index % 2 == 0 { part.replace(' ', "\t") } else { part.to_owned() }).collect::<Vec<_>>().join("\"")
}

/// Its rows.
pub fn expected() -> Outcome {
    let whole = row(&[
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
    ]);
    let mut root = whole.clone();
    root.extend(row(&[("uripath", "/"), ("uriquery", "-"), ("uriextension", "-"), ("fulluri", "www.example.com")]));
    Outcome::from([("y=2016/m=10/d=1/h=9".to_owned(), vec![whole.clone(), root, whole])])
}

#[test]
fn scenario_a6_a_line_is_a_row_of_28_columns_and_headers_are_none() {
    for format in ["auto", "bluecoat"] {
        let more = format!("options = {{ format = {format:?} }}");
        assert_eq!(outcome("proxy", &more, ("a.log", log().as_bytes()), "UTC"), expected(), "{format}");
    }
}

#[test]
fn scenario_a6_partitions_are_padded_as_spots_are() {
    use super::outcome::{ingest, weir};
    let weir = weir("proxy", "", "UTC");
    let configuration = std::fs::read_to_string(weir.path("weir.toml")).unwrap();
    std::fs::write(weir.path("weir.toml"), configuration.replace("path = \"out\"", "path = \"out\", padded = true")).unwrap();
    weir.input("a.log", log().as_bytes());
    assert_eq!(ingest(&weir).into_keys().collect::<Vec<_>>(), ["y=2016/m=10/d=01/h=09"]);
}
