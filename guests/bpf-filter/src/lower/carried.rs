//! What a link layer carries, by Ethernet type or, up to 1500, by LLC service access point.

use super::{Lowering, Place, link};
use crate::program::{Builder, Fragment, Size};
use crate::wrong::Wrong;

pub const IP: u32 = 0x0800;
pub const ARP: u32 = 0x0806;
pub const RARP: u32 = 0x8035;
pub const IP6: u32 = 0x86dd;
pub const DECNET: u32 = 0x6003;
pub const LAT: u32 = 0x6004;
pub const SCA: u32 = 0x6007;
pub const MOP_DUMP: u32 = 0x6001;
pub const MOP_CONSOLE: u32 = 0x6002;
pub const APPLE_TALK: u32 = 0x809b;
pub const APPLE_ARP: u32 = 0x80f3;
pub const MPLS: u32 = 0x8847;
pub const PPPOE_DISCOVERY: u32 = 0x8863;
pub const PPPOE_SESSION: u32 = 0x8864;
pub const VLANS: [u32; 3] = [0x8100, 0x88a8, 0x9100];
const XEROX_NS: u32 = 0x0600;
const IPX_TYPE: u32 = 0x8137;

/// Service access points.
pub const ISO: u32 = 0xfe;
pub const SPANNING_TREE: u32 = 0x42;
pub const IPX: u32 = 0xe0;
pub const NETBEUI: u32 = 0xf0;
const SAP_IP: u32 = 0x06;

/// The largest number in an Ethernet header that is a length and no type.
const MOST_LENGTH: u32 = 1500;

/// Network layer protocols of OSI.
pub const CLNP: u32 = 0x81;
pub const ESIS: u32 = 0x82;
pub const ISIS: u32 = 0x83;

impl Lowering {
    /// Whether the link layer carries this.
    pub(super) fn carries(&mut self, what: u32) -> Result<Fragment, Wrong> {
        if self.labels > 0 {
            return self.mpls_carries(what);
        }
        let kind = self.kind.field(0, Size::Two);
        let found = match self.link {
            link::ETHERNET | link::NETANALYZER | link::NETANALYZER_TRANSPARENT => {
                let found = self.ethernet_carries(what);
                if self.lan_emulation { self.in_lan_emulation(found) } else { found }
            }
            link::CISCO_HDLC | link::NETBSD_HDLC => self.equal(kind, if what == ISO { ISO << 8 | ISO } else { what }),
            wlan if link::is_wlan(wlan) => {
                let data = self.wlan_data();
                let found = self.llc_carries(what);
                self.all(data, found)
            }
            link::FDDI | link::TOKEN_RING | link::ATM_RFC1483 | link::ATM_CLIP | link::FIBRE_CHANNEL => self.llc_carries(what),
            link::SUNATM => {
                let llc = self.atm_llc();
                let found = self.llc_carries(what);
                self.all(llc, found)
            }
            link::LINUX_SLL => self.cooked_carries(what),
            link::SLIP | link::SLIP_BSDOS | link::RAW | link::RAW_DLT => self.version_carries(what),
            link::IPV4 => self.always(what == IP),
            link::IPV6 => self.always(what == IP6),
            link::PPP | link::PPP_PPPD | link::PPP_HDLC | link::PPP_ETHER => self.equal(kind, ppp(what)),
            link::PPP_BSDOS if what == IP => {
                // Also with the headers compressed as Van Jacobson did it.
                let kinds = [0x0021, 0x002d, 0x002f].map(|number| self.equal(kind, number));
                self.one_of(kinds)
            }
            link::PPP_BSDOS => self.equal(kind, ppp(what)),
            link::NULL | link::LOOP | link::ENC => self.loopback_carries(what),
            link::PFLOG => self.family_carries(what, self.header, 1, [2, 10]),
            link::IPNET => self.family_carries(what, self.kind, 0, [2, 26]),
            link::ARCNET | link::ARCNET_LINUX => self.arcnet_carries(what),
            link::LOCALTALK => self.always(what == APPLE_TALK),
            link::FRAME_RELAY => self.frame_relay_carries(what),
            juniper if link::is_juniper(juniper) => self.masked(self.header.field(0, Size::Four), 0xffff_ff00, 0x4d47_4300),
            link::BACNET => self.masked(self.header.field(0, Size::Four), 0xffff_0000, 0x55ff_0000),
            _ if self.kind.at != link::NONE => self.equal(kind, what),
            other => return Err(self.wrong(format!("what packets of {} carry cannot be told from their headers", link::name(other)))),
        };
        Ok(found)
    }

