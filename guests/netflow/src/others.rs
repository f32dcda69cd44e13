//! Columns of schema `full` behind those of the module flow: elements that options name, and all others as bytes under their number.

use flow::record::Address;
use weir_sdk::{Binary, Booleans, Column, DataType, Dictionary, Field, Lists, Numbers, Texts};

use crate::elements::{Element, Kind};
use crate::key::Key;
use crate::number::{float, ntp_milliseconds, signed, unsigned};

/// Builds the columns.
#[derive(Debug)]
pub struct Others {
    named: Vec<(Key, Named)>,
    numbers: Lists<Dictionary<Key>>,
    values: Lists<Binary>,
    /// Where each named element lies among the others of a row.
    found: Vec<Option<usize>>,
}

#[derive(Debug)]
enum Named {
    Unsigned(Numbers<u64>),
    Signed(Numbers<i64>),
    Float(Numbers<f64>),
    Boolean(Booleans),
    Address(Dictionary<Address>),
    Mac(Dictionary<u64>),
    Text(Texts),
    Bytes(Binary),
    Seconds(Numbers<i64>),
    Milliseconds(Numbers<i64>),
    Ntp(Numbers<i64>),
}

impl Others {
    /// With columns for these elements.
    pub fn new(elements: &[Element]) -> Self {
        let named: Vec<_> = elements.iter().map(|element| (element.key, Named::of(element.kind))).collect();
        Self { found: vec![None; named.len()], named, numbers: Lists::default(), values: Lists::default() }
    }

    /// The fields of the columns.
    pub fn fields(elements: &[Element]) -> Vec<Field> {
        let named = elements.iter().map(|element| {
            let doc = format!("Element {}, named by the option elements.", element.key);
            Field::new(&element.name, data_type(element.kind), &doc).nullable()
        });
        let kept = [
            Field::new(
                "otherElements",
                DataType::Text,
                "Elements that have no column, ENTERPRISE/NUMBER each, sflow:ENTERPRISE/FORMAT for records of sFlow, in the order of the record.",
            ),
            Field::new("otherValues", DataType::Binary, "Their bytes, in the same order."),
        ];
        named.chain(kept.map(Field::list)).collect()
    }

    /// Adds a row.
    pub fn push(&mut self, others: &[(Key, &[u8])]) {
        self.found.fill(None);
        let mut kept = 0;
        for (at, (key, value)) in others.iter().enumerate() {
            if !self.find(*key, value, at) {
                kept += 1;
                self.numbers.values.push(*key, |key, out| out.push_str(&key.to_string()));
                self.values.values.push(value);
            }
        }
        self.numbers.end_row(kept);
        self.values.end_row(kept);
        for ((_, column), found) in self.named.iter_mut().zip(&self.found) {
            column.push(found.and_then(|at| others.get(at)).map(|(_, value)| *value));
        }
    }

    /// Whether a named column takes the value: the first of its number that fits its type.
    fn find(&mut self, key: Key, value: &[u8], at: usize) -> bool {
        let mut columns = self.named.iter().zip(&mut self.found);
        match columns.find(|((named, column), _)| *named == key && column.takes(value)) {
            Some((_, found @ None)) => {
                *found = Some(at);
                true
            }
            _ => false,
        }
    }

    /// The columns; the builders start anew.
    pub fn finish(&mut self) -> impl Iterator<Item = Column> {
        let kept = [self.numbers.finish(Dictionary::finish), self.values.finish(Binary::finish)];
        self.named.iter_mut().map(|(_, column)| column.finish()).chain(kept)
    }
}

fn data_type(kind: Kind) -> DataType {
    match kind {
        Kind::Unsigned => DataType::Uint64,
        Kind::Signed => DataType::Int64,
        Kind::Float => DataType::Float64,
        Kind::Boolean => DataType::Boolean,
        Kind::Address | Kind::Mac | Kind::Text => DataType::Text,
        Kind::Bytes => DataType::Binary,
        Kind::Seconds | Kind::Milliseconds | Kind::Ntp => DataType::Timestamp,
    }
}

