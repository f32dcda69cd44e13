//! Our decoder against a crate that others keep: every message of the corpus that comes whole in a datagram.
#![expect(clippy::expect_used, clippy::indexing_slicing, reason = "a test fails by panicking")]
#![expect(dead_code, reason = "the tests share the corpus")]

mod corpus {
    pub mod files;
}

use corpus::files::Corpus;
use dns::damage::Section;
use dns::message::{Parsed, Record};
use simple_dns::Packet;
use simple_dns::rdata::RData;
use weir_sdk::layers::Layers;

/// A name's labels as they lie in the message.
fn labels(message: &[u8], mut at: usize) -> Vec<Vec<u8>> {
    let mut labels = Vec::new();
    loop {
        match message[at] {
            0 => return labels,
            size @ 1..=63 => {
                labels.push(message[at + 1..][..usize::from(size)].to_vec());
                at += 1 + usize::from(size);
            }
            high => at = usize::from(high & 0x3f) << 8 | usize::from(message[at + 1]),
        }
    }
}

fn theirs(name: &simple_dns::Name<'_>) -> Vec<Vec<u8>> {
    name.as_bytes().map(<[u8]>::to_vec).collect()
}

fn compare(message: &[u8], parsed: &Parsed, packet: &Packet<'_>) {
    assert_eq!((parsed.header.id, packet.questions.len()), (packet.id(), usize::from(parsed.header.counts[0])));
    if let (Some(question), Some(other)) = (parsed.question, packet.questions.first()) {
        assert_eq!((labels(message, question.name), question.kind), (theirs(&other.qname), u16::from(other.qtype)));
    }
    let sections =
        [(Section::Answer, &packet.answers), (Section::Authority, &packet.name_servers), (Section::Additional, &packet.additional_records)];
    for (section, others) in sections {
        let ours: Vec<&Record> = parsed.records.iter().filter(|record| record.section == section).collect();
        assert_eq!(ours.len(), others.len(), "{section}");
        for (record, other) in ours.into_iter().zip(others) {
            assert_eq!((labels(message, record.name), record.ttl), (theirs(&other.name), other.ttl));
            assert_eq!(record.kind, u16::from(other.rdata.type_code()));
            let data = &message[record.data..][..record.length];
            match &other.rdata {
                RData::A(a) => assert_eq!(data, a.address.to_be_bytes()),
                RData::AAAA(aaaa) => assert_eq!(data, aaaa.address.to_be_bytes()),
                RData::CNAME(name) => assert_eq!(labels(message, record.data), theirs(&name.0)),
                RData::NS(name) => assert_eq!(labels(message, record.data), theirs(&name.0)),
                RData::PTR(name) => assert_eq!(labels(message, record.data), theirs(&name.0)),
                RData::MX(mx) => assert_eq!(labels(message, record.data + 2), theirs(&mx.exchange)),
                RData::SOA(soa) => assert_eq!(labels(message, record.data), theirs(&soa.mname)),
                _ => {}
            }
        }
    }
}

/// What simple-dns does not know: queries of type SPF, records of class ANY (updates, TSIG), a name that points forward. tshark reads them as we do.
const OURS_ALONE: [&str; 9] = [
    "compactor-knot-live-4000.pcap 3712: Provided QType is invalid: 99",
    "compactor-knot-live-4000.pcap 3713: Provided QType is invalid: 99",
    "zeek-dns-edns-ecs.pcap 7: Provided class is invalid: 255",
    "zeek-dns-edns-ecs.pcap 8: Provided class is invalid: 255",
    "zeek-dynamic-update.pcap 1: Provided class is invalid: 255",
    "zeek-dynamic-update.pcap 2: Provided class is invalid: 255",
    "zeek-dynamic-update.pcap 3: Provided class is invalid: 255",
    "zeek-dynamic-update.pcap 4: Provided class is invalid: 255",
    "suricata-dns-forward-pointer.pcap 1: Provided information is not a valid DNS packet",
];

#[test]
fn every_message_of_the_corpus_is_what_simple_dns_says_it_is() {
    let Some(corpus) = Corpus::find() else { return };
    let (mut compared, mut ours_alone, mut theirs_alone, mut layers) = (0, Vec::new(), Vec::new(), Layers::default());
    for file in corpus.files() {
        for (number, packet) in file.packets.iter().enumerate() {
            let Ok(Some(datagram)) = layers.decode(packet.link_type, &packet.bytes, packet.timestamp) else { continue };
            let Some(Ok(udp)) = datagram.udp() else { continue };
            if ![udp.src_port, udp.dst_port].iter().any(|port| [53, 5353].contains(port)) {
                continue;
            }
            let mut parsed = Parsed::default();
            match (parsed.parse(udp.payload), Packet::parse(udp.payload)) {
                (Ok(()), Ok(other)) => {
                    compare(udp.payload, &parsed, &other);
                    compared += 1;
                }
                (Ok(()), Err(error)) => ours_alone.push(format!("{} {}: {error}", file.name, number + 1)),
                (Err(damage), Ok(_)) => theirs_alone.push(format!("{} {}: {damage}", file.name, number + 1)),
                (Err(_), Err(_)) => {}
            }
        }
    }
    assert_eq!(theirs_alone, Vec::<String>::new());
    assert_eq!(ours_alone, OURS_ALONE);
    assert_eq!(compared, 5008);
}
