//! Names of numbers that an expression may use. A module has no files: the tables are its own.

mod ethernet;
mod firewall;
mod llc;
mod protocols;
mod services;
mod wlan;

pub use ethernet::{ethernet_protocol, iso_protocol};
pub use firewall::{firewall_action, firewall_reason};
pub use llc::{LlcFrame, llc_frame};
pub use protocols::ip_protocol;
pub use services::{Service, service};
pub use wlan::{FrameType, wlan_direction, wlan_subtype, wlan_subtype_of, wlan_type};

/// The number of a name, upper or lower case.
fn find(table: &[(&str, u32)], name: &str) -> Option<u32> {
    table.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, number)| *number)
}
