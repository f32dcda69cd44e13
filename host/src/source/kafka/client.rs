//! The consumer: its properties, and what librdkafka tells.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Mutex, PoisonError};

use rdkafka::client::ClientContext;
use rdkafka::config::{ClientConfig, RDKafkaLogLevel};
use rdkafka::consumer::{BaseConsumer, Consumer as _, ConsumerContext, RebalanceProtocol};
use rdkafka::error::{KafkaError as ClientError, KafkaResult, RDKafkaErrorCode};
use rdkafka::topic_partition_list::TopicPartitionList;
use rdkafka::types::RDKafkaRespErr;
use tracing::{debug, info, warn};

use super::error::SubscriptionError;
use crate::config::KafkaSource;

/// A consumer.
pub(super) type Consumer = BaseConsumer<Context>;

/// KiB of messages that wait in a consumer.
const QUEUE: &str = "32768";

/// Makes a consumer. It need not reach a broker.
pub(super) fn consumer(spec: &KafkaSource) -> Result<Consumer, SubscriptionError> {
    let context = Context { topic: spec.kafka.topic.clone(), changes: Mutex::default(), closing: AtomicBool::new(false) };
    properties(spec).create_with_context(context).map_err(|error| refusal(error, spec))
}

/// Whether librdkafka takes the properties, without a client.
pub(super) fn check(spec: &KafkaSource) -> Result<(), SubscriptionError> {
    properties(spec).create_native_config().map(drop).map_err(|error| refusal(error, spec))
}

fn properties(spec: &KafkaSource) -> ClientConfig {
    let mut config = ClientConfig::new();
    config.set("client.id", "weir").set("reconnect.backoff.max.ms", "5000").set("queued.max.messages.kbytes", QUEUE);
    // A full queue is looked at again soon: the default is a second, in which a fast reader waits.
    config.set("fetch.queue.backoff.ms", "5").set("fetch.message.max.bytes", "8388608");
    // The new protocol of groups has the broker assign partitions, and refuses a word on how.
    if spec.kafka.properties.get("group.protocol").is_none_or(|protocol| !protocol.reveal().eq_ignore_ascii_case("consumer")) {
        config.set("partition.assignment.strategy", "cooperative-sticky");
    }
    for (name, value) in &spec.kafka.properties {
        config.set(name, value.reveal());
    }
    config.set("bootstrap.servers", &spec.kafka.brokers).set("group.id", &spec.group).set_log_level(RDKafkaLogLevel::Info);
    config.set("enable.auto.commit", "false").set("enable.auto.offset.store", "false").set("enable.partition.eof", "true");
    // Where to go on is known; where it is not there any more, jumping elsewhere in silence would lose messages.
    config.set("auto.offset.reset", "error");
    config
}

/// The error without any value.
fn refusal(error: ClientError, spec: &KafkaSource) -> SubscriptionError {
    let hidden = |text: &str| {
        let values = spec.kafka.properties.values().map(|value| value.reveal()).filter(|value| !value.is_empty());
        values.fold(text.to_owned(), |text, value| text.replace(value, "…"))
    };
    match error {
        ClientError::ClientConfig(_, reason, name, _) => SubscriptionError::Property { name, reason: hidden(&reason) },
        ClientError::ClientCreation(reason) => SubscriptionError::Client(hidden(&reason)),
        other => SubscriptionError::Client(hidden(&other.to_string())),
    }
}

/// What librdkafka calls back.
pub(super) struct Context {
    topic: String,
    /// Changes of the assignment that wait for an answer.
    changes: Mutex<VecDeque<Change>>,
    /// Nobody answers any more.
    closing: AtomicBool,
}

/// A change of the assignment.
pub(super) enum Change {
    Assign(Vec<i32>),
    Revoke(Vec<i32>),
}

impl Context {
    /// The next change that waits for an answer.
    pub fn change(&self) -> Option<Change> {
        self.changes.lock().unwrap_or_else(PoisonError::into_inner).pop_front()
    }

    /// From now on changes are answered at once.
    pub fn close(&self) {
        self.closing.store(true, Relaxed);
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
        // The end of a partition is asked for, and no trouble.
        if let ClientError::Global(RDKafkaErrorCode::PartitionEOF) = error {
            return;
        }
        warn!(topic = self.topic, "{error}: {reason}");
    }
}

impl ConsumerContext for Context {
    fn rebalance(&self, consumer: &Consumer, code: RDKafkaRespErr, partitions: &mut TopicPartitionList) {
        let numbers: Vec<_> = partitions.elements().iter().map(|element| element.partition()).collect();
        let assigned = code == RDKafkaRespErr::RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS;
        if self.closing.load(Relaxed) {
            if !assigned {
                let _ = unassign(consumer, partitions);
            }
            return;
        }
        let change = if assigned { Change::Assign(numbers) } else { Change::Revoke(numbers) };
        self.changes.lock().unwrap_or_else(PoisonError::into_inner).push_back(change);
    }

    fn commit_callback(&self, result: KafkaResult<()>, _: &TopicPartitionList) {
        // The table's records decide where to go on: the group's offsets are for people and other tools.
        if let Err(error) = result {
            debug!(topic = self.topic, "{error}");
        }
    }
}

/// Takes partitions on, each from its offset.
pub(super) fn assign(consumer: &Consumer, partitions: &TopicPartitionList) -> KafkaResult<()> {
    match consumer.rebalance_protocol() {
        RebalanceProtocol::Cooperative => consumer.incremental_assign(partitions),
        _ => consumer.assign(partitions),
    }
}

/// Lets go of partitions.
pub(super) fn unassign(consumer: &Consumer, partitions: &TopicPartitionList) -> KafkaResult<()> {
    match consumer.rebalance_protocol() {
        RebalanceProtocol::Cooperative => consumer.incremental_unassign(partitions),
        _ => consumer.unassign(),
    }
}
