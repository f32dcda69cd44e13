//! Rows of the module held against what nfdump printed, and the few differences that have a reason.

use weir_sdk::testing::Parsed;

use super::nfdump::{Csv, FULL, SPOT};
use super::outputs::Raw;

/// Columns of schema full that only the raw listing has, and what stands for nothing there.
const RAW: [(&str, &str, &str); 18] = [
    ("protocolIdentifier", "proto", ""),
    ("deltaFlowCount", "aggr flows", "1"),
    ("bgpPrevAdjacentAsNumber", "bgp prev as", ""),
    ("bgpNextAdjacentAsNumber", "bgp next as", ""),
    ("postNATSourceIPAddress", "src xlt ip", ""),
    ("postNATDestinationIPAddress", "dst xlt ip", ""),
    ("postNAPTSourceTransportPort", "src xlt port", ""),
    ("postNAPTDestinationTransportPort", "dst xlt port", ""),
    ("ingressVRFID", "ingress VRF", ""),
    ("egressVRFID", "egress VRF", ""),
    ("flowId", "connect ID", ""),
    ("firewallExtendedEvent", "fw ext event", ""),
    ("engineType", "engine type", "0"),
    ("engineId", "engine ID", "0"),
    ("userName", "username", "<empty>"),
    ("ipClassOfService", "src tos", ""),
    ("vlanId", "src vlan", ""),
    ("postVlanId", "dst vlan", ""),
];

/// Collects what differs.
#[derive(Default)]
pub struct Differences(pub Vec<String>);

impl Differences {
    fn check(&mut self, place: &str, got: Option<&str>, expected: &str) {
        if got != Some(expected) {
            self.0.push(format!("{place}: {got:?}, expected {expected:?}"));
        }
    }

    fn count(&mut self, file: &str, got: &Parsed, expected: usize) -> bool {
        if got.rows.len() != expected || got.error.is_some() {
            self.0.push(format!("{file}: {} rows, expected {expected}; {:?}", got.rows.len(), got.error));
        }
        got.rows.len() == expected
    }

    /// Schema spot against the csv.
    pub fn spot(&mut self, file: &str, got: &Parsed, csv: &Csv) {
        if !self.count(file, got, csv.rows.len()) {
            return;
        }
        for (ours, theirs) in SPOT {
            for (row, value) in got.column(ours).into_iter().enumerate() {
                let expected = csv.cell(row, theirs);
                // Explained: INT of Spot ends at 2^31-1, nfdump's numbers do not.
                let too_large = ["input", "output", "sas", "das"].contains(&ours) && expected.parse::<i32>().is_err();
                if !(too_large && value.is_none()) {
                    self.check(&format!("{file} row {row} {ours}"), value, expected);
                }
            }
        }
        self.spot_times(file, got, csv);
        self.spot_flags(file, got, csv);
    }

    fn spot_times(&mut self, file: &str, got: &Parsed, csv: &Csv) {
        for (row, value) in got.column("treceived").into_iter().enumerate() {
            let expected = &csv.cell(row, "tr")[..19];
            let place = format!("{file} row {row}");
            self.check(&format!("{place} treceived"), value, expected);
            let parts: Vec<_> = expected.split(['-', ' ', ':']).map(|part| part.parse::<i64>().expect("number")).collect();
            for (name, part) in ["tryear", "trmonth", "trday", "trhour", "trminute", "trsec"].into_iter().zip(&parts) {
                self.check(&format!("{place} {name}"), cell(got, name, row), &part.to_string());
            }
            self.check(&format!("{place} unix_tstamp"), cell(got, "unix_tstamp", row), &seconds(&parts).to_string());
            let (value, expected) = (cell(got, "tdur", row).and_then(|value| value.parse::<f32>().ok()), csv.cell(row, "td"));
            // Explained: nfdump 1.7.1 prints last - first as an unsigned number; where last lies before first that is 1.8e16.
            let expected: f64 = expected.parse().expect("td");
            let honest = if expected > 1e15 { last_less_first(csv, row) } else { expected };
            let tolerance = if expected > 1e15 { 1.0 } else { 0.0 };
            let near = |value: f32| (f64::from(value) - honest).abs() <= tolerance || value == honest as f32;
            if !value.is_some_and(near) {
                self.0.push(format!("{place} tdur: {value:?}, expected {honest}"));
            }
        }
    }

