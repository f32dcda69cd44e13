//! Rows of the module held against what nfdump printed.

use weir_sdk::testing::Parsed;

use super::nfdump::{Csv, FULL, SPOT};

/// One value that differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    pub file: String,
    /// Row of nfdump.
    pub row: usize,
    /// Column of nfdump.
    pub column: String,
    pub got: String,
    pub expected: String,
}

/// Everything in schema spot that differs; `rows`: which of ours is each of nfdump's.
pub fn spot(file: &str, got: &Parsed, csv: &Csv, rows: &[usize]) -> Vec<Difference> {
    let mut found = Vec::new();
    for (ours, theirs) in SPOT {
        let column = got.column(ours);
        for (row, &at) in rows.iter().enumerate() {
            let (value, expected) = (column[at].unwrap_or("null"), csv.cell(row, theirs));
            // INT of Spot ends at 2^31-1, nfdump's numbers do not.
            let too_large = ["input", "output", "sas", "das"].contains(&ours) && expected.parse::<i32>().is_err();
            if value != expected && !(too_large && value == "null") {
                found.push(Difference { file: file.into(), row, column: theirs.into(), got: value.into(), expected: expected.into() });
            }
        }
    }
    found
}

/// Everything in schema full that differs; `rows`: which of ours is each of nfdump's.
pub fn full(file: &str, got: &Parsed, csv: &Csv, rows: &[usize]) -> Vec<Difference> {
    let mut found = Vec::new();
    let mut check = |row: usize, column: &str, got: String, expected: &str| {
        if got != expected {
            found.push(Difference { file: file.into(), row, column: column.into(), got, expected: expected.into() });
        }
    };
    for (ours, theirs, nothing) in FULL {
        let column = got.column(ours);
        for (row, &at) in rows.iter().enumerate() {
            check(row, theirs, column[at].unwrap_or(nothing).to_owned(), csv.cell(row, theirs));
        }
    }
    let columns = ["flowStartMilliseconds", "flowEndMilliseconds", "tcpControlBits", "mplsLabelStackSections"];
    let columns = columns.map(|name| got.column(name));
    let delays = ["clientNetworkDelayMicroseconds", "serverNetworkDelayMicroseconds", "applicationLatencyMicroseconds"];
    let delays = delays.map(|name| got.column(name));
    let engines = ["engineType", "engineId"].map(|name| got.column(name));
    for (row, &at) in rows.iter().enumerate() {
        let milliseconds = |at: Option<&str>| at.map_or(0, |time| time.parse::<i64>().expect("time") / 1_000_000);
        let [first, last] = [columns[0][at], columns[1][at]].map(milliseconds);
        check(row, "ts", shown_time(first / 1000), csv.cell(row, "ts"));
        check(row, "te", shown_time(last / 1000), csv.cell(row, "te"));
        let duration = if last == 0 { 0 } else { last - first };
        check(
            row,
            "td",
            format!("{}{}.{:03}", if duration < 0 { "-" } else { "" }, duration.abs() / 1000, duration.abs() % 1000),
            csv.cell(row, "td"),
        );
        check(row, "flg", flags(columns[2][at]), csv.cell(row, "flg"));
        for (column, theirs) in delays.iter().zip(["cl", "sl", "al"]) {
            let microseconds: u64 = column[at].map_or(0, |value| value.parse().expect("delay"));
            check(row, theirs, format!("{:.3}", microseconds as f64 / 1000.0), csv.cell(row, theirs));
        }
        let [kind, id] = [engines[0][at], engines[1][at]].map(|value| value.unwrap_or("0"));
        check(row, "eng", format!("{kind}/{id}"), csv.cell(row, "eng"));
        let stack = columns[3][at].unwrap_or("[]").trim_matches(['[', ']']);
        let labels: Vec<u32> = stack.split(',').filter(|label| !label.is_empty()).map(|label| label.parse().expect("label")).collect();
        for at in 0..10 {
            let label = labels.get(at).copied().unwrap_or_default();
            let name = format!("mpls{}", at + 1);
            check(row, &name, format!("{}-{}-{}", label >> 4, (label & 0xf) >> 1, label & 1), csv.cell(row, &name));
        }
    }
    found
}

/// As nfdump 1.7.1.
fn flags(flags: Option<&str>) -> String {
    let flags: u8 = flags.map_or(0, |flags| flags.parse().expect("flags"));
    "CEUAPRSF".chars().enumerate().map(|(at, letter)| if flags >> (7 - at) & 1 == 1 { letter } else { '.' }).collect()
}

/// `YYYY-MM-DD hh:mm:ss` of seconds since 1970.
fn shown_time(seconds: i64) -> String {
    let days = seconds.div_euclid(86_400) + 719_468;
    let (era, day) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let (day, month) = (day - (153 * month + 2) / 5 + 1, if month < 10 { month + 3 } else { month - 9 });
    let year = year + era * 400 + i64::from(month <= 2);
    let second = seconds.rem_euclid(86_400);
    format!("{year:04}-{month:02}-{day:02} {:02}:{:02}:{:02}", second / 3600, second / 60 % 60, second % 60)
}
