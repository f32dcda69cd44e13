//! Filters in nfdump's own syntax, as nfdump 1.7.1 understands them.
//!
//! Keywords are read in either case, `#` begins a comment that ends with its line. Conditions are joined by `not` (`!`), `and` (`&&`) and `or`
//! (`||`), which bind in that order, and by parentheses. A filter that says nothing takes every flow.
//!
//! | condition | of a flow |
//! |---|---|
//! | `any` | every flow |
//! | `ipv4` `inet`, `ipv6` `inet6` | kind of its addresses |
//! | `proto P` | protocol: a number, or a name of nfdump's as `tcp`, `icmp6`, `gre` |
//! | *S* `ip A`, *S* `host A`, *S* `ip in [ … ]` | address; a list holds addresses and networks |
//! | *S* `net A/BITS`, *S* `net A MASK` | network; `172.16/12` is short for `172.16.0.0/12` |
//! | *S* `port` *C*, *S* `port in pblock` | port; of ICMP the destination port is 256 * type + code |
//! | `icmp-type N`, `icmp-code N` | of ICMP or ICMPv6 |
//! | `flags F`, `flags` *c* `N` | TCP, with all of these flags set: letters `UAPRSF`, `X` is all six; the number compares with the whole byte |
//! | *S* `tos` *C* | type of service; without *S* that of the source |
//! | *D* `packets` *C*, *D* `bytes` *C* | counters; without *D* `in` |
//! | `flows` *C* | flows that were aggregated, at least 1 |
//! | `duration` *C* | milliseconds |
//! | `bps` *C*, `pps` *C*, `bpp` *C* | bits and packets a second, bytes a packet, rounded down; 0 where the duration (the packets) is 0 |
//! | *S* `as` *C*, `prev as` *C*, `next as` *C* | AS number |
//! | *D* `if` *C* | interface |
//! | *S* `mask` *C*, *S* `vlan` *C* | prefix length, VLAN |
//! | `next ip A`, `bgpnext ip A`, `router ip A` | next hop, that of BGP, who sent the flow; each takes a list as well |
//! | *D* *S* `mac M` | MAC address: `in src`, `in dst`, `out src`, `out dst`, or those of one word alone, or any |
//! | `mpls labelN` *c* `L`, `mpls expN` *c* `E` | entry N of the stack, 1 to 10 |
//! | `mpls eos` *c* `L`, `mpls any L` | label at the bottom of the stack |
//! | `engine-type` *C*, `engine-id` *C*, `sysid` *C*, `nfversion` *C* | where it came from |
//! | `fwdstat N`, `dir N`, `flowdir ingress` | forwarding status, a number or a name as `drop`; direction, `ingress` 0, `egress` 1 |
//! | `client latency` *C*, `server latency` *C*, `app latency` *C* | microseconds |
//! | `observation domain id` *C*, `observation point id` *C* | where it was observed |
//! | `tun proto P`, *S* `tunip A` | tunnel |
//! | *S* `nip A`, *S* `xip A`, *S* `xnet A/BITS`, *S* `nport` *C*, *S* `xport` *C* | behind a translation |
//! | `asa event E`, `asa event denied R`, `asa xevent` *C* | firewall event, a comparison or `ignore`, `create`, `term`, `delete`, `deny`, `alert`, `update`; why it was denied: `ingress`, `egress`, `interface`, `nosyn` or a number |
//! | `nat event E` | NAT event, a comparison or `invalid`, `add`, `create`, `delete` |
//! | `ingress acl` *C*, `ingress ace` *C*, `ingress xace` *C*, the same with `egress` | access list |
//! | `ingress vrf` *C*, `egress vrf` *C* | VRF |
//! | `pblock start` *C*, `end`, `step`, `size` | block of ports that a NAT handed out |
//! | `flowlabel L` | label, in either case, as far as 16 bytes go |
//! | `payload content 'T'` | first bytes from source to destination hold this text |
//!
//! *S*: `src`, `dst`, `src or dst` or `src and dst`; without it either. *D*: `in` or `out`. *c*: `=` `==` `eq`, `<` `lt`, `>` `gt`, `<=` `le`, `>=`
//! `ge`, or nothing for `=`. *C*: *c* and a number, or a range `80-90`, or `in [ … ]` of numbers and ranges. Numbers are decimal, scaled by
//! 1000 with `k`, `m`, `g`, `t`, or hexadecimal with `0x`.
//!
//! What may surprise, and is so in nfdump:
//! - what a flow does not hold is zero: `as 0` takes flows without AS numbers, `asa event ignore` flows without an event;
//! - below `not`, flags are asked one by one: `not flags AF` takes flows with neither A nor F, and those that are not TCP;
//! - IPv4 is compared as the lowest 32 bits of 128: `net 0.0.0.0/0` takes no IPv6 flow, `net ::/0` takes all;
//! - a flow that ends before it begins, or does not say when it ended, lasts longer than any number;
//! - firewalls and NATs have one event between them: `asa event` and `nat event` ask the same number;
//! - `mpls any` asks the bottom label alone, and the bottom of no stack is greater than any label.
//!
//! Where this module differs from nfdump 1.7.1, it takes what nfdump refuses: ranges; lists and comparators behind more keywords; commas before
//! networks in lists; `net 10/8`; keywords as names of protocols (`proto ipv6`); `alert` and `update` as events; access entries of `egress`; flags
//! in lower case; two quoted texts on one line.
//! In two places nfdump gives less than was asked: it drops one of two networks of a list of which one lies within the other, and `net ::/0`
//! finds no IPv6 flow. And in three it looks elsewhere: it refuses `as` without a database of places, from which it takes numbers that the flow
//! does not hold; `nfversion` is 0 for it in files of nfdump 1.6, though they say it of the exporter; a count of 0 `flows` is 0 in such files.
//!
//! Some keywords of nfdump this module cannot answer, and says so: `ident` and `count` (no part of a flow), `geo` (a database), `payload regex`,
//! `payload ja3`, host names (the network), `@include` (a file), labels (`%`).

