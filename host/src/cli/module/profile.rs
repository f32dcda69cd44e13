//! Everything that can be known of a module without input.

use std::path::{Path, PathBuf};

use arrow_schema::{DataType, Field};
use serde::Serialize;

use crate::config::Limits;
use crate::model::{Description, Digest, ModuleKind, OptionValue, Setting, TableSchema, TimeUnit};
use crate::sandbox::{Engine, Module};

/// A module, as `--json` prints it.
#[derive(Debug, Serialize)]
pub(super) struct Profile {
    pub file: PathBuf,
    /// Bytes.
    pub size: u64,
    pub digest: Digest,
    pub kind: ModuleKind,
    /// Version of weir:ingest.
    pub contract: &'static str,
    pub imports: Vec<String>,
    #[serde(flatten)]
    pub about: Description,
    /// Of a parser: the columns for the option `schema`'s default and other choices, or why there are none.
    pub schemas: Vec<Columns>,
}

/// The columns that a module gives with one choice of its option `schema`.
#[derive(Debug, Serialize)]
pub(super) struct Columns {
    /// None: the module has no such option.
    pub schema: Option<String>,
    pub columns: Vec<Column>,
    /// Why a session could not be opened, if it could not.
    pub error: Option<String>,
}

/// One column.
#[derive(Debug, Serialize)]
pub(super) struct Column {
    pub name: String,
    /// In the words of the contract: `uint16`, `list of text`.
    #[serde(rename = "type")]
    pub data_type: String,
    pub nullable: bool,
    pub doc: String,
    /// Its unit, if the column's time decides the partition of a row.
    pub event_time: Option<&'static str>,
    /// It decides the partition and is no column of the table.
    pub hidden: bool,
}

impl Profile {
    /// Loads a module and asks it, within the limits that modules have by default.
    pub fn of(engine: &Engine, file: &Path) -> anyhow::Result<Self> {
        let module = Module::load(engine, file)?;
        let about = module.describe(&Limits::default())?;
        let schemas = match module.kind() {
            ModuleKind::StreamParser | ModuleKind::PacketParser => {
                choices(&about).into_iter().map(|schema| columns(&module, schema)).collect()
            }
            ModuleKind::PacketFilter => Vec::new(),
        };
        Ok(Self {
            file: file.to_owned(),
            size: module.size(),
            digest: module.digest(),
            kind: module.kind(),
            contract: module.contract_version(),
            imports: module.imports().to_vec(),
            about,
            schemas,
        })
    }
}

/// The choices of the option `schema`, its default first.
fn choices(about: &Description) -> Vec<Option<String>> {
    let Some(spec) = about.options.iter().find(|spec| spec.name == "schema") else { return vec![None] };
    let default = match &spec.default {
        OptionValue::Text(default) => Some(default),
        OptionValue::Boolean(_) | OptionValue::Integer(_) | OptionValue::Texts(_) => None,
    };
    let others = spec.choices.iter().filter(|choice| Some(*choice) != default);
    default.into_iter().chain(others).map(|choice| Some(choice.clone())).collect()
}

fn columns(module: &Module, schema: Option<String>) -> Columns {
    let value = |schema: &String| OptionValue::Text(schema.clone());
    let settings: Vec<_> = schema.iter().map(|schema| Setting { name: "schema".to_owned(), value: value(schema) }).collect();
    match module.schema(&Limits::default(), &settings) {
        Ok(table) => Columns { schema, columns: of_table(&table), error: None },
        Err(error) => Columns { schema, columns: Vec::new(), error: Some(error.to_string()) },
    }
}

fn of_table(table: &TableSchema) -> Vec<Column> {
    let event_time = |index: usize, field: &Field| {
        let found = table.event_time.filter(|event_time| event_time.field == index)?;
        let unit = if matches!(field.data_type(), DataType::Timestamp(..)) { TimeUnit::Nanoseconds } else { found.unit };
        Some(match unit {
            TimeUnit::Seconds => "seconds",
            TimeUnit::Milliseconds => "milliseconds",
            TimeUnit::Microseconds => "microseconds",
            TimeUnit::Nanoseconds => "nanoseconds",
        })
    };
    let column = |(index, field): (usize, &std::sync::Arc<Field>)| Column {
        name: field.name().clone(),
        data_type: type_name(field.data_type()),
        nullable: field.is_nullable(),
        doc: field.metadata().get("doc").cloned().unwrap_or_default(),
        event_time: event_time(index, field),
        hidden: table.hidden() == Some(index),
    };
    table.fields.fields().iter().enumerate().map(column).collect()
}

/// The contract's word for a type.
fn type_name(data_type: &DataType) -> String {
    match data_type {
        DataType::List(item) => format!("list of {}", type_name(item.data_type())),
        DataType::Utf8 => "text".to_owned(),
        DataType::Timestamp(..) => "timestamp".to_owned(),
        other => other.to_string().to_lowercase(),
    }
}
