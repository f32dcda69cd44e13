//! Holds what a session gives against the rules of the contract, as the host does: for tests that feed a module anything.

use crate::{Bytes, Column, DataType, Field, Output, Reject, Schema, Values};

/// Rows of one output at most.
const ROWS: u32 = 1 << 20;
/// Rejects of one output at most, by default.
const REJECTS: usize = 10_000;
/// Bytes of one output at most, by default.
const BYTES: usize = 32 << 20;
/// Outputs in a row that may promise more and give nothing.
const IDLE: u32 = 16;

/// A rule that a module broke, for people.
pub type Breach = String;

/// Positions of one session, and the shape of its rows.
#[derive(Debug)]
pub struct Watch {
    schema: Schema,
    fed: u64,
    done_to: u64,
    idle: u32,
}

impl Watch {
    /// Of a session that begins.
    pub fn new(schema: Schema) -> Self {
        Self { schema, fed: 0, done_to: 0, idle: 0 }
    }

    /// The session is about to be fed so many bytes or packets.
    pub fn feed(&mut self, count: usize) {
        self.fed += count as u64;
    }

    /// Of every output.
    pub fn schema(&self) -> &Schema {
        &self.schema
    }

    /// Everything before this position is done.
    pub fn done_to(&self) -> u64 {
        self.done_to
    }

    /// Looks at what a call gave; `finishing`: it was `finish`.
    ///
    /// # Errors
    /// The first rule that it breaks.
    pub fn take(&mut self, output: &Output, finishing: bool) -> Result<(), Breach> {
        self.rows(output)?;
        self.rejects(&output.rejects)?;
        self.idle(output)?;
        let (before, now, fed) = (self.done_to, output.done_to, self.fed);
        if now < before || now > fed || finishing && !output.more && now < fed {
            return Err(format!("done_to {now} after {before}, and {fed} were fed"));
        }
        self.done_to = now;
        Ok(())
    }

    fn rows(&self, output: &Output) -> Result<(), Breach> {
        let (rows, columns, fields) = (output.rows, output.columns.len(), self.schema.fields.len());
        if rows == 0 && columns == 0 {
            return Ok(());
        }
        if columns != fields || rows > ROWS {
            return Err(format!("{rows} rows of {columns} columns in a schema of {fields}"));
        }
        let mut bytes = 0;
        for (field, column) in self.schema.fields.iter().zip(&output.columns) {
            bytes += column_size(field, column, rows as usize).map_err(|breach| format!("column `{}`: {breach}", field.name))?;
        }
        if bytes > BYTES { Err(format!("{bytes} bytes of rows")) } else { Ok(()) }
    }

    fn rejects(&self, rejects: &[Reject]) -> Result<(), Breach> {
        let inside = |reject: &&Reject| reject.length > 0 && reject.at.checked_add(reject.length).is_some_and(|end| end <= self.fed);
        match rejects.iter().find(|reject| !inside(reject)) {
            Some(reject) => Err(format!("{reject:?} where {} were fed", self.fed)),
            None if rejects.len() > REJECTS => Err(format!("{} rejects", rejects.len())),
            None => Ok(()),
        }
    }

    fn idle(&mut self, output: &Output) -> Result<(), Breach> {
        let gave = output.rows > 0 || !output.rejects.is_empty() || output.done_to > self.done_to;
        self.idle = if output.more && !gave { self.idle + 1 } else { 0 };
        if self.idle > IDLE { Err(format!("`more` {} times in a row, and nothing came", self.idle)) } else { Ok(()) }
    }
}

/// Bytes of a column, its texts written out row by row.
fn column_size(field: &Field, column: &Column, rows: usize) -> Result<usize, Breach> {
    let mut size = 0;
    if let Some(valid) = &column.valid {
        size += exactly("validity", valid.len(), rows.div_ceil(8))?;
        if !field.nullable {
            return Err("nulls in a field that has none".to_owned());
        }
    }
    let count = match (&column.lists, field.is_list) {
        (None, false) => rows,
        (Some(lists), true) => offsets(lists, rows)?,
        (lists, _) => return Err(format!("outer offsets: {}, a list: {}", lists.is_some(), field.is_list)),
    };
    Ok(size + values_size(field.data_type, column, count)?)
}

fn values_size(of: DataType, column: &Column, count: usize) -> Result<usize, Breach> {
    match (&column.values, of) {
        (Values::Bytes(bytes), DataType::Text | DataType::Binary) => bytes_size(bytes, count, of),
        (Values::Dictionary { keys, distinct }, DataType::Text) => {
            exactly("keys", keys.len(), count * 4)?;
            let all_null = column.valid.as_ref().is_some_and(|valid| valid.iter().all(|bits| *bits == 0));
            let known = (distinct.offsets.len() / 4).saturating_sub(1);
            bytes_size(distinct, known, of)?;
            let lengths: Vec<_> = numbers(&distinct.offsets).zip(numbers(&distinct.offsets).skip(1)).map(|(from, to)| to - from).collect();
            let length = |key: usize| lengths.get(key).copied().or((all_null && key == 0).then_some(0));
            let size = numbers(keys).map(|key| length(key).ok_or(key)).sum::<Result<usize, _>>();
            size.map_err(|key| format!("the key {key} in a dictionary of {known}"))
        }
        (Values::Fixed(data), of) => match width(of) {
            Some(bits) => exactly("values", data.len(), (count * bits).div_ceil(8)),
            None => Err("numbers in a field of texts".to_owned()),
        },
        (values, of) => Err(format!("{of:?} as {values:?}")),
    }
}

