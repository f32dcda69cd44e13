//! Values of an expression.

use std::net::IpAddr;
use std::rc::Rc;

use crate::fault::Refusal;
use crate::node::Lambda;
use crate::text::Text;

/// Lists and maps within each other.
const DEEPEST: usize = 32;
/// Values in a list or map, those within others included.
const LARGEST: usize = 1 << 18;

/// How deep a value goes, and how many values it holds.
#[derive(Debug, Clone, Copy, Default)]
struct Extent {
    depth: usize,
    values: usize,
}

/// A value.
#[derive(Debug, Clone)]
pub enum Value {
    /// Also what a variable that does not exist is.
    Null,
    /// Boolean.
    Boolean(bool),
    /// Integer.
    Int(i32),
    /// Long.
    Long(i64),
    /// Float.
    Float(f32),
    /// Double.
    Double(f64),
    /// String.
    Text(Rc<str>),
    /// The text of an IP address, which nobody needs to write to compare it.
    Address(IpAddr),
    /// The bytes of the packet.
    Packet,
    /// List.
    List(Rc<List>),
    /// Set, in the order in which items were put in.
    Set(Rc<List>),
    /// Map.
    Map(Rc<Map>),
    /// A function, with the arguments of the lambdas around it.
    Lambda(Rc<Lambda>, Rc<[Value]>),
}

/// The items of a list.
#[derive(Debug)]
pub struct List {
    items: Vec<Value>,
    extent: Extent,
}

/// The entries of a map, in the order in which they were put in.
#[derive(Debug)]
pub struct Map {
    entries: Vec<(Value, Value)>,
    extent: Extent,
}

impl List {
    /// In order.
    pub fn items(&self) -> &[Value] {
        &self.items
    }
}

impl Map {
    /// The value of a key.
    pub fn get(&self, key: &Value) -> Option<&Value> {
        self.entries.iter().find(|(known, _)| known.is(key)).map(|(_, value)| value)
    }

    /// Keys and values.
    pub fn entries(&self) -> &[(Value, Value)] {
        &self.entries
    }
}

impl Value {
    /// A text; that of an address is kept as the address.
    pub fn of_text(text: &str) -> Self {
        match text.parse::<IpAddr>() {
            Ok(address) if *Text::of_address(address) == *text => Self::Address(address),
            _ => Self::Text(text.into()),
        }
    }

    pub(crate) fn list(items: Vec<Self>) -> Result<Self, Refusal> {
        let extent = Extent::around(items.iter())?;
        Ok(Self::List(Rc::new(List { items, extent })))
    }

    /// Of items that come again only the first is kept.
    pub(crate) fn set(items: impl IntoIterator<Item = Self>) -> Result<Self, Refusal> {
        let mut kept: Vec<Self> = Vec::new();
        for item in items {
            if !kept.iter().any(|known| known.is(&item)) {
                kept.push(item);
            }
        }
        let extent = Extent::around(kept.iter())?;
        Ok(Self::Set(Rc::new(List { items: kept, extent })))
    }

    /// Of entries whose key comes again the last is kept, at the place of the first.
    pub(crate) fn map(pairs: impl IntoIterator<Item = (Self, Self)>) -> Result<Self, Refusal> {
        let mut entries: Vec<(Self, Self)> = Vec::new();
        for (key, value) in pairs {
            match entries.iter_mut().find(|(known, _)| known.is(&key)) {
                Some((_, old)) => *old = value,
                None => entries.push((key, value)),
            }
        }
        let extent = Extent::around(entries.iter().flat_map(|(key, value)| [key, value]))?;
        Ok(Self::Map(Rc::new(Map { entries, extent })))
    }

    fn extent(&self) -> Extent {
        match self {
            Self::List(list) | Self::Set(list) => list.extent,
            Self::Map(map) => map.extent,
            // It may hold what it was made among.
            Self::Lambda(_, around) => around.iter().map(Self::extent).fold(Extent { depth: 1, values: 1 }, Extent::with),
            _ => Extent { depth: 0, values: 1 },
        }
    }

