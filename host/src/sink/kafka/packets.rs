//! A topic that packets are sent to, one message each. Nothing is dropped: a full queue is waited for, and what the brokers refuse for good is told.

use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};

use rdkafka::client::ClientContext;
use rdkafka::config::{ClientConfig, RDKafkaLogLevel};
use rdkafka::error::{KafkaError as ClientError, RDKafkaErrorCode};
use rdkafka::message::{Header, OwnedHeaders};
use rdkafka::producer::{BaseProducer, BaseRecord, DeliveryResult, Producer as _, ProducerContext};
use tracing::{debug, info, warn};

use super::create::create;
use super::error::KafkaError;
use crate::config::Kafka;
use crate::stop::Stop;

/// How long a broker may take to answer about a topic.
const ANSWER: Duration = Duration::from_secs(10);
/// How long a topic that was just made may be unknown, and how often to look.
const MADE: Duration = Duration::from_secs(5);
const LOOK: Duration = Duration::from_millis(200);
/// How long a full queue is waited for before the stop is looked at.
const PAUSE: Duration = Duration::from_millis(20);
/// Messages between two looks at what was delivered.
const OFTEN: u64 = 4096;
/// Refusals that are kept with their reason.
const TOLD: usize = 100;

/// See the top of the file.
pub struct PacketTopic {
    topic: String,
    producer: BaseProducer<Context>,
    sent: u64,
}

/// What became of messages.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Delivered {
    /// Handed to the client.
    pub sent: u64,
    /// Confirmed by all replicas.
    pub confirmed: u64,
    /// Given up: refused for good.
    pub refused: u64,
}

/// A message that is not in the topic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusedPacket {
    /// Its number, in the order in which packets were sent, from 0.
    pub number: u64,
    /// Bytes of it.
    pub bytes: usize,
    /// As the broker says it.
    pub code: RDKafkaErrorCode,
}

impl PacketTopic {
    /// Makes the producer, and asks for the topic, which is made if `create` says how.
    ///
    /// # Errors
    /// librdkafka does not take the properties, no broker answers, or there is no such topic.
    pub fn open(kafka: &Kafka) -> Result<Self, KafkaError> {
        let context =
            Context { topic: kafka.topic.clone(), confirmed: AtomicU64::new(0), refused: AtomicU64::new(0), told: Mutex::default() };
        let producer: BaseProducer<Context> = properties(kafka).create_with_context(context).map_err(|error| refusal(error, kafka))?;
        let away = |source| KafkaError::Away { topic: kafka.topic.clone(), brokers: kafka.brokers.clone(), source: Box::new(source) };
        create(kafka)?;
        let began = Instant::now();
        loop {
            let metadata = producer.client().fetch_metadata(Some(&kafka.topic), ANSWER).map_err(away)?;
            match metadata.topics().iter().find_map(|topic| topic.error()) {
                None => return Ok(Self { topic: kafka.topic.clone(), producer, sent: 0 }),
                Some(_) if kafka.create.is_some() && began.elapsed() < MADE => producer.poll(LOOK),
                Some(code) => return Err(KafkaError::NoTopic { topic: kafka.topic.clone(), code: code.into() }),
            }
        }
    }

    /// Sends a packet; waits while the queue is full. Says no when it was told to stop before.
    ///
    /// # Errors
    /// The client takes no message at all.
    pub fn send(&mut self, key: &[u8], value: &[u8], headers: &[(&str, String)], stop: &Stop) -> Result<bool, KafkaError> {
        let mut record = BaseRecord::with_opaque_to(&self.topic, self.number()).key(key).payload(value);
        if !headers.is_empty() {
            record = record.headers(all(headers));
        }
        loop {
            match self.producer.send(record) {
                Ok(()) => break,
                Err((ClientError::MessageProduction(RDKafkaErrorCode::QueueFull), again)) => {
                    if stop.is_set() {
                        return Ok(false);
                    }
                    record = again;
                    self.producer.poll(PAUSE);
                }
                Err((ClientError::MessageProduction(code @ RDKafkaErrorCode::MessageSizeTooLarge), _)) => {
                    self.producer.context().refuse(RefusedPacket { number: self.sent, bytes: value.len(), code });
                    break;
                }
                Err((source, _)) => return Err(KafkaError::Send { topic: self.topic.clone(), source: Box::new(source) }),
            }
        }
        self.sent += 1;
        if self.sent.is_multiple_of(OFTEN) {
            self.producer.poll(Duration::ZERO);
        }
        Ok(true)
    }

