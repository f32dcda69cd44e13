//! Rows of schema `full` against the fields of tshark, all occurrences of each joined with `|`.

use std::collections::BTreeMap;

use weir_sdk::testing::Parsed;

/// What tshark says of one packet.
pub struct Told {
    pub number: String,
    cells: Vec<String>,
}

/// The same of our rows of that packet.
pub struct Ours(BTreeMap<&'static str, String>);

impl Told {
    pub fn of(cells: &[String]) -> Self {
        Self { number: cells[0].clone(), cells: cells.to_vec() }
    }

    /// What differs.
    pub fn differences(&self, ours: &Ours) -> Vec<String> {
        const NAMES: [&str; 27] = [
            "number",
            "epoch",
            "ip.src",
            "ip.dst",
            "ipv6.src",
            "ipv6.dst",
            "udp.src",
            "udp.dst",
            "tcp.src",
            "tcp.dst",
            "id",
            "response",
            "opcode",
            "rcode",
            "questions",
            "answers",
            "authorities",
            "additionals",
            "query_name",
            "query_type",
            "name",
            "type",
            "ttl",
            "a",
            "aaaa",
            "cname",
            "txt",
        ];
        let mut differences = Vec::new();
        for (name, told) in NAMES.into_iter().zip(&self.cells) {
            let Some(ours) = ours.0.get(name) else { continue };
            // Of an address or a port the innermost is ours; there are none where the packet is of the other protocol.
            let told = match name.contains(".src") || name.contains(".dst") {
                true if told.is_empty() || ours.is_empty() => continue,
                true => told.rsplit('|').next().unwrap_or_default().to_owned(),
                // Ours is the first question.
                false if name.starts_with("query_") && self.cells[14] == "2" => normal(told.split('|').next().unwrap_or_default()),
                // Its counts of an update have other names.
                false if told.is_empty() && name.ends_with('s') && self.cells[12] == "5" => continue,
                false => normal(told),
            };
            // Ours has an OPT behind all records, wherever it stands.
            let (told, ours) = match name {
                "name" | "type" => (sorted(&told), sorted(ours)),
                _ => (told, ours.clone()),
            };
            if told != ours {
                differences.push(format!("{} {name}: tshark {told:?}, ours {ours:?}", self.number));
            }
        }
        differences
    }
}

/// Joins our rows of one packet.
pub fn row_of(parsed: &Parsed, rows: &[&Vec<Option<String>>]) -> Ours {
    let schema = parsed.schema.as_ref().expect("schema");
    let place = |name: &str| schema.fields.iter().position(|field| field.name == name).expect(name);
    let cell = |row: &Vec<Option<String>>, name: &str| row[place(name)].clone().unwrap_or_default();
    let joined = |of: &dyn Fn(&Vec<Option<String>>) -> String| {
        rows.iter().map(|row| of(row)).filter(|text| !text.is_empty()).collect::<Vec<_>>().join("|")
    };
    let column = |name: &'static str| joined(&|row| cell(row, name));
    let transport =
        |kind: &str, name: &'static str| joined(&|row| if cell(row, "transport") == kind { cell(row, name) } else { String::new() });
    let family = |sign: char, name: &'static str| {
        joined(&|row| cell(row, name)).split('|').rfind(|text| text.contains(sign)).unwrap_or_default().to_owned()
    };
    let mut ours = BTreeMap::from([
        ("ip.src", family('.', "src_ip")),
        ("ip.dst", family('.', "dst_ip")),
        ("udp.src", transport("udp", "src_port")),
        ("udp.dst", transport("udp", "dst_port")),
        ("tcp.src", column("src_port").split('|').next().filter(|_| column("transport").contains("tcp")).unwrap_or_default().to_owned()),
        ("tcp.dst", column("dst_port").split('|').next().filter(|_| column("transport").contains("tcp")).unwrap_or_default().to_owned()),
        ("id", joined(&|row| format!("0x{:04x}", cell(row, "id").parse::<u16>().expect("id")))),
        ("response", joined(&|row| u8::from(cell(row, "response") == "true").to_string())),
        ("opcode", column("opcode")),
        (
            "rcode",
            joined(&|row| {
                if cell(row, "response") == "true" {
                    (cell(row, "rcode").parse::<u16>().expect("rcode") & 15).to_string()
                } else {
                    String::new()
                }
            }),
        ),
        ("questions", column("question_count")),
        ("answers", column("answer_count")),
        ("authorities", column("authority_count")),
        ("additionals", column("additional_count")),
        ("query_name", normal(&joined(&|row| root(&cell(row, "query_name"))))),
        ("query_type", column("query_type")),
    ]);
    let records: Vec<Record> = rows.iter().flat_map(|row| records(&|name| cell(row, name))).collect();
    let list = |of: &dyn Fn(&Record) -> Option<String>| records.iter().filter_map(of).collect::<Vec<_>>().join("|");
    let of_type = |kind: &'static str| list(&|record| (record.kind == kind && !record.data.starts_with('\\')).then(|| record.data.clone()));
    ours.insert("name", normal(&list(&|record| Some(root(&record.name)))));
    ours.insert("type", list(&|record| Some(types(record))));
    ours.insert("ttl", list(&|record| (record.kind != "41").then(|| record.ttl.clone())));
    ours.insert("a", of_type("1"));
    ours.insert("aaaa", of_type("28"));
    ours.insert("cname", normal(&list(&|record| (record.kind == "5" && !record.data.starts_with('\\')).then(|| root(&record.data)))));
    Ours(ours)
}

