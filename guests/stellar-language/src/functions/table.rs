//! Functions by name.

use super::{Function, encodings, higher, lists, maps, network, numbers, patterns, sets, texts, urls};

const TABLES: [&[Function]; 10] = [
    network::FUNCTIONS,
    texts::FUNCTIONS,
    patterns::FUNCTIONS,
    numbers::FUNCTIONS,
    lists::FUNCTIONS,
    higher::FUNCTIONS,
    maps::FUNCTIONS,
    sets::FUNCTIONS,
    urls::FUNCTIONS,
    encodings::FUNCTIONS,
];

/// Beginnings of the names of functions that are more than functions of their arguments, and why they cannot be in a filter.
const IMPURE: [(&str, &str); 25] = [
    ("REST_", "calls a server"),
    ("SYSTEM_", "reads the environment of a process"),
    ("SHELL_", "belongs to Stellar's shell"),
    ("HDFS_", "reaches for files"),
    ("LOCAL_", "reaches for files"),
    ("KAFKA_", "reaches for Kafka"),
    ("ENRICHMENT_", "reads HBase"),
    ("OBJECT_GET", "reads HDFS"),
    ("GEO_", "reads a database of HDFS"),
    ("GEOHASH_", "reads a database of HDFS"),
    ("ASN_", "reads a database of HDFS"),
    ("CONFIG_", "reads ZooKeeper"),
    ("PROFILE_", "reads HBase"),
    ("PROFILER_", "reads HBase"),
    ("MAAS_", "calls a server"),
    ("INDEXING_", "changes a configuration"),
    ("PARSER_", "changes a configuration"),
    ("THREAT_TRIAGE_", "changes a configuration"),
    ("GROK_", "reads HDFS"),
    ("DATE_FORMAT", "depends on the clock and the time zone"),
    ("TO_EPOCH_TIMESTAMP", "depends on the clock and the time zone"),
    ("DAY_OF_", "depends on the clock and the time zone"),
    ("WEEK_OF_", "depends on the clock and the time zone"),
    ("MONTH", "depends on the clock and the time zone"),
    ("YEAR", "depends on the clock and the time zone"),
];

/// The function of a name, in capitals as it is.
///
/// # Errors
/// Why there is none.
pub fn named(name: &str) -> Result<&'static Function, String> {
    #[cfg(test)]
    if let Some(function) = crate::tests::FUNCTIONS.iter().find(|function| function.name == name) {
        return Ok(function);
    }
    let known = TABLES.into_iter().flatten().find(|function| function.name == name);
    known.ok_or_else(|| match IMPURE.iter().find(|(begin, _)| name.starts_with(begin)) {
        Some((_, why)) => format!("a function that depends on its arguments alone: {name} {why}"),
        None => format!("a function: there is no {name}"),
    })
}
