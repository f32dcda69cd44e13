//! From the bytes of a captured packet to the payload of its innermost IP header: link types, tunnels, fragments.
//!
//! [`Layers::decode`] allocates nothing for a packet that is not a fragment. What it holds (fragments whose others are still to come) is bounded,
//! counted when it is given up, and part of what a session saves.
//!
//! Understood are Ethernet with VLAN tags and SNAP, Linux cooked captures v1 and v2, raw IP, BSD loopback, PPP (also in HDLC and on Ethernet), MPLS,
//! GRE (also PPTP and ERSPAN), IP in IP, VXLAN and Geneve. Link types are those of <https://www.tcpdump.org/linktypes.html>.

mod aging;
mod datagram;
mod error;
mod fragments;
mod ip;
mod link;
mod plain;
mod tcp;
mod tunnel;
mod udp;
mod walk;

pub use aging::Aging;
pub use datagram::{Addresses, Datagram};
pub use error::LayerError;
pub use fragments::FragmentCounts;
pub use tcp::Tcp;
pub use udp::Udp;

use crate::{OutOfBounds, Reader};
use fragments::Fragments;
use walk::{Found, Layer, Path, walk};

/// Decodes the packets of one capture, in order.
#[derive(Debug, Default)]
pub struct Layers {
    fragments: Fragments,
    /// Payloads put together from fragments: of the outer header, and of one within it.
    whole: [Vec<u8>; 2],
}

impl Layers {
    /// The innermost IP payload of a packet; `time` is the packet's, in nanoseconds. `None`: the packet holds no IP, or it is a fragment and others
    /// of its datagram are still to come.
    ///
    /// # Errors
    /// A link type that is not understood, and headers that are cut or break their rules.
    #[inline]
    pub fn decode<'a>(&'a mut self, link_type: u32, bytes: &'a [u8], time: i64) -> Result<Option<Datagram<'a>>, LayerError> {
        match plain::datagram(link_type, bytes) {
            Some(datagram) => Ok(Some(datagram)),
            None => self.walk(link_type, bytes, time),
        }
    }

    /// Apart from [`decode`](Self::decode), so that what works on the usual packets stays in registers.
    #[inline(never)]
    fn walk<'a>(&'a mut self, link_type: u32, bytes: &'a [u8], time: i64) -> Result<Option<Datagram<'a>>, LayerError> {
        match walk(Layer::of_link_type(link_type)?, bytes, Path::default())? {
            Found::Datagram(datagram) => Ok(Some(datagram)),
            Found::Nothing => Ok(None),
            Found::Fragment(fragment) => self.join(&fragment, time),
        }
    }

    /// Apart from [`decode`](Self::decode), so that packets that are not fragments pay nothing for it.
    #[inline(never)]
    fn join<'a>(&'a mut self, fragment: &fragments::Fragment<'_>, time: i64) -> Result<Option<Datagram<'a>>, LayerError> {
        let Self { fragments, whole: [outer, inner] } = self;
        if !fragments.join(fragment, time, outer) {
            return Ok(None);
        }
        match walk(Layer::Protocol(fragment.protocol), outer, fragment.path)? {
            Found::Datagram(datagram) => Ok(Some(datagram)),
            Found::Nothing => Ok(None),
            Found::Fragment(fragment) if fragments.join(&fragment, time, inner) => {
                match walk(Layer::Protocol(fragment.protocol), inner, fragment.path)? {
                    Found::Datagram(datagram) => Ok(Some(datagram)),
                    Found::Nothing => Ok(None),
                    Found::Fragment(_) => Err(LayerError::malformed("IP", "fragments within fragments within fragments")),
                }
            }
            Found::Fragment(_) => Ok(None),
        }
    }

    /// What became of fragments so far.
    pub fn fragments(&self) -> FragmentCounts {
        self.fragments.counts()
    }

    /// Appends the fragments that are held, for a session's saved state.
    pub fn save(&self, out: &mut Vec<u8>) {
        self.fragments.save(out);
    }

    /// Takes over what [`save`](Self::save) wrote.
    ///
    /// # Errors
    /// When the bytes end too early.
    pub fn restore(&mut self, saved: &mut Reader<'_>) -> Result<(), OutOfBounds> {
        self.fragments.restore(saved)
    }
}

#[cfg(test)]
mod tests;
