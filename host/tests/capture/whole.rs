//! Captures without damage: every variant of both formats.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::sync::Arc;

use weir::capture::Reader;
use weir::content::{Coding, Content};

use super::make::{block, enhanced, header, interface, packet, record, section, simple};
use super::read::{Packet, capture, fixture, starved};

fn lengths(bytes: &[u8]) -> Vec<(usize, u32)> {
    let found = capture(bytes);
    assert_eq!(found.damage, []);
    found.packets.iter().map(|packet| (packet.bytes.len(), packet.length)).collect()
}

#[test]
fn lengths_are_swapped_before_version_2_3_and_told_by_size_in_2_3() {
    let short = record(1, 3, 9, b"abc");
    let swapped = record(1, 9, 3, b"abc");
    assert_eq!(lengths(&[header(4, 1), short.clone()].concat()), [(3, 9)]);
    assert_eq!(lengths(&[header(2, 1), swapped.clone()].concat()), [(3, 9)]);
    assert_eq!(lengths(&[header(3, 1), short, swapped].concat()), [(3, 9), (3, 9)]);
}

#[test]
fn a_big_endian_capture_with_nanoseconds_keeps_them() {
    let found = capture(File::open(fixture("nanoseconds-big-endian.pcap")).unwrap());
    assert_eq!((found.packets.len(), found.damage.len()), (10, 0));
    assert_eq!(found.packets[0].time, 1_766_361_926_167_647_291);
}

#[test]
fn kuznetzovs_records_have_eight_more_bytes_of_header() {
    let found = capture(File::open(fixture("kuznetzov.pcap")).unwrap());
    assert_eq!(found.packets.iter().map(|packet| (packet.time, packet.bytes.len())).collect::<Vec<_>>(), [(1_712_763_541_734_807_000, 98)]);
}

#[test]
fn captures_that_follow_each_other_are_read_on_whatever_their_format() {
    let classic = [header(4, 1), packet(1, b"one")].concat();
    let modern = [section(-1), interface(113, 0), enhanced(0, 2_000_000, 5, b"three")].concat();
    let found = capture(&[classic.clone(), [header(4, 101), packet(2, b"two")].concat(), modern, classic].concat()[..]);
    let seen: Vec<_> = found.packets.iter().map(|packet| (packet.number, packet.link, &packet.bytes[..])).collect();
    assert_eq!(seen, [(0, 1, &b"one"[..]), (1, 101, b"two"), (2, 113, b"three"), (3, 1, b"one")]);
    assert_eq!(found.damage, []);
}

#[test]
fn every_section_has_interfaces_of_its_own() {
    let bytes = [section(-1), interface(1, 0), section(-1), interface(113, 0), enhanced(0, 1, 1, b"x")].concat();
    assert_eq!(capture(&bytes[..]).packets[0].link, 113);
}

#[test]
fn a_simple_packet_holds_what_the_snapshot_length_allows_and_has_no_time() {
    let bytes = [section(-1), interface(1, 4), simple(9, b"abcd"), simple(2, b"ab")].concat();
    let found = capture(&bytes[..]);
    let packet = |number, length, bytes: &[u8]| Packet { number, time: 0, link: 1, length, bytes: bytes.to_vec() };
    assert_eq!(found.packets, [packet(0, 9, b"abcd"), packet(1, 2, b"ab")]);
}

#[test]
fn an_old_packet_block_is_a_packet_and_unknown_blocks_are_passed_over() {
    let old = [&[0, 0, 5, 0][..], &[0; 4], &3_u32.to_le_bytes(), &2_u32.to_le_bytes(), &8_u32.to_le_bytes(), b"hi"].concat();
    let bytes = [section(-1), interface(1, 0), block(0x0bad, b"what?"), block(2, &old), block(5, &[0; 12])].concat();
    assert_eq!(capture(&bytes[..]).packets, [Packet { number: 0, time: 3000, link: 1, length: 8, bytes: b"hi".to_vec() }]);
}

