//! Options against what the module says of them.

use std::collections::BTreeMap;

use crate::config::{Document, Pipeline, Problem, did_you_mean};
use crate::model::{Description, OptionSpec, OptionValue, Setting};

/// Options that the module does not know, of the wrong type or value, or missing.
pub(super) fn problems(document: &Document, pipeline: &Pipeline, module: &Description) -> Vec<Problem> {
    let settings = pipeline.settings();
    let wrong = settings.iter().filter_map(|setting| {
        let message = fault(setting, module)?;
        Some(document.problem(&place(document, pipeline, &setting.name), message))
    });
    let is_set = |spec: &OptionSpec| settings.iter().any(|setting| setting.name == spec.name);
    let missing = module.options.iter().filter(|spec| spec.required && !is_set(spec)).map(|spec| {
        let message = format!("module `{}` needs option `{}`, {}: {}", module.name, spec.name, spec.default.type_name(), spec.doc);
        document.problem(&format!("pipelines.{}.parser", pipeline.name), message)
    });
    wrong.chain(missing).collect()
}

/// What a session is opened with: the settings, and the defaults of all other options.
pub(super) fn effective(settings: &[Setting], module: &Description) -> BTreeMap<String, OptionValue> {
    let defaults = module.options.iter().map(|spec| (spec.name.clone(), spec.default.clone()));
    defaults.chain(settings.iter().map(|setting| (setting.name.clone(), setting.value.clone()))).collect()
}

/// Where the file sets an option: in the pipeline, as the sink's schema, or for the module.
pub(super) fn place(document: &Document, pipeline: &Pipeline, option: &str) -> String {
    let (name, module) = (&pipeline.name, pipeline.module().unwrap_or_default());
    let schema = |kind: &str| (option == "schema").then(|| format!("pipelines.{name}.sink.{kind}.schema"));
    let places = [
        Some(format!("pipelines.{name}.options.{option}")),
        schema("table"),
        schema("kafka"),
        Some(format!("modules.{module}.options.{option}")),
    ];
    places.into_iter().flatten().find(|key| document.has(key)).unwrap_or_else(|| format!("pipelines.{name}.parser"))
}

fn fault(setting: &Setting, module: &Description) -> Option<String> {
    let name = &setting.name;
    let Some(spec) = module.options.iter().find(|spec| spec.name == *name) else {
        let known = module.options.iter().map(|spec| spec.name.as_str());
        return Some(format!("module `{}` has no option `{name}`{}", module.name, did_you_mean(name, known)));
    };
    if std::mem::discriminant(&spec.default) != std::mem::discriminant(&setting.value) {
        return Some(format!("option `{name}` must be {}, found {}", spec.default.type_name(), setting.value.type_name()));
    }
    let texts = match &setting.value {
        OptionValue::Text(text) => std::slice::from_ref(text),
        OptionValue::Texts(texts) => texts.as_slice(),
        OptionValue::Boolean(_) | OptionValue::Integer(_) => &[],
    };
    let foreign = texts.iter().find(|text| !spec.choices.is_empty() && !spec.choices.contains(text))?;
    let near = did_you_mean(foreign, spec.choices.iter().map(String::as_str));
    Some(format!("option `{name}` must be {}, found `{foreign}`{near}", spec.choices.join(" or ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault_of(name: &str, value: OptionValue) -> Option<String> {
        let spec = |name: &str, default, choices: &[&str]| OptionSpec {
            name: name.to_owned(),
            default,
            required: false,
            choices: choices.iter().map(|choice| (*choice).to_owned()).collect(),
            doc: String::new(),
        };
        let module = Description {
            name: "flow".to_owned(),
            version: String::new(),
            summary: String::new(),
            reads: Vec::new(),
            options: vec![
                spec("schema", OptionValue::Text("spot".to_owned()), &["spot", "full"]),
                spec("kinds", OptionValue::Texts(Vec::new()), &["a", "b"]),
                spec("filter", OptionValue::Text(String::new()), &[]),
            ],
        };
        fault(&Setting { name: name.to_owned(), value }, &module)
    }

    fn text(text: &str) -> OptionValue {
        OptionValue::Text(text.to_owned())
    }

    #[test]
    fn an_option_that_the_module_does_not_know_gets_the_nearest_one() {
        assert_eq!(fault_of("fliter", text("any")).as_deref(), Some("module `flow` has no option `fliter`; did you mean `filter`?"));
    }

    #[test]
    fn an_option_of_another_type_is_a_mistake() {
        assert_eq!(fault_of("filter", OptionValue::Integer(1)).as_deref(), Some("option `filter` must be a text, found a whole number"));
        assert_eq!(fault_of("filter", text("any")), None);
    }

    #[test]
    fn a_text_must_be_among_the_choices() {
        assert_eq!(
            fault_of("schema", text("sopt")).as_deref(),
            Some("option `schema` must be spot or full, found `sopt`; did you mean `spot`?")
        );
        let kinds = |kinds: &[&str]| fault_of("kinds", OptionValue::Texts(kinds.iter().map(|kind| (*kind).to_owned()).collect()));
        assert_eq!(kinds(&["a", "b"]), None);
        assert_eq!(kinds(&["a", "x"]).as_deref(), Some("option `kinds` must be a or b, found `x`"));
    }
}
