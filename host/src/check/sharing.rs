//! Pipelines that fill one table together. A content is ingested once per table, by whichever pipeline meets it first: what another would have made
//! of the same file is not written. So they must make the same of it, or take different files.

use std::collections::BTreeSet;

use super::Known;
use super::options::effective;
use crate::config::{Document, Problem, share_files, share_table};
use crate::sink::table::Form;

/// Tables that two pipelines fill with other columns, or with other rows of the same files.
pub(super) fn problems(document: &Document, pipelines: &[Known<'_>]) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (index, one) in pipelines.iter().enumerate() {
        for earlier in pipelines.iter().take(index).filter(|earlier| share_table(one.pipeline, earlier.pipeline)) {
            let key = format!("pipelines.{}.sink.table.path", one.pipeline.name);
            let message = other_columns(one, earlier).or_else(|| other_rows(one, earlier));
            problems.extend(message.map(|message| document.problem(&key, message)));
        }
    }
    problems
}

fn other_columns(one: &Known<'_>, earlier: &Known<'_>) -> Option<String> {
    let form = |known: &Known<'_>| Form::new(known.pipeline.sink.table()?, &known.checked.schema).ok();
    let difference = form(one)?.difference(&form(earlier)?)?;
    Some(format!("`{}` writes to this table too, and this pipeline {difference}: give each its own", earlier.pipeline.name))
}

fn other_rows(one: &Known<'_>, earlier: &Known<'_>) -> Option<String> {
    if !share_files(one.pipeline, earlier.pipeline) {
        return None;
    }
    let what = match () {
        () if one.checked.module.digest() != earlier.checked.module.digest() => "another module".to_owned(),
        () if one.pipeline.carry_state != earlier.pipeline.carry_state => "another `carry-state`".to_owned(),
        () => format!("other options ({})", other_options(one, earlier)?),
    };
    let name = &earlier.pipeline.name;
    Some(format!(
        "`{name}` fills this table from the same files with {what}, and a table takes each file once, from whichever comes first: \
         give each pipeline its own table or directory, or both the same module and options"
    ))
}

/// The names of options that differ; none: none do.
fn other_options(one: &Known<'_>, earlier: &Known<'_>) -> Option<String> {
    let of = |known: &Known<'_>| effective(known.pipeline.settings(), &known.description);
    let (ours, theirs) = (of(one), of(earlier));
    let names: BTreeSet<_> = ours.keys().chain(theirs.keys()).filter(|name| ours.get(*name) != theirs.get(*name)).cloned().collect();
    (!names.is_empty()).then(|| names.into_iter().collect::<Vec<_>>().join(", "))
}