    fn spot_flags(&mut self, file: &str, got: &Parsed, csv: &Csv) {
        for (row, value) in got.column("flag").into_iter().enumerate() {
            let eight = csv.cell(row, "flg");
            let number = eight.bytes().fold(0u8, |number, letter| number << 1 | u8::from(letter != b'.'));
            // Explained: Spot had the six letters of nfdump 1.6.13, which prints a number where C or E is set.
            let expected = if number > 63 { format!("  0x{number:2x}") } else { eight[2..].to_owned() };
            self.check(&format!("{file} row {row} flag"), value, &expected);
        }
    }

    /// Schema full against the csv.
    pub fn full(&mut self, file: &str, got: &Parsed, csv: &Csv) {
        if !self.count(file, got, csv.rows.len()) {
            return;
        }
        for (ours, theirs, nothing) in FULL {
            for (row, value) in got.column(ours).into_iter().enumerate() {
                let expected = csv.cell(row, theirs);
                // Explained: nfdump 1.7.1 prints the IP next hop in the column of an IPv6 BGP next hop.
                let next_hop_bug = theirs == "nhb" && value.is_some_and(|value| value.contains(':'));
                // Explained: where the record does not hold it, full takes it from the exporter's entry.
                let of_entry = theirs == "ra" && expected == nothing;
                // Explained: the file of 2015 that no nfdump of today reads has the flows of another, and no exporter.
                let no_exporter = theirs == "exid" && file.contains("common-v0");
                if !next_hop_bug && !of_entry && !no_exporter {
                    self.check(&format!("{file} row {row} {ours}"), value.or(Some(nothing)), expected);
                }
            }
        }
        for row in 0..csv.rows.len() {
            self.full_row(&format!("{file} row {row}"), row, got, csv);
        }
    }

    fn full_row(&mut self, place: &str, row: usize, got: &Parsed, csv: &Csv) {
        for (ours, theirs) in [("flowStartMilliseconds", "ts"), ("flowEndMilliseconds", "te"), ("collectionTimeMilliseconds", "tr")] {
            let nanoseconds: i64 = cell(got, ours, row).map_or(0, |value| value.parse().expect("time"));
            let expected = csv.cell(row, theirs);
            let parts: Vec<_> = expected[..19].split(['-', ' ', ':']).map(|part| part.parse::<i64>().expect("number")).collect();
            let milliseconds = expected.get(20..).map_or(nanoseconds / 1_000_000 % 1000, |part| part.parse().expect("ms"));
            let expected = (seconds(&parts) * 1000 + milliseconds) * 1_000_000;
            self.check(&format!("{place} {ours}"), Some(&nanoseconds.to_string()), &expected.to_string());
        }
        let names = ["clientNetworkDelayMicroseconds", "serverNetworkDelayMicroseconds", "applicationLatencyMicroseconds"];
        for (ours, theirs) in names.into_iter().zip(["cl", "sl", "al"]) {
            let microseconds: u64 = cell(got, ours, row).map_or(0, |value| value.parse().expect("delay"));
            self.check(&format!("{place} {ours}"), Some(&format!("{:.3}", microseconds as f64 / 1000.0)), csv.cell(row, theirs));
        }
        let stack = cell(got, "mplsLabelStackSections", row).unwrap_or("[]").trim_matches(['[', ']']);
        let labels: Vec<u32> = stack.split(',').filter(|label| !label.is_empty()).map(|label| label.parse().expect("label")).collect();
        for at in 0..10 {
            let label = labels.get(at).copied().unwrap_or_default();
            let shown = format!("{}-{}-{}", label >> 4, (label & 0xf) >> 1, label & 1);
            self.check(&format!("{place} mpls{}", at + 1), Some(&shown), csv.cell(row, &format!("mpls{}", at + 1)));
        }
    }