    /// The number in an Ethernet header is a type, or the length of an LLC frame.
    fn ethernet_carries(&mut self, what: u32) -> Fragment {
        let kind = self.kind.field(0, Size::Two);
        let of_type = |lowering: &mut Self, number| lowering.equal(kind, number);
        match what {
            ISO | SAP_IP | NETBEUI => {
                let llc = self.is_length();
                let found = self.equal(self.payload.field(0, Size::Two), what << 8 | what);
                self.all(llc, found)
            }
            IPX => {
                let inner = [
                    self.equal(self.payload.field(0, Size::One), IPX),
                    self.equal(self.payload.field(0, Size::Two), 0xffff),
                    self.snap(0, IPX_TYPE),
                ];
                let inner = self.one_of_reversed(inner);
                let llc = self.is_length();
                let inner = self.all(llc, inner);
                let plain = of_type(self, IPX_TYPE);
                self.any(plain, inner)
            }
            APPLE_TALK | APPLE_ARP => {
                let llc = self.is_length();
                let snap = self.snap(if what == APPLE_TALK { 0x08_0007 } else { 0 }, what);
                let snap = self.all(llc, snap);
                let plain = of_type(self, what);
                self.any(plain, snap)
            }
            ..=MOST_LENGTH => {
                let llc = self.is_length();
                let found = self.equal(self.kind.field(2, Size::One), what);
                self.all(llc, found)
            }
            _ => of_type(self, what),
        }
    }

    /// The last one is asked first.
    fn one_of_reversed(&mut self, [first, second, last]: [Fragment; 3]) -> Fragment {
        let found = self.any(first, second);
        self.any(last, found)
    }

    pub(super) fn is_length(&mut self) -> Fragment {
        self.within(self.kind.field(0, Size::Two), u32::MAX, 0, MOST_LENGTH)
    }

    /// Linux's cooked header has numbers of its own for LLC frames.
    fn cooked_carries(&mut self, what: u32) -> Fragment {
        const RAW_802_3: u32 = 1;
        const LLC: u32 = 4;
        let kind = self.kind.field(0, Size::Two);
        let llc = self.equal(kind, LLC);
        match what {
            ISO | SAP_IP | NETBEUI => {
                let found = self.equal(self.payload.field(0, Size::Two), what << 8 | what);
                self.all(llc, found)
            }
            IPX => {
                let point = self.equal(self.payload.field(0, Size::One), IPX);
                let snap = self.snap(0, IPX_TYPE);
                let inner = self.any(point, snap);
                let inner = self.all(llc, inner);
                let (raw, plain) = (self.equal(kind, RAW_802_3), self.equal(kind, IPX_TYPE));
                let inner = self.any(raw, inner);
                self.any(plain, inner)
            }
            APPLE_TALK | APPLE_ARP => {
                let snap = self.snap(if what == APPLE_TALK { 0x08_0007 } else { 0 }, what);
                let snap = self.all(llc, snap);
                let plain = self.equal(kind, what);
                self.any(plain, snap)
            }
            ..=MOST_LENGTH => {
                let found = self.equal(self.header.field(self.payload.at, Size::One), what);
                self.all(llc, found)
            }
            _ => self.equal(kind, what),
        }
    }

    /// An LLC header stands before everything; an Ethernet type is looked for where SNAP has it, without asking whether it is SNAP.
    fn llc_carries(&mut self, what: u32) -> Fragment {
        let at = |offset, size| self.payload.field(offset, size);
        match what {
            ISO | SAP_IP | NETBEUI => self.equal(at(0, Size::Two), what << 8 | what),
            APPLE_TALK => self.snap(0x08_0007, APPLE_TALK),
            ..=MOST_LENGTH => self.equal(at(0, Size::One), what),
            _ => self.equal(at(6, Size::Two), what),
        }
    }

