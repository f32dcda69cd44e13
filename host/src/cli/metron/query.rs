//! `pcap_query.sh`

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::super::Exit;
use super::super::pcap::query::{Query, prefix};
use super::date_format::milliseconds;
use super::line::{Known, Line};
use crate::selection::TimeRange;
use crate::store::Pages;

const COMMON: [Known; 11] = [
    ("h", "help", false),
    ("bp", "base_path", true),
    ("bop", "base_output_path", true),
    ("st", "start_time", true),
    ("et", "end_time", true),
    ("df", "date_format", true),
    ("nr", "num_reducers", true),
    ("rpf", "records_per_file", true),
    ("yq", "yarn_queue", true),
    ("ft", "finalizer_threads", true),
    ("pre", "prefix", true),
];
const FIXED: [Known; 7] = [
    ("sa", "ip_src_addr", true),
    ("da", "ip_dst_addr", true),
    ("sp", "ip_src_port", true),
    ("dp", "ip_dst_port", true),
    ("p", "protocol", true),
    ("pf", "packet_filter", true),
    ("ir", "include_reverse", false),
];
const QUERY: [Known; 1] = [("q", "query", true)];
const BASE_PATH: &str = "/apps/metron/pcap/input";

pub(super) fn query(words: &[String], out: &mut impl Write) -> anyhow::Result<Exit> {
    let (title, module, own): (_, _, &[Known]) = match words.first().map(String::as_str) {
        Some("fixed") => ("Fixed", "fixed", &FIXED),
        Some("query") => ("Query", "stellar", &QUERY),
        _ => {
            writeln!(out, "Usage: [fixed|query]")?;
            return Ok(Exit::MetronUsage);
        }
    };
    let known = [&COMMON[..], own].concat();
    let rest = words.get(1..).unwrap_or_default();
    let asked = Line::read(rest, &known).and_then(Asked::of);
    match asked {
        Ok(Asked { help: true, .. }) => {
            usage(title, &known, out)?;
            Ok(Exit::Done)
        }
        Ok(asked) => asked.run(module, out),
        Err(wrong) => {
            writeln!(io::stderr(), "{wrong}")?;
            usage(title, &known, out)?;
            Ok(Exit::MetronUsage)
        }
    }
}

fn usage(title: &str, known: &[Known], out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "usage: {title} filter options")?;
    known.iter().try_for_each(|(short, long, value)| writeln!(out, " -{short},--{long}{}", if *value { " <arg>" } else { "" }))
}

/// What a command line asks for.
struct Asked {
    help: bool,
    store: String,
    times: TimeRange,
    expression: String,
    records: u64,
    prefix: String,
}

impl Asked {
    fn of(line: Line) -> Result<Self, String> {
        if line.get("st").is_none() {
            return Err("Missing required option: st".to_owned());
        }
        line.number::<u64>("nr")?;
        Ok(Self {
            help: line.get("h").is_some(),
            store: line.get("bp").unwrap_or(BASE_PATH).to_owned(),
            // Both ends are included; a moment of the filter's range is the first behind.
            times: TimeRange { from: moment(&line, "st")?, to: moment(&line, "et")?.map(|end| end.saturating_add(1)) },
            expression: line.get("q").map_or_else(|| fixed(&line), str::to_owned),
            records: line.number("rpf")?.unwrap_or(10_000),
            prefix: line.get("pre").map_or_else(prefix, str::to_owned),
        })
    }

    fn run(&self, module: &str, out: &mut impl Write) -> anyhow::Result<Exit> {
        let Self { store, times, expression, records, prefix, .. } = self;
        let pages = |_: &[PathBuf]| Ok(Pages::in_directory(PathBuf::from("."), prefix, *records));
        let query = Query { store, expression, module: Path::new(module), times: *times, threads: None };
        let found = query.run(pages)?;
        writeln!(out, "{}", if found.selected == 0 { "No results in specified date range." } else { "Job completed." })?;
        Ok(found.exit)
    }
}

/// Nanoseconds; what is beyond 2262 is the end of time.
fn moment(line: &Line, option: &str) -> Result<Option<i64>, String> {
    let of_text = |text: &str| match line.get("df") {
        Some(pattern) => milliseconds(pattern, text),
        None => text.trim().parse().map_err(|_| format!("-{option}: `{text}` is no time in milliseconds; name its form with -df")),
    };
    Ok(line.get(option).map(of_text).transpose()?.map(|time: i64| time.saturating_mul(1_000_000)))
}

/// The fields as the module `fixed` takes them; blank ones do not count. A pattern may hold anything, so it is the last.
fn fixed(line: &Line) -> String {
    let of = |(short, name): (&str, &str)| {
        let value = line.get(short).filter(|value| !value.trim().is_empty())?;
        Some(format!("{name}={value}"))
    };
    let names = [("sa", "ip_src_addr"), ("da", "ip_dst_addr"), ("sp", "ip_src_port"), ("dp", "ip_dst_port"), ("p", "protocol")];
    let reverse = line.get("ir").map(|_| "includes_reverse_traffic=true".to_owned());
    let parts: Vec<_> = names.into_iter().filter_map(of).chain(reverse).chain(of(("pf", "packet_filter"))).collect();
    // Either direction of everything is everything.
    if parts == ["includes_reverse_traffic=true"] { String::new() } else { parts.join(";") }
}
