//! Columns of what the header of a message says beside its number.

use weir_sdk::{Booleans, Column, DataType, Field, Numbers};

use crate::message::Parsed;

/// The flags, each with its bit from the lowest.
const FLAGS: [(&str, u8, &str); 6] = [
    ("authoritative", 10, "The answer is of a server of the zone (AA)."),
    ("truncated", 9, "The message was cut to what UDP takes (TC)."),
    ("recursion_desired", 8, "The server shall ask others (RD)."),
    ("recursion_available", 7, "The server would ask others (RA)."),
    ("authentic_data", 5, "The server has checked the signatures (AD)."),
    ("checking_disabled", 4, "The server shall not check signatures (CD)."),
];

/// Records that the header announces.
const COUNTS: [(&str, &str); 4] = [
    ("question_count", "Questions that the header announces."),
    ("answer_count", "Records of the answer section."),
    ("authority_count", "Records of the authority section."),
    ("additional_count", "Records of the additional section, OPT included."),
];

/// Builds the columns.
#[derive(Debug, Default)]
pub struct FlagColumns {
    opcode: Numbers<u8>,
    flags: [Booleans; 6],
    rcode: Numbers<u16>,
    counts: [Numbers<u16>; 4],
}

impl FlagColumns {
    /// Adds a row; null where there is no message.
    pub fn push(&mut self, parsed: Option<&Parsed>) {
        self.opcode.push_option(parsed.map(|parsed| parsed.header.opcode()));
        for (column, (_, bit, _)) in self.flags.iter_mut().zip(FLAGS) {
            column.push_option(parsed.map(|parsed| parsed.header.flag(bit)));
        }
        self.rcode.push_option(parsed.map(Parsed::rcode));
        let counts = parsed.map(|parsed| parsed.header.counts);
        for (place, column) in self.counts.iter_mut().enumerate() {
            column.push_option(counts.and_then(|counts| counts.get(place).copied()));
        }
    }

    /// The columns; the builder starts anew.
    pub fn finish(&mut self, columns: &mut Vec<Column>) {
        columns.push(self.opcode.finish());
        columns.extend(self.flags.iter_mut().map(Booleans::finish));
        columns.push(self.rcode.finish());
        columns.extend(self.counts.iter_mut().map(Numbers::finish));
    }

    /// The fields.
    pub fn fields(nullable: bool, fields: &mut Vec<Field>) {
        let field = |name, of, doc| Field { nullable, ..Field::new(name, of, doc) };
        fields.push(field("opcode", DataType::Uint8, "0 query, 4 notify, 5 update …"));
        fields.extend(FLAGS.map(|(name, _, doc)| field(name, DataType::Boolean, doc)));
        fields.push(field(
            "rcode",
            DataType::Uint16,
            "0 no error, 2 server failure, 3 no such name, 5 refused …; with the bits that EDNS adds.",
        ));
        fields.extend(COUNTS.map(|(name, doc)| field(name, DataType::Uint16, doc)));
    }
}
