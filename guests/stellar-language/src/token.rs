//! The words of an expression.

/// A word.
#[derive(Debug, Clone, PartialEq)]
pub enum Token {
    Name(String),
    Text(String),
    Int(i32),
    Long(i64),
    Float(f32),
    Double(f64),
    And,
    Or,
    Not,
    In,
    NotIn,
    True,
    False,
    If,
    Then,
    Else,
    Null,
    NaN,
    Match,
    Default,
    Exists,
    /// `(`, `==`, `->` and the like.
    Sign(&'static str),
    End,
}

impl Token {
    /// A word that is no name; keywords are all in small letters or all in capitals.
    pub fn keyword(word: &str) -> Option<Self> {
        Some(match word {
            "and" | "AND" => Self::And,
            "or" | "OR" => Self::Or,
            "not" | "NOT" => Self::Not,
            "in" | "IN" => Self::In,
            "true" | "TRUE" => Self::True,
            "false" | "FALSE" => Self::False,
            "if" | "IF" => Self::If,
            "then" | "THEN" => Self::Then,
            "else" | "ELSE" => Self::Else,
            "null" | "NULL" => Self::Null,
            "match" | "MATCH" => Self::Match,
            "default" | "DEFAULT" => Self::Default,
            "exists" | "EXISTS" => Self::Exists,
            "NaN" => Self::NaN,
            _ => return None,
        })
    }
}