    /// A SNAP header of an organization.
    fn snap(&mut self, organization: u32, kind: u32) -> Fragment {
        let [_, high, middle, low] = organization.to_be_bytes();
        let [_, _, first, second] = kind.to_be_bytes();
        self.bytes(self.payload, 0, &[0xaa, 0xaa, 3, high, middle, low, first, second])
    }

    /// Nothing but IP, which says its version itself.
    fn version_carries(&mut self, what: u32) -> Fragment {
        let byte = self.header.field(0, Size::One);
        match what {
            IP => self.masked(byte, 0xf0, 0x40),
            IP6 => self.masked(byte, 0xf0, 0x60),
            _ => self.always(false),
        }
    }

    /// An address family in the byte order of who captured, which a filter is not told: either is taken. Systems have three numbers for IPv6.
    fn loopback_carries(&mut self, what: u32) -> Fragment {
        let families: &[u32] = match what {
            IP => &[2],
            IP6 => &[24, 28, 30],
            _ => &[],
        };
        let swapped = self.link != link::LOOP;
        let field = self.header.field(0, Size::Four);
        let mut tests = Vec::new();
        for family in families {
            tests.extend(swapped.then(|| self.equal(field, family.swap_bytes())));
            tests.push(self.equal(field, *family));
        }
        self.one_of(tests)
    }

    fn family_carries(&mut self, what: u32, place: Place, offset: u32, [four, six]: [u32; 2]) -> Fragment {
        let field = place.field(offset, Size::One);
        match what {
            IP => self.equal(field, four),
            IP6 => self.equal(field, six),
            _ => self.always(false),
        }
    }

    fn arcnet_carries(&mut self, what: u32) -> Fragment {
        let numbers: &[u32] = match what {
            IP6 => &[196],
            IP => &[212, 240],
            ARP => &[213, 241],
            RARP => &[214],
            APPLE_TALK => &[221],
            _ => &[],
        };
        let field = self.kind.field(0, Size::One);
        let tests: Vec<_> = numbers.iter().map(|number| self.equal(field, *number)).collect();
        self.one_of(tests)
    }

    /// An address of two bytes, then unnumbered information and a network layer protocol.
    fn frame_relay_carries(&mut self, what: u32) -> Fragment {
        let numbers: &[u32] = match what {
            IP => &[0xcc],
            IP6 => &[0x8e],
            ISO => &[CLNP, ESIS, ISIS],
            _ => &[],
        };
        let tests: Vec<_> = numbers.iter().map(|number| self.frame_relay(*number)).collect();
        self.one_of(tests)
    }

    pub(super) fn frame_relay(&mut self, protocol: u32) -> Fragment {
        self.equal(self.header.field(2, Size::Two), 0x0300 | protocol)
    }

    /// Behind MPLS labels nothing says what comes: the bottom of the stack, and a version of IP.
    fn mpls_carries(&mut self, what: u32) -> Result<Fragment, Wrong> {
        let version = match what {
            IP => 0x40,
            IP6 => 0x60,
            _ => return Err(self.wrong("ip or ip6: nothing else can be told behind MPLS labels")),
        };
        let bottom = self.masked(self.network(2_u32.wrapping_neg(), Size::One), 1, 1);
        let version = self.masked(self.network(0, Size::One), 0xf0, version);
        Ok(self.all(bottom, version))
    }

    /// Within LAN emulation: no control frame.
    pub(super) fn in_lan_emulation(&mut self, found: Fragment) -> Fragment {
        let Some((_, outer)) = self.outer_header else { return found };
        let data = Builder::not(self.equal(outer.field(4, Size::Two), 0xff00));
        self.all(data, found)
    }
}

/// The number of PPP for what Ethernet has another number for.
fn ppp(what: u32) -> u32 {
    match what {
        IP => 0x0021,
        IP6 => 0x0057,
        DECNET => 0x0027,
        APPLE_TALK => 0x0029,
        XEROX_NS => 0x0025,
        ISO => 0x0023,
        SPANNING_TREE => 0x0031,
        IPX => 0x002b,
        other => other,
    }
}
