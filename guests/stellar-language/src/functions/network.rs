//! Addresses, protocols and the bytes of the packet.

use super::{Answer, Function, argument, text};
use crate::evaluate::Run;
use crate::kind::Kind;
use crate::subnet::{self, Subnet};
use crate::text::written;
use crate::value::Value;

pub const FUNCTIONS: &[Function] = &[
    Function::new("IN_SUBNET", 2, usize::MAX, Kind::Boolean, in_subnet),
    Function::new("IS_IP", 1, 2, Kind::Boolean, is_ip),
    Function::new("PROTOCOL_TO_NAME", 1, 1, Kind::Other, protocol_to_name),
    Function::new("BYTEARRAY_MATCHER", 2, 2, Kind::Boolean, bytearray_matcher),
];

fn in_subnet(run: &Run<'_>, values: &[Value]) -> Answer {
    let Some(address) = text(values, 0)? else { return Ok(Value::Boolean(false)) };
    let address = subnet::address(&address)?;
    let mut is_in = false;
    for place in 1..values.len() {
        let Some(network) = text(values, place)? else { continue };
        let network = Subnet::new(&network, run.edges)?;
        // Both are written in the expression: a mistake. That of a packet may be of either family.
        if run.names.is_empty() && network.is_of_v4() != address.is_ipv4() {
            return Err("an address and networks of one family".into());
        }
        is_in |= network.has(address);
    }
    Ok(Value::Boolean(is_in))
}

fn is_ip(_: &Run<'_>, values: &[Value]) -> Answer {
    let address = argument(values, 0).text().and_then(|text| subnet::address(&text).ok());
    let family = text(values, 1)?;
    Ok(Value::Boolean(address.is_some_and(|address| match family.as_deref().map(str::to_ascii_uppercase).as_deref() {
        Some("IPV4") => address.is_ipv4(),
        Some("IPV6") => address.is_ipv6(),
        _ => true,
    })))
}

/// What is no number of a protocol comes back.
fn protocol_to_name(_: &Run<'_>, values: &[Value]) -> Answer {
    let value = argument(values, 0);
    let name = written(value).parse().ok().and_then(frame::protocol_name);
    Ok(name.map_or_else(|| value.clone(), |name| Value::of_text(&name)))
}

fn bytearray_matcher(run: &Run<'_>, values: &[Value]) -> Answer {
    let (Some(pattern), data) = (text(values, 0)?, argument(values, 1)) else { return Ok(Value::Boolean(false)) };
    match data {
        Value::Null => Ok(Value::Boolean(false)),
        Value::Packet => {
            run.step(run.variables.packet().len())?;
            Ok(Value::Boolean(run.caches.pattern(&pattern)?.is_found_in(run.variables.packet())))
        }
        _ => Err("packet as the second argument".into()),
    }
}
