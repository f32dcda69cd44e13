//! Which files a time range needs, by their names alone. A name says the time of the first packet; a file ends where the next one of its topic and
//! partition begins. So each such series gives the files that begin in the range, and the last one that begins before it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::file_name::FileName;

/// Files that were chosen and files that are none of the store's.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Choice {
    /// By partition, then by the time of their first packet.
    pub files: Vec<PathBuf>,
    /// Names that say no time.
    pub foreign: Vec<PathBuf>,
}

type Series = BTreeMap<(Option<i32>, String, Option<PathBuf>), Vec<(u64, PathBuf)>>;

/// Chooses of `files` those for `begin` to `end`, both included, in nanoseconds since 1970. A series of one file is always taken: nothing says when it
/// ends, and packets of other times are left out when it is read.
pub fn choose(files: impl IntoIterator<Item = PathBuf>, begin: u64, end: u64) -> Choice {
    let (mut choice, mut series) = (Choice::default(), Series::new());
    for file in files {
        let name = file.file_name().and_then(|name| FileName::parse(name.to_str()?));
        match name.and_then(|name| Some((name.time?, name))) {
            Some((time, name)) => {
                let directory = file.parent().map(Path::to_owned);
                series.entry((name.partition, name.topic, directory)).or_default().push((time, file));
            }
            None => choice.foreign.push(file),
        }
    }
    for (_, mut files) in series {
        files.sort_unstable();
        let before = files.iter().map(|(time, _)| *time).filter(|time| *time < begin).max();
        let alone = files.len() == 1;
        let wanted = files.into_iter().filter(|(time, _)| alone || (begin..=end).contains(time) || Some(*time) == before);
        choice.files.extend(wanted.map(|(_, file)| file));
    }
    choice
}

#[cfg(test)]
mod tests {
    use super::*;

    const THREE: &str = "pcap_pcap_1495135000000000000_0_u pcap_pcap_1495136000000000000_0_u pcap_pcap_1495137000000000000_0_u";

    fn chosen(begin: u64, end: u64, names: &str) -> String {
        let choice = choose(names.split_whitespace().map(PathBuf::from), begin, end);
        choice.files.iter().map(|file| file.to_str().unwrap()).collect::<Vec<_>>().join(" ")
    }

    fn of_three(begin: u64, end: u64) -> Vec<u64> {
        chosen(begin, end, THREE)
            .split_whitespace()
            .map(|name| FileName::parse(name).unwrap().time.unwrap() / 1_000_000_000_000 % 10)
            .collect()
    }

    #[test]
    fn files_that_begin_in_the_range_and_the_one_before_are_taken() {
        assert_eq!(of_three(1_495_135_000_000_000_000, 1_495_137_000_000_000_000), [5, 6, 7]);
        assert_eq!(of_three(1_495_135_999_999_999_995, 1_495_136_000_000_000_005), [5, 6]);
        assert_eq!(of_three(1_495_136_000_000_000_005, 1_495_137_000_000_000_005), [6, 7]);
        assert_eq!(of_three(1_495_136_000_000_000_000, 1_495_136_000_000_000_000), [5, 6]);
        assert_eq!(of_three(1_495_134_999_999_999_995, 1_495_135_000_000_000_000), [5]);
        assert!(of_three(1_495_134_999_999_999_990, 1_495_134_999_999_999_995).is_empty());
    }

    #[test]
    fn a_range_inside_one_file_finds_that_file() {
        assert_eq!(of_three(1_495_136_000_000_000_001, 1_495_136_000_000_000_002), [6]);
        assert_eq!(of_three(1_495_137_000_000_000_001, 1_495_138_000_000_000_000), [7]);
        assert_eq!(of_three(1_495_135_000_000_000_005, 1_495_135_999_999_999_995), [5]);
    }

    #[test]
    fn a_file_without_neighbours_is_always_taken() {
        for (begin, end) in [(1, 2), (1_496_135_000_000_000_000, 1_505_135_000_000_000_000)] {
            assert_eq!(chosen(begin, end, "/a/pcap_pcap_1495135000000000000_0_u"), "/a/pcap_pcap_1495135000000000000_0_u");
        }
    }

    #[test]
    fn times_are_compared_as_numbers_and_topics_apart() {
        assert_eq!(chosen(950, 1500, "pcap_pcap_900_0_u pcap_pcap_1000_0_u pcap_pcap_2000_0_u"), "pcap_pcap_900_0_u pcap_pcap_1000_0_u");
        assert_eq!(chosen(500, 600, "pcap_a_100_0_u pcap_b_200_0_u pcap_b_400_0_u"), "pcap_a_100_0_u pcap_b_400_0_u");
    }

    #[test]
    fn a_foreign_file_is_named_and_does_no_harm() {
        let files = ["pcap_pcap_1_0_u", "_tmp", "notpcap", "pcap_pcap_bad_0_u"].map(PathBuf::from);
        let choice = choose(files, 0, u64::MAX);
        assert_eq!(choice.files, [PathBuf::from("pcap_pcap_1_0_u")]);
        assert_eq!(choice.foreign, ["_tmp", "notpcap", "pcap_pcap_bad_0_u"].map(PathBuf::from));
    }
}
