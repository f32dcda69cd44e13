//! A topic that is not there yet, made through the brokers' own interface.

use std::time::Duration;

use futures_executor::block_on;
use rdkafka::admin::{AdminClient, AdminOptions, NewTopic, TopicReplication};
use rdkafka::client::DefaultClientContext;
use rdkafka::config::{ClientConfig, RDKafkaLogLevel};
use rdkafka::error::{KafkaError as ClientError, RDKafkaErrorCode};
use rdkafka::metadata::MetadataTopic;
use tracing::{info, warn};

use super::error::KafkaError;
use crate::config::{Create, Kafka};

/// How long the brokers may take to answer.
const ANSWER: Duration = Duration::from_secs(10);

/// Makes the topic as the configuration says, if it says so and there is none. A topic that has other numbers stays as it is, and that is said.
///
/// # Errors
/// The brokers do not answer, or refuse: a later try may do better.
pub fn create(kafka: &Kafka) -> Result<(), KafkaError> {
    let Some(wanted) = kafka.create else { return Ok(()) };
    // What is wrong with the properties shows them, and is found when the client itself is made.
    let refused = |_| KafkaError::Client("no topic can be made with them".to_owned());
    let admin: AdminClient<DefaultClientContext> = properties(kafka).create().map_err(refused)?;
    let metadata = admin.inner().fetch_metadata(Some(&kafka.topic), ANSWER).map_err(|error| away(kafka, error))?;
    match metadata.topics().iter().find(|topic| topic.name() == kafka.topic && topic.error().is_none() && !topic.partitions().is_empty()) {
        Some(topic) => {
            compare(kafka, wanted, topic);
            Ok(())
        }
        None => make(kafka, wanted, &admin),
    }
}

fn make(kafka: &Kafka, wanted: Create, admin: &AdminClient<DefaultClientContext>) -> Result<(), KafkaError> {
    let Create { partitions, replication } = wanted;
    let topic = NewTopic::new(&kafka.topic, partitions, TopicReplication::Fixed(replication));
    let options = AdminOptions::new().request_timeout(Some(ANSWER)).operation_timeout(Some(ANSWER));
    let made = block_on(admin.create_topics([&topic], &options)).map_err(|error| away(kafka, error))?;
    match made.into_iter().next() {
        Some(Err((_, RDKafkaErrorCode::TopicAlreadyExists))) => Ok(()),
        Some(Err((_, code))) => Err(KafkaError::NotMade { topic: kafka.topic.clone(), code }),
        Some(Ok(_)) | None => {
            info!(topic = kafka.topic, partitions, replication, "topic made");
            Ok(())
        }
    }
}

fn compare(kafka: &Kafka, wanted: Create, topic: &MetadataTopic) {
    let partitions = topic.partitions().len();
    let replication = topic.partitions().first().map_or(0, |partition| partition.replicas().len());
    if i32::try_from(partitions) != Ok(wanted.partitions) || i32::try_from(replication) != Ok(wanted.replication) {
        warn!(
            topic = kafka.topic,
            "the topic is there with {partitions} partitions and replication {replication}, not {} and {}: it stays as it is",
            wanted.partitions,
            wanted.replication
        );
    }
}

fn properties(kafka: &Kafka) -> ClientConfig {
    let mut config = ClientConfig::new();
    config.set("client.id", "weir").set_log_level(RDKafkaLogLevel::Error);
    for (name, value) in &kafka.properties {
        config.set(name, value.reveal());
    }
    config.set("bootstrap.servers", &kafka.brokers);
    config
}

fn away(kafka: &Kafka, cause: ClientError) -> KafkaError {
    KafkaError::Away { topic: kafka.topic.clone(), brokers: kafka.brokers.clone(), source: Box::new(cause) }
}
