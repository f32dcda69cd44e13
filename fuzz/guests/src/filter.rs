//! Filters of flows: any text compiles or is refused at a place within it, and a flow is taken by a filter or by its contrary; but for TCP flags, of
//! which nfdump asks other things below a `not`.

use std::sync::OnceLock;

use flow::Nfcapd;
use fuzz_driver::{Seed, Target, fixture};
use weir_sdk::{OpenError, OptionValue, Options, StreamParser};

use crate::cuts::Cuts;
use crate::session::run as parse;
use crate::subject::Stream;

/// A filter.
pub const TARGET: Target = Target { name: "filter", run, seeds, mutations: 10_000 };

/// Flows of every kind.
fn files() -> &'static [Vec<u8>; 2] {
    static FILES: OnceLock<[Vec<u8>; 2]> = OnceLock::new();
    FILES.get_or_init(|| ["layout1-none", "layout2-none"].map(|name| fixture(&format!("flow/{name}.nfcapd"))))
}

fn run(input: &[u8]) {
    let filter = String::from_utf8_lossy(input).into_owned();
    let flags = filter.to_ascii_lowercase().contains("flag");
    for file in files() {
        let (Some(taken), Some(left)) = (rows(file, &filter), rows(file, &format!("not ({filter}\n)"))) else { return };
        let all = rows(file, "").expect("no filter");
        assert!(flags || taken + left == all, "`{filter}` takes {taken} flows, its contrary {left} of {all}");
    }
}

/// How many flows of a file a filter takes; `None`: it is refused.
fn rows(file: &[u8], filter: &str) -> Option<usize> {
    let options = Options::new(&Nfcapd::describe().options, vec![("filter".to_owned(), OptionValue::text(filter))]).expect("options");
    match parse::<Stream<Nfcapd>>(&options, file, Cuts::NONE) {
        Ok(given) => Some(given.rows.len()),
        Err(OpenError::BadExpression { at, .. }) => {
            assert!(at as usize <= filter.len(), "a mistake at {at} of {} bytes", filter.len());
            None
        }
        Err(_) => None,
    }
}

fn seeds() -> Vec<Seed> {
    let table = include_str!("../../../guests/flow/tests/filter/counts.tsv");
    table.lines().skip(2).filter_map(|line| line.split('\t').next()).map(|filter| filter.as_bytes().to_vec()).collect()
}
