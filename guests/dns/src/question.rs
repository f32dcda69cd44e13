//! Columns of the first question of a message.

use weir_sdk::{Column, DataType, Field, Numbers};

use crate::dictionary::TextDictionary;
use crate::message::Parsed;
use crate::name;

/// Builds the columns.
#[derive(Debug, Default)]
pub struct QuestionColumns {
    name: TextDictionary,
    kind: Numbers<u16>,
    class: Numbers<u16>,
    text: Vec<u8>,
}

impl QuestionColumns {
    /// Adds a row; gives how many bytes of text it has.
    pub fn push(&mut self, message: &[u8], parsed: &Parsed) -> usize {
        self.text.clear();
        match parsed.question {
            Some(question) => {
                name::write(message, question.name, ".", &mut self.text);
                self.name.push(&self.text);
            }
            None => self.name.push_null(),
        }
        self.kind.push_option(parsed.question.map(|question| question.kind));
        self.class.push_option(parsed.question.map(|question| question.class));
        self.text.len()
    }

    /// The columns; the builder starts anew.
    pub fn finish(&mut self, columns: &mut Vec<Column>) {
        columns.extend([self.name.finish(), self.kind.finish(), self.class.finish()]);
    }

    /// The fields.
    pub fn fields(fields: &mut Vec<Field>) {
        fields.extend([
            Field::new(
                "query_name",
                DataType::Text,
                "Name of the first question, without the last dot, `.` the root; a dot in a label as `\\.`, bytes that are not printable as `\\DDD`.",
            )
            .nullable(),
            Field::new("query_type", DataType::Uint16, "Type that is asked for, IANA number.").nullable(),
            Field::new("query_class", DataType::Uint16, "Class that is asked for, 1 IN; of multicast DNS the highest bit asks for unicast.").nullable(),
        ]);
    }
}
