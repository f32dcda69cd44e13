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

/// What is wrong with the topics of pipelines that send files as they are.
pub(super) fn without_parser(document: &Document, pipelines: &[&Pipeline]) -> Vec<Problem> {
    let problem = |pipeline: &&Pipeline| match &pipeline.sink {
        Sink::PacketStore(_) if pipeline.filter.is_none() => {
            let Source::Kafka(source) = &pipeline.source else { return None };
            let error = Subscription::check(source).err()?;
            Some(document.problem(&format!("pipelines.{}.source.kafka", pipeline.name), error.to_string()))
        }
        Sink::Kafka(sink) if pipeline.parser.is_none() => {
            let error = kafka::check_properties(sink).err()?;
            Some(document.problem(&format!("pipelines.{}.sink.kafka", pipeline.name), error.to_string()))
        }
        Sink::Kafka(_) | Sink::Table(_) | Sink::PacketStore(_) => None,
    };
    pipelines.iter().filter_map(problem).collect()
}
