//! From Metron's `pcap.properties` to a configuration. Basis: the file and remote.yaml of Metron 0.7.2.

use super::{Granularity, Properties, Scheme};
use crate::config::outline::{Outline, Value, commented, text};

/// Keys of Storm and HDFS that have nothing to say here, each with the reason.
const NOT_NEEDED: [(&str, &str); 5] = [
    ("topology.workers", "there is no Storm: start more of the same, and they share the partitions of the topic"),
    ("topology.worker.childopts", "there is no Java"),
    ("topology.auto-credentials", "there is no Storm"),
    ("kafka.spout.parallelism", "each partition has a thread of its own"),
    ("hdfs.sync.every", "offsets are committed together with files that are whole and durable"),
];
const TOPIC: &str = "spout.kafka.topic.pcap";
const ZOOKEEPER: &str = "kafka.zk";
const PROTOCOL: &str = "kafka.security.protocol";
const START: &str = "kafka.pcap.start";
const PACKETS: &str = "kafka.pcap.numPackets";
const TIME: &str = "kafka.pcap.maxTimeMS";
const SCHEME: &str = "kafka.pcap.ts_scheme";
const GRANULARITY: &str = "kafka.pcap.ts_granularity";
const OUT: &str = "kafka.pcap.out";
const REPLICATION: &str = "hdfs.replication.factor";
const KNOWN: [&str; 10] = [TOPIC, ZOOKEEPER, PROTOCOL, START, PACKETS, TIME, SCHEME, GRANULARITY, OUT, REPLICATION];
/// Where a file or a command line may name brokers.
const BROKERS: &str = "bootstrap.servers";

/// A configuration of weir, and what a user of Metron must know of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conversion {
    /// TOML with comments: what each key came from, and the notes.
    pub toml: String,
    /// What is not as it was.
    pub notes: Vec<Note>,
}

/// A key, and what is to be said of it: plain English, no full stop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// As the file has it.
    pub key: String,
    /// What to know.
    pub text: String,
}

/// What keeps a file of Metron's from becoming a configuration.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MetronError {
    /// A value that is none of those that there are, or no number.
    #[error("`{key}` must be {expected}, found `{found}`")]
    Wrong {
        /// The key.
        key: &'static str,
        /// What would do.
        expected: &'static str,
        /// What is there.
        found: String,
    },
    /// Nothing says where Kafka is.
    #[error("nothing says where Kafka is: name brokers with --brokers HOST:PORT")]
    NoBrokers,
}

/// What a command line says beside the file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wishes {
    /// Brokers in place of what ZooKeeper knows.
    pub brokers: Option<String>,
    /// The directory in place of `kafka.pcap.out`.
    pub storage: Option<String>,
}

/// Converts the file that Metron's topology is started with.
///
/// # Errors
/// A value that the topology would not start with either, or that would silently mean something else there.
pub fn convert(file: &Properties, wishes: &Wishes) -> Result<Conversion, MetronError> {
    let mut notes = Vec::new();
    let source = source(file, wishes, &mut notes)?;
    let sink = sink(file, wishes, &mut notes)?;
    let not_needed = NOT_NEEDED.iter().filter(|(key, _)| file.get(key).is_some());
    notes.extend(not_needed.map(|(key, reason)| note(key, format!("not needed: {reason}"))));
    let is_known = |key: &str| KNOWN.contains(&key) || key == BROKERS || NOT_NEEDED.iter().any(|(known, _)| *known == key);
    let unknown = file.keys().filter(|key| !is_known(key));
    notes.extend(unknown.map(|key| note(key, "not known to Metron's topology of packets, and left out".to_owned())));
    let mut pipeline = Outline::default();
    pipeline.table(&["source", "kafka"], source);
    pipeline.table(&["sink", "packet-store"], sink);
    let mut root = Outline::default();
    root.table(&["pipelines", "pcap"], pipeline);
    let mut toml = commented("Made from pcap.properties of Apache Metron. A comment says which key became what.");
    for note in &notes {
        toml.push_str(&commented(&format!("- {}: {}", note.key, note.text)));
    }
    Ok(Conversion { toml: toml + &root.text(), notes })
}

fn note(key: &str, text: String) -> Note {
    Note { key: key.to_owned(), text }
}

