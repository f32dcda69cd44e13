//! One row for each packet: what the host said of it. Options make it reject packets, hold rows back or fail: for the host's tests.

use weir_sdk::{
    Binary, DataType, Description, EventTime, Field, Numbers, OpenError, OptionSpec, OptionValue, Options, Output, Packet, PacketBatch,
    PacketParser, ParseError, Reject, RejectReason, SavedState, Schema, SourceFacts, TimeUnit,
};

/// Bytes of each packet that are shown.
const SHOWN: usize = 16;
/// The session of one capture.
pub struct Probe {
    /// Packets that were fed, by this session and those whose state it took over.
    seen: u64,
    fed: u64,
    done_to: u64,
    reject_length: i64,
    trap_at: i64,
    hold: u64,
    leak: usize,
    state_version: u32,
}

impl PacketParser for Probe {
    fn describe() -> Description {
        let option = |name, default, doc| OptionSpec { name, default: OptionValue::Integer(default), required: false, choices: &[], doc };
        Description {
            name: "packets-probe",
            version: env!("CARGO_PKG_VERSION"),
            summary: "One row for each packet: what the host said of it",
            reads: &["packets"],
            options: vec![
                option("reject-length", -1, "packets that had so many bytes on the wire are rejected"),
                option("trap-at", -1, "panics at the packet of this number in its capture"),
                option("leak", 0, "bytes that every call of feed leaks"),
                option("hold", 0, "packets that are handed out before done-to moves"),
                option("state-version", 1, "of the state that is saved and read: packets of all captures before, u64, little-endian"),
            ],
        }
    }

    fn open(options: &Options, _: &SourceFacts, state: Option<&SavedState>) -> Result<Self, OpenError> {
        let state_version =
            u32::try_from(options.integer("state-version")).map_err(|_| OpenError::bad_option("state-version", "0 or more"))?;
        if let Some(state) = state.filter(|state| state.version != state_version) {
            return Err(OpenError::ForeignState(state.version));
        }
        let seen = state.map_or(Some(0), |state| state.data.as_slice().try_into().ok().map(u64::from_le_bytes));
        Ok(Self {
            seen: seen.ok_or_else(|| OpenError::Other("saved state that is not 8 bytes".to_owned()))?,
            fed: 0,
            done_to: 0,
            reject_length: options.integer("reject-length"),
            trap_at: options.integer("trap-at"),
            hold: options.integer("hold").unsigned_abs(),
            leak: usize::try_from(options.integer("leak")).map_err(|_| OpenError::bad_option("leak", "0 or more"))?,
            state_version,
        })
    }

    fn schema(&self) -> Schema {
        let fields = vec![
            Field::new("number", DataType::Uint64, "Which packet of its capture it is, from 0."),
            Field::new("seen", DataType::Uint64, "Packets before it that this session and its forerunners saw."),
            Field::new("time", DataType::Timestamp, "When it was captured."),
            Field::new("link", DataType::Uint32, "LINKTYPE_ value."),
            Field::new("captured", DataType::Uint32, "Bytes that the capture holds."),
            Field::new("length", DataType::Uint32, "Bytes on the wire."),
            Field::new("head", DataType::Binary, "The first 16 bytes."),
        ];
        Schema { fields, event_time: Some(EventTime { field: 2, unit: TimeUnit::Nanoseconds, hidden: false }) }
    }

    fn feed(&mut self, packets: PacketBatch<'_>) -> Result<Output, ParseError> {
        std::mem::forget(vec![1_u8; self.leak]);
        let mut rows = Rows::default();
        let mut rejects = Vec::new();
        for packet in packets.packets() {
            assert_ne!(i64::try_from(packet.number), Ok(self.trap_at), "told so");
            if i64::from(packet.length) == self.reject_length {
                rejects.push(self.reject(&packet));
            } else {
                rows.push(&packet, packets.link_type, self.seen);
            }
            self.fed += 1;
            self.seen += 1;
        }
        if self.fed - self.done_to >= self.hold {
            self.done_to = self.fed;
        }
        Ok(Output { rejects, done_to: self.done_to, ..rows.finish() })
    }

    fn finish(&mut self) -> Result<Output, ParseError> {
        self.done_to = self.fed;
        Ok(Output { done_to: self.done_to, ..Output::default() })
    }

    fn save(&self) -> Option<SavedState> {
        let done = self.seen - (self.fed - self.done_to);
        Some(SavedState { version: self.state_version, data: done.to_le_bytes().to_vec() })
    }
}

impl Probe {
    fn reject(&self, packet: &Packet<'_>) -> Reject {
        Reject { at: self.fed, length: 1, reason: RejectReason::Malformed, detail: format!("told so: {} bytes", packet.length) }
    }
}

#[derive(Default)]
struct Rows {
    count: u32,
    number: Numbers<u64>,
    seen: Numbers<u64>,
    time: Numbers<i64>,
    link: Numbers<u32>,
    captured: Numbers<u32>,
    length: Numbers<u32>,
    head: Binary,
}

impl Rows {
    fn push(&mut self, packet: &Packet<'_>, link: u32, seen: u64) {
        self.count += 1;
        self.number.push(packet.number);
        self.seen.push(seen);
        self.time.push(packet.timestamp);
        self.link.push(link);
        self.captured.push(packet.bytes.len() as u32);
        self.length.push(packet.length);
        self.head.push(packet.bytes.get(..SHOWN).unwrap_or(packet.bytes));
    }

    fn finish(mut self) -> Output {
        let columns = vec![
            self.number.finish(),
            self.seen.finish(),
            self.time.finish(),
            self.link.finish(),
            self.captured.finish(),
            self.length.finish(),
            self.head.finish(),
        ];
        Output { rows: self.count, columns, ..Output::default() }
    }
}

weir_sdk::packet_parser!(Probe);
