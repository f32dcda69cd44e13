//! Writes sequence files, byte by byte as Hadoop 2 does for Metron: version 6, LongWritable and BytesWritable, not compressed.

use std::io::{self, Write};

const MAGIC: &[u8] = b"SEQ\x06";
const KEY: &[u8] = b"org.apache.hadoop.io.LongWritable";
const VALUE: &[u8] = b"org.apache.hadoop.io.BytesWritable";
/// A mark stands before a record once so many bytes were written since the last one.
const MARK_INTERVAL: u64 = 2000;
const ESCAPE: [u8; 4] = [0xff; 4];
/// File header of a little-endian pcap with microseconds: version 2.4, snapshot length 65535, Ethernet.
const CAPTURE_HEADER: [u8; 24] = [0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0, 1, 0, 0, 0];
const RECORD_HEADER: usize = 16;

/// A sequence file that grows. The caller buffers and syncs `W`; after every call the file ends with a whole record.
#[derive(Debug)]
pub struct SequenceWriter<W> {
    out: W,
    mark: [u8; 16],
    /// Bytes written.
    size: u64,
    /// First byte behind the last mark; the header counts as the first interval.
    marked: u64,
    records: u64,
}

impl<W: Write> SequenceWriter<W> {
    /// Begins a file. `mark` must be random: readers look for it behind damage and where a split begins. The same mark and packets give the same bytes.
    ///
    /// # Errors
    /// Of writing.
    pub fn new(mut out: W, mark: [u8; 16]) -> io::Result<Self> {
        let mut header = MAGIC.to_vec();
        for class in [KEY, VALUE] {
            header.push(class.len() as u8);
            header.extend_from_slice(class);
        }
        // Neither records nor blocks are compressed, and there is no metadata.
        header.extend([0; 6]);
        header.extend(mark);
        out.write_all(&header)?;
        Ok(Self { out, mark, size: header.len() as u64, marked: 0, records: 0 })
    }

    /// Adds a packet as Metron's scheme `FROM_KEY` does: microseconds in the packet's header, `time` (nanoseconds since 1970) whole in the key. Its length
    /// on the wire and its link type are not kept.
    ///
    /// # Errors
    /// Of writing; a packet of 2 GiB or more.
    pub fn append_packet(&mut self, time: u64, packet: &[u8]) -> io::Result<()> {
        let length = u32::try_from(packet.len()).map_err(|_| too_large())?;
        let microseconds = time / 1000;
        let (seconds, fraction) = ((microseconds / 1_000_000) as u32, (microseconds % 1_000_000) as u32);
        let mut header = [0; RECORD_HEADER];
        for (place, number) in header.as_chunks_mut::<4>().0.iter_mut().zip([seconds, fraction, length, length]) {
            *place = number.to_le_bytes();
        }
        self.append(time, &[&CAPTURE_HEADER, &header, packet])
    }

    /// Adds a capture of one packet as it is, as the scheme `FROM_PACKET` does; also one of another link type or with its length on the wire.
    ///
    /// # Errors
    /// Of writing; a capture of 2 GiB or more.
    pub fn append_capture(&mut self, time: u64, capture: &[u8]) -> io::Result<()> {
        self.append(time, &[capture])
    }

    /// Adds a capture of one packet in two parts: its headers, and the packet.
    ///
    /// # Errors
    /// Of writing; a capture of 2 GiB or more.
    pub fn append_parts(&mut self, time: u64, headers: &[u8], packet: &[u8]) -> io::Result<()> {
        self.append(time, &[headers, packet])
    }

    fn append(&mut self, time: u64, parts: &[&[u8]]) -> io::Result<()> {
        let count = parts.iter().map(|part| part.len()).sum::<usize>();
        let count = i32::try_from(count).ok().filter(|count| *count < i32::MAX - 64).ok_or_else(too_large)?;
        if self.size >= self.marked + MARK_INTERVAL {
            self.out.write_all(&ESCAPE)?;
            self.out.write_all(&self.mark)?;
            self.size += 20;
            self.marked = self.size;
        }
        let lengths = [count + 12, 8].map(i32::to_be_bytes);
        self.out.write_all(lengths.as_flattened())?;
        self.out.write_all(&time.to_be_bytes())?;
        self.out.write_all(&count.to_be_bytes())?;
        parts.iter().try_for_each(|part| self.out.write_all(part))?;
        self.size += 20 + count.unsigned_abs() as u64;
        self.records += 1;
        Ok(())
    }

    /// Bytes written so far.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Records written so far.
    pub fn records(&self) -> u64 {
        self.records
    }

    /// Where the bytes go: to flush or sync.
    pub fn out(&mut self) -> &mut W {
        &mut self.out
    }

    /// Ends the file, which has no trailer.
    pub fn into_inner(self) -> W {
        self.out
    }
}

fn too_large() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, "a packet of 2 GiB or more does not fit into a sequence file")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What one packet becomes, without the sequence file around it.
    fn value(time: u64, packet: &[u8]) -> Vec<u8> {
        let mut writer = SequenceWriter::new(Vec::new(), [7; 16]).unwrap();
        let header = writer.size() as usize;
        writer.append_packet(time, packet).unwrap();
        writer.into_inner().split_off(header + 20)
    }

    fn hex(bytes: &[u8]) -> String {
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    #[test]
    fn a_packet_gets_the_headers_that_metron_gives_it() {
        const HEADER: &str = "d4c3b2a1020004000000000000000000ffff000001000000";
        let cases: [(u64, &[u8], &str); 5] = [
            (1_495_000_000_123_456_789, &[0xaa, 0xbb], "c0e31b5940e201000200000002000000aabb"),
            (0, &[], "00000000000000000000000000000000"),
            (9_223_372_036_854_775_813, &[0], "047dc125f70a0d00010000000100000000"),
            (999, &[0], "0000000000000000010000000100000000"),
            (4_294_967_295_999_999_999, &[0], "ffffffff3f420f00010000000100000000"),
        ];
        for (time, packet, expected) in cases {
            assert_eq!(hex(&value(time, packet)), format!("{HEADER}{expected}"), "{time}");
        }
    }

    #[test]
    fn the_header_and_a_record_are_hadoops() {
        let mut writer = SequenceWriter::new(Vec::new(), [0xab; 16]).unwrap();
        writer.append_capture(1, b"xyz").unwrap();
        assert_eq!((writer.size(), writer.records()), (95 + 23, 1));
        let expected = [
            &b"SEQ\x06\x21org.apache.hadoop.io.LongWritable\x22org.apache.hadoop.io.BytesWritable\0\0\0\0\0\0"[..],
            &[0xab; 16],
            &[0, 0, 0, 15, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 3],
            b"xyz",
        ]
        .concat();
        assert_eq!(writer.into_inner(), expected);
    }

    #[test]
    fn a_mark_stands_before_the_first_record_behind_two_thousand_bytes() {
        let mut writer = SequenceWriter::new(Vec::new(), [0xab; 16]).unwrap();
        let mut marks = Vec::new();
        for time in 0..60 {
            let before = writer.size();
            writer.append_packet(time, &[1; 40]).unwrap();
            if writer.size() - before == 120 {
                marks.push(before);
            }
        }
        assert_eq!(marks, [2095, 4115]);
    }
}