struct Record {
    name: String,
    kind: String,
    ttl: String,
    data: String,
}

/// The records of a row in their order, with an OPT behind them where there was one.
fn records(cell: &dyn Fn(&str) -> String) -> Vec<Record> {
    let mut all = Vec::new();
    for section in ["answer", "authority", "additional"] {
        let list = |name: &str| split(&cell(&format!("{section}_{name}")));
        let (names, kinds, ttls, data) = (list("name"), list("type"), list("ttl"), list("data"));
        // Data may hold commas: those of the types that are compared hold none.
        let data = if data.len() == names.len() { data } else { vec![String::new(); names.len()] };
        for (((name, kind), ttl), data) in names.into_iter().zip(kinds).zip(ttls).zip(data) {
            all.push(Record { name, kind, ttl, data });
        }
    }
    if !cell("edns_version").is_empty() {
        all.push(Record { name: ".".into(), kind: "41".into(), ttl: String::new(), data: String::new() });
    }
    all
}

fn split(list: &str) -> Vec<String> {
    let inner = list.trim_start_matches('[').trim_end_matches(']');
    if inner.is_empty() { Vec::new() } else { inner.split(',').map(str::to_owned).collect() }
}

fn sorted(list: &str) -> String {
    let mut items: Vec<_> = list.split('|').collect();
    items.sort_unstable();
    items.join("|")
}

/// tshark shows the types that an NSEC or NSEC3 lists as types of records.
fn types(record: &Record) -> String {
    let names: &[(&str, &str)] = &[
        ("A", "1"),
        ("NS", "2"),
        ("CNAME", "5"),
        ("SOA", "6"),
        ("MX", "15"),
        ("TXT", "16"),
        ("AAAA", "28"),
        ("SRV", "33"),
        ("NAPTR", "35"),
        ("DS", "43"),
        ("RRSIG", "46"),
        ("NSEC", "47"),
        ("DNSKEY", "48"),
        ("NSEC3PARAM", "51"),
        ("SPF", "99"),
        ("HINFO", "13"),
        ("PTR", "12"),
        ("LOC", "29"),
        ("ZONEMD", "63"),
    ];
    let skip = match record.kind.as_str() {
        "47" => 1,
        "50" => 5,
        _ => return record.kind.clone(),
    };
    let listed = record.data.split(' ').skip(skip).map(|word| match names.iter().find(|(name, _)| *name == word) {
        Some((_, number)) => (*number).to_owned(),
        None => word.trim_start_matches("TYPE").to_owned(),
    });
    [record.kind.clone()].into_iter().chain(listed).collect::<Vec<_>>().join("|")
}

fn root(name: &str) -> String {
    if name == "." { "<Root>".to_owned() } else { unescaped(name) }
}

/// A name with bytes in place of our escapes, control characters as tshark shows them.
fn unescaped(name: &str) -> String {
    let (mut out, mut letters) = (String::new(), name.chars());
    while let Some(letter) = letters.next() {
        match (letter, letter == '\\') {
            (_, true) => match letters.next().expect("escape") {
                digit @ '0'..='9' => {
                    let digits: String = [digit].into_iter().chain(letters.by_ref().take(2)).collect();
                    match digits.parse::<u8>().expect("byte") {
                        byte @ 0x80.. => out.push(char::from(byte)),
                        byte => out.push_str(&format!("\\{byte:03o}")),
                    }
                }
                other => out.push(other),
            },
            (letter, _) => out.push(letter),
        }
    }
    out
}

/// tshark shows bytes that are no UTF-8 in ways of its own: all runs of such bytes are one question mark.
fn normal(text: &str) -> String {
    let mut out = String::new();
    // It takes the bytes c0 a8 for a long spelling of an opening parenthesis.
    let text = text.replace("\\002(\\001", "\\002\u{fffd}\\001").replace("\\u0090", "\u{90}");
    let text = text.replace("\\v", "\\013").replace("\\r", "\\015").replace("\\n", "\\012");
    for letter in text.chars() {
        let letter = if letter.is_ascii() { letter } else { '\u{1}' };
        if letter != '\u{1}' || !out.ends_with('\u{1}') {
            out.push(letter);
        }
    }
    out.replace('\u{1}', "?")
}