fn bytes_size(bytes: &Bytes, count: usize, of: DataType) -> Result<usize, Breach> {
    exactly("data", bytes.data.len(), offsets(&bytes.offsets, count)?)?;
    if of == DataType::Text {
        let text = str::from_utf8(&bytes.data).map_err(|error| format!("text that is not UTF-8: {error}"))?;
        if let Some(at) = numbers(&bytes.offsets).find(|at| !text.is_char_boundary(*at)) {
            return Err(format!("the offset {at} lies within a character"));
        }
    }
    Ok(bytes.data.len())
}

/// One more than `count`, rising from 0; gives the last.
fn offsets(offsets: &[u8], count: usize) -> Result<usize, Breach> {
    exactly("offsets", offsets.len(), (count + 1) * 4)?;
    if numbers(offsets).next() != Some(0) || !numbers(offsets).is_sorted() {
        return Err("offsets that do not rise from 0".to_owned());
    }
    Ok(numbers(offsets).next_back().unwrap_or(0))
}

fn exactly(what: &str, got: usize, want: usize) -> Result<usize, Breach> {
    if got == want { Ok(got) } else { Err(format!("{got} bytes of {what} where {want} are right")) }
}

fn numbers(bytes: &[u8]) -> impl DoubleEndedIterator<Item = usize> {
    bytes.as_chunks().0.iter().map(|number| u32::from_le_bytes(*number) as usize)
}

/// Bits of a number.
fn width(of: DataType) -> Option<usize> {
    Some(match of {
        DataType::Boolean => 1,
        DataType::Int8 | DataType::Uint8 => 8,
        DataType::Int16 | DataType::Uint16 => 16,
        DataType::Int32 | DataType::Uint32 | DataType::Float32 => 32,
        DataType::Int64 | DataType::Uint64 | DataType::Float64 | DataType::Timestamp => 64,
        DataType::Text | DataType::Binary => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Dictionary, Lists, Numbers, RejectReason, Texts};

    fn watch() -> Watch {
        let fields = vec![
            Field::new("host", DataType::Text, ""),
            Field::new("ports", DataType::Uint16, "").list(),
            Field::new("user", DataType::Text, "").nullable(),
        ];
        Watch::new(Schema { fields, event_time: None })
    }

    /// Two rows.
    fn output() -> Output {
        let (mut host, mut ports, mut user) = (Texts::default(), Lists::<Numbers<u16>>::default(), Dictionary::<u8>::default());
        host.push("a");
        host.push("é");
        ports.values.push(80);
        ports.end_row(1);
        ports.end_row(0);
        user.push_null();
        user.push(7, |_, text| text.push('x'));
        let columns = vec![host.finish(), ports.finish(Numbers::finish), user.finish()];
        Output { rows: 2, columns, ..Output::default() }
    }

    fn breach(change: impl FnOnce(&mut Output)) -> Option<Breach> {
        let (mut watch, mut output) = (watch(), output());
        watch.feed(10);
        change(&mut output);
        watch.take(&output, false).err()
    }

    #[test]
    fn what_the_builders_make_keeps_the_rules() {
        assert_eq!(breach(|_| {}), None);
        assert_eq!(watch().take(&Output::default(), true), Ok(()));
    }

    #[test]
    fn columns_that_break_a_rule_are_named() {
        let text =
            |data: &[u8]| Values::Bytes(Bytes { offsets: [0u32, 1, 3].map(u32::to_le_bytes).as_flattened().to_vec(), data: data.to_vec() });
        assert_eq!(breach(|it| it.rows = 3).as_deref(), Some("column `host`: 12 bytes of offsets where 16 are right"));
        assert_eq!(breach(|it| _ = it.columns.pop()).as_deref(), Some("2 rows of 2 columns in a schema of 3"));
        assert_eq!(breach(|it| it.columns[0].values = text(b"ab")).as_deref(), Some("column `host`: 2 bytes of data where 3 are right"));
        assert_eq!(
            breach(|it| it.columns[0].values = text("éa".as_bytes())).as_deref(),
            Some("column `host`: the offset 1 lies within a character")
        );
        assert_eq!(breach(|it| it.columns[0].valid = Some(vec![1])).as_deref(), Some("column `host`: nulls in a field that has none"));
        assert_eq!(breach(|it| it.columns[1].lists = None).as_deref(), Some("column `ports`: outer offsets: false, a list: true"));
        let key = |keys: &[u32]| keys.iter().flat_map(|key| key.to_le_bytes()).collect();
        let keyed = |keys: &[u32]| Values::Dictionary { keys: key(keys), distinct: Bytes::default() };
        assert_eq!(breach(|it| it.columns[2].values = keyed(&[0, 4])).as_deref(), Some("column `user`: the key 0 in a dictionary of 0"));
    }

    #[test]
    fn positions_that_cannot_be_are_a_breach() {
        let reject = |at, length| Reject { at, length, reason: RejectReason::Malformed, detail: String::new() };
        assert_eq!(breach(|it| it.rejects.push(reject(3, 7))), None);
        assert!(breach(|it| it.rejects.push(reject(3, 8))).is_some_and(|breach| breach.ends_with("where 10 were fed")));
        assert!(breach(|it| it.rejects.push(reject(3, 0))).is_some());
        assert_eq!(breach(|it| it.done_to = 11).as_deref(), Some("done_to 11 after 0, and 10 were fed"));
        let mut watch = watch();
        watch.feed(1);
        assert_eq!(watch.take(&Output::default(), true).err().as_deref(), Some("done_to 0 after 0, and 1 were fed"));
    }

    #[test]
    fn more_and_nothing_is_believed_sixteen_times() {
        let mut watch = watch();
        let more = Output { more: true, ..Output::default() };
        let answers: Vec<_> = (0..17).map(|_| watch.take(&more, false)).collect();
        assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 16);
        assert_eq!(answers[16].as_ref().err().map(String::as_str), Some("`more` 17 times in a row, and nothing came"));
    }
}
