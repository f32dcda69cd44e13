//! A member of a consumer group: what happens to it, one event after the other.

use std::time::Duration;

use rdkafka::consumer::{CommitMode, Consumer as _};
use rdkafka::error::{KafkaError as ClientError, RDKafkaErrorCode};
use rdkafka::topic_partition_list::{Offset, TopicPartitionList};
use tracing::{debug, warn};

use super::client::{self, Change, Consumer};
use super::error::SubscriptionError;
use super::message::Message;
use super::packet::PacketMessage;
use crate::config::{KafkaSource, Start};

/// How long a broker may take to answer.
const ANSWER: Duration = Duration::from_secs(10);

/// See the top of the file.
pub struct Subscription {
    spec: KafkaSource,
    consumer: Consumer,
    cluster: String,
}

/// What happened.
#[derive(Debug)]
pub enum Event<'a> {
    /// These partitions may be [begun](Subscription::begin).
    Assigned(Vec<i32>),
    /// These are to be [let go](Subscription::let_go); `lost`: another member may have them already.
    Revoked {
        /// Which.
        partitions: Vec<i32>,
        /// They are gone.
        lost: bool,
    },
    /// A message.
    Message(Message),
    /// A message that holds a packet.
    Packet(PacketMessage<'a>),
    /// A partition has no more messages for now.
    End(i32),
    /// Some position is not there any more: every partition is to be begun anew.
    OutOfRange,
    /// Nothing, or something that is nobody's concern.
    Nothing,
}

impl Subscription {
    /// Joins the group.
    ///
    /// # Errors
    /// librdkafka does not take the properties, or no broker answers.
    pub fn open(spec: &KafkaSource) -> Result<Self, SubscriptionError> {
        let consumer = client::consumer(spec)?;
        let cluster = cluster(&consumer, spec)?;
        let subscription = Self { spec: spec.clone(), consumer, cluster };
        subscription.consumer.subscribe(&[&spec.kafka.topic]).map_err(subscription.call("join the group"))?;
        Ok(subscription)
    }

    /// Whether librdkafka takes the properties: for a check before anything is read.
    ///
    /// # Errors
    /// It does not.
    pub fn check(spec: &KafkaSource) -> Result<(), SubscriptionError> {
        client::check(spec)
    }

    /// What a partition is called everywhere: two clusters may have topics of one name.
    pub fn name(&self, partition: i32) -> String {
        format!("kafka://{}/{}/{partition}", self.cluster, self.spec.kafka.topic)
    }

