//! Names that stand for numbers in a filter: protocols, forwarding status, events.

use crate::protocol;

/// IPFIX forwardingStatus, as nfdump names it.
const FORWARDING: [(&str, u8); 23] = [
    ("Ukwn", 0),
    ("Forw", 1),
    ("Frag", 2),
    ("Drop", 16),
    ("DaclD", 17),
    ("Daclp", 18),
    ("Noroute", 19),
    ("Dadj", 20),
    ("Dfrag", 21),
    ("Dbadh", 22),
    ("Dbadtlen", 23),
    ("Dbadhlen", 24),
    ("DbadTTL", 25),
    ("Dpolicy", 26),
    ("Dwred", 27),
    ("Drpf", 28),
    ("Dforus", 29),
    ("DbadOf", 30),
    ("Dhw", 31),
    ("Term", 128),
    ("Tadj", 129),
    ("TincAdj", 130),
    ("Tforus", 131),
];
/// IPFIX firewallEvent.
const FIREWALL: [(&str, u8); 7] = [("ignore", 0), ("create", 1), ("term", 2), ("delete", 2), ("deny", 3), ("alert", 4), ("update", 5)];
/// IPFIX natEvent.
const NAT: [(&str, u8); 4] = [("invalid", 0), ("add", 1), ("create", 1), ("delete", 2)];
/// Cisco's extended events of denied connections.
const DENIED: [(&str, u16); 4] = [("ingress", 1001), ("egress", 1002), ("interface", 1003), ("nosyn", 1004)];

/// The number of a protocol by nfdump's name, in either case; the lowest of two with the same name.
pub fn protocol(name: &str) -> Option<u64> {
    let number = (0..=u8::MAX).find(|number| protocol::name(*number).is_some_and(|known| known.eq_ignore_ascii_case(name)));
    number.map(u64::from)
}

/// The number of a forwarding status.
pub fn forwarding_status(name: &str) -> Option<u64> {
    find(&FORWARDING, name)
}

/// The number of a firewall event.
pub fn firewall_event(name: &str) -> Option<u64> {
    find(&FIREWALL, name)
}

/// The number of a NAT event.
pub fn nat_event(name: &str) -> Option<u64> {
    find(&NAT, name)
}

/// The number of a reason why a firewall denied.
pub fn denied(name: &str) -> Option<u64> {
    find(&DENIED, name)
}

fn find<N: Copy + Into<u64>>(names: &[(&str, N)], name: &str) -> Option<u64> {
    names.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, number)| (*number).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_known_in_either_case() {
        assert_eq!(["tcp", "UDP", "icmp6", "ax.25", "gre", "mpls"].map(protocol), [6, 17, 58, 93, 47, 137].map(Some));
        assert_eq!(["DROP", "tforus"].map(forwarding_status), [16, 131].map(Some));
        assert_eq!([firewall_event("Deny"), nat_event("ADD"), denied("nosyn")], [3, 1, 1004].map(Some));
    }

    #[test]
    fn names_that_nobody_gave_are_none() {
        assert_eq!([protocol("icmpv6"), forwarding_status("x"), firewall_event("add"), nat_event("deny"), denied("")], [None; 5]);
    }
}