mod address;
mod condition;
mod cursor;
mod direction;
mod endpoint;
mod event;
mod field;
mod lexer;
mod names;
mod parser;
mod primitive;
mod program;
mod quantity;
mod ranges;
mod tree;

use std::fmt;

use self::program::Program;
use crate::record::Flow;

/// The longest filter, bytes: room for lists of ten thousands of addresses.
pub const MAX_TEXT: usize = 1 << 20;
/// Most parentheses within each other.
pub const MAX_NESTING: usize = 100;
/// Most conditions of one filter; a list counts once.
pub const MAX_CONDITIONS: usize = 10_000;
/// Most items of one list.
pub const MAX_LIST: usize = 65_536;

/// A filter, ready to be asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filter(Program);

/// Where a filter breaks the language, and what would be right there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxError {
    /// Byte offset in the filter.
    pub at: usize,
    /// What was expected there, for people.
    pub expected: String,
}

impl Filter {
    /// Compiles a filter; what says nothing takes every flow.
    ///
    /// # Errors
    /// Where the text breaks the language, and when it passes one of the limits of this module.
    pub fn compile(text: &str) -> Result<Self, SyntaxError> {
        if text.len() > MAX_TEXT {
            return Err(SyntaxError::new(MAX_TEXT, format!("the end of the filter: it holds at most {MAX_TEXT} bytes")));
        }
        Ok(Self(parser::parse(text)?.map_or_else(Program::all, Program::new)))
    }

    /// Whether it takes the flow. Allocates nothing.
    #[inline]
    pub fn matches(&self, flow: &Flow<'_>) -> bool {
        self.0.takes(flow)
    }
}

impl SyntaxError {
    fn new(at: usize, expected: impl Into<String>) -> Self {
        Self { at, expected: expected.into() }
    }
}

impl fmt::Display for SyntaxError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "at byte {}: expected {}", self.at, self.expected)
    }
}

impl std::error::Error for SyntaxError {}

#[cfg(test)]
mod tests;
