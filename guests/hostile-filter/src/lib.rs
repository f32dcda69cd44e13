//! A packet filter that misbehaves as its expression says: for the host's tests.

use weir_sdk::{Description, Needs, OpenError, OptionSpec, OptionValue, Options, PacketBatch, PacketFilter, Selection};

/// Bytes that one call leaks.
const LEAK: usize = 4 << 20;

/// The session of one expression.
pub struct Hostile {
    how: String,
    leading: Option<u32>,
}

impl PacketFilter for Hostile {
    fn describe() -> Description {
        Description {
            name: "hostile-filter",
            version: "0",
            summary: "Misbehaves as it is told",
            reads: &[],
            options: vec![OptionSpec {
                name: "leading",
                default: OptionValue::Integer(-1),
                required: false,
                choices: &[],
                doc: "bytes of each packet that it says it needs",
            }],
        }
    }

    fn open(expression: &str, options: &Options) -> Result<Self, OpenError> {
        let leading = u32::try_from(options.integer("leading")).ok();
        match expression {
            "trap-in-open" => die(),
            "far" => Err(OpenError::bad_expression(1000, "told so\u{1b}[2J")),
            "state" => Err(OpenError::ForeignState(7)),
            "other" => Err(OpenError::Other("told so".to_owned())),
            "option" => Err(OpenError::bad_option("leading", "told so")),
            _ => Ok(Self { how: expression.to_owned(), leading }),
        }
    }

    fn needs(&self) -> Needs {
        Needs { leading_bytes: self.leading, keys: vec![] }
    }

    fn warnings(&self) -> Vec<String> {
        if self.how == "warn" { vec!["told so\u{1b}[2J".to_owned(); 1000] } else { vec![] }
    }

    fn select(&mut self, packets: PacketBatch<'_>) -> Selection {
        match self.how.as_str() {
            "trap" => die(),
            "loop" => stay(),
            "leak" => std::mem::forget(vec![1_u8; LEAK]),
            "short" => return Selection::none(packets.len().saturating_sub(1)),
            "long" => return Selection::none(packets.len() + 8),
            "padding" => {
                let mut all = Selection::none(packets.len().next_multiple_of(8));
                (0..packets.len().next_multiple_of(8)).for_each(|index| all.set(index));
                return all;
            }
            // Odd packets, so that a test sees what came: those whose bytes are not all that was captured.
            "whole" => return Selection::of(&packets, |packet| packet.bytes.len() == packet.length as usize),
            _ => {}
        }
        Selection::of(&packets, |_| true)
    }
}

#[expect(clippy::panic, reason = "it is told to")]
fn die() -> ! {
    panic!("told so")
}

fn stay() -> ! {
    loop {
        std::hint::black_box(());
    }
}

weir_sdk::packet_filter!(Hostile);
