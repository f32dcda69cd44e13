//! What can go wrong with a subscription.

use rdkafka::error::{KafkaError as ClientError, RDKafkaErrorCode};

/// A step that failed. What was read and not committed is read again.
#[derive(Debug, thiserror::Error)]
pub enum SubscriptionError {
    /// A property that librdkafka does not take. Values are not shown: they may be secret.
    #[error("librdkafka refuses the property `{name}`: {reason}")]
    Property {
        /// As configured.
        name: String,
        /// As librdkafka says it, without the value.
        reason: String,
    },
    /// The properties together make no client.
    #[error("librdkafka makes no client of these properties: {0}")]
    Client(String),
    /// A call that the brokers did not answer, or refused.
    #[error("cannot {what} of topic {topic}")]
    Call {
        /// What was asked.
        what: &'static str,
        /// The topic.
        topic: String,
        /// Why.
        source: Box<ClientError>,
    },
    /// There is no such topic, or we may not see it.
    #[error("topic {topic}: {code}; create it, or give this user the right to it")]
    NoTopic {
        /// The topic.
        topic: String,
        /// As the broker says it.
        code: RDKafkaErrorCode,
    },
    /// The brokers do not say which cluster they are.
    #[error("no answer from {brokers} about their cluster")]
    NoCluster {
        /// As configured.
        brokers: String,
    },
    /// The client gave up for good; another one may do better.
    #[error("the consumer of topic {topic} gave up: {code}")]
    Fatal {
        /// The topic.
        topic: String,
        /// As librdkafka says it.
        code: RDKafkaErrorCode,
    },
    /// The partition ends before what was read of it.
    #[error(
        "topic {topic}, partition {partition} ends at offset {end}, and the table has it to {position}: the topic was made anew; give it another name, \
         or the pipeline another table"
    )]
    Another {
        /// The topic.
        topic: String,
        /// The partition.
        partition: i32,
        /// First offset that is not there yet.
        end: u64,
        /// First offset that the table does not have.
        position: u64,
    },
}

impl SubscriptionError {
    /// Whether a later try may do better without another configuration.
    pub fn may_pass(&self) -> bool {
        match self {
            Self::Call { .. } | Self::NoTopic { .. } | Self::NoCluster { .. } | Self::Fatal { .. } => true,
            Self::Property { .. } | Self::Client(_) | Self::Another { .. } => false,
        }
    }
}
