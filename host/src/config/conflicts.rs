//! Mistakes that no value makes alone: loops, and pipelines in each other's way.

use std::path::{Path, PathBuf};

use super::is_hdfs;
use super::types::{AfterIngest, Pipeline, Sink, Source, StreamSource};

/// A mistake: the key path of the value to change, and what is wrong with it.
pub(super) type Conflict = (String, String);

/// A pipeline with its directories as the file system knows them.
struct Paths<'a> {
    name: &'a str,
    recursive: bool,
    after: &'a AfterIngest,
    /// None: the input does not come from files.
    source: Option<PathBuf>,
    stream: Option<&'a StreamSource>,
    done: Option<PathBuf>,
    sink: &'a Sink,
    /// Where the sink's commit records lie.
    table: PathBuf,
    /// Where the sink keeps files as they are.
    originals: Option<PathBuf>,
}

/// Every conflict within and between pipelines.
pub(super) fn conflicts<'a>(pipelines: impl Iterator<Item = &'a Pipeline>) -> Vec<Conflict> {
    let paths: Vec<_> = pipelines.map(Paths::of).collect();
    let mut found = Vec::new();
    for (index, pipeline) in paths.iter().enumerate() {
        found.extend(pipeline.moves_into_itself());
        for other in &paths {
            found.extend(pipeline.loops_into(other));
            found.extend(pipeline.keeps_into(other));
        }
        for earlier in paths.iter().take(index) {
            found.extend(pipeline.shares_table(earlier));
            found.extend(pipeline.shares_source(earlier));
            found.extend(pipeline.shares_stream(earlier));
        }
    }
    found
}

impl<'a> Paths<'a> {
    fn of(pipeline: &'a Pipeline) -> Self {
        let source = pipeline.source.directory();
        let after = source.map_or(&AfterIngest::Keep, |source| &source.after);
        let done = match after {
            AfterIngest::Move(to) => Some(real(to)),
            AfterIngest::Keep | AfterIngest::Delete => None,
        };
        Self {
            name: &pipeline.name,
            recursive: source.is_some_and(|source| source.recursive),
            after,
            source: source.map(|source| real(&source.path)),
            stream: if let Source::Stream(stream) = &pipeline.source { Some(stream) } else { None },
            done,
            sink: &pipeline.sink,
            table: real(pipeline.sink.path()),
            originals: match &pipeline.sink {
                Sink::Kafka(sink) => sink.originals.as_ref().map(|originals| real(&originals.directory)),
                Sink::Table(_) | Sink::PacketStore(_) => None,
            },
        }
    }

    fn key(&self, rest: &str) -> String {
        format!("pipelines.{}.{rest}", self.name)
    }

    fn sink_key(&self) -> String {
        self.key(match self.sink {
            Sink::Table(_) => "sink.table.path",
            Sink::Kafka(_) => "sink.kafka.state",
            Sink::PacketStore(_) => "sink.packet-store.path",
        })
    }

    fn takes_from(&self, directory: &Path) -> bool {
        self.source.as_ref().is_some_and(|source| if self.recursive { directory.starts_with(source) } else { directory == source })
    }

    fn takes_with(&self, other: &Self) -> bool {
        let takes = |one: &Self, other: &Self| other.source.as_ref().is_some_and(|source| one.takes_from(source));
        takes(self, other) || takes(other, self)
    }

    fn moves_into_itself(&self) -> Option<Conflict> {
        let done = self.done.as_ref().filter(|done| self.takes_from(done))?;
        let message = format!(
            "ingested files would be found again: {} lies in the directory that they come from; name one outside it",
            done.display()
        );
        Some((self.key("source.directory.after.move"), message))
    }

    fn loops_into(&self, other: &Self) -> Option<Conflict> {
        let message = if other.takes_from(&self.table) {
            format!("a loop: the table lies in the directory that `{}` takes its input from", other.name)
        } else if other.source.as_ref().is_some_and(|source| source.starts_with(&self.table)) {
            format!("the directory that `{}` takes its input from lies in the table, whose readers would find it", other.name)
        } else {
            return None;
        };
        Some((self.sink_key(), message))
    }

    fn keeps_into(&self, other: &Self) -> Option<Conflict> {
        let originals = self.originals.as_ref().filter(|originals| other.takes_from(originals))?;
        let message = format!("a loop: {} lies in the directory that `{}` takes its input from", originals.display(), other.name);
        Some((self.key("sink.kafka.originals"), message))
    }

    /// Pipelines may fill one table together, if all of it looks the same. Whether their columns are the same, only their modules know.
    fn shares_table(&self, earlier: &Self) -> Option<Conflict> {
        if self.table == earlier.table {
            return match (self.sink, earlier.sink) {
                (Sink::Table(one), Sink::Table(other)) => {
                    let message =
                        format!("`{}` writes to this table too, with another `padded`: partitions would have two spellings", earlier.name);
                    (one.padded != other.padded).then(|| (self.key("sink.table.padded"), message))
                }
                (Sink::Kafka(one), Sink::Kafka(other)) if one.kafka == other.kafka => None,
                (Sink::PacketStore(_), Sink::PacketStore(_)) => None,
                _ => {
                    let message = format!("`{}` keeps its records here, of another table or topic: name another directory", earlier.name);
                    Some((self.sink_key(), message))
                }
            };
        }
        let nested = self.table.starts_with(&earlier.table) || earlier.table.starts_with(&self.table);
        let message = format!("this table and that of `{}` lie one in the other: readers of one would find both", earlier.name);
        nested.then(|| (self.sink_key(), message))
    }

    fn shares_source(&self, earlier: &Self) -> Option<Conflict> {
        let together = self.takes_with(earlier);
        let stays = *self.after == AfterIngest::Keep && *earlier.after == AfterIngest::Keep;
        let message = format!(
            "`{}` takes files from here too, and one of the two takes them away from the other: use `after = \"keep\"` in both, or a directory for each",
            earlier.name
        );
        (together && !stays).then(|| (self.key("source.directory.path"), message))
    }

    fn shares_stream(&self, earlier: &Self) -> Option<Conflict> {
        let is_same = match (self.stream?, earlier.stream?) {
            (StreamSource::Fifo(one), StreamSource::Fifo(other)) => real(one) == real(other),
            (one, other) => one == other,
        };
        let message = format!("`{}` reads this stream too, and what one reads the other does not: give each its own", earlier.name);
        is_same.then(|| (self.key("source.stream.path"), message))
    }
}

/// Whether two pipelines fill one table.
pub fn share_table(one: &Pipeline, other: &Pipeline) -> bool {
    Paths::of(one).table == Paths::of(other).table
}

/// Whether two pipelines may take the same file: their directories lie one in the other. What their patterns select is not compared.
pub fn share_files(one: &Pipeline, other: &Pipeline) -> bool {
    Paths::of(one).takes_with(&Paths::of(other))
}

/// The path without links as far as it exists, the rest as it is written.
fn real(path: &Path) -> PathBuf {
    if is_hdfs(path) {
        return path.to_owned();
    }
    let whole = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let found = whole.ancestors().find_map(|ancestor| Some((ancestor, ancestor.canonicalize().ok()?)));
    match found {
        Some((ancestor, real)) => whole.strip_prefix(ancestor).map(|rest| real.join(rest).components().collect()).unwrap_or(whole),
        None => whole,
    }
}