    fn number(&self) -> usize {
        usize::try_from(self.sent).unwrap_or(usize::MAX)
    }

    /// Waits until everything that was sent is confirmed or refused, or the stop is set. Says whether nothing is left.
    pub fn flush(&self, stop: &Stop) -> bool {
        while self.producer.in_flight_count() > 0 && !stop.is_set() {
            self.producer.poll(PAUSE);
        }
        self.producer.in_flight_count() == 0
    }

    /// How far it is.
    pub fn delivered(&self) -> Delivered {
        let Context { confirmed, refused, .. } = &**self.producer.context();
        Delivered { sent: self.sent, confirmed: confirmed.load(Relaxed), refused: refused.load(Relaxed) }
    }

    /// The first of those that were refused since the last call.
    pub fn refused(&self) -> Vec<RefusedPacket> {
        std::mem::take(&mut *self.producer.context().told.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

fn all(headers: &[(&str, String)]) -> OwnedHeaders {
    let add = |all: OwnedHeaders, (key, value): &(&str, String)| all.insert(Header { key, value: Some(value) });
    headers.iter().fold(OwnedHeaders::new_with_capacity(headers.len()), add)
}

fn properties(kafka: &Kafka) -> ClientConfig {
    let mut config = ClientConfig::new();
    config.set("client.id", "weir").set("linger.ms", "50").set("batch.num.messages", "100000").set("queue.buffering.max.kbytes", "131072");
    config.set("queue.buffering.max.messages", "1000000").set("message.max.bytes", "1000000000").set("compression.type", "lz4");
    // A broker that is away is waited for: giving up is for whoever stops the program.
    config.set("message.timeout.ms", "0").set("reconnect.backoff.max.ms", "5000");
    for (name, value) in &kafka.properties {
        config.set(name, value.reveal());
    }
    config.set("bootstrap.servers", &kafka.brokers).set("enable.idempotence", "true").set("acks", "all");
    config.set_log_level(RDKafkaLogLevel::Info);
    config
}

/// The error without any value.
fn refusal(error: ClientError, kafka: &Kafka) -> KafkaError {
    let hidden = |text: &str| {
        let values = kafka.properties.values().map(|value| value.reveal()).filter(|value| !value.is_empty());
        values.fold(text.to_owned(), |text, value| text.replace(value, "…"))
    };
    match error {
        ClientError::ClientConfig(_, reason, name, _) => KafkaError::Property { name, reason: hidden(&reason) },
        ClientError::ClientCreation(reason) => KafkaError::Client(hidden(&reason)),
        other => KafkaError::Client(hidden(&other.to_string())),
    }
}

/// What librdkafka calls back.
struct Context {
    topic: String,
    confirmed: AtomicU64,
    refused: AtomicU64,
    told: Mutex<Vec<RefusedPacket>>,
}

impl Context {
    fn refuse(&self, packet: RefusedPacket) {
        self.refused.fetch_add(1, Relaxed);
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        if told.len() < TOLD {
            told.push(packet);
        }
    }
}

impl ClientContext for Context {
    fn log(&self, level: RDKafkaLogLevel, facility: &str, message: &str) {
        match level {
            RDKafkaLogLevel::Emerg | RDKafkaLogLevel::Alert | RDKafkaLogLevel::Critical => warn!(topic = self.topic, facility, "{message}"),
            RDKafkaLogLevel::Error | RDKafkaLogLevel::Warning | RDKafkaLogLevel::Notice => info!(topic = self.topic, facility, "{message}"),
            RDKafkaLogLevel::Info | RDKafkaLogLevel::Debug => debug!(topic = self.topic, facility, "{message}"),
        }
    }

    fn error(&self, error: ClientError, reason: &str) {
        warn!(topic = self.topic, "{error}: {reason}");
    }
}

impl ProducerContext for Context {
    type DeliveryOpaque = usize;

    fn delivery(&self, result: &DeliveryResult<'_>, number: usize) {
        match result {
            Ok(_) => _ = self.confirmed.fetch_add(1, Relaxed),
            Err((error, message)) => {
                let code = error.rdkafka_error_code().unwrap_or(RDKafkaErrorCode::Unknown);
                self.refuse(RefusedPacket { number: number as u64, bytes: message.payload_len(), code });
            }
        }
    }
}
