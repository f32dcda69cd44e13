//! Which field stands where in lines of separated fields: Blue Coat's `main`, and what `#Fields` says.

use std::cmp::Ordering;

use crate::damage::Damage;
use crate::field::Field;
use crate::lexer::Unclosed;
use crate::number::integer;
use crate::record::{Record, Target};

/// The 27 fields of Spot's parser.
const SPOT: [Field; 27] = [
    Field::Date,
    Field::Time,
    Field::TimeTaken,
    Field::ClientIp,
    Field::UserName,
    Field::AuthGroup,
    Field::ExceptionId,
    Field::FilterResult,
    Field::Categories,
    Field::Referer,
    Field::Status,
    Field::Action,
    Field::Method,
    Field::ContentType,
    Field::UriScheme,
    Field::Host,
    Field::UriPort,
    Field::UriPath,
    Field::UriQuery,
    Field::UriExtension,
    Field::UserAgent,
    Field::ServerIp,
    Field::ScBytes,
    Field::CsBytes,
    Field::VirusId,
    Field::Application,
    Field::Operation,
];

/// Name of what stands behind the 27 fields.
const SURPLUS: &str = "behind-the-27-fields";
/// Fields that are no numbers where the fields of a line are not where they seem to be.
const NUMBERS: [Field; 3] = [Field::TimeTaken, Field::ScBytes, Field::CsBytes];

/// The order of fields.
#[derive(Debug)]
pub struct Layout {
    targets: Vec<Target>,
    /// Of the fields that the module does not know.
    names: Vec<String>,
    /// Quotes are doubled within quotes.
    doubled: bool,
    /// A line may have more fields, as Spot's parser has it.
    open: bool,
}

impl Layout {
    /// Blue Coat's `main`. Spot takes what stands behind the fields it knows for nothing.
    pub fn spot() -> Self {
        Self { targets: SPOT.into_iter().map(Target::Known).collect(), names: vec![SURPLUS.to_owned()], doubled: false, open: true }
    }

    /// The fields of a `#Fields` line, without that word. A name that comes twice is known once. Where they are Spot's, lines may have more, as Spot
    /// has it; elsewhere a surplus shows that the fields are not where they seem to be.
    pub fn of(fields: &str) -> Self {
        let mut layout = Self { targets: Vec::new(), names: Vec::new(), doubled: true, open: false };
        for name in fields.split_ascii_whitespace() {
            let known = Field::named(name).map(Target::Known).filter(|target| !layout.targets.contains(target));
            layout.targets.push(known.unwrap_or(Target::Other(layout.names.len() as u32)));
            if known.is_none() {
                layout.names.push(name.to_owned());
            }
        }
        if layout.targets.iter().copied().eq(SPOT.into_iter().map(Target::Known)) {
            layout.names.push(SURPLUS.to_owned());
            layout.open = true;
        }
        layout
    }

    /// Names of the fields that the module does not know.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// Takes a line apart.
    ///
    /// # Errors
    /// A quote is not closed, or the number of fields is wrong.
    #[inline]
    pub fn read(&self, line: &[u8], record: &mut Record) -> Result<(), Damage> {
        record.split(line, self.doubled, &self.targets).map_err(|Unclosed(at)| Damage::Unclosed(at))?;
        let found = record.tokens();
        let expected = self.targets.len();
        match found.cmp(&expected) {
            Ordering::Equal => Ok(()),
            Ordering::Greater if self.open && NUMBERS.iter().all(|field| integer(line, record, *field).is_ok()) => Ok(()),
            _ => Err(Damage::Fields(found, expected)),
        }
    }
}
