//! Templates: what the records of a data set hold.
//!
//! NetFlow v9 (RFC 3954) and IPFIX (RFC 7011) write them alike: a number from 256, a count, and for each field its element and its length. IPFIX
//! has enterprises (the element's top bit), fields that say their length in each record (length 65535) and withdrawals (a count of 0).

use weir_sdk::{OutOfBounds, Reader};

use crate::damage::Damage;
use crate::target::Target;

/// The length that says: each record holds its own.
pub const VARIABLE: u16 = 65_535;

/// What one field of a record is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field {
    /// Private enterprise number, 0 IANA's.
    pub enterprise: u32,
    /// Element.
    pub id: u16,
    /// Bytes, or [`VARIABLE`].
    pub length: u16,
    /// Where it belongs.
    pub target: Target,
}

/// What the records of a data set hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    /// In the order of the record.
    pub fields: Box<[Field]>,
    /// How many fields, from the first, say what the others are about; not 0: records of it are options.
    pub scopes: u16,
    /// Bytes of a record at least.
    pub least: usize,
}

/// One entry of a template set.
#[derive(Debug, PartialEq, Eq)]
pub enum Entry {
    /// A template.
    Define(u16, Template),
    /// No records of that number come any more.
    Withdraw(u16),
}

/// How a template set is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kind {
    /// NetFlow v9, not IPFIX.
    pub v9: bool,
    /// Of options.
    pub options: bool,
}

impl Template {
    /// Of fields; `None`: its records have no bytes.
    pub fn of(fields: Vec<Field>, scopes: u16) -> Option<Self> {
        let least = fields.iter().map(|field| if field.length == VARIABLE { 1 } else { usize::from(field.length) }).sum();
        (least > 0).then(|| Self { fields: fields.into(), scopes, least })
    }

    /// Memory that it takes, bytes.
    pub fn weight(&self) -> usize {
        size_of::<Self>() + size_of_val(&*self.fields)
    }
}

/// The next entry of a template set; `None`: the rest is padding.
///
/// # Errors
/// An entry that contradicts itself: nothing behind it can be read.
pub fn next(set: &mut Reader<'_>, kind: Kind) -> Result<Option<Entry>, Damage> {
    if set.rest().len() < 4 || set.rest().iter().all(|byte| *byte == 0) {
        return Ok(None);
    }
    let id = set.u16_be().unwrap_or_default();
    let count = set.u16_be().unwrap_or_default();
    if !kind.v9 && count == 0 {
        return Ok(Some(Entry::Withdraw(id)));
    }
    if id < 256 {
        return Err(Damage::TemplateNumber(id));
    }
    let (fields, scopes) = fields(set, kind, count).map_err(|_| Damage::TemplateCut(id))?;
    let template = Template::of(fields, scopes).ok_or(Damage::TemplateEmpty(id))?;
    Ok(Some(Entry::Define(id, template)))
}

fn fields(set: &mut Reader<'_>, kind: Kind, count: u16) -> Result<(Vec<Field>, u16), OutOfBounds> {
    // Options of v9 count bytes, first of the scopes, then of the others; those of IPFIX count fields, first all, then the scopes.
    let (count, scopes) = match (kind.options, kind.v9) {
        (false, _) => (usize::from(count), 0),
        (true, true) => (usize::from(count / 4) + usize::from(set.u16_be()? / 4), count / 4),
        (true, false) => (count.into(), set.u16_be()?),
    };
    let mut fields = Vec::with_capacity(count.min(set.rest().len() / 4));
    for at in 0..count {
        fields.push(field(set, kind.v9, at < usize::from(scopes))?);
    }
    // A template of options without a scope is one all the same.
    let scopes = if kind.options { scopes.max(1) } else { 0 };
    Ok((fields, scopes))
}

#[inline]
fn field(set: &mut Reader<'_>, v9: bool, scope: bool) -> Result<Field, OutOfBounds> {
    let (number, length) = (set.u16_be()?, set.u16_be()?);
    let (enterprise, id) = match number & 0x8000 {
        0x8000 if !v9 => (set.u32_be()?, number & 0x7fff),
        _ => (0, number),
    };
    Ok(Field { enterprise, id, length, target: target(enterprise, id, v9, scope) })
}

/// Scopes of NetFlow v9 have numbers of their own below 6: system, interface, line card, cache, template.
pub fn target(enterprise: u32, id: u16, v9: bool, scope: bool) -> Target {
    if v9 && scope && id < 6 { Target::Other } else { Target::of(enterprise, id, v9) }
}
