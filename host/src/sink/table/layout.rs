//! The names of a table's files, and how to read them back.

use crate::model::{CommitId, Partition};

/// Directory of the records' directories.
pub(super) const COMMITS: &str = ".weir/commits";
/// Directory of the claims. A pipeline's has the name of its directory of temporary files.
pub(super) const LOCKS: &str = ".weir/locks";
/// Directory of the pipelines' directories of turns.
const TURNS: &str = ".weir/turns";
/// Directory of what a topic refused.
const REFUSED: &str = "refused";
/// Directory of the pipelines' directories of temporary files.
pub(super) const TEMP: &str = ".weir/tmp";

/// The table's form.
pub(super) const FORM: &str = ".weir/table.json";

/// How every temporary name ends.
pub(super) const EXTENSION: &str = ".tmp";

/// The claim of whoever starts: no pipeline has this name.
pub(super) const STARTING: &str = ".weir/locks/.start";

/// The claim of a pipeline.
pub(super) fn lock(pipeline: &str) -> String {
    format!("{LOCKS}/{}", escaped(pipeline))
}

/// The pipeline's directory of temporary files.
pub(super) fn temp_dir(pipeline: &str) -> String {
    format!("{TEMP}/{}", escaped(pipeline))
}

/// The pipeline's directory of turns.
pub(super) fn turns_dir(pipeline: &str) -> String {
    format!("{TURNS}/{}", escaped(pipeline))
}

/// The file of a turn, in that directory.
pub(super) fn turn_file(number: u64) -> String {
    format!("{number}.json")
}

/// The number of a turn, by the name of its file; none: not such a file.
pub(super) fn turn_number(name: &str) -> Option<u64> {
    let number = name.strip_suffix(".json")?.parse().ok()?;
    (turn_file(number) == name).then_some(number)
}

/// The record of a commit. 256 directories keep each small.
pub(super) fn record(id: CommitId) -> String {
    in_shard("commits", id, "json")
}

/// The commit of a record, by the record's name; none: not a record.
pub(super) fn commit_id(name: &str) -> Option<CommitId> {
    let (digest, from) = name.strip_suffix(".json")?.split_once('-')?;
    Some(CommitId { source: format!("sha256:{digest}").parse().ok()?, from: from.parse().ok()? })
}

/// The quarantined bytes of a commit.
pub(super) fn quarantine(id: CommitId) -> String {
    in_shard("quarantine", id, "raw")
}

/// The mark of this number, which names entries of a commit that are purged.
pub(super) fn purged(id: CommitId, number: u64) -> String {
    in_shard("purged", id, &format!("{number}.json"))
}

/// The claim of whoever replays or purges: no pipeline has this name.
pub(super) const SETTLING: &str = ".weir/locks/.quarantine";

fn in_shard(kind: &str, id: CommitId, extension: &str) -> String {
    format!(".weir/{kind}/{:.2}/{}.{extension}", id.source.hex(), id.file_stem())
}

/// What a topic refused of a segment, under the name that Spot's collector gives it.
pub(super) fn refused(id: CommitId, source: &str, segment: u64, extension: &str) -> String {
    let name = source.rsplit('/').next().unwrap_or(source).replace(['.', '\\', '\0'], "_");
    format!("{REFUSED}/{:.12}/{name}_segment-{segment}.{extension}", id.source.hex())
}

/// The place of a commit's file `number` in the table. 128 bits of the digest: nobody can make two inputs whose files collide.
pub(super) fn data(id: CommitId, number: u32, partition: Option<Partition>, padded: bool) -> String {
    let name = format!("{:.32}-{}-{number}.parquet", id.source.hex(), id.from);
    match partition {
        Some(partition) => format!("{}/{name}", partition.path(padded)),
        None => name,
    }
}

/// The directory of a path.
pub(super) fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(dir, _)| dir)
}

