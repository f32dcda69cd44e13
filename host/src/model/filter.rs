//! What a packet filter says of its expression.

/// What an expression can do without, so that less is passed and read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FilterNeeds {
    /// Only so many bytes of each packet are looked at; `None`: perhaps all.
    pub leading_bytes: Option<u32>,
    /// Every packet that is selected has at least one key of each of these lists.
    pub keys: Vec<Vec<FilterKey>>,
}

/// Something an index over packets knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FilterKey {
    /// 4 or 16 bytes of an IP address.
    Address(Vec<u8>),
    /// Of TCP, UDP or SCTP.
    Port(u16),
    /// An IP protocol number.
    Protocol(u8),
}