    /// As a text, if it is one.
    #[inline]
    pub fn text(&self) -> Option<Text<'_>> {
        match self {
            Self::Text(text) => Some(Text::Shared(text)),
            Self::Address(address) => Some(Text::of_address(*address)),
            _ => None,
        }
    }

    /// Java's `equals`: numbers only of one type, lists and maps item by item.
    pub fn is(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Null, Self::Null) | (Self::Packet, Self::Packet) => true,
            (Self::Boolean(one), Self::Boolean(other)) => one == other,
            (Self::Int(one), Self::Int(other)) => one == other,
            (Self::Long(one), Self::Long(other)) => one == other,
            (Self::Float(one), Self::Float(other)) => one.to_bits() == other.to_bits(),
            (Self::Double(one), Self::Double(other)) => one.to_bits() == other.to_bits(),
            (Self::Address(one), Self::Address(other)) => one == other,
            (Self::List(one), Self::List(other)) => Rc::ptr_eq(one, other) || same_items(one, other),
            (Self::Set(one), Self::Set(other)) => Rc::ptr_eq(one, other) || has_all(one, other),
            (Self::Map(one), Self::Map(other)) => Rc::ptr_eq(one, other) || same_entries(one, other),
            (Self::Lambda(one, _), Self::Lambda(other, _)) => Rc::ptr_eq(one, other),
            _ => match (self.text(), other.text()) {
                (Some(one), Some(other)) => *one == *other,
                _ => false,
            },
        }
    }

    /// As an operand of `and`, `or` and `not`: the text of what is not empty says whether it is true; of a list it is that of its first item.
    pub fn is_true(&self) -> bool {
        match self {
            Self::Boolean(value) => *value,
            Self::Int(value) => *value == 1,
            Self::Long(value) => *value == 1,
            Self::List(list) | Self::Set(list) => list.items.first().is_some_and(Self::is_true),
            _ => self.text().is_some_and(|text| ["true", "yes", "y", "on", "1"].iter().any(|yes| text.eq_ignore_ascii_case(yes))),
        }
    }

    /// As the condition of `if` and of `match`; `None`: it cannot be one.
    pub fn condition(&self) -> Option<bool> {
        match self {
            Self::Boolean(value) => Some(*value),
            Self::Null => Some(false),
            Self::List(list) | Self::Set(list) if list.items.is_empty() => Some(false),
            Self::Map(map) if map.entries.is_empty() => Some(false),
            _ => None,
        }
    }
}

impl Extent {
    fn with(self, other: Self) -> Self {
        Self { depth: self.depth.max(other.depth + 1), values: self.values.saturating_add(other.values) }
    }

    fn around<'a>(values: impl Iterator<Item = &'a Value>) -> Result<Self, Refusal> {
        let extent = values.map(Value::extent).fold(Self { depth: 1, values: 1 }, Self::with);
        if extent.values > LARGEST {
            return Err(format!("lists and maps of at most {LARGEST} values").into());
        }
        if extent.depth > DEEPEST {
            return Err(format!("lists and maps at most {DEEPEST} deep within each other").into());
        }
        Ok(extent)
    }
}

fn same_items(one: &List, other: &List) -> bool {
    one.items.len() == other.items.len() && one.items.iter().zip(&other.items).all(|(one, other)| one.is(other))
}

fn has_all(one: &List, other: &List) -> bool {
    one.items.len() == other.items.len() && one.items.iter().all(|item| other.items.iter().any(|other| other.is(item)))
}

fn same_entries(one: &Map, other: &Map) -> bool {
    let entry = |(key, value): &(Value, Value)| other.get(key).is_some_and(|other| other.is(value));
    one.entries.len() == other.entries.len() && one.entries.iter().all(entry)
}