/// A name as one component of a path, on any storage.
fn escaped(name: &str) -> String {
    let mut escaped = String::with_capacity(name.len());
    for byte in name.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' => escaped.push(char::from(byte)),
            _ => escaped.push_str(&format!("%{byte:02X}")),
        }
    }
    escaped
}

/// The name of a temporary file: enough to find the record that decides about it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct TempName {
    /// Hexadecimal digits of the source's digest, and the position.
    pub(super) stem: String,
    /// As in the record of the attempt that won.
    pub(super) attempt: String,
    /// What it holds.
    pub(super) part: Part,
}

/// What a temporary file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Part {
    /// Rows: the file of this number.
    Data(u32),
    /// Bytes that gave no rows.
    Quarantine,
    /// A record on its way.
    Record,
}

impl TempName {
    /// Begins with a dot and does not end in `.parquet`: no reader takes it for rows.
    pub(super) fn file_name(&self) -> String {
        let part = match self.part {
            Part::Data(number) => number.to_string(),
            Part::Quarantine => "quarantine".to_owned(),
            Part::Record => "record".to_owned(),
        };
        format!(".{}-{}-{part}{EXTENSION}", self.stem, self.attempt)
    }

    /// None for a name that weir did not give.
    pub(super) fn read(file_name: &str) -> Option<Self> {
        let name = file_name.strip_prefix('.')?.strip_suffix(EXTENSION)?;
        let (name, part) = name.rsplit_once('-')?;
        let (stem, attempt) = name.rsplit_once('-')?;
        let part = match part {
            "quarantine" => Part::Quarantine,
            "record" => Part::Record,
            number => Part::Data(number.parse().ok()?),
        };
        let name = Self { stem: stem.to_owned(), attempt: attempt.to_owned(), part };
        (name.id().is_some() && name.file_name() == file_name).then_some(name)
    }

    /// The commit it was written for.
    pub(super) fn id(&self) -> Option<CommitId> {
        let (digest, from) = self.stem.split_once('-')?;
        let id = CommitId { source: format!("sha256:{digest}").parse().ok()?, from: from.parse().ok()? };
        (id.file_stem() == self.stem).then_some(id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Digest;

    #[test]
    fn a_temporary_name_leads_back_to_its_commit() {
        let id = CommitId { source: Digest::of(b"abc"), from: 1200 };
        for part in [Part::Data(0), Part::Data(17), Part::Quarantine, Part::Record] {
            let name = TempName { stem: id.file_stem(), attempt: "00ff".to_owned(), part };
            assert_eq!(TempName::read(&name.file_name()), Some(name.clone()));
            assert_eq!(name.id(), Some(id));
        }
    }

    #[test]
    fn a_name_that_weir_did_not_give_is_foreign() {
        let stem = CommitId { source: Digest::of(b"abc"), from: 1200 }.file_stem();
        for name in ["", ".tmp", "notes.txt", ".a-0-b-0.tmp", &format!(".{stem}-00ff-+1.tmp"), &format!("{stem}-00ff-1.tmp")] {
            assert_eq!(TempName::read(name), None, "{name}");
        }
    }

    #[test]
    fn a_pipeline_of_any_name_has_a_directory_of_one_component() {
        assert_eq!(temp_dir("flow_internals"), ".weir/tmp/flow_internals");
        assert_eq!(temp_dir("../x y"), ".weir/tmp/%2E%2E%2Fx%20y");
    }

    #[test]
    fn a_file_has_its_place_by_hour_or_lies_in_the_table_itself() {
        let id = CommitId { source: Digest::of(b"abc"), from: 0 };
        assert_eq!(data(id, 3, Some(Partition::Hour(0)), true), "y=1970/m=01/d=01/h=00/ba7816bf8f01cfea414140de5dae2223-0-3.parquet");
        assert_eq!(data(id, 0, None, true), "ba7816bf8f01cfea414140de5dae2223-0-0.parquet");
        assert_eq!(parent("a/b/c"), "a/b");
        assert_eq!(parent("c"), "");
    }
}