#[test]
fn a_block_too_large_to_hold_is_passed_over_when_it_is_no_packet() {
    let large = block(0x0bad, &vec![0; 20 << 20]);
    let bytes = [section(-1), interface(1, 0), large, enhanced(0, 1, 1, b"x")].concat();
    let found = capture(&bytes[..]);
    assert_eq!((found.packets.len(), found.damage.len()), (1, 0));
}

#[test]
fn a_packet_over_the_snapshot_length_is_delivered_whole() {
    let mut bytes = [header(4, 1), packet(1, &[7; 100])].concat();
    bytes[16..20].copy_from_slice(&10_u32.to_le_bytes());
    assert_eq!(lengths(&bytes), [(100, 100)]);
    let modern = [section(-1), interface(1, 10), enhanced(0, 1, 100, &[7; 100])].concat();
    assert_eq!(lengths(&modern), [(100, 100)]);
}

#[test]
fn a_capture_is_the_same_however_few_bytes_are_held_at_once() {
    for name in ["dns.pcap", "two-link-types.pcapng", "big-endian.pcapng", "lying-length.pcap", "kuznetzov.pcap"] {
        let bytes = fs::read(fixture(name)).unwrap();
        assert!(starved(&bytes) == capture(&bytes[..]), "{name}");
    }
}

#[test]
fn packets_of_two_link_types_are_never_in_one_batch() {
    let found = capture(File::open(fixture("two-link-types.pcapng")).unwrap());
    let count = |link| found.packets.iter().filter(|packet| packet.link == link).count();
    assert_eq!((found.packets.len(), count(1) + count(113)), (159, 159));
    assert!(count(1) > 0 && count(113) > 0);
    assert!(found.packets.iter().enumerate().all(|(index, packet)| packet.number == index as u64));
}

#[test]
fn a_reader_passes_over_exactly_as_many_packets_as_it_is_told() {
    let bytes = fs::read(fixture("dns.pcap")).unwrap();
    let all = capture(&bytes[..]).packets;
    let mut reader = Reader::new(&bytes[..]);
    assert_eq!(reader.skip(100).unwrap(), 100);
    let batch = reader.next_batch().unwrap().unwrap();
    assert_eq!((batch.first, batch.len()), (100, all.len() - 100));
    assert_eq!(reader.skip(1).unwrap(), 0);
}

#[test]
fn a_capture_larger_than_the_window_is_one_run_of_numbers() {
    let one = packet(5, &[1; 1000]);
    let bytes = [header(4, 1), one.repeat(5000)].concat();
    let found = capture(&bytes[..]);
    assert_eq!(found.packets.len(), 5000);
    assert!(found.packets.iter().enumerate().all(|(index, packet)| packet.number == index as u64 && packet.bytes == [1; 1000]));
}

#[test]
fn compression_is_told_by_content_and_taken_off() {
    let plain = fs::read(fixture("dns.pcap")).unwrap();
    let codings = [("gz", Coding::Gzip), ("zst", Coding::Zstd), ("lz4", Coding::Lz4), ("bz2", Coding::Bzip2), ("xz", Coding::Xz)];
    for (extension, coding) in codings {
        let path = fixture(&format!("dns.pcap.{extension}"));
        let mut content = Content::of_file(Arc::new(File::open(&path).unwrap())).unwrap();
        assert_eq!(content.coding(), coding);
        assert!(capture(&mut content) == capture(&plain[..]), "{extension}");
        assert_eq!(content.file_position(), fs::metadata(&path).unwrap().len(), "{extension}");
    }
}

