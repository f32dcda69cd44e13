//! A topic that rows are sent to: one producer for all sources of a pipeline.

use std::sync::{Arc, OnceLock, PoisonError, RwLock};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use rdkafka::error::{KafkaError as ClientError, RDKafkaErrorCode};
use rdkafka::message::{Header, OwnedHeaders};
use rdkafka::producer::{BaseRecord, Producer as _};
use rdkafka::types::RDKafkaRespErr;
use tracing::warn;

use super::client::{self, Producer, Ticket, Travel};
use super::create::create;
use super::error::KafkaError;
use super::limit;
use super::retention::Retention;
use crate::config::KafkaSink;
use crate::model::{Digest, ModuleRef};
use crate::stop::Stop;

/// How long a broker may take to answer about a topic.
const ANSWER: Duration = Duration::from_secs(10);
/// How long a topic that was just made may be unknown, and how often to look.
const MADE: Duration = Duration::from_secs(5);
const LOOK: Duration = Duration::from_millis(200);
/// How long the number of partitions is believed.
const FRESH: Duration = Duration::from_secs(60);

/// See the top of the file.
pub struct Topic {
    spec: KafkaSink,
    producer: RwLock<Producer>,
    /// For messages that were refused for their size, or travelled with others that were.
    alone: RwLock<Option<Producer>>,
    told: RwLock<Option<Told>>,
    stop: OnceLock<Stop>,
    /// Bytes that a message may have, once somebody asked.
    largest: OnceLock<Option<u64>>,
}

/// What the brokers said of the topic.
#[derive(Clone, Copy)]
struct Told {
    partitions: i32,
    retention: Retention,
    at: Instant,
}

/// A message on its way.
pub(super) struct Message<'a> {
    pub partition: i32,
    /// What its rows are of.
    pub source: &'a Digest,
    pub module: &'a ModuleRef,
    /// Of rows that are no lines.
    pub schema: Option<&'a Digest>,
    pub segment: u64,
    pub row: u64,
    pub time: Option<i64>,
    pub payload: &'a [u8],
    pub travel: Travel,
}

/// Whether the producer took a message.
pub(super) enum Taken {
    Yes,
    /// Its queue is full: ask again when some of it was delivered.
    Full,
}

impl Topic {
    /// Makes the producer, and asks the brokers about the topic. Brokers that do not answer are waited for later.
    ///
    /// # Errors
    /// librdkafka does not take the properties, or there is no such topic.
    pub fn open(spec: &KafkaSink) -> Result<Arc<Self>, KafkaError> {
        let producer = RwLock::new(client::producer(spec, Travel::Together)?);
        let topic = Self {
            spec: spec.clone(),
            producer,
            alone: RwLock::default(),
            told: RwLock::default(),
            stop: OnceLock::new(),
            largest: OnceLock::new(),
        };
        match create(&spec.kafka).and_then(|()| topic.known()) {
            Err(error @ KafkaError::Away { .. }) => warn!("{error}: files wait until there is one"),
            other => drop(other?),
        }
        Ok(Arc::new(topic))
    }

    /// A topic that was made a moment ago may not be known to every broker.
    fn known(&self) -> Result<i32, KafkaError> {
        let began = Instant::now();
        loop {
            match self.partitions() {
                Err(KafkaError::NoTopic { code: RDKafkaErrorCode::UnknownTopicOrPartition, .. }) if began.elapsed() < MADE => {
                    std::thread::sleep(LOOK);
                }
                known => return known,
            }
        }
    }

    /// Waits end when `stop` is set.
    pub fn stop_with(&self, stop: &Stop) {
        let _ = self.stop.set(stop.clone());
    }

    pub(super) fn is_stopped(&self) -> bool {
        self.stop.get().is_some_and(Stop::is_set)
    }

    /// As configured.
    pub(super) fn spec(&self) -> &KafkaSink {
        &self.spec
    }

    /// How many partitions it has now, or had a moment ago.
    pub(super) fn partitions(&self) -> Result<i32, KafkaError> {
        let known = *self.told.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(told) = known.filter(|told| told.at.elapsed() < FRESH) {
            return Ok(told.partitions);
        }
        match self.count_partitions() {
            Ok(partitions) => {
                let retention = self.ask_retention(known.map(|told| told.retention));
                let told = Told { partitions, retention, at: Instant::now() };
                *self.told.write().unwrap_or_else(PoisonError::into_inner) = Some(told);
                Ok(partitions)
            }
            Err(error) => known.map(|told| told.partitions).ok_or(error),
        }
    }

    fn ask_retention(&self, known: Option<Retention>) -> Retention {
        let topic = &self.spec.kafka.topic;
        let away = |cause| self.away(cause);
        let asked = client::asking(&self.spec).and_then(|config| Retention::ask(&config, topic, ANSWER).map_err(away));
        asked.ok().or(known).unwrap_or_else(|| {
            warn!(topic, "nobody says how long the topic keeps messages (DescribeConfigs): seven days are assumed");
            Retention::ASSUMED
        })
    }

    /// Bytes that a message may have, as the brokers say.
    pub(super) fn largest(&self) -> Option<u64> {
        let ask = || limit::largest(&client::asking(&self.spec).ok()?, &self.spec.kafka.topic, ANSWER);
        *self.largest.get_or_init(ask)
    }

