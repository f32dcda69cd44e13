//! What passes an interface to a topic.

use std::time::Duration;

use super::{Counts, Sender, SensorError};
use crate::source::{Interface, InterfaceError};

/// How long to wait for packets before the stop is looked at.
const PATIENCE: Duration = Duration::from_millis(100);

/// Sends packets until the sender wants no more. What the kernel drops is counted.
///
/// # Errors
/// The interface is gone, or the topic takes nothing.
pub fn send_live(
    interface: &mut Interface,
    sender: &mut Sender<'_>,
    counts: &Counts,
    told: impl Fn(&Sender<'_>),
) -> Result<(), SensorError> {
    let link_type = interface.link_type();
    while sender.wants() > 0 {
        interface.next(PATIENCE, |packet| {
            sender.send(link_type, packet)?;
            Ok::<_, SensorError>(sender.wants() > 0)
        })?;
        counts.kernel_drops(interface.dropped());
        told(sender);
    }
    Ok(())
}

impl From<InterfaceError> for SensorError {
    fn from(error: InterfaceError) -> Self {
        Self::Interface(error)
    }
}