    /// Schema full against the raw listing.
    pub fn raw(&mut self, file: &str, got: &Parsed, raw: &Raw) {
        if !self.count(file, got, raw.0.len()) {
            return;
        }
        for (ours, theirs, nothing) in RAW {
            let column = got.column(ours);
            for (row, record) in raw.0.iter().enumerate() {
                if let Some(expected) = record.get(theirs) {
                    self.check(&format!("{file} row {row} {ours}"), column[row].or(Some(nothing)), expected.trim_end_matches(':'));
                }
            }
        }
        for (row, record) in raw.0.iter().enumerate() {
            self.raw_row(&format!("{file} row {row}"), row, got, record);
        }
    }

    fn raw_row(&mut self, place: &str, row: usize, got: &Parsed, record: &std::collections::BTreeMap<String, String>) {
        let number = |name: &str| cell(got, name, row).map_or(0, |value| value.parse::<u64>().expect("number"));
        let hex = |value: &String| u64::from_str_radix(value.trim_start_matches("0x"), 16).expect("hex");
        for (ours, theirs) in [("tcpControlBits", "tcp flags"), ("biflowDirection", "biFlow Dir"), ("flowEndReason", "end reason")] {
            // Explained: the raw listing shows no TCP flags of other protocols; the csv does, and agrees.
            let hidden = ours == "tcpControlBits" && record["proto"] != "6";
            if let Some(expected) = record.get(theirs).filter(|_| !hidden) {
                self.check(&format!("{place} {ours}"), Some(&number(ours).to_string()), &hex(expected).to_string());
            }
        }
        if let Some(expected) = record.get("fw event") {
            self.check(&format!("{place} firewallEvent"), Some(&format!("{}:", number("firewallEvent"))), expected);
        }
        for (ours, theirs) in [("first", "flowStartMilliseconds"), ("last", "flowEndMilliseconds")] {
            self.check(&format!("{place} {ours}"), Some(&(number(theirs) / 1_000_000).to_string()), &record[ours]);
        }
        if let Some(expected) = record.get("Event time") {
            self.check(&format!("{place} event"), Some(&(number("observationTimeMilliseconds") / 1_000_000).to_string()), expected);
        }
        for (ours, theirs) in [("ingressAclId", "Ingress ACL"), ("egressAclId", "Egress ACL")] {
            if let Some(expected) = record.get(theirs) {
                let entries: Vec<_> = expected.split('/').map(|part| hex(&part.to_owned()).to_string()).collect();
                self.check(&format!("{place} {ours}"), cell(got, ours, row), &format!("[{}]", entries.join(",")));
            }
        }
        if let Some(length) = record.get("in payload") {
            let shown = cell(got, "ipPayloadPacketSection", row).map(|hex| (hex.len() / 2).to_string());
            self.check(&format!("{place} payload"), shown.as_deref(), length);
        }
        if let Some(expected) = record.get("ICMP") {
            let code = number("icmpTypeCode");
            self.check(&format!("{place} icmp"), Some(&format!("{}.{}", code >> 8, code & 0xff)), expected);
        }
    }
}

fn cell<'a>(got: &'a Parsed, name: &str, row: usize) -> Option<&'a str> {
    let at = got.schema.as_ref()?.fields.iter().position(|field| field.name == name).expect(name);
    got.rows[row][at].as_deref()
}

/// Whole seconds by which last lies behind first; 0 where there is no last.
fn last_less_first(csv: &Csv, row: usize) -> f64 {
    let at = |name| {
        let text = &csv.cell(row, name)[..19];
        seconds(&text.split(['-', ' ', ':']).map(|part| part.parse().expect("number")).collect::<Vec<_>>())
    };
    if at("te") == 0 { 0.0 } else { (at("te") - at("ts")) as f64 }
}

/// Seconds since 1970 of year, month, day, hour, minute, second.
fn seconds(parts: &[i64]) -> i64 {
    let &[year, month, day, hour, minute, second] = parts else { panic!("{parts:?}") };
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let days = 365 * year + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400) + (month * 153 + 2) / 5 + day - 719_469;
    days * 86_400 + hour * 3600 + minute * 60 + second
}
