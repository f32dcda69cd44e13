//! Everything that a file holds, by the names of the IPFIX registry where it has one (<https://www.iana.org/assignments/ipfix>), and null where the
//! file holds nothing.
//!
//! Where the registry has a name for IPv4 and one for IPv6, the column has the name without the version. Names that the registry lacks say in their
//! description where they come from.

use weir_sdk::{Binary, Booleans, Column, DataType, Dictionary, EventTime, Field, Lists, Numbers, Schema, TimeUnit};

use crate::full_fields::{FIELDS, Get};
use crate::known::{Exporter, Known, SamplerInfo};
use crate::record::{Address, Flow};
use crate::text::write_mac;

/// A flow and what the file says elsewhere about where it came from.
pub struct Row<'a> {
    /// The flow.
    pub flow: &'a Flow<'a>,
    /// Its addresses were replaced.
    pub anonymized: bool,
    /// Who sent it.
    pub exporter: Option<&'a Exporter>,
    /// How it was sampled.
    pub sampler: Option<&'a SamplerInfo>,
}

/// Builds the columns.
#[derive(Debug)]
pub struct Full(Vec<Builder>);

#[derive(Debug)]
enum Builder {
    Boolean(Booleans, fn(&Row) -> bool),
    U8(Numbers<u8>, fn(&Row) -> Option<u8>),
    U16(Numbers<u16>, fn(&Row) -> Option<u16>),
    U32(Numbers<u32>, fn(&Row) -> Option<u32>),
    U64(Numbers<u64>, fn(&Row) -> Option<u64>),
    Time(Numbers<i64>, fn(&Row) -> Option<u64>),
    Address(Dictionary<Address>, fn(&Row) -> Address),
    Mac(Dictionary<u64>, fn(&Row) -> Option<u64>),
    Text(Dictionary<Vec<u8>>, for<'a> fn(&Row<'a>) -> Option<&'a [u8]>),
    Bytes(Binary, for<'a> fn(&Row<'a>) -> Option<&'a [u8]>),
    List(Lists<Numbers<u32>>, fn(&Row, &mut [u32; 10]) -> Option<usize>),
}

impl Default for Full {
    fn default() -> Self {
        Self(FIELDS.iter().map(|(_, get, _)| Builder::of(get)).collect())
    }
}

impl Full {
    /// Adds a row.
    pub fn push(&mut self, flow: &Flow<'_>, anonymized: bool, known: &Known) {
        let exporter = known.exporter_of(flow.exporter);
        let sampler = flow.sampler.and_then(|sampler| known.sampler_of(flow.exporter, sampler.id as i64));
        let row = Row { flow, anonymized, exporter, sampler };
        for builder in &mut self.0 {
            builder.push(&row);
        }
    }

    /// The columns; the builder starts anew.
    pub fn finish(&mut self) -> Vec<Column> {
        self.0.iter_mut().map(Builder::finish).collect()
    }

    /// The fields, event time `flowStartMilliseconds`.
    pub fn schema() -> Schema {
        let fields = FIELDS.iter().map(|(name, get, doc)| {
            let (of, nullable, is_list) = get.shape();
            Field { nullable, is_list, ..Field::new(name, of, doc) }
        });
        Schema { fields: fields.collect(), event_time: Some(EventTime { field: 0, unit: TimeUnit::Nanoseconds, hidden: false }) }
    }
}

impl Get {
    /// Type, may be null, is a list.
    fn shape(&self) -> (DataType, bool, bool) {
        match self {
            Self::Boolean(_) => (DataType::Boolean, false, false),
            Self::U8(_) => (DataType::Uint8, true, false),
            Self::U16(_) => (DataType::Uint16, true, false),
            Self::U32(_) => (DataType::Uint32, true, false),
            Self::U64(_) => (DataType::Uint64, true, false),
            Self::EventTime(_) => (DataType::Timestamp, false, false),
            Self::Time(_) => (DataType::Timestamp, true, false),
            Self::Address(_) | Self::Mac(_) | Self::Text(_) => (DataType::Text, true, false),
            Self::Bytes(_) => (DataType::Binary, true, false),
            Self::List(_) => (DataType::Uint32, true, true),
        }
    }
}

impl Builder {
    fn of(get: &Get) -> Self {
        match *get {
            Get::Boolean(get) => Self::Boolean(Booleans::default(), get),
            Get::U8(get) => Self::U8(Numbers::default(), get),
            Get::U16(get) => Self::U16(Numbers::default(), get),
            Get::U32(get) => Self::U32(Numbers::default(), get),
            Get::U64(get) => Self::U64(Numbers::default(), get),
            Get::EventTime(get) | Get::Time(get) => Self::Time(Numbers::default(), get),
            Get::Address(get) => Self::Address(Dictionary::default(), get),
            Get::Mac(get) => Self::Mac(Dictionary::default(), get),
            Get::Text(get) => Self::Text(Dictionary::default(), get),
            Get::Bytes(get) => Self::Bytes(Binary::default(), get),
            Get::List(get) => Self::List(Lists::default(), get),
        }
    }

    fn push(&mut self, row: &Row<'_>) {
        match self {
            Self::Boolean(values, get) => values.push(get(row)),
            Self::U8(values, get) => values.push_option(get(row)),
            Self::U16(values, get) => values.push_option(get(row)),
            Self::U32(values, get) => values.push_option(get(row)),
            Self::U64(values, get) => values.push_option(get(row)),
            Self::Time(values, get) => values.push_option(get(row).map(nanoseconds)),
            Self::Address(values, get) => match get(row) {
                Address::None => values.push_null(),
                address => values.push_utf8(address, |address, out| address.write(out)),
            },
            Self::Mac(values, get) => match get(row) {
                None => values.push_null(),
                Some(mac) => values.push(mac, |&mac, out| write_mac(mac, out)),
            },
            Self::Text(values, get) => match get(row) {
                None => values.push_null(),
                Some(bytes) => values.push(bytes.to_vec(), |bytes, out| out.push_str(&String::from_utf8_lossy(bytes))),
            },
            Self::Bytes(values, get) => values.push_option(get(row)),
            Self::List(lists, get) => push_list(lists, *get, row),
        }
    }

    fn finish(&mut self) -> Column {
        match self {
            Self::Boolean(values, _) => values.finish(),
            Self::U8(values, _) => values.finish(),
            Self::U16(values, _) => values.finish(),
            Self::U32(values, _) => values.finish(),
            Self::U64(values, _) => values.finish(),
            Self::Time(values, _) => values.finish(),
            Self::Address(values, _) => values.finish(),
            Self::Mac(values, _) => values.finish(),
            Self::Text(values, _) => values.finish(),
            Self::Bytes(values, _) => values.finish(),
            Self::List(lists, _) => lists.finish(Numbers::finish),
        }
    }
}

fn push_list(lists: &mut Lists<Numbers<u32>>, get: fn(&Row, &mut [u32; 10]) -> Option<usize>, row: &Row<'_>) {
    let mut values = [0; 10];
    match get(row, &mut values) {
        None => lists.push_null(),
        Some(count) => {
            values.iter().take(count).for_each(|&value| lists.values.push(value));
            lists.end_row(count.min(values.len()) as u32);
        }
    }
}

/// From milliseconds; a time beyond the year 2262 becomes the last that fits.
fn nanoseconds(milliseconds: u64) -> i64 {
    i64::try_from(milliseconds).unwrap_or(i64::MAX).saturating_mul(1_000_000)
}
