//! Columns of whole numbers.

use std::borrow::Cow;
use std::hash::BuildHasher;

use arrow_array::cast::AsArray;
use arrow_array::types::ArrowPrimitiveType;
use arrow_array::{Array, ArrayRef, PrimitiveArray};
use foldhash::fast::RandomState;
use hashbrown::HashTable;
use parquet::bloom_filter::Sbbf;
use parquet::errors::Result;
use parquet::file::statistics::{Statistics, ValueStatistics};

use super::bounds::Bounds;
use super::column::Values;

/// Numbers from 0 to below this are found without hashing: ports, AS numbers, interfaces, most counts.
const DIRECT: usize = 1 << 16;

/// A whole number as Parquet stores it.
pub(super) trait Number: Copy + Ord + Into<i64> {
    fn put(self, out: &mut Vec<u8>);
    fn insert(self, bloom: &mut Sbbf);
    fn statistics(bounds: Option<(Self, Self)>, nulls: u64) -> Statistics;
}

macro_rules! number {
    ($native:ty, $statistics:ident) => {
        impl Number for $native {
            fn put(self, out: &mut Vec<u8>) {
                out.extend_from_slice(&self.to_le_bytes());
            }

            fn insert(self, bloom: &mut Sbbf) {
                bloom.insert(&self);
            }

            fn statistics(bounds: Option<(Self, Self)>, nulls: u64) -> Statistics {
                let (least, greatest) = bounds.unzip();
                let values = ValueStatistics::new(least, greatest, None, Some(nulls), false);
                Statistics::$statistics(values.with_backwards_compatible_min_max(true))
            }
        }
    };
}

number!(i32, Int32);
number!(i64, Int64);

/// The values of a column of Arrow's type `T`.
pub(super) struct Numbers<T: ArrowPrimitiveType> {
    /// Of each small number one more than its index, or 0.
    direct: Vec<u32>,
    /// Of all others.
    table: HashTable<(T::Native, u32)>,
    hasher: RandomState,
    values: Vec<T::Native>,
    dictionary: Vec<u8>,
    bounds: Bounds<T::Native>,
}

impl<T: ArrowPrimitiveType> Default for Numbers<T>
where
    T::Native: Number,
{
    fn default() -> Self {
        let (direct, values, dictionary) = (Vec::new(), Vec::new(), Vec::new());
        Self { direct, table: HashTable::new(), hasher: RandomState::default(), values, dictionary, bounds: Bounds::default() }
    }
}

impl<T: ArrowPrimitiveType> Numbers<T>
where
    T::Native: Number,
{
    fn find(&mut self, value: T::Native) -> u32 {
        let number: i64 = value.into();
        let small = usize::try_from(number).ok().filter(|small| *small < DIRECT);
        match small {
            Some(small) => self.find_small(small, value),
            None => self.find_large(value, number),
        }
    }

    fn find_small(&mut self, small: usize, value: T::Native) -> u32 {
        if small >= self.direct.len() {
            self.direct.resize((small + 1).next_power_of_two(), 0);
        }
        let next = self.values.len() as u32;
        match self.direct.get_mut(small) {
            Some(known) if *known > 0 => return *known - 1,
            Some(unknown) => *unknown = next + 1,
            None => {}
        }
        self.push(value);
        next
    }

    fn find_large(&mut self, value: T::Native, number: i64) -> u32 {
        let hash = self.hasher.hash_one(number);
        if let Some((_, known)) = self.table.find(hash, |(known, _)| *known == value) {
            return *known;
        }
        let next = self.values.len() as u32;
        self.table.insert_unique(hash, (value, next), |(value, _)| {
            let number: i64 = (*value).into();
            self.hasher.hash_one(number)
        });
        self.push(value);
        next
    }

    fn push(&mut self, value: T::Native) {
        self.values.push(value);
        value.put(&mut self.dictionary);
    }

    /// Gives the least and the greatest.
    fn widen(&mut self, values: &[T::Native]) -> Option<(T::Native, T::Native)> {
        let first = *values.first()?;
        let (least, greatest) = values.iter().fold((first, first), |(least, greatest), value| (least.min(*value), greatest.max(*value)));
        self.bounds.widen(&least, &greatest);
        Some((least, greatest))
    }
}

/// The values that are not null.
fn valid<T: ArrowPrimitiveType>(array: &PrimitiveArray<T>) -> Cow<'_, [T::Native]> {
    match array.nulls().filter(|nulls| nulls.null_count() > 0) {
        None => Cow::Borrowed(array.values()),
        Some(_) => Cow::Owned(array.iter().flatten().collect()),
    }
}

impl<T: ArrowPrimitiveType> Values for Numbers<T>
where
    T::Native: Number,
{
    fn index(&mut self, array: &ArrayRef, indices: &mut Vec<u32>) -> Result<()> {
        let values = valid(array.as_primitive::<T>());
        let Some((least, greatest)) = self.widen(&values) else { return Ok(()) };
        let mut last = (least, self.find(least));
        if least == greatest {
            indices.resize(indices.len() + values.len(), last.1);
            return Ok(());
        }
        indices.extend(values.iter().map(|value| {
            if *value != last.0 {
                last = (*value, self.find(*value));
            }
            last.1
        }));
        Ok(())
    }

    fn plain(&mut self, array: &ArrayRef, out: &mut Vec<u8>, bloom: Option<&mut Sbbf>) -> Result<()> {
        let values = valid(array.as_primitive::<T>());
        self.widen(&values);
        values.iter().for_each(|value| value.put(out));
        if let Some(bloom) = bloom {
            values.iter().for_each(|value| value.insert(bloom));
        }
        Ok(())
    }

    fn rows_within(&self, _: &ArrayRef, _: usize, bytes: usize) -> usize {
        (bytes / size_of::<T::Native>()).max(1)
    }

    fn dictionary(&self) -> (&[u8], usize) {
        (&self.dictionary, self.values.len())
    }

    fn fill(&self, bloom: &mut Sbbf) {
        self.values.iter().for_each(|value| value.insert(bloom));
    }

    fn end_page(&mut self) -> Option<(Vec<u8>, Vec<u8>)> {
        let bytes = |value: T::Native| {
            let mut bytes = Vec::new();
            value.put(&mut bytes);
            bytes
        };
        self.bounds.end_page().map(|(least, greatest)| (bytes(least), bytes(greatest)))
    }

    fn statistics(&self, nulls: u64) -> Statistics {
        T::Native::statistics(self.bounds.chunk().copied(), nulls)
    }

    fn overhead(&self) -> usize {
        let table = self.table.capacity() * size_of::<(T::Native, u32)>();
        self.direct.capacity() * size_of::<u32>() + self.values.capacity() * size_of::<T::Native>() + table
    }
}