#[test]
fn members_that_follow_each_other_are_one_content() {
    let plain = fs::read(fixture("dns.pcap")).unwrap();
    for extension in ["gz", "zst", "lz4", "bz2", "xz"] {
        let twice = fs::read(fixture(&format!("dns.pcap.{extension}"))).unwrap().repeat(2);
        let found = capture(Content::of_stream(std::io::Cursor::new(twice)).unwrap());
        assert_eq!((found.packets.len(), found.damage.len()), (2 * capture(&plain[..]).packets.len(), 0), "{extension}");
    }
}

#[test]
fn content_is_read_again_from_anywhere() {
    let plain = fs::read(fixture("dns.pcap")).unwrap();
    for name in ["dns.pcap", "dns.pcap.gz", "dns.pcap.xz"] {
        let mut content = Content::of_file(Arc::new(File::open(fixture(name)).unwrap())).unwrap();
        for position in [9000, 100, 20000] {
            content.seek(position).unwrap();
            let mut bytes = [0; 50];
            std::io::Read::read_exact(&mut content, &mut bytes).unwrap();
            assert_eq!(bytes, plain[position as usize..][..50], "{name} at {position}");
        }
    }
}

#[test]
fn compressed_content_that_is_cut_gives_what_is_whole_and_says_where_it_broke() {
    let plain = fs::read(fixture("dns.pcap")).unwrap();
    for extension in ["gz", "zst", "lz4", "bz2", "xz"] {
        let whole = fs::read(fixture(&format!("dns.pcap.{extension}"))).unwrap();
        for cut in (12..whole.len()).step_by(97) {
            let mut content = Content::of_stream(std::io::Cursor::new(whole[..cut].to_vec())).unwrap();
            let mut bytes = Vec::new();
            std::io::Read::read_to_end(&mut content, &mut bytes).unwrap();
            assert!(plain.starts_with(&bytes), "{extension} cut at {cut}");
            assert_eq!(content.damage().map(|damage| damage.at), Some(bytes.len() as u64), "{extension} cut at {cut}");
        }
    }
}

#[test]
fn content_that_claims_a_compression_and_has_another_is_damaged_at_once() {
    for magic in [&[0x1f, 0x8b, 8][..], &[0x28, 0xb5, 0x2f, 0xfd], &[0x04, 0x22, 0x4d, 0x18], b"BZh91AY&SY", b"\xfd7zXZ\0"] {
        let mut content = Content::of_stream(std::io::Cursor::new([magic, &[0xee; 300]].concat())).unwrap();
        let mut bytes = Vec::new();
        std::io::Read::read_to_end(&mut content, &mut bytes).unwrap();
        assert!(bytes.is_empty() && content.damage().is_some(), "{magic:02x?}");
    }
}

/// Numbers as lines, in blocks of 100 kB of which the last is damaged.
fn damaged_bzip2() -> (Vec<u8>, Vec<u8>) {
    let plain: Vec<u8> = (0..40_000).flat_map(|number: u64| format!("{}\n", number * number).into_bytes()).collect();
    let mut encoder = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
    encoder.write_all(&plain).unwrap();
    let mut file = encoder.finish().unwrap();
    let place = file.len() - 2000;
    file[place..place + 100].fill(0xee);
    (plain, file)
}

#[test]
fn everything_before_damage_is_delivered_however_much_is_asked_for_at_once() {
    let (plain, compressed) = damaged_bzip2();
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(&compressed).unwrap();
    let file = Arc::new(file);
    let read = |size: usize| {
        let (mut content, mut bytes, mut buffer) = (Content::of_file(Arc::clone(&file)).unwrap(), Vec::<u8>::new(), vec![0; size]);
        while let count @ 1.. = content.read(&mut buffer).unwrap() {
            bytes.extend(&buffer[..count]);
        }
        assert_eq!(content.damage().unwrap().at, bytes.len() as u64);
        bytes
    };
    let little = read(1);
    assert_eq!(plain[..290_000], little[..290_000]);
    for size in [100, 8192, 512 << 10] {
        assert!(read(size) == little, "{size} at once");
    }
}
