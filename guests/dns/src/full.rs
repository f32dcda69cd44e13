//! Everything that a message holds, a row for each.

use std::net::IpAddr;

use weir_sdk::{Booleans, Column, DataType, Dictionary, EventTime, Field, Numbers, Schema, TimeUnit};

use crate::address;
use crate::damage::Section;
use crate::edns::EdnsColumns;
use crate::flags::FlagColumns;
use crate::frame::Frame;
use crate::message::Parsed;
use crate::question::QuestionColumns;
use crate::sections::SectionColumns;

/// Builds the columns.
#[derive(Debug, Default)]
pub struct Full {
    timestamp: Numbers<i64>,
    frame_number: Numbers<u64>,
    frame_length: Numbers<u32>,
    src_ip: Dictionary<IpAddr>,
    src_port: Numbers<u16>,
    dst_ip: Dictionary<IpAddr>,
    dst_port: Numbers<u16>,
    transport: Dictionary<u8>,
    message_length: Numbers<u32>,
    id: Numbers<u16>,
    response: Booleans,
    flags: FlagColumns,
    question: QuestionColumns,
    sections: [SectionColumns; 3],
    edns: EdnsColumns,
}

/// The sections that have records, in their order.
pub const SECTIONS: [Section; 3] = [Section::Answer, Section::Authority, Section::Additional];

impl Full {
    /// Adds the row of a message; gives how many bytes of text it has.
    pub fn push(&mut self, frame: &Frame, message: &[u8], parsed: &Parsed) -> usize {
        self.timestamp.push(frame.timestamp);
        self.frame_number.push(frame.number + 1);
        self.frame_length.push(frame.length);
        self.src_ip.push_utf8(frame.addresses.src, address::write);
        self.src_port.push(frame.src_port);
        self.dst_ip.push_utf8(frame.addresses.dst, address::write);
        self.dst_port.push(frame.dst_port);
        self.transport.push(frame.transport as u8, |_, out| out.push_str(frame.transport.name()));
        self.message_length.push(message.len() as u32);
        self.id.push(parsed.header.id);
        self.response.push(parsed.header.is_response());
        self.flags.push(Some(parsed));
        let mut text = self.question.push(message, parsed);
        for (columns, section) in self.sections.iter_mut().zip(SECTIONS) {
            text += columns.push(message, parsed, section);
        }
        self.edns.push(message, parsed.opt);
        text
    }

    /// The columns; the builder starts anew.
    pub fn finish(&mut self) -> Vec<Column> {
        let mut columns = vec![
            self.timestamp.finish(),
            self.frame_number.finish(),
            self.frame_length.finish(),
            self.src_ip.finish(),
            self.src_port.finish(),
            self.dst_ip.finish(),
            self.dst_port.finish(),
            self.transport.finish(),
            self.message_length.finish(),
            self.id.finish(),
            self.response.finish(),
        ];
        self.flags.finish(&mut columns);
        self.question.finish(&mut columns);
        self.sections.iter_mut().for_each(|section| section.finish(&mut columns));
        self.edns.finish(&mut columns);
        columns
    }

    /// The fields, event time `timestamp`.
    pub fn schema() -> Schema {
        use DataType::{Boolean, Text, Timestamp, Uint16, Uint32, Uint64};
        let mut fields = vec![
            Field::new("timestamp", Timestamp, "When the packet was captured."),
            Field::new(
                "frame_number",
                Uint64,
                "Number of the packet in its capture, from 1 as Wireshark counts; of several, the one that completed it.",
            ),
            Field::new("frame_length", Uint32, "Bytes of that packet on the wire."),
            Field::new("src_ip", Text, "Source address; in a tunnel the innermost."),
            Field::new("src_port", Uint16, "Source port."),
            Field::new("dst_ip", Text, "Destination address; in a tunnel the innermost."),
            Field::new("dst_port", Uint16, "Destination port."),
            Field::new("transport", Text, "udp or tcp."),
            Field::new("message_length", Uint32, "Bytes of the DNS message."),
            Field::new("id", Uint16, "The client's number of its query."),
            Field::new("response", Boolean, "A response, not a query (QR)."),
        ];
        FlagColumns::fields(false, &mut fields);
        QuestionColumns::fields(&mut fields);
        SECTIONS.iter().for_each(|section| SectionColumns::fields(*section, &mut fields));
        EdnsColumns::fields("", &mut fields);
        Schema { fields, event_time: Some(EventTime { field: 0, unit: TimeUnit::Nanoseconds, hidden: false }) }
    }
}
