//! `hdfs = { … }`: how a path of a distributed file system is reached and written.

use std::path::{Path, PathBuf};
use std::time::Duration;

use toml::de::DeValue;

use super::node::{Node, Table};
use super::reading::Reading;

const KEYS: [&str; 8] = ["config", "user", "replication", "block-size", "permissions", "state", "patience", "properties"];
/// The NameNode refuses smaller blocks unless told otherwise.
const SMALLEST_BLOCK: u64 = 1 << 20;
const LARGEST_BLOCK: u64 = 1 << 40;
/// A checksum covers so many bytes, and a block must hold a whole number of them.
const CHECKSUM: u64 = 512;
/// How long a step waits for HDFS by itself, if nothing is said.
const PATIENCE: Duration = Duration::from_secs(60);

/// How HDFS is reached, and how files are written there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hdfs {
    /// Directory with core-site.xml and hdfs-site.xml. Default: that of `HADOOP_CONF_DIR`, else `etc/hadoop` below `HADOOP_HOME`, else none.
    pub config: Option<PathBuf>,
    /// As whom, without Kerberos. Default: `HADOOP_USER_NAME`, else the user who runs weir.
    pub user: Option<String>,
    /// DataNodes that hold each block. Default: the cluster's.
    pub replication: Option<u32>,
    /// Bytes of a block. Default: the cluster's.
    pub block_size: Option<u64>,
    /// Of files, as of chmod. A directory has them too, and may be entered by whoever may read it. Default 0644.
    pub permissions: u32,
    /// A directory of this machine, for what does not belong on HDFS. Default: none, and files wait for their upload in `/var/tmp`.
    pub state: Option<PathBuf>,
    /// How long a step is tried again while HDFS is away, in safe mode, or short of DataNodes. Default 1 min.
    pub patience: Duration,
    /// Of Hadoop's client, over those of its files.
    pub properties: Vec<(String, String)>,
}

impl Default for Hdfs {
    fn default() -> Self {
        Self {
            config: None,
            user: None,
            replication: None,
            block_size: None,
            permissions: 0o644,
            state: None,
            patience: PATIENCE,
            properties: Vec::new(),
        }
    }
}

impl Hdfs {
    /// The same, for somebody who wants an answer at once.
    pub fn without_patience(&self) -> Self {
        Self { patience: Duration::ZERO, ..self.clone() }
    }
}

/// Whether a path is one of HDFS: a URL like `hdfs://host:8020/spot`.
pub fn is_hdfs(path: &Path) -> bool {
    path.as_os_str().as_encoded_bytes().starts_with(b"hdfs://")
}

/// The path of a URL like `file:///var/spot`, or what is no such URL as it is.
pub fn file_url(text: &str) -> &str {
    match text.strip_prefix("file:") {
        Some(path) => path.strip_prefix("//localhost").or_else(|| path.strip_prefix("//")).unwrap_or(path),
        None => text,
    }
}

/// A URL that names no storage that is known: a directory of such a name is not what was meant.
pub(super) fn is_other_url(text: &str) -> bool {
    let is_scheme = |scheme: &str| !scheme.is_empty() && scheme.chars().all(|letter| letter.is_ascii_alphanumeric());
    let has_host = text.split_once("://").is_some_and(|(scheme, _)| is_scheme(scheme));
    text.starts_with("hdfs:/") != text.starts_with("hdfs://") || (has_host && !text.starts_with("hdfs://"))
}

/// The path in a URL of HDFS, `/spot` of `hdfs://host:8020/spot`.
pub fn hdfs_path(url: &Path) -> PathBuf {
    // The scheme and the host are the first two names of what looks like a relative path.
    Path::new("/").join(url.components().skip(2).collect::<PathBuf>())
}

/// The options of a table whose path is `place`; those of a path on this machine are none.
pub(super) fn hdfs(table: &Table<'_>, place: Option<&Path>, reading: &mut Reading<'_>) -> Option<Hdfs> {
    let Some(node) = table.get("hdfs") else { return Some(Hdfs::default()) };
    if place.is_some_and(|place| !is_hdfs(place)) {
        reading.problem(node.key.clone(), "`hdfs` is for a path like \"hdfs://namenode:8020/spot/flow\", and this one is of this machine");
    }
    let table = Table::of_keys(node, &KEYS, reading)?;
    let plain = Hdfs::default();
    Some(Hdfs {
        config: table.get("config").and_then(|node| reading.path(&node)),
        user: table.get("user").and_then(|node| reading.text(&node)).map(|text| text.value),
        replication: table.get("replication").and_then(|node| reading.number(&node, 1..=512)).and_then(|number| number.try_into().ok()),
        block_size: table.get("block-size").and_then(|node| block_size(&node, reading)),
        permissions: table.get("permissions").and_then(|node| permissions(&node, reading)).unwrap_or(plain.permissions),
        state: table.get("state").and_then(|node| reading.path(&node)),
        patience: table.get("patience").and_then(|node| reading.duration(&node, Duration::ZERO)).unwrap_or(plain.patience),
        properties: table.get("properties").map(|node| properties(node, reading)).unwrap_or_default(),
    })
}

fn block_size(node: &Node<'_>, reading: &mut Reading<'_>) -> Option<u64> {
    let size = reading.size(node, SMALLEST_BLOCK..=LARGEST_BLOCK)?;
    if !size.is_multiple_of(CHECKSUM) {
        reading.problem(node.span.clone(), format!("`{}` must be a multiple of {CHECKSUM} bytes", node.name));
        return None;
    }
    Some(size)
}

fn permissions(node: &Node<'_>, reading: &mut Reading<'_>) -> Option<u32> {
    let text = reading.text_or(node, "octal digits in quotes, like \"0664\"")?;
    let value = u32::from_str_radix(&text.value, 8).ok().filter(|value| *value <= 0o777);
    if value.is_none() {
        reading.problem(text.span, format!("`{}` must be octal digits up to 0777, found `{}`", node.name, text.value));
    }
    value
}

fn properties(node: Node<'_>, reading: &mut Reading<'_>) -> Vec<(String, String)> {
    let Some(table) = Table::of_names(node, reading) else { return Vec::new() };
    let mut properties = Vec::new();
    for entry in table.entries() {
        let value = match entry.value {
            DeValue::Integer(number) => Some(number.to_string()),
            DeValue::Boolean(value) => Some(value.to_string()),
            _ => reading.text_or(&entry, "a text, a number, true or false").map(|text| text.value),
        };
        properties.extend(value.map(|value| (entry.name.to_owned(), value)));
    }
    properties
}