impl Named {
    fn of(kind: Kind) -> Self {
        match kind {
            Kind::Unsigned => Self::Unsigned(Numbers::default()),
            Kind::Signed => Self::Signed(Numbers::default()),
            Kind::Float => Self::Float(Numbers::default()),
            Kind::Boolean => Self::Boolean(Booleans::default()),
            Kind::Address => Self::Address(Dictionary::default()),
            Kind::Mac => Self::Mac(Dictionary::default()),
            Kind::Text => Self::Text(Texts::default()),
            Kind::Bytes => Self::Bytes(Binary::default()),
            Kind::Seconds => Self::Seconds(Numbers::default()),
            Kind::Milliseconds => Self::Milliseconds(Numbers::default()),
            Kind::Ntp => Self::Ntp(Numbers::default()),
        }
    }

    fn takes(&self, value: &[u8]) -> bool {
        match self {
            Self::Unsigned(_) | Self::Signed(_) | Self::Seconds(_) | Self::Milliseconds(_) => (1..=8).contains(&value.len()),
            Self::Float(_) => matches!(value.len(), 4 | 8),
            Self::Boolean(_) => matches!(value, [1 | 2]),
            Self::Address(_) => matches!(value.len(), 4 | 16),
            Self::Mac(_) => value.len() == 6,
            Self::Text(_) => str::from_utf8(value).is_ok(),
            Self::Bytes(_) => true,
            Self::Ntp(_) => value.len() == 8,
        }
    }

    fn push(&mut self, value: Option<&[u8]>) {
        let number = value.and_then(unsigned);
        let time = |unit: u64| number.map(|number| i64::try_from(number.saturating_mul(unit)).unwrap_or(i64::MAX));
        match self {
            Self::Unsigned(values) => values.push_option(number),
            Self::Signed(values) => values.push_option(value.and_then(signed)),
            Self::Float(values) => values.push_option(value.and_then(float)),
            Self::Boolean(values) => values.push_option(number.map(|number| number == 1)),
            Self::Address(values) => match value.and_then(address) {
                None => values.push_null(),
                Some(address) => values.push_utf8(address, |address, out| address.write(out)),
            },
            Self::Mac(values) => match number {
                None => values.push_null(),
                Some(mac) => values.push(mac, |mac, out| write_mac(*mac, out)),
            },
            Self::Text(values) => {
                values.push_option(value.and_then(|value| str::from_utf8(value).ok()).map(|text| text.trim_end_matches('\0')))
            }
            Self::Bytes(values) => values.push_option(value),
            Self::Seconds(values) => values.push_option(time(1_000_000_000)),
            Self::Milliseconds(values) => values.push_option(time(1_000_000)),
            Self::Ntp(values) => {
                values.push_option(
                    number.map(|number| i64::try_from(ntp_milliseconds(number)).unwrap_or(i64::MAX).saturating_mul(1_000_000)),
                );
            }
        }
    }

    fn finish(&mut self) -> Column {
        match self {
            Self::Unsigned(values) => values.finish(),
            Self::Signed(values) | Self::Seconds(values) | Self::Milliseconds(values) | Self::Ntp(values) => values.finish(),
            Self::Float(values) => values.finish(),
            Self::Boolean(values) => values.finish(),
            Self::Address(values) => values.finish(),
            Self::Mac(values) => values.finish(),
            Self::Text(values) => values.finish(),
            Self::Bytes(values) => values.finish(),
        }
    }
}

fn address(value: &[u8]) -> Option<Address> {
    match value.len() {
        4 => value.first_chunk().map(|bytes| Address::V4(u32::from_be_bytes(*bytes))),
        _ => value.first_chunk().map(|bytes| Address::V6(u128::from_be_bytes(*bytes))),
    }
}

fn write_mac(mac: u64, out: &mut String) {
    let [_, _, bytes @ ..] = mac.to_be_bytes();
    let shown: Vec<_> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    out.push_str(&shown.join(":"));
}
