//! The settings of a session, held against what the module understands.

use crate::{OpenError, OptionSpec, OptionValue};

/// The value of every option of the module: as it was set, or its default.
#[derive(Debug, Clone)]
pub struct Options(Vec<(&'static str, OptionValue)>);

impl Options {
    /// Holds `settings` against `specs`.
    ///
    /// # Errors
    /// [`OpenError::BadOption`] for a setting that is unknown, of another type, or not among the choices, and for a required one that is missing.
    pub fn new(specs: &[OptionSpec], settings: Vec<(String, OptionValue)>) -> Result<Self, OpenError> {
        if let Some((name, _)) = settings.iter().find(|(name, _)| !specs.iter().any(|spec| spec.name == name)) {
            let known: Vec<_> = specs.iter().map(|spec| spec.name).collect();
            return Err(OpenError::bad_option(name, &format!("one of {}", known.join(", "))));
        }
        specs.iter().map(|spec| Ok((spec.name, value(spec, &settings)?))).collect::<Result<_, _>>().map(Self)
    }

    /// The text of an option; empty for one that does not exist or is of another type.
    pub fn text(&self, name: &str) -> &str {
        match self.get(name) {
            Some(OptionValue::Text(text)) => text,
            _ => "",
        }
    }

    /// The integer of an option; 0 for one that does not exist or is of another type.
    pub fn integer(&self, name: &str) -> i64 {
        match self.get(name) {
            Some(OptionValue::Integer(integer)) => *integer,
            _ => 0,
        }
    }

    /// The boolean of an option; false for one that does not exist or is of another type.
    pub fn boolean(&self, name: &str) -> bool {
        matches!(self.get(name), Some(OptionValue::Boolean(true)))
    }

    /// The texts of an option; none for one that does not exist or is of another type.
    pub fn texts(&self, name: &str) -> &[String] {
        match self.get(name) {
            Some(OptionValue::Texts(texts)) => texts,
            _ => &[],
        }
    }

    fn get(&self, name: &str) -> Option<&OptionValue> {
        self.0.iter().find(|(known, _)| *known == name).map(|(_, value)| value)
    }
}

fn value(spec: &OptionSpec, settings: &[(String, OptionValue)]) -> Result<OptionValue, OpenError> {
    let Some((_, value)) = settings.iter().find(|(name, _)| name == spec.name) else {
        return if spec.required {
            Err(OpenError::bad_option(spec.name, "a value, since it has no default"))
        } else {
            Ok(spec.default.clone())
        };
    };
    let expected = match (&spec.default, value) {
        (OptionValue::Text(_), OptionValue::Text(text)) if !spec.choices.is_empty() && !spec.choices.contains(&text.as_str()) => {
            format!("one of {}", spec.choices.join(", "))
        }
        (OptionValue::Boolean(_), OptionValue::Boolean(_))
        | (OptionValue::Integer(_), OptionValue::Integer(_))
        | (OptionValue::Text(_), OptionValue::Text(_))
        | (OptionValue::Texts(_), OptionValue::Texts(_)) => return Ok(value.clone()),
        (OptionValue::Boolean(_), _) => "true or false".to_owned(),
        (OptionValue::Integer(_), _) => "an integer".to_owned(),
        (OptionValue::Text(_), _) => "a text".to_owned(),
        (OptionValue::Texts(_), _) => "a list of texts".to_owned(),
    };
    Err(OpenError::bad_option(spec.name, &expected))
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHOICES: &[&str] = &["spot", "full"];

    fn specs() -> Vec<OptionSpec> {
        vec![OptionSpec { name: "schema", default: OptionValue::text("spot"), required: false, choices: CHOICES, doc: "" }]
    }

    #[test]
    fn an_option_that_is_not_set_has_its_default() {
        assert_eq!(Options::new(&specs(), vec![]).unwrap().text("schema"), "spot");
    }

    #[test]
    fn a_text_that_is_no_choice_is_refused_with_the_choices() {
        let error = Options::new(&specs(), vec![("schema".into(), OptionValue::text("fll"))]).unwrap_err();
        assert_eq!(error, OpenError::bad_option("schema", "one of spot, full"));
    }

    #[test]
    fn a_setting_that_the_module_does_not_know_is_refused() {
        let error = Options::new(&specs(), vec![("shema".into(), OptionValue::Boolean(true))]).unwrap_err();
        assert_eq!(error, OpenError::bad_option("shema", "one of schema"));
    }
}
