//! What `source.kafka` and `sink.kafka` have in common: brokers, a topic, and properties that go to librdkafka as they are.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;

use toml::de::DeValue;

use super::node::{Node, Table};
use super::reading::Reading;

/// The longest name that a broker gives a topic, bytes.
const LONGEST_TOPIC: usize = 249;
/// Bytes that a file with a secret may have.
const LONGEST_SECRET: u64 = 64 << 10;

/// A topic, and how to come to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kafka {
    /// Where brokers are asked for the others: `HOST:PORT`, separated by commas.
    pub brokers: String,
    /// The topic.
    pub topic: String,
    /// Further properties of librdkafka by their names.
    pub properties: BTreeMap<String, Secret>,
    /// How the topic is made if it is not there. Default: it is not made.
    pub create: Option<Create>,
}

/// `create = { partitions = 3, replication = 1 }`: how a topic is made. One that is there is left as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Create {
    /// 1 to 10,000: how many members of a group can share the topic.
    pub partitions: i32,
    /// 1 to 100: how many brokers keep each message. Default 1.
    pub replication: i32,
}

/// A value that no message shows, since it may be a password.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret {
    value: String,
    /// What `weir config show` may print.
    is_public: bool,
}

impl Secret {
    /// The value itself, for the one who needs it.
    pub fn reveal(&self) -> &str {
        &self.value
    }

    /// The value for everybody's eyes, unless its name or its origin says that it lets somebody in.
    pub fn public(&self) -> Option<&str> {
        self.is_public.then_some(self.value.as_str())
    }
}

impl From<String> for Secret {
    fn from(value: String) -> Self {
        Self { value, is_public: false }
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

/// Brokers, topic and properties of a table; `owned` are the properties that weir sets itself, each with what to use in its place.
pub(super) fn kafka(table: &Table<'_>, owned: &[(&str, &str)], reading: &mut Reading<'_>) -> Option<Kafka> {
    let brokers = table.need("brokers", "brokers = \"localhost:9092\"", reading).and_then(|node| brokers(&node, reading));
    let topic = table.need("topic", "topic = \"flows\"", reading).and_then(|node| topic(&node, reading));
    let properties = table.get("properties").map(|node| properties(node, owned, reading)).unwrap_or_default();
    let create = table.get("create").and_then(|node| create(node, reading));
    Some(Kafka { brokers: brokers?, topic: topic?, properties, create })
}

fn create(node: Node<'_>, reading: &mut Reading<'_>) -> Option<Create> {
    let table = Table::of_keys(node, &["partitions", "replication"], reading)?;
    let partitions = table.need("partitions", "create = { partitions = 3 }", reading)?;
    let partitions = i32::try_from(reading.number(&partitions, 1..=10_000)?).ok()?;
    let replication = table.get("replication").map_or(Some(1), |node| reading.number(&node, 1..=100))?;
    Some(Create { partitions, replication: i32::try_from(replication).ok()? })
}

fn brokers(node: &Node<'_>, reading: &mut Reading<'_>) -> Option<String> {
    let texts = reading.texts(node);
    let brokers: Vec<_> = texts.iter().flat_map(|text| text.value.split(',')).map(str::trim).filter(|broker| !broker.is_empty()).collect();
    if brokers.is_empty() {
        let known = reading.problems.len();
        // A value of another type has its own message.
        if !matches!(node.value, DeValue::String(_) | DeValue::Array(_)) && known > 0 {
            return None;
        }
        reading.problem(node.span.clone(), "`brokers` must name at least one broker, like \"localhost:9092\"");
        return None;
    }
    Some(brokers.join(","))
}

fn topic(node: &Node<'_>, reading: &mut Reading<'_>) -> Option<String> {
    let text = reading.text_or(node, "the name of a topic")?;
    let name = text.value;
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    if name.is_empty() || name.len() > LONGEST_TOPIC || !name.chars().all(fits) || name == "." || name == ".." {
        reading.problem(text.span, format!("`{name}` cannot name a topic: use letters, digits, `.`, `_` and `-`, at most {LONGEST_TOPIC}"));
        return None;
    }
    Some(name)
}

fn properties(node: Node<'_>, owned: &[(&str, &str)], reading: &mut Reading<'_>) -> BTreeMap<String, Secret> {
    let mut properties = BTreeMap::new();
    let Some(table) = Table::of_names(node, reading) else { return properties };
    for entry in table.entries() {
        if let Some((_, instead)) = owned.iter().find(|(name, _)| *name == entry.name) {
            reading.problem(entry.key.clone(), format!("weir sets `{}` itself: {instead}", entry.name));
        } else if let Some(value) = property(&entry, reading) {
            if !matches!(entry.value, DeValue::Table(_)) && is_secret(entry.name) {
                reading.secrets.push(entry.span.clone());
            }
            let is_public = !matches!(entry.value, DeValue::Table(_)) && !is_secret(entry.name);
            properties.insert(entry.name.to_owned(), Secret { value, is_public });
        }
    }
    properties
}

/// Whether the value of a property lets somebody in.
fn is_secret(name: &str) -> bool {
    ["password", "secret", "token", "key.pem", "jaas", "oauthbearer.config"].iter().any(|part| name.contains(part))
}

/// A text, a number, `true` or `false`, or `{ file = "password" }`.
fn property(node: &Node<'_>, reading: &mut Reading<'_>) -> Option<String> {
    match node.value {
        DeValue::Integer(number) => Some(number.to_string()),
        DeValue::Boolean(value) => Some(value.to_string()),
        DeValue::Table(_) => {
            let table = Table::of_keys(node.clone(), &["file"], reading)?;
            let node = table.need("file", "{ file = \"/etc/weir/password\" }", reading)?;
            content(&node, reading)
        }
        _ => Some(reading.text_or(node, "a text, a number, true or false, or { file = \"PATH\" }")?.value),
    }
}

/// What a file holds, without the line end that editors leave.
fn content(node: &Node<'_>, reading: &mut Reading<'_>) -> Option<String> {
    let path = reading.path(node)?;
    let refusal = match fs::metadata(&path) {
        Ok(found) if found.len() > LONGEST_SECRET => format!("{} is too large for the value of a property", path.display()),
        Ok(_) => match fs::read_to_string(&path) {
            Ok(text) => return Some(text.trim_end_matches(['\r', '\n']).to_owned()),
            Err(error) => format!("cannot read {}: {error}", path.display()),
        },
        Err(error) => format!("cannot read {}: {error}", path.display()),
    };
    reading.problem(node.span.clone(), refusal);
    None
}
