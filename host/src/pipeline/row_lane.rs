//! One partition of a topic whose messages hold rows, in a thread of its own: nothing is parsed, and rows are written with the schema of the messages.
//!
//! A commit has one schema: a message of another one, which the table takes as well, begins another commit. One that the table does not take is poison.

use std::sync::atomic::Ordering::Relaxed;
use std::time::Instant;

use crossbeam_channel::RecvTimeoutError;

use super::batch::Batch;
use super::lane::{Ending, Happened, Input, Lane};
use super::told::Told;
use crate::model::{RejectReason, RowStream, TableSchema};
use crate::sink::table::TableError;
use crate::source::kafka::Message;

/// See the top of the file.
pub struct RowLane<'a> {
    lane: Lane<'a>,
    /// Of the rows of the last message that the table took.
    schema: Option<TableSchema>,
}

/// Why a message gives no rows.
type Poison = (RejectReason, String);

/// How a batch came to its end.
enum Until {
    /// It is full, or old enough.
    Full,
    /// The lane is to end.
    Finish,
    /// A message is of another schema.
    Another(Message),
}

impl<'a> RowLane<'a> {
    /// Of a lane.
    pub fn new(lane: Lane<'a>) -> Self {
        Self { lane, schema: None }
    }

    /// Takes messages until it is told to end.
    pub fn run(mut self) {
        let mut next = None;
        loop {
            let first = match next.take().map_or_else(|| self.lane.input.recv(), |message| Ok(Input::Message(message))) {
                Ok(Input::Message(message)) => message,
                Ok(Input::Finish | Input::Packets(_)) | Err(_) => return,
            };
            match self.batch(first) {
                Ok(Until::Full) => {}
                Ok(Until::Another(message)) => next = Some(message),
                Ok(Until::Finish) => return,
                Err(ending) => return self.lane.report(Happened::Ended(ending)),
            }
        }
    }

    /// Everything of one schema that comes until it is time to commit.
    fn batch(&mut self, first: Message) -> Result<Until, Ending> {
        let deadline = Instant::now() + self.lane.consume.source.batch.time;
        let rows = self.rows(&first)?;
        if let Ok(RowStream { schema, .. }) = &rows {
            self.schema = Some(schema.clone());
        }
        let mut batch = self.begin()?;
        self.take(&mut batch, &first, rows)?;
        let until = loop {
            if self.is_full(&batch) || Instant::now() >= deadline {
                break Until::Full;
            }
            let message = match self.lane.input.recv_deadline(deadline) {
                Ok(Input::Message(message)) => message,
                Err(RecvTimeoutError::Timeout) => break Until::Full,
                Ok(Input::Finish | Input::Packets(_)) | Err(RecvTimeoutError::Disconnected) => break Until::Finish,
            };
            let rows = self.rows(&message)?;
            if rows.as_ref().is_ok_and(|rows| Some(&rows.schema) != self.schema.as_ref()) {
                break Until::Another(message);
            }
            self.take(&mut batch, &message, rows)?;
        };
        self.lane.commit(batch, None)?;
        Ok(until)
    }

    fn begin(&mut self) -> Result<Batch<'a>, Ending> {
        let consume = self.lane.consume;
        let schema = self.schema.clone().unwrap_or_else(TableSchema::empty);
        let writer = consume.table.begin(&self.lane.source, self.lane.from, &consume.module_ref(), &schema).map_err(failed)?;
        let mut batch = Batch::new(writer, consume.source.format, consume.progress.begin(), Told::of(&self.lane.source.name));
        if self.lane.gone > 0 {
            batch.lost(self.lane.from, std::mem::take(&mut self.lane.gone));
        }
        Ok(batch)
    }

    fn is_full(&self, batch: &Batch<'_>) -> bool {
        batch.rows() >= self.lane.consume.source.batch.rows || batch.is_full(self.lane.consume.batch_size)
    }

    fn take(&mut self, batch: &mut Batch<'_>, message: &Message, rows: Result<RowStream, Poison>) -> Result<(), Ending> {
        self.lane.queued.fetch_sub(message.value.len() as u64, Relaxed);
        batch.take_rows(message, rows, &mut self.lane.memory).map_err(Ending::Failed)
    }

    /// The rows of a message, of a schema that the table takes.
    fn rows(&self, message: &Message) -> Result<Result<RowStream, Poison>, Ending> {
        let rows = match RowStream::read(&message.value) {
            Ok(rows) => rows,
            Err(error) => return Ok(Err((RejectReason::Malformed, error.to_string()))),
        };
        if self.schema.as_ref() == Some(&rows.schema) {
            return Ok(Ok(rows));
        }
        match self.lane.consume.table.adopt(&self.lane.source.digest, self.lane.from, &rows.schema) {
            Ok(()) => Ok(Ok(rows)),
            Err(TableError::OtherForm { difference }) => {
                Ok(Err((RejectReason::Refused, format!("its rows have other columns than the table, which {difference}"))))
            }
            Err(error) if error.is_of_schema() => Ok(Err((RejectReason::Refused, format!("its rows cannot be a table: {error}")))),
            Err(error) => Err(failed(error)),
        }
    }
}

fn failed(error: TableError) -> Ending {
    Ending::Failed(error.into())
}
