//! Lines of a log's header that say how the others are to be read.

/// What a line of the header says.
#[derive(Debug)]
pub enum Directive {
    /// The fields of the lines behind it.
    Fields(String),
    /// Day and time; whether the log starts then.
    Date(String, bool),
    /// Nothing that matters here.
    Other,
}

impl Directive {
    /// Of a line that begins with `#`.
    pub fn of(line: &[u8]) -> Self {
        let text = String::from_utf8_lossy(line);
        let Some((name, value)) = text.split_once(':') else { return Self::Other };
        match name.trim_end().to_ascii_lowercase().as_str() {
            "#fields" => Self::Fields(value.to_owned()),
            "#date" => Self::Date(value.trim().to_owned(), false),
            "#start-date" => Self::Date(value.trim().to_owned(), true),
            _ => Self::Other,
        }
    }
}
