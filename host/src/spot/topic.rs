//! The topic between two programs: `sink.kafka` and `source.kafka`.

use super::pipeline::{Draft, name};
use super::{DataType, IngestConf, Mode, Note, SpotError};
use crate::config::outline::{Outline, Value, text};

/// Where a collector keeps its records if nothing better is known.
const STATE: &str = "/var/lib/weir/spot";

impl Draft<'_> {
    /// `sink.kafka` of the master: paths of files, or of proxies' logs blocks.
    pub(super) fn master_topic(&mut self) -> Result<Outline, SpotError> {
        let mut sink = self.topic()?;
        let root = self.storage()?;
        match self.kind {
            DataType::Proxy => {
                sink.set("format", text("text"), "Blocks of whole lines.");
                if let Some(size) = self.conf.number("kafka.message_size")? {
                    sink.set("message-size", Value::Number(size), "kafka.message_size");
                }
            }
            DataType::Flow | DataType::Dns => {
                sink.set("format", text("path"), "Paths of files, which go to the storage first.");
                sink.set("originals", text(&format!("{root}/{}/binary", self.kind)), "hdfs_app_path, with Spot's directories below it");
            }
        }
        let packets = IngestConf::key(self.key, "pkt_num");
        if self.kind == DataType::Dns
            && let Some(count) = self.conf.number(&packets)?
        {
            sink.set("split-packets", Value::Number(count), "pkt_num");
        }
        if let Some(partitions) = self.request.partitions {
            let create = Value::Table(vec![("partitions", Value::Number(partitions)), ("replication", Value::Number(1))]);
            sink.set("create", create, "The number of workers. The topic is made if it is not there, and is never deleted.");
        }
        let state = self.request.state.clone().unwrap_or_else(|| format!("{root}/{}/stage", self.kind));
        self.records(&mut sink, &state);
        Ok(self.secured(sink))
    }

    /// `sink.kafka` of the collector: lines.
    pub(super) fn collector_topic(&mut self) -> Result<Outline, SpotError> {
        let mut sink = self.topic()?;
        sink.set("format", text("spot-avro"), "Spot's own messages: lines of one hour in an Avro datum.");
        let schema = if self.sends_lines() { "lines" } else { "spot" };
        sink.set("schema", text(schema), "");
        if let Some(size) = self.conf.number("kafka.max_request_size")? {
            sink.set("message-size", Value::Number(size), "kafka.max_request_size");
        }
        let state = self.collector_state()?;
        self.records(&mut sink, &state);
        Ok(self.secured(sink))
    }

    /// `source.kafka`.
    pub(super) fn source_topic(&mut self) -> Result<Outline, SpotError> {
        let mut source = self.topic()?;
        if let Some(group) = &self.request.group {
            source.set("group", text(group), "The consumer group.");
        }
        let format = match (self.request.mode, self.kind) {
            (Mode::Listener, _) => "spot-avro",
            (_, DataType::Proxy) => "text",
            (_, DataType::Flow | DataType::Dns) => "path",
        };
        source.set("format", text(format), "");
        if format == "path" {
            let root = self.storage()?;
            source.set("root", text(&format!("{root}/{}/binary", self.kind)), "hdfs_app_path, with Spot's directories below it");
        } else if let Some(seconds) = self.batch_seconds()? {
            let batch = Value::Table(vec![("time", text(&format!("{seconds}s")))]);
            source.set("batch", batch, "spark-streaming.spark_batch_size: how long rows wait until they are committed.");
        }
        Ok(self.secured(source))
    }

    /// Brokers and topic.
    fn topic(&mut self) -> Result<Outline, SpotError> {
        const SERVER: &str = "the host of a broker";
        let mut kafka = Outline::default();
        let server = self.conf.need("kafka.kafka_server", SERVER)?;
        let port = self.conf.text("kafka.kafka_port")?;
        let with_port = |host: &str| match &port {
            Some(port) if !host.contains(':') => Ok(format!("{host}:{port}")),
            None if !host.contains(':') => Err(SpotError::Missing { key: "kafka.kafka_port".to_owned(), remedy: "the port of the broker" }),
            _ => Ok(host.to_owned()),
        };
        let brokers = server.split(',').map(str::trim).filter(|host| !host.is_empty()).map(with_port).collect::<Result<Vec<_>, _>>()?;
        kafka.set("brokers", text(&brokers.join(",")), "kafka.kafka_server and kafka.kafka_port. More brokers stand behind commas.");
        kafka.set("topic", text(self.topic_name()), "");
        Ok(kafka)
    }

    fn topic_name(&self) -> &str {
        self.request.topic.as_deref().unwrap_or(self.key)
    }

    fn batch_seconds(&mut self) -> Result<Option<u64>, SpotError> {
        let configured = self.conf.number("spark-streaming.spark_batch_size")?;
        if self.request.batch_seconds.is_none() && configured.is_some_and(|seconds| seconds >= 600) {
            let message = "it is seconds, as Spot took it: rows wait so long until they are in the table";
            self.notes.push(Note::warning("spark-streaming.spark_batch_size", message));
        }
        Ok(self.request.batch_seconds.or(configured))
    }

    fn records(&self, sink: &mut Outline, root: &str) {
        let comment = "What was sent is remembered here, and what could not be parsed or sent is kept.";
        sink.set("state", text(&format!("{root}/{}/{}", name(self.key), self.topic_name())), comment);
    }

    /// As Spot's collector kept failed segments below `local_staging`, unless its own files would come in again there.
    fn collector_state(&mut self) -> Result<String, SpotError> {
        let key = IngestConf::key(self.key, "local_staging");
        let staging = self.conf.text(&key)?;
        let watched = self.conf.text(&IngestConf::key(self.key, "collector_path"))?.unwrap_or_default();
        if let Some(state) = &self.request.state {
            return Ok(state.clone());
        }
        let Some(staging) = staging else { return Ok(STATE.to_owned()) };
        if std::path::Path::new(&staging).starts_with(&watched) {
            let message =
                format!("it lies in collector_path, where files of its own would be input: records lie in {STATE} (--state names another)");
            self.notes.push(Note::warning(key, message));
            return Ok(STATE.to_owned());
        }
        if staging.trim_end_matches('/') == "/tmp" {
            let message = "what was sent is remembered there, and a directory that is emptied forgets it: name another with --state";
            self.notes.push(Note::warning(key, message));
        }
        Ok(format!("{}/weir", staging.trim_end_matches('/')))
    }

    /// With the properties of `/etc/spot.conf` at the end.
    fn secured(&self, mut kafka: Outline) -> Outline {
        let mut properties = Outline::default();
        for property in self.properties {
            properties.set(property.name, text(&property.value), &format!("spot.conf: {}", property.from));
        }
        if !properties.is_empty() {
            kafka.table(&["properties"], properties);
        }
        kafka
    }
}
