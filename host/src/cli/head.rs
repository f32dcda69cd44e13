//! `weir table head`: the first rows of a table, to look at.

use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context, bail};
use arrow_array::{ArrayRef, RecordBatch};
use arrow_cast::cast;
use arrow_cast::pretty::pretty_format_batches;
use arrow_schema::{ArrowError, DataType};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use super::Exit;
use super::printable::printable;
use crate::config::{Hdfs, is_hdfs};
use crate::sink::table::StoredFile;
use crate::storage::{self, Entry, Storage};

/// Prints the first rows of a table, or of any part of it
///
/// Reads Parquet files in the order of their paths until there are enough rows. What is hidden (names that begin with a dot or `_`) is no part of a table.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  weir table head out/flow
  weir table head out/flow --rows 3 --columns treceived,sip,dip,dport
  weir table head out/flow/y=2017/m=9/d=8/h=11
  weir table head hdfs://namenode:8020/spot/flow             on HDFS; with HADOOP_CONF_DIR also hdfs://nameservice/…")]
pub(super) struct Args {
    /// The table's directory, a partition's, or a Parquet file; or the URL of one, like hdfs://namenode:8020/spot/flow
    path: PathBuf,
    /// How many rows
    #[arg(short = 'n', long, default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..))]
    rows: u32,
    /// Columns, separated by commas [default: all]
    #[arg(long, value_delimiter = ',')]
    columns: Vec<String>,
}

pub(super) fn head(args: &Args, out: &mut impl Write) -> anyhow::Result<Exit> {
    writeln!(out, "{}", args.render()?)?;
    Ok(Exit::Done)
}

impl Args {
    fn render(&self) -> anyhow::Result<String> {
        let mut batches = Vec::new();
        let mut wanted = usize::try_from(self.rows)?;
        let storage = storage::open(&self.path, &Hdfs::default().without_patience())?;
        for file in parquet_files(&storage, "")? {
            let shown = || format!("cannot read {}", self.path.join(&file).display());
            let read = self.read(&storage, &file, wanted).with_context(shown)?;
            wanted -= read.iter().map(RecordBatch::num_rows).sum::<usize>().min(wanted);
            batches.extend(read);
            if wanted == 0 {
                break;
            }
        }
        if batches.is_empty() {
            // Whether there is nothing or nothing to see, the system says best.
            if !is_hdfs(&self.path) {
                std::fs::metadata(&self.path).with_context(|| format!("cannot read {}", self.path.display()))?;
            }
            bail!("no rows below {}", self.path.display());
        }
        Ok(printable(&pretty_format_batches(&batches)?.to_string()))
    }

    fn read(&self, storage: &Arc<dyn Storage>, file: &str, rows: usize) -> anyhow::Result<Vec<RecordBatch>> {
        let file = StoredFile::open(storage, file)?.context("it is gone")?;
        let builder = ParquetRecordBatchReaderBuilder::try_new(file)?;
        let names: Vec<_> = builder.schema().fields().iter().map(|field| field.name().clone()).collect();
        if let Some(unknown) = self.columns.iter().find(|column| !names.contains(column)) {
            bail!("no column `{unknown}`; there are {}", names.join(", "));
        }
        let mask = match self.columns.is_empty() {
            true => ProjectionMask::all(),
            false => ProjectionMask::columns(builder.parquet_schema(), self.columns.iter().map(String::as_str)),
        };
        let reader = builder.with_projection(mask).with_limit(rows).with_batch_size(rows.clamp(1, 8192)).build()?;
        reader.map(|batch| Ok(in_utc(&self.in_order(&batch?)?)?)).collect()
    }

    /// The columns as they were asked for: a reader gives them as the file has them.
    fn in_order(&self, batch: &RecordBatch) -> anyhow::Result<RecordBatch> {
        if self.columns.is_empty() {
            return Ok(batch.clone());
        }
        let order: Vec<_> = self.columns.iter().map(|column| batch.schema().index_of(column)).collect::<Result<_, _>>()?;
        Ok(batch.project(&order)?)
    }
}

/// The rows with their times as `…Z`. Zones by name, as files have them (`UTC`), could only be shown with a database of zones.
pub(super) fn in_utc(rows: &RecordBatch) -> Result<RecordBatch, ArrowError> {
    let columns = rows.schema_ref().fields().iter().zip(rows.columns());
    let shown = |column: &ArrayRef| cast(column, &offset(column.data_type()));
    RecordBatch::try_from_iter(columns.map(|(field, column)| Ok((field.name(), shown(column)?))).collect::<Result<Vec<_>, ArrowError>>()?)
}

/// The type with zones as offsets; times with a zone count from 1970 UTC, whatever its name.
fn offset(data_type: &DataType) -> DataType {
    match data_type {
        DataType::Timestamp(unit, Some(_)) => DataType::Timestamp(*unit, Some("+00:00".into())),
        DataType::List(element) => DataType::List(Arc::new(element.as_ref().clone().with_data_type(offset(element.data_type())))),
        other => other.clone(),
    }
}

/// All Parquet files below a path of a storage, in the order of their names; what is hidden stays hidden.
fn parquet_files(storage: &Arc<dyn Storage>, path: &str) -> anyhow::Result<Vec<String>> {
    if storage.size(path)?.is_some() {
        return Ok(vec![path.to_owned()]);
    }
    let mut files = Vec::new();
    let mut entries = storage.list(path)?;
    entries.sort_by(|one, other| one.name.cmp(&other.name));
    for Entry { name, directory } in entries.into_iter().filter(|entry| !entry.name.starts_with(['.', '_'])) {
        let path = if path.is_empty() { name } else { format!("{path}/{name}") };
        // Links to directories are not followed: they may lead back.
        if directory {
            files.extend(parquet_files(storage, &path)?);
        } else if path.ends_with(".parquet") {
            files.push(path);
        }
    }
    Ok(files)
}
