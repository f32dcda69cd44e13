//! The producer: its properties, and what librdkafka tells.

use crossbeam_channel::Sender;
use rdkafka::client::ClientContext;
use rdkafka::config::{ClientConfig, RDKafkaLogLevel};
use rdkafka::error::{KafkaError as ClientError, RDKafkaErrorCode};
use rdkafka::message::Message;
use rdkafka::producer::{DeliveryResult, ProducerContext, ThreadedProducer};
use tracing::{debug, info, warn};

use super::error::KafkaError;
use crate::config::KafkaSink;

/// A producer whose callbacks run in a thread of its own.
pub(super) type Producer = ThreadedProducer<Context>;

/// KiB of messages that wait in a producer: enough for many in flight, few enough to hold.
const QUEUE: &str = "65536";
/// Bytes of a batch of messages, as librdkafka has it.
const BATCH: u64 = 1_000_000;
/// Bytes that librdkafka lets a message have: the broker has the word.
const LARGEST: &str = "1000000000";

/// How messages travel to the broker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Travel {
    /// Several in a batch.
    Together,
    /// Each in a batch of its own, so that a broker that refuses a batch for its size means the message.
    Alone,
}

/// Makes a producer. It need not reach a broker.
pub(super) fn producer(spec: &KafkaSink, travel: Travel) -> Result<Producer, KafkaError> {
    let mut properties = properties(spec)?;
    if travel == Travel::Alone {
        properties.set("batch.num.messages", "1");
    }
    properties.create_with_context(Context { topic: spec.kafka.topic.clone() }).map_err(|error| refusal(error, spec))
}

/// Whether librdkafka takes the properties, without a client.
pub(super) fn check(spec: &KafkaSink) -> Result<(), KafkaError> {
    properties(spec)?.create_native_config().map(drop).map_err(|error| refusal(error, spec))
}

/// Properties of a client that only asks.
pub(super) fn asking(spec: &KafkaSink) -> Result<ClientConfig, KafkaError> {
    let mut config = properties(spec)?;
    config.set("enable.idempotence", "false");
    Ok(config)
}

fn properties(spec: &KafkaSink) -> Result<ClientConfig, KafkaError> {
    let mut config = ClientConfig::new();
    config.set("client.id", "weir").set("linger.ms", "5").set("queue.buffering.max.kbytes", QUEUE).set("message.max.bytes", LARGEST);
    // A broker that is away is waited for: giving up is for whoever stops the pipeline.
    config.set("message.timeout.ms", "0").set("reconnect.backoff.max.ms", "5000");
    // A batch of several messages that is too large together would have all of them refused.
    config.set("batch.size", BATCH.min(spec.message_size).to_string());
    for (name, value) in &spec.kafka.properties {
        config.set(name, value.reveal());
    }
    config.set("bootstrap.servers", &spec.kafka.brokers).set("enable.idempotence", "true").set("acks", "all");
    config.set("compression.type", spec.compression).set_log_level(RDKafkaLogLevel::Info);
    Ok(config)
}

/// The error without any value.
fn refusal(error: ClientError, spec: &KafkaSink) -> KafkaError {
    let hidden = |text: &str| {
        let values = spec.kafka.properties.values().map(|value| value.reveal()).filter(|value| !value.is_empty());
        values.fold(text.to_owned(), |text, value| text.replace(value, "…"))
    };
    match error {
        ClientError::ClientConfig(_, reason, name, _) => KafkaError::Property { name, reason: hidden(&reason) },
        ClientError::ClientCreation(reason) => KafkaError::Client(hidden(&reason)),
        other => KafkaError::Client(hidden(&other.to_string())),
    }
}

/// What librdkafka calls back.
pub(super) struct Context {
    topic: String,
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
    type DeliveryOpaque = Box<Ticket>;

    fn delivery(&self, result: &DeliveryResult<'_>, ticket: Box<Ticket>) {
        let outcome = match result {
            Ok(_) => Ok(()),
            Err((error, message)) => {
                let code = error.rdkafka_error_code().unwrap_or(RDKafkaErrorCode::Unknown);
                Err(Failure { code, payload: message.payload().unwrap_or_default().to_vec() })
            }
        };
        let Ticket { row, outcomes } = *ticket;
        // Whoever waited for it has given up.
        let _ = outcomes.send(Outcome { row, outcome });
    }
}

/// Goes with a message, and tells what became of it.
pub(super) struct Ticket {
    /// First row of the message.
    pub row: u64,
    pub outcomes: Sender<Outcome>,
}

/// What became of a message.
pub(super) struct Outcome {
    /// First row of the message.
    pub row: u64,
    pub outcome: Result<(), Failure>,
}

/// A message that was not delivered.
pub(super) struct Failure {
    pub code: RDKafkaErrorCode,
    pub payload: Vec<u8>,
}
