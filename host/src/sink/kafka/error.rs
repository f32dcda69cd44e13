//! What can go wrong with a topic.

use arrow_schema::ArrowError;
use rdkafka::error::{KafkaError as ClientError, RDKafkaErrorCode};

/// A step that failed. Nothing of what was sent before is lost by it.
#[derive(Debug, thiserror::Error)]
pub enum KafkaError {
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
    /// Columns that are no lines.
    #[error(
        "the module's columns are no lines: messages are made of the columns of Spot's tables flow, dns or proxy (schema = \"spot\"), \
         or one column `line`; format = \"arrow\" takes any columns"
    )]
    NoLines,
    /// Rows that make no message.
    #[error("the module's rows make no Arrow IPC stream")]
    Rows(#[from] ArrowError),
    /// A file is half sent in another format.
    #[error(
        "a file is half sent, and its next message was begun in another `format` or with other columns: \
         run the configuration that began it until the file is done"
    )]
    OtherFormat,
    /// The brokers say nothing of the topic.
    #[error("no answer about topic {topic} from {brokers}")]
    Away {
        /// The topic.
        topic: String,
        /// As configured.
        brokers: String,
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
    /// The brokers do not make the topic.
    #[error("topic {topic} is not there, and the brokers do not make it: {code}")]
    NotMade {
        /// The topic.
        topic: String,
        /// As the broker says it.
        code: RDKafkaErrorCode,
    },
    /// The client takes no message.
    #[error("topic {topic} takes no message")]
    Send {
        /// The topic.
        topic: String,
        /// Why.
        source: Box<ClientError>,
    },
    /// The broker gave up on a message, and may take it later.
    #[error("a message for topic {topic} was not delivered: {code}")]
    Delivery {
        /// The topic.
        topic: String,
        /// As the broker says it.
        code: RDKafkaErrorCode,
    },
    /// The pipeline stops before all was confirmed: the next run sends the rest.
    #[error("stopped before all messages were confirmed")]
    Stopped,
}

impl KafkaError {
    /// Whether a later try may do better without another configuration.
    pub fn may_pass(&self) -> bool {
        match self {
            Self::Away { .. } | Self::NoTopic { .. } | Self::NotMade { .. } | Self::Send { .. } | Self::Delivery { .. } | Self::Stopped => {
                true
            }
            Self::Property { .. } | Self::Client(_) | Self::NoLines | Self::Rows(_) | Self::OtherFormat => false,
        }
    }
}
