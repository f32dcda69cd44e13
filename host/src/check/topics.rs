//! Topics that are read: librdkafka takes the properties, and the module takes what messages hold.

use super::Known;
use crate::config::{Document, Problem, Source};
use crate::model::ModuleKind;
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
        if kind != ModuleKind::StreamParser {
            note("parser", format!("messages hold lines, and the module is a {kind}: a stream-parser is needed"));
        }
    }
    problems
}
