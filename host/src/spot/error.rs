//! What keeps files of Spot's from becoming a configuration.

/// See the top of the file.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum SpotError {
    /// The file is no JSON.
    #[error("it is not JSON: {0}")]
    NotJson(String),
    /// The file's outermost value is no object.
    #[error("it must be an object with the keys kafka and pipelines, found {0}")]
    NotAnObject(&'static str),
    /// A key that the program cannot do without.
    #[error("`{key}` is missing: {remedy}")]
    Missing {
        /// With its tables.
        key: String,
        /// What to write.
        remedy: &'static str,
    },
    /// A value of the wrong type or out of bounds.
    #[error("`{key}` must be {expected}, found {found}")]
    Wrong {
        /// With its tables.
        key: String,
        /// What would do.
        expected: &'static str,
        /// What is there.
        found: String,
    },
    /// A name that no pipeline has.
    #[error("no pipeline `{name}`: the file has {known}{near}")]
    NoPipeline {
        /// What was asked for.
        name: String,
        /// What is there.
        known: String,
        /// The nearest.
        near: String,
    },
    /// Options that belong to one pipeline, and several were asked for.
    #[error("the file has {count} pipelines, and {option} can be that of one: name the pipeline")]
    Several {
        /// How many.
        count: usize,
        /// The option.
        option: &'static str,
    },
    /// A path of HDFS where weir needs a directory.
    #[error("`hdfs_app_path` is `{0}`, and tables are local directories: name one with --storage DIR")]
    NotLocal(String),
    /// An option of nfdump that would change what the rows are.
    #[error("`{key}`: nfdump's {option} has no counterpart, and rows would not be the same without it: {remedy}")]
    Nfdump {
        /// With its tables.
        key: String,
        /// As it is written.
        option: String,
        /// What to do instead.
        remedy: &'static str,
    },
    /// Quotes that a shell would not understand.
    #[error("`{key}`: a quote does not end in `{text}`")]
    Quote {
        /// With its tables.
        key: String,
        /// The options.
        text: String,
    },
    /// An expression that only Python understands.
    #[error("`{key}`: the expression `{pattern}` does not compile: {reason}")]
    Pattern {
        /// With its tables.
        key: String,
        /// As it is written.
        pattern: String,
        /// Why.
        reason: String,
    },
    /// A line of spot.conf that sets nothing.
    #[error("line {0} sets nothing: expected KEY=value")]
    Line(usize),
}