    /// Waits for something to happen. To be called all the time: whoever does not ask is put out of the group.
    ///
    /// # Errors
    /// The client gave up for good.
    pub fn next(&self, patience: Duration) -> Result<Event<'_>, SubscriptionError> {
        let event = match self.consumer.poll(patience) {
            None => Event::Nothing,
            Some(Ok(message)) if self.spec.packets.is_some() => Event::Packet(PacketMessage(message)),
            Some(Ok(message)) => Event::Message(Message::of(&message)),
            Some(Err(ClientError::PartitionEOF(partition))) => Event::End(partition),
            Some(Err(ClientError::MessageConsumptionFatal(code))) => {
                return Err(SubscriptionError::Fatal { topic: self.spec.kafka.topic.clone(), code });
            }
            Some(Err(ClientError::MessageConsumption(RDKafkaErrorCode::AutoOffsetReset | RDKafkaErrorCode::OffsetOutOfRange))) => {
                Event::OutOfRange
            }
            Some(Err(error)) => {
                debug!(topic = self.spec.kafka.topic, "{error}");
                Event::Nothing
            }
        };
        if let Event::Nothing = event {
            return Ok(self.change());
        }
        Ok(event)
    }

    fn change(&self) -> Event<'_> {
        match self.consumer.context().change() {
            Some(Change::Assign(partitions)) => Event::Assigned(partitions),
            Some(Change::Revoke(partitions)) => Event::Revoked { partitions, lost: self.consumer.assignment_lost() },
            None => Event::Nothing,
        }
    }

    /// Where to begin in a partition of which nothing is known: an offset, and whether it is worth to be remembered, since it would be another one later.
    ///
    /// # Errors
    /// The brokers do not answer.
    pub fn start(&self, partition: i32) -> Result<(u64, bool), SubscriptionError> {
        let (low, high) = self.range(partition)?;
        let start = match self.spec.start {
            Start::Earliest => return Ok((low, false)),
            Start::Latest => return Ok((high, true)),
            Start::Committed => self.committed(partition)?,
            Start::CommittedOrLatest => match self.committed(partition)? {
                Some(offset) => Some(offset),
                None => return Ok((high, true)),
            },
            Start::Time(time) => self.first_since(partition, time.as_millisecond())?.or(Some(high)),
        };
        Ok((start.unwrap_or(low).clamp(low, high), matches!(self.spec.start, Start::Time(_))))
    }

    /// First offset that is there, and first that is not there yet.
    ///
    /// # Errors
    /// The brokers do not answer.
    pub fn range(&self, partition: i32) -> Result<(u64, u64), SubscriptionError> {
        let (low, high) = self
            .consumer
            .fetch_watermarks(&self.spec.kafka.topic, partition, ANSWER)
            .map_err(self.call("ask for the first and last offset"))?;
        Ok((u64::try_from(low).unwrap_or(0), u64::try_from(high).unwrap_or(0)))
    }

    /// Where to go on behind `position`, which the table has: there, or where the broker's messages begin; and how many are gone.
    ///
    /// # Errors
    /// The brokers do not answer, or the partition is another one of the same name.
    pub fn resume(&self, partition: i32, position: u64) -> Result<(u64, u64), SubscriptionError> {
        let (low, end) = self.range(partition)?;
        if position > end {
            return Err(SubscriptionError::Another { topic: self.spec.kafka.topic.clone(), partition, end, position });
        }
        Ok((position.max(low), low.saturating_sub(position)))
    }

    fn committed(&self, partition: i32) -> Result<Option<u64>, SubscriptionError> {
        let committed =
            self.consumer.committed_offsets(self.list(&[(partition, None)]), ANSWER).map_err(self.call("ask for the group's offsets"))?;
        Ok(first_offset(&committed))
    }

    fn first_since(&self, partition: i32, milliseconds: i64) -> Result<Option<u64>, SubscriptionError> {
        let mut times = TopicPartitionList::new();
        times
            .add_partition_offset(&self.spec.kafka.topic, partition, Offset::Offset(milliseconds.max(0)))
            .and_then(|()| self.consumer.offsets_for_times(times, ANSWER))
            .map(|offsets| first_offset(&offsets))
            .map_err(self.call("ask for the offset of a time"))
    }

    /// Takes on partitions, each from an offset.
    ///
    /// # Errors
    /// The group has moved on.
    pub fn begin(&self, partitions: &[(i32, u64)]) -> Result<(), SubscriptionError> {
        let partitions: Vec<_> = partitions.iter().map(|(partition, offset)| (*partition, Some(*offset))).collect();
        client::assign(&self.consumer, &self.list(&partitions)).map_err(self.call("take on partitions"))
    }

    /// Lets go of partitions.
    pub fn let_go(&self, partitions: &[i32]) {
        let list: Vec<_> = partitions.iter().map(|partition| (*partition, None)).collect();
        if let Err(error) = client::unassign(&self.consumer, &self.list(&list)) {
            debug!(topic = self.spec.kafka.topic, "{error}");
        }
    }

    /// Goes on from another offset of a partition.
    ///
    /// # Errors
    /// The client does not.
    pub fn go_to(&self, partition: i32, offset: u64) -> Result<(), SubscriptionError> {
        let offset = Offset::Offset(i64::try_from(offset).unwrap_or(i64::MAX));
        self.consumer.seek(&self.spec.kafka.topic, partition, offset, ANSWER).map_err(self.call("go to another offset"))
    }

    /// Gives no more messages of a partition for now; some that are here come again later.
    pub fn pause(&self, partition: i32) {
        if let Err(error) = self.consumer.pause(&self.list(&[(partition, None)])) {
            warn!(topic = self.spec.kafka.topic, partition, "{error}");
        }
    }

    /// Goes on with a partition.
    pub fn resume_messages(&self, partition: i32) {
        if let Err(error) = self.consumer.resume(&self.list(&[(partition, None)])) {
            warn!(topic = self.spec.kafka.topic, partition, "{error}");
        }
    }

    /// Tells the group how far partitions were read; with `wait`, until it knows. It is a hint.
    pub fn commit(&self, offsets: &[(i32, u64)], wait: bool) {
        if offsets.is_empty() {
            return;
        }
        let offsets: Vec<_> = offsets.iter().map(|(partition, offset)| (*partition, Some(*offset))).collect();
        let mode = if wait { CommitMode::Sync } else { CommitMode::Async };
        if let Err(error) = self.consumer.commit(&self.list(&offsets), mode) {
            debug!(topic = self.spec.kafka.topic, "{error}");
        }
    }

    fn list(&self, partitions: &[(i32, Option<u64>)]) -> TopicPartitionList {
        let mut list = TopicPartitionList::with_capacity(partitions.len());
        for (partition, offset) in partitions {
            let mut element = list.add_partition(&self.spec.kafka.topic, *partition);
            if let Some(offset) = offset {
                // Refuses only numbers below 0.
                let _ = element.set_offset(Offset::Offset(i64::try_from(*offset).unwrap_or(i64::MAX)));
            }
        }
        list
    }

    fn call(&self, what: &'static str) -> impl FnOnce(ClientError) -> SubscriptionError + use<> {
        let topic = self.spec.kafka.topic.clone();
        move |source| SubscriptionError::Call { what, topic, source: Box::new(source) }
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        // Leaving the group asks once more to let go of partitions, and waits for the answer.
        self.consumer.context().close();
    }
}

/// The cluster's name. A broker that answers about the topic has said it; asked for alone, nobody would send a request.
fn cluster(consumer: &Consumer, spec: &KafkaSource) -> Result<String, SubscriptionError> {
    let topic = || spec.kafka.topic.clone();
    let away = |source| SubscriptionError::Call { what: "ask for the partitions", topic: topic(), source: Box::new(source) };
    let metadata = consumer.fetch_metadata(Some(&spec.kafka.topic), ANSWER).map_err(away)?;
    if let Some(code) = metadata.topics().iter().find_map(|topic| topic.error()) {
        return Err(SubscriptionError::NoTopic { topic: topic(), code: code.into() });
    }
    let no_cluster = || SubscriptionError::NoCluster { brokers: spec.kafka.brokers.clone() };
    consumer.client().fetch_cluster_id(ANSWER).ok_or_else(no_cluster)
}

fn first_offset(list: &TopicPartitionList) -> Option<u64> {
    list.elements().first().and_then(|element| match element.offset() {
        Offset::Offset(offset) => u64::try_from(offset).ok(),
        _ => None,
    })
}
