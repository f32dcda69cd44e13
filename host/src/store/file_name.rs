//! Names of the store's files: `pcap_TOPIC_TIME_PARTITION_UUID`.

use std::fmt;

/// Letters before the topic, which readers do not look at.
const PREFIX: usize = 5;

/// What a name says. Time and partition are missing where the text is no number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileName {
    /// May hold `_`, and may be empty.
    pub topic: String,
    /// Of the first packet: nanoseconds since 1970, unsigned.
    pub time: Option<u64>,
    /// Of the topic.
    pub partition: Option<i32>,
    /// Of who wrote it; it has no `_`.
    pub uuid: String,
}

impl FileName {
    /// Reads a name, without directories. `None`: it is not of this form.
    pub fn parse(name: &str) -> Option<Self> {
        let mut parts = name.get(PREFIX..)?.rsplitn(4, '_');
        let (uuid, partition, time) = (parts.next()?, parts.next()?, parts.next()?);
        let topic = parts.next().unwrap_or_default();
        Some(Self { topic: topic.to_owned(), time: time.parse().ok(), partition: partition.parse().ok(), uuid: uuid.to_owned() })
    }
}

impl fmt::Display for FileName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { topic, time, partition, uuid } = self;
        write!(f, "pcap_{topic}_{}_{}_{uuid}", time.unwrap_or_default(), partition.unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_read_as_metron_reads_it() {
        let cases = [
            ("pcap_pcap128_1494962815457986000_18_pcap-63-1495027314", "pcap128", Some(1_494_962_815_457_986_000), Some(18)),
            ("pcap_pcap-128_1494962815457986000_18_pcap-63-1495027314", "pcap-128", Some(1_494_962_815_457_986_000), Some(18)),
            ("pcap_pcap_128_1494962815457986000_18_pcap-63-1495027314", "pcap_128", Some(1_494_962_815_457_986_000), Some(18)),
            ("pcap_pcap___128___1494962815457986000_18_pcap-63-1495027314", "pcap___128__", Some(1_494_962_815_457_986_000), Some(18)),
            ("pcap___pcap___128___1494962815457986000_18_pcap-63-1495027314", "__pcap___128__", Some(1_494_962_815_457_986_000), Some(18)),
            ("pcap_pcap128_AAA4962815457986000_BB_pcap-63-1495027314", "pcap128", None, None),
            ("pcap_a_b_18446744073709551615_3_x", "a_b", Some(u64::MAX), Some(3)),
            ("pcap_x_1_y", "", None, Some(1)),
        ];
        for (name, topic, time, partition) in cases {
            let found = FileName::parse(name).unwrap();
            assert_eq!((found.topic.as_str(), found.time, found.partition), (topic, time, partition), "{name}");
            assert!(name.ends_with(&found.uuid));
            if time.is_some() {
                assert_eq!(found.to_string(), name);
            }
        }
        for foreign in ["_tmp", "notpcap", "", "pcap_", "pcap_1_2", "é_é_é"] {
            assert_eq!(FileName::parse(foreign), None, "{foreign}");
        }
    }
}
