//! Columns of the records of one section: five lists of equal length.

use weir_sdk::{Column, DataType, Field, Lists, Numbers, Texts};

use crate::damage::Section;
use crate::data;
use crate::dictionary::TextDictionary;
use crate::message::Parsed;
use crate::name;

/// Builds the columns.
#[derive(Debug, Default)]
pub struct SectionColumns {
    name: Lists<TextDictionary>,
    kind: Lists<Numbers<u16>>,
    class: Lists<Numbers<u16>>,
    ttl: Lists<Numbers<u32>>,
    data: Lists<Texts>,
    text: Vec<u8>,
}

impl SectionColumns {
    /// Adds a row; gives how many bytes of text it has.
    pub fn push(&mut self, message: &[u8], parsed: &Parsed, section: Section) -> usize {
        let (mut count, mut text) = (0, 0);
        for record in parsed.records.iter().filter(|record| record.section == section) {
            count += 1;
            self.text.clear();
            name::write(message, record.name, ".", &mut self.text);
            self.name.values.push(&self.text);
            text += self.text.len();
            self.kind.values.push(record.kind);
            self.class.values.push(record.class);
            self.ttl.values.push(record.ttl);
            self.text.clear();
            data::write(message, record, &mut self.text);
            self.data.values.push(str::from_utf8(&self.text).unwrap_or_default());
            text += self.text.len();
        }
        self.name.end_row(count);
        self.kind.end_row(count);
        self.class.end_row(count);
        self.ttl.end_row(count);
        self.data.end_row(count);
        text
    }

    /// Adds a row of a message that is not there.
    pub fn push_null(&mut self) {
        self.name.push_null();
        self.kind.push_null();
        self.class.push_null();
        self.ttl.push_null();
        self.data.push_null();
    }

    /// The columns; the builder starts anew.
    pub fn finish(&mut self, columns: &mut Vec<Column>) {
        columns.extend([
            self.name.finish(TextDictionary::finish),
            self.kind.finish(Numbers::finish),
            self.class.finish(Numbers::finish),
            self.ttl.finish(Numbers::finish),
            self.data.finish(Texts::finish),
        ]);
    }

    /// The fields of a section.
    pub fn fields(section: Section, fields: &mut Vec<Field>) {
        let without = if section == Section::Additional { ", the OPT of EDNS left out" } else { "" };
        let of = [
            ("name", DataType::Text, "Names"),
            ("type", DataType::Uint16, "Types, IANA numbers,"),
            ("class", DataType::Uint16, "Classes, 1 IN,"),
            ("ttl", DataType::Uint32, "Times to live, seconds,"),
            ("data", DataType::Text, "Data in presentation format, \\# length hexadecimal where the type is not known,"),
        ];
        fields.extend(of.map(|(name, of, doc)| {
            Field::new(&format!("{section}_{name}"), of, &format!("{doc} of the records of the {section} section{without}."))
                .nullable()
                .list()
        }));
    }
}
