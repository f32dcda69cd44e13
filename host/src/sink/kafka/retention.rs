//! How long a topic keeps messages, which is counted from the time that a message names.
//!
//! A message has the time of its first line, as Spot's collector gives it. Of last year's capture a broker with `retention.ms` of seven days deletes that
//! message within minutes, read or not; and one that names the future (an exporter's wrong clock) it refuses (`message.timestamp.after.max.ms`).
//! Both have the time of sending instead.

use std::time::Duration;

use futures_executor::block_on;
use rdkafka::admin::{AdminClient, AdminOptions, ResourceSpecifier};
use rdkafka::client::DefaultClientContext;
use rdkafka::config::ClientConfig;
use rdkafka::error::KafkaError as ClientError;

/// What a broker has unless it is told otherwise (`log.retention.hours`), milliseconds.
const USUAL: i64 = 7 * 24 * 3_600_000;

/// How old a message may be, milliseconds; none: any age.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Retention(Option<i64>);

impl Retention {
    /// Where the brokers do not say.
    pub const ASSUMED: Self = Self(Some(USUAL / 2));

    /// Asks the brokers about a topic.
    ///
    /// # Errors
    /// They do not answer, or not this client.
    pub fn ask(config: &ClientConfig, topic: &str, answer: Duration) -> Result<Self, ClientError> {
        let admin: AdminClient<DefaultClientContext> = config.create()?;
        let options = AdminOptions::new().request_timeout(Some(answer));
        let mut told = block_on(admin.describe_configs(&[ResourceSpecifier::Topic(topic)], &options))?;
        let told = told.pop().unwrap_or(Err(rdkafka::types::RDKafkaErrorCode::UnknownTopicOrPartition)).map_err(ClientError::AdminOp)?;
        Ok(told.get("retention.ms").and_then(|entry| entry.value.as_deref()).map_or(Self::ASSUMED, Self::of))
    }

    /// Of a value of `retention.ms`. Half of it is left to whoever reads the messages.
    fn of(value: &str) -> Self {
        match value.parse::<i64>() {
            Ok(keeps) => Self((keeps >= 0).then_some(keeps / 2)),
            Err(_) => Self::ASSUMED,
        }
    }

    /// The time that a message should name, milliseconds since 1970; none: that of its sending.
    pub fn time(self, time: Option<i64>, now: i64) -> Option<i64> {
        time.filter(|time| *time <= now && self.0.is_none_or(|oldest| now - *time <= oldest))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_000_000;

    #[test]
    fn a_message_has_its_own_time_while_half_of_the_retention_is_left() {
        let retention = Retention::of("2000");
        assert_eq!(retention.time(Some(NOW - 1000), NOW), Some(NOW - 1000));
        assert_eq!(retention.time(Some(NOW - 1001), NOW), None);
        assert_eq!(retention.time(None, NOW), None);
    }

    #[test]
    fn a_topic_that_keeps_messages_for_ever_takes_any_time_but_the_future() {
        let retention = Retention::of("-1");
        assert_eq!(retention.time(Some(0), NOW), Some(0));
        assert_eq!(retention.time(Some(NOW), NOW), Some(NOW));
        assert_eq!(retention.time(Some(NOW + 1), NOW), None);
    }
}