fn source(file: &Properties, wishes: &Wishes, notes: &mut Vec<Note>) -> Result<Outline, MetronError> {
    let mut table = Outline::default();
    let (brokers, comment) = brokers(file, wishes, notes)?;
    table.set("brokers", text(&brokers), comment);
    table.set("topic", text(file.get(TOPIC).unwrap_or("pcap")), TOPIC);
    table.set("group", text("pcap"), "As Metron has it.");
    table.set("format", text("packets"), "");
    let scheme = file.get(SCHEME).unwrap_or("FROM_KEY");
    let wrong = |key, expected, found: &str| MetronError::Wrong { key, expected, found: found.to_owned() };
    let scheme = Scheme::of(scheme).ok_or_else(|| wrong(SCHEME, "FROM_KEY or FROM_PACKET", scheme))?;
    let granularity = file.get(GRANULARITY).unwrap_or("MICROSECONDS");
    let known = Granularity::of(granularity);
    let granularity = known.ok_or_else(|| wrong(GRANULARITY, "MILLISECONDS, MICROSECONDS or NANOSECONDS", granularity))?;
    table.set("ts-scheme", text(scheme.name()), SCHEME);
    table.set("ts-granularity", text(granularity.name()), GRANULARITY);
    let start = file.get(START).unwrap_or("UNCOMMITTED_EARLIEST");
    let known = match start.to_ascii_uppercase().as_str() {
        "UNCOMMITTED_EARLIEST" => "committed",
        "UNCOMMITTED_LATEST" => "committed-or-latest",
        "EARLIEST" => "earliest",
        "LATEST" => "latest",
        _ => return Err(wrong(START, "UNCOMMITTED_EARLIEST, UNCOMMITTED_LATEST, EARLIEST or LATEST", start)),
    };
    table.set(
        "start",
        text(known),
        "kafka.pcap.start: counts in partitions of which the store has nothing; else it goes on where the store ends.",
    );
    match file.get(PROTOCOL).map(str::to_ascii_uppercase).as_deref() {
        None | Some("PLAINTEXT") => {}
        Some(protocol) => {
            // Older distributions have a name of their own for Kerberos.
            let protocol = if protocol == "PLAINTEXTSASL" { "SASL_PLAINTEXT" } else { protocol };
            let mut properties = Outline::default();
            properties.set("security.protocol", text(protocol), PROTOCOL);
            table.table(&["properties"], properties);
            notes.push(note(PROTOCOL, "add what the protocol needs to `properties`: a CA, a principal and a keytab, a user".to_owned()));
        }
    }
    Ok(table)
}

fn brokers(file: &Properties, wishes: &Wishes, notes: &mut Vec<Note>) -> Result<(String, &'static str), MetronError> {
    if let Some(brokers) = &wishes.brokers {
        return Ok((brokers.clone(), ""));
    }
    if let Some(brokers) = file.get(BROKERS) {
        return Ok((brokers.to_owned(), BROKERS));
    }
    let hosts = file.get(ZOOKEEPER).ok_or(MetronError::NoBrokers)?;
    let hosts = hosts.split('/').next().unwrap_or(hosts).split(',').filter_map(|host| host.trim().split(':').next());
    let brokers: Vec<_> = hosts.filter(|host| !host.is_empty()).flat_map(|host| [format!("{host}:6667"), format!("{host}:9092")]).collect();
    if brokers.is_empty() {
        return Err(MetronError::NoBrokers);
    }
    notes.push(note(
        ZOOKEEPER,
        "ZooKeeper is not asked: brokers are looked for on its hosts at the ports 6667 and 9092; --brokers names others".to_owned(),
    ));
    Ok((brokers.join(","), ZOOKEEPER))
}

fn sink(file: &Properties, wishes: &Wishes, notes: &mut Vec<Note>) -> Result<Outline, MetronError> {
    let mut table = Outline::default();
    let path = file.get(OUT).unwrap_or("/apps/metron/pcap/input");
    table.set("path", text(wishes.storage.as_deref().unwrap_or(path)), OUT);
    let mut roll = Outline::default();
    let packets = number(file, PACKETS)?.unwrap_or(1000);
    if packets < 1 {
        notes.push(note(PACKETS, "0 or less means a file for each packet, as in Metron".to_owned()));
    }
    roll.set("packets", Value::Integer(packets.max(1)), PACKETS);
    let time = number(file, TIME)?.unwrap_or(300_000).max(0);
    roll.set("packet-time", text(&format!("{time}ms")), "kafka.pcap.maxTimeMS; 0: any time.");
    table.table(&["roll"], roll);
    if number(file, REPLICATION)?.is_some_and(|factor| factor > 0) {
        notes.push(note(REPLICATION, "files have the replication that HDFS gives its clients".to_owned()));
    }
    Ok(table)
}

