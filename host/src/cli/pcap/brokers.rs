//! The options that lead to a topic.

use std::collections::BTreeMap;

use clap::ValueEnum;

use super::super::UsageError;
use crate::config::{Kafka, Secret};
use crate::metron::Granularity;

/// Where packets go to or come from.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Brokers {
    /// Brokers to ask for the others: HOST:PORT, separated by commas
    #[arg(short, long, value_name = "HOST:PORT,…")]
    pub brokers: String,
    /// The topic
    #[arg(short, long)]
    pub topic: String,
    /// A property of librdkafka, like security.protocol=SASL_SSL; may be given several times
    #[arg(short = 'X', value_name = "KEY=VALUE")]
    pub properties: Vec<String>,
    /// A file with such properties, one a line: secrets do not stand in the list of processes
    #[arg(long, value_name = "FILE")]
    pub properties_file: Option<std::path::PathBuf>,
}

/// What the keys of records count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum TimeBase {
    Ms,
    Us,
    Ns,
}

impl From<TimeBase> for Granularity {
    fn from(base: TimeBase) -> Self {
        match base {
            TimeBase::Ms => Self::Milliseconds,
            TimeBase::Us => Self::Microseconds,
            TimeBase::Ns => Self::Nanoseconds,
        }
    }
}

impl Brokers {
    /// As clients want it.
    pub fn kafka(&self) -> anyhow::Result<Kafka> {
        let mut properties = BTreeMap::new();
        if let Some(path) = &self.properties_file {
            let text = std::fs::read_to_string(path).map_err(|error| UsageError(format!("cannot read {}: {error}", path.display())))?;
            for line in text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
                let (key, value) = property(line)?;
                properties.insert(key, value);
            }
        }
        for text in &self.properties {
            let (key, value) = property(text)?;
            properties.insert(key, value);
        }
        let list = properties.remove("bootstrap.servers").map_or_else(|| self.brokers.clone(), |list| list.reveal().to_owned());
        Ok(Kafka { brokers: list, topic: self.topic.clone(), properties, create: None })
    }
}

/// The value may hold `=`.
fn property(text: &str) -> Result<(String, Secret), UsageError> {
    match text.split_once('=') {
        Some((key, value)) if !key.trim().is_empty() => Ok((key.trim().to_owned(), Secret::from(value.trim().to_owned()))),
        _ => Err(UsageError("a property is KEY=VALUE, like security.protocol=SASL_SSL".to_owned())),
    }
}
