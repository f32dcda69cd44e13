//! Topics that are read: librdkafka takes the properties, and the module takes what messages hold.

use super::Known;
use crate::config::{Document, MessageFormat, Pipeline, Problem, Sink, Source};
use crate::model::ModuleKind;
use crate::sink::kafka;
use crate::source::kafka::Subscription;

/// What is wrong with sources that are topics.
pub(super) fn problems(document: &Document, pipelines: &[Known<'_>]) -> Vec<Problem> {
    let mut problems = Vec::new();
    for Known { pipeline, checked, .. } in pipelines {
        let Source::Kafka(source) = &pipeline.source else { continue };
        let mut note = |key: &str, message: String| problems.push(document.problem(&format!("pipelines.{}.{key}", pipeline.name), message));
        if let Err(error) = Subscription::check(source) {
            note("source.kafka", error.to_string());
        }
        let kind = checked.module.kind();
        if pipeline.filter.is_none() && kind != ModuleKind::StreamParser && source.format != MessageFormat::Path {
            note("parser", format!("messages hold lines, and the module is a {kind}: a stream-parser is needed"));
        }
    }
    problems
}

/// What is wrong with the topics of pipelines that parse nothing.
pub(super) fn without_parser(document: &Document, pipelines: &[&Pipeline]) -> Vec<Problem> {
    let problem = |pipeline: &&Pipeline| {
        let (key, message) = match (&pipeline.source, &pipeline.sink) {
            // One with a filter was looked at with its module.
            (Source::Kafka(_), Sink::PacketStore(_)) if pipeline.filter.is_some() => return None,
            (Source::Kafka(source), _) => ("source.kafka", Subscription::check(source).err()?.to_string()),
            (_, Sink::Kafka(sink)) => ("sink.kafka", kafka::check_properties(sink).err()?.to_string()),
            (_, Sink::Table(_) | Sink::PacketStore(_)) => return None,
        };
        Some(document.problem(&format!("pipelines.{}.{key}", pipeline.name), message))
    };
    pipelines.iter().filter(|pipeline| pipeline.parser.is_none()).filter_map(problem).collect()
}