fn number(file: &Properties, key: &'static str) -> Result<Option<i64>, MetronError> {
    let number = |text: &str| text.parse().map_err(|_| MetronError::Wrong { key, expected: "a whole number", found: text.to_owned() });
    file.get(key).map(number).transpose()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As Metron ships it.
    const SHIPPED: &str = "topology.workers=1\ntopology.worker.childopts=\ntopology.auto-credentials=\nspout.kafka.topic.pcap=pcap\nkafka.zk=node1:2181\n\
        hdfs.sync.every=1\nhdfs.replication.factor=-1\nkafka.security.protocol=PLAINTEXT\nkafka.pcap.start=UNCOMMITTED_EARLIEST\n\
        kafka.pcap.numPackets=1000\nkafka.pcap.maxTimeMS=300000\nkafka.pcap.ts_scheme=FROM_KEY\nkafka.pcap.out=/apps/metron/pcap/input\n\
        kafka.pcap.ts_granularity=MICROSECONDS\nkafka.spout.parallelism=1\n";

    fn converted(text: &str) -> Result<toml::Table, MetronError> {
        let conversion = convert(&Properties::parse(text), &Wishes::default())?;
        Ok(toml::from_str(&conversion.toml).unwrap())
    }

    fn wrong(text: &str) -> String {
        converted(&format!("{SHIPPED}{text}\n")).unwrap_err().to_string()
    }

    #[test]
    fn the_file_that_metron_ships_becomes_a_pipeline() {
        let table = converted(SHIPPED).unwrap();
        let pipeline = &table["pipelines"]["pcap"];
        let (source, sink) = (&pipeline["source"]["kafka"], &pipeline["sink"]["packet-store"]);
        assert_eq!(source["brokers"].as_str(), Some("node1:6667,node1:9092"));
        let texts = ["topic", "group", "format", "ts-scheme", "ts-granularity", "start"].map(|key| source[key].as_str().unwrap());
        assert_eq!(texts, ["pcap", "pcap", "packets", "from-key", "microseconds", "committed"]);
        assert_eq!(sink["path"].as_str(), Some("/apps/metron/pcap/input"));
        assert_eq!((sink["roll"]["packets"].as_integer(), sink["roll"]["packet-time"].as_str()), (Some(1000), Some("300000ms")));
    }

    #[test]
    fn a_command_line_names_brokers_and_a_directory_in_place_of_the_files() {
        let wishes = Wishes { brokers: Some("a:1".to_owned()), storage: Some("/data".to_owned()) };
        let toml = convert(&Properties::parse(SHIPPED), &wishes).unwrap().toml;
        assert!(toml.contains("brokers = \"a:1\"\n") && toml.contains("path = \"/data\"\n"), "{toml}");
    }

    #[test]
    fn what_metron_takes_for_something_else_in_silence_is_refused() {
        assert_eq!(wrong("kafka.pcap.ts_scheme=FROM_VALUE"), "`kafka.pcap.ts_scheme` must be FROM_KEY or FROM_PACKET, found `FROM_VALUE`");
        assert_eq!(
            wrong("kafka.pcap.ts_granularity=SECONDS"),
            "`kafka.pcap.ts_granularity` must be MILLISECONDS, MICROSECONDS or NANOSECONDS, found `SECONDS`"
        );
        assert_eq!(wrong("kafka.pcap.numPackets=many"), "`kafka.pcap.numPackets` must be a whole number, found `many`");
        assert_eq!(
            wrong("kafka.pcap.start=SOON"),
            "`kafka.pcap.start` must be UNCOMMITTED_EARLIEST, UNCOMMITTED_LATEST, EARLIEST or LATEST, found `SOON`"
        );
        assert_eq!(converted(""), Err(MetronError::NoBrokers));
    }

    #[test]
    fn each_start_and_an_old_name_of_kerberos_have_their_own() {
        let start = |name: &str| {
            converted(&format!("{SHIPPED}kafka.pcap.start={name}\n")).unwrap()["pipelines"]["pcap"]["source"]["kafka"]["start"].to_string()
        };
        assert_eq!(["UNCOMMITTED_LATEST", "EARLIEST", "latest"].map(start), ["\"committed-or-latest\"", "\"earliest\"", "\"latest\""]);
        let table = converted(&format!("{SHIPPED}kafka.security.protocol=PLAINTEXTSASL\n")).unwrap();
        let protocol = &table["pipelines"]["pcap"]["source"]["kafka"]["properties"]["security.protocol"];
        assert_eq!(protocol.as_str(), Some("SASL_PLAINTEXT"));
    }
}
