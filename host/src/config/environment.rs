//! `${NAME}` in texts: the value of an environment variable.

use std::ops::Range;

/// A `${…}` that cannot be replaced.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub(super) enum VariableError {
    #[error("the environment variable `{name}` is not set; write `$${{{name}}}` if the text itself is meant")]
    Unset { name: String, at: Range<usize> },
    #[error("`${{` without `}}`; write `$${{` if the text itself is meant")]
    Unclosed { at: Range<usize> },
}

impl VariableError {
    /// Where in the text it stands, in bytes.
    pub fn at(&self) -> Range<usize> {
        match self {
            Self::Unset { at, .. } | Self::Unclosed { at } => at.clone(),
        }
    }
}

/// The text with every `${NAME}` replaced and `$${` as `${`; none when there is nothing to replace. A lone `$` stays.
pub(super) fn expand(text: &str, variables: &dyn Fn(&str) -> Option<String>) -> Result<Option<String>, VariableError> {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${") {
        let start = text.len() - after.len() - 2;
        if let Some(literal) = before.strip_suffix('$') {
            out.push_str(literal);
            out.push_str("${");
            rest = after;
            continue;
        }
        out.push_str(before);
        let Some((name, tail)) = after.split_once('}') else { return Err(VariableError::Unclosed { at: start..start + 2 }) };
        let at = start..start + name.len() + 3;
        out.push_str(&variables(name).ok_or_else(|| VariableError::Unset { name: name.to_owned(), at })?);
        rest = tail;
    }
    if rest.len() == text.len() {
        return Ok(None);
    }
    out.push_str(rest);
    Ok(Some(out))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expanded(text: &str) -> Result<Option<String>, VariableError> {
        expand(text, &|name| (name == "DATA").then(|| "/srv/data".to_owned()))
    }

    #[test]
    fn variables_are_replaced_by_their_values() {
        assert_eq!(expanded("${DATA}/in/${DATA}"), Ok(Some("/srv/data/in//srv/data".to_owned())));
    }

    #[test]
    fn a_dollar_alone_stays() {
        assert_eq!(expanded("^a$"), Ok(None));
        assert_eq!(expanded("$DATA"), Ok(None));
    }

    #[test]
    fn a_doubled_dollar_stands_for_the_text_itself() {
        assert_eq!(expanded("$${DATA}"), Ok(Some("${DATA}".to_owned())));
    }

    #[test]
    fn a_variable_that_is_not_set_is_named_with_its_place() {
        assert_eq!(expanded("a${HOEM}/b"), Err(VariableError::Unset { name: "HOEM".to_owned(), at: 1..8 }));
    }

    #[test]
    fn a_brace_that_is_not_closed_is_an_error() {
        assert_eq!(expanded("ab${DATA"), Err(VariableError::Unclosed { at: 2..4 }));
    }
}