    /// The time that a message names: see [`Retention`].
    fn time(&self, time: Option<i64>) -> Option<i64> {
        let told = *self.told.read().unwrap_or_else(PoisonError::into_inner);
        told.map_or(Retention::ASSUMED, |told| told.retention).time(time, Timestamp::now().as_millisecond())
    }

    /// A topic that could not be made when the brokers were away is made when they are back.
    fn count_partitions(&self) -> Result<i32, KafkaError> {
        match self.ask_partitions() {
            Err(KafkaError::NoTopic { code: RDKafkaErrorCode::UnknownTopicOrPartition, .. }) if self.spec.kafka.create.is_some() => {
                create(&self.spec.kafka)?;
                self.ask_partitions()
            }
            asked => asked,
        }
    }

    fn ask_partitions(&self) -> Result<i32, KafkaError> {
        let name = &self.spec.kafka.topic;
        let away = |cause| self.away(cause);
        let producer = self.producer.read().unwrap_or_else(PoisonError::into_inner);
        let metadata = producer.client().fetch_metadata(Some(name), ANSWER).map_err(away)?;
        let topic = metadata.topics().iter().find(|topic| topic.name() == name);
        let count = topic.map_or(0, |topic| i32::try_from(topic.partitions().len()).unwrap_or(i32::MAX));
        match topic.and_then(|topic| topic.error()) {
            None if count > 0 => Ok(count),
            // It is being made.
            None | Some(RDKafkaRespErr::RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE) => {
                Err(away(ClientError::MetadataFetch(RDKafkaErrorCode::LeaderNotAvailable)))
            }
            Some(code) => Err(KafkaError::NoTopic { topic: name.clone(), code: code.into() }),
        }
    }

    fn away(&self, cause: ClientError) -> KafkaError {
        let (topic, brokers) = (self.spec.kafka.topic.clone(), self.spec.kafka.brokers.clone());
        KafkaError::Away { topic, brokers, source: Box::new(cause) }
    }

    /// Gives a message to the producer.
    pub(super) fn send(&self, message: &Message<'_>, ticket: Ticket) -> Result<Taken, KafkaError> {
        let text = |key, value: &str| Header { key, value: Some(value.to_owned()) };
        let mut headers = OwnedHeaders::new();
        let values = [
            (SOURCE, message.source.hex()),
            (SEGMENT, message.segment.to_string()),
            (ROW, message.row.to_string()),
            (MODULE, message.module.digest.hex()),
        ];
        for (key, value) in values.into_iter().chain(message.schema.map(|schema| (SCHEMA, schema.hex()))) {
            let Header { key, value } = text(key, &value);
            headers = headers.insert(Header { key, value: value.as_ref() });
        }
        let mut record: BaseRecord<'_, (), [u8], Box<Ticket>> =
            BaseRecord::with_opaque_to(&self.spec.kafka.topic, Box::new(ticket)).payload(message.payload).partition(message.partition);
        record = record.headers(headers);
        record.timestamp = self.time(message.time);
        let sent = match message.travel {
            Travel::Together => self.producer.read().unwrap_or_else(PoisonError::into_inner).send(record),
            Travel::Alone => {
                let mut alone = self.alone.write().unwrap_or_else(PoisonError::into_inner);
                let producer = match alone.take() {
                    Some(producer) => producer,
                    None => client::producer(&self.spec, Travel::Alone)?,
                };
                alone.insert(producer).send(record)
            }
        };
        match sent {
            Ok(()) => Ok(Taken::Yes),
            Err((ClientError::MessageProduction(RDKafkaErrorCode::QueueFull), _)) => Ok(Taken::Full),
            Err((cause, _)) => Err(KafkaError::Send { topic: self.spec.kafka.topic.clone(), source: Box::new(cause) }),
        }
    }

    /// A producer that gave up for good is replaced: what it had is sent again by whoever waits for it.
    pub(super) fn renew_if_dead(&self) -> Result<(), KafkaError> {
        let mut producer = self.producer.write().unwrap_or_else(PoisonError::into_inner);
        if let Some((code, reason)) = producer.client().fatal_error() {
            warn!(topic = self.spec.kafka.topic, %code, reason, "the producer gave up, and another one takes its place");
            *producer = client::producer(&self.spec, Travel::Together)?;
        }
        let mut alone = self.alone.write().unwrap_or_else(PoisonError::into_inner);
        *alone = alone.take().filter(|producer| producer.client().fatal_error().is_none());
        Ok(())
    }
}

/// Header: hexadecimal digits of the SHA-256 of what the rows are of.
pub const SOURCE: &str = "weir-source";
/// Header: number of the segment in its source, from 0, decimal.
pub const SEGMENT: &str = "weir-segment";
/// Header: number of the first row in the source, from 0, decimal. With the number of rows in the message it says which rows these are.
pub const ROW: &str = "weir-row";
/// Header: hexadecimal digits of the SHA-256 of the module that made the rows.
pub const MODULE: &str = "weir-module";
/// Header of rows that are no lines: hexadecimal digits of the SHA-256 that [`TableSchema::id`](crate::model::TableSchema::id) gives.
pub const SCHEMA: &str = "weir-schema";
