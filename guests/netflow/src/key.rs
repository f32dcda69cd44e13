//! The number of an element, as options write it and columns show it.

use std::fmt;
use std::str::FromStr;

/// The number of an element. Written `ENTERPRISE/NUMBER` (0 is IANA's registry and NetFlow v9), `sflow:ENTERPRISE/FORMAT` for records of sFlow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// A record of a flow sample, not an element of NetFlow or IPFIX.
    pub sflow: bool,
    /// Private enterprise number.
    pub enterprise: u32,
    /// Of the enterprise.
    pub id: u16,
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.sflow {
            f.write_str("sflow:")?;
        }
        write!(f, "{}/{}", self.enterprise, self.id)
    }
}

/// No number of an element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoKey;

impl FromStr for Key {
    type Err = NoKey;

    fn from_str(text: &str) -> Result<Self, NoKey> {
        let (sflow, text) = text.strip_prefix("sflow:").map_or((false, text), |rest| (true, rest));
        let (enterprise, id) = text.split_once('/').ok_or(NoKey)?;
        let id = id.trim().parse().map_err(|_| NoKey)?;
        Ok(Self { sflow, enterprise: enterprise.trim().parse().map_err(|_| NoKey)?, id })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_read_as_it_is_shown() {
        for text in ["0/31", "6871/18", "sflow:0/1003"] {
            assert_eq!(text.parse::<Key>().map(|key| key.to_string()), Ok(text.to_owned()));
        }
        for text in ["", "31", "0/", "0/70000", "-1/3", "sflow:1003"] {
            assert_eq!(text.parse::<Key>(), Err(NoKey), "{text}");
        }
    }
}
