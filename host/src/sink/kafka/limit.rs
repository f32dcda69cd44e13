//! How large a message of a topic may be: for people, when one is too large.

use std::time::Duration;

use futures_executor::block_on;
use rdkafka::admin::{AdminClient, AdminOptions, ResourceSpecifier};
use rdkafka::client::DefaultClientContext;
use rdkafka::config::ClientConfig;

/// `max.message.bytes` of a topic; none: the brokers do not say.
pub(super) fn largest(config: &ClientConfig, topic: &str, answer: Duration) -> Option<u64> {
    let admin: AdminClient<DefaultClientContext> = config.create().ok()?;
    let options = AdminOptions::new().request_timeout(Some(answer));
    let told = block_on(admin.describe_configs(&[ResourceSpecifier::Topic(topic)], &options)).ok()?.pop()?.ok()?;
    told.get("max.message.bytes")?.value.as_deref()?.parse().ok()
}
