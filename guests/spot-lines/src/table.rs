//! Columns of Spot's tables: what they are, and the values of rows on their way into them.

use std::borrow::Cow;

use weir_sdk::{Column, DataType, EventTime, Field, Numbers, Schema, Texts, TimeUnit};

use crate::{dns, flow, proxy};

/// Which of Spot's pipelines lines are of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// nfdump's csv.
    Flow,
    /// tshark's fields.
    Dns,
    /// Blue Coat's log.
    Proxy,
}

/// Most columns that a table has, the time beside them included.
pub const MOST: usize = 29;

/// The values of a row, in the order of the columns; what is behind the last column is null.
pub type Row<'a> = [Value<'a>; MOST];

/// A value.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum Value<'a> {
    /// There is none.
    #[default]
    Null,
    /// Text.
    Text(Cow<'a, str>),
    /// A number of 32 bits.
    Int(i32),
    /// A number of 64 bits.
    Long(i64),
    /// A number with a fraction.
    Float(f32),
}

/// A column: its name, its type, what it is.
pub type Spec = (&'static str, DataType, &'static str);

impl Kind {
    /// By the option `type`.
    pub fn named(name: &str) -> Self {
        match name {
            "dns" => Self::Dns,
            "proxy" => Self::Proxy,
            _ => Self::Flow,
        }
    }

    /// The columns, and which of them is the time of a row; the time of proxy logs is a field of its own that is no column.
    pub fn columns(self) -> (&'static [Spec], usize) {
        match self {
            Self::Flow => (&flow::COLUMNS, flow::TIME),
            Self::Dns => (&dns::COLUMNS, dns::TIME),
            Self::Proxy => (&proxy::COLUMNS, proxy::TIME),
        }
    }

    /// The schema of the table.
    pub fn schema(self) -> Schema {
        let (columns, time) = self.columns();
        let fields = columns.iter().enumerate().map(|(number, (name, data_type, doc))| Field {
            // Every row has its time.
            nullable: number != time,
            ..Field::new(name, *data_type, doc)
        });
        let event_time = EventTime { field: time as u32, unit: TimeUnit::Seconds, hidden: self == Self::Proxy };
        Schema { fields: fields.collect(), event_time: Some(event_time) }
    }
}

/// Builds the columns of a table.
#[derive(Debug)]
pub struct Columns(Vec<Builder>);

#[derive(Debug)]
enum Builder {
    Text(Texts),
    Int(Numbers<i32>),
    Long(Numbers<i64>),
    Float(Numbers<f32>),
}

impl Columns {
    /// Of the table of a kind.
    pub fn new(kind: Kind) -> Self {
        let builder = |(_, data_type, _): &Spec| match data_type {
            DataType::Int32 => Builder::Int(Numbers::default()),
            DataType::Int64 => Builder::Long(Numbers::default()),
            DataType::Float32 => Builder::Float(Numbers::default()),
            _ => Builder::Text(Texts::default()),
        };
        Self(kind.columns().0.iter().map(builder).collect())
    }

    /// Adds a row. A value of another type than the column's is null.
    pub fn push(&mut self, row: &Row<'_>) {
        for (builder, value) in self.0.iter_mut().zip(row) {
            match (builder, value) {
                (Builder::Text(texts), Value::Text(text)) => texts.push(text),
                (Builder::Int(numbers), Value::Int(number)) => numbers.push(*number),
                (Builder::Long(numbers), Value::Long(number)) => numbers.push(*number),
                (Builder::Float(numbers), Value::Float(number)) => numbers.push(*number),
                (Builder::Text(texts), _) => texts.push_option(None),
                (Builder::Int(numbers), _) => numbers.push_option(None),
                (Builder::Long(numbers), _) => numbers.push_option(None),
                (Builder::Float(numbers), _) => numbers.push_option(None),
            }
        }
    }

    /// The columns; the builders start anew.
    pub fn finish(&mut self) -> Vec<Column> {
        let finish = |builder: &mut Builder| match builder {
            Builder::Text(texts) => texts.finish(),
            Builder::Int(numbers) => numbers.finish(),
            Builder::Long(numbers) => numbers.finish(),
            Builder::Float(numbers) => numbers.finish(),
        };
        self.0.iter_mut().map(finish).collect()
    }
}

/// A text that should be a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotANumber;

impl<'a> Value<'a> {
    /// A text, or null for none.
    pub fn text(text: &'a str) -> Self {
        if text.is_empty() { Self::Null } else { Self::Text(Cow::Borrowed(text)) }
    }

    /// A number of 32 bits; null where there is none, or a larger one.
    ///
    /// # Errors
    /// It is no number.
    pub fn int(text: &str) -> Result<Self, NotANumber> {
        Ok(whole(text)?.and_then(|number| i32::try_from(number).ok()).map_or(Self::Null, Self::Int))
    }

    /// A number of 64 bits; null where there is none, or a larger one.
    ///
    /// # Errors
    /// It is no number.
    pub fn long(text: &str) -> Result<Self, NotANumber> {
        Ok(whole(text)?.map_or(Self::Null, Self::Long))
    }

    /// A number with a fraction; null where there is none.
    ///
    /// # Errors
    /// It is no number.
    pub fn float(text: &str) -> Result<Self, NotANumber> {
        match text.trim() {
            "" => Ok(Self::Null),
            text => text.parse().ok().filter(|number: &f32| number.is_finite()).map(Self::Float).ok_or(NotANumber),
        }
    }
}

/// None: there is no number, or one that 64 bits do not hold.
fn whole(text: &str) -> Result<Option<i64>, NotANumber> {
    let text = text.trim();
    let digits = text.strip_prefix('-').unwrap_or(text);
    match text {
        "" => Ok(None),
        _ if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) => Err(NotANumber),
        _ => Ok(text.parse().ok()),
    }
}
