//! Names of IP protocol numbers, as Metron lists them. Source: the registry at <https://www.iana.org/assignments/protocol-numbers>.

/// By number from 0; empty where the list has no name.
const NAMES: &str = "HOPOPT ICMP IGMP GGP IP-in-IP ST TCP CBT EGP IGP BBN-RCC-MON NVP-II PUP ARGUS EMCON XNET CHAOS UDP MUX DCN-MEAS HMP PRM XNS-IDP \
TRUNK-1 TRUNK-2 LEAF-1 LEAF-2 RDP IRTP ISO-TP4 NETBLT MFE-NSP MERIT-INP DCCP 3PC IDPR XTP DDP IDPR-CMTP TP++ IL IPv6 SDRP IPv6-Route IPv6-Frag IDRP \
RSVP GRE MHRP BNA ESP AH I-NLSP SWIPE NARP MOBILE TLSP SKIP IPv6-ICMP IPv6-NoNxt IPv6-Opts - CFTP - SAT-EXPAK KRYPTOLAN RVD IPPC - SAT-MON VISA IPCU \
CPNX CPHB WSN PVP BR-SAT-MON SUN-ND WB-MON WB-EXPAK ISO-IP VMTP SECURE-VMTP VINES TTP NSFNET-IGP DGP TCF * OSPF Sprite-RPC LARP MTP AX.25 OS MICP \
SCC-SP ETHERIP ENCAP - GMTP IFMP PNNI PIM ARIS SCPS QNX A/N IPComp SNP Compaq-Peer IPX-in-IP VRRP PGM - L2TP DDX IATP STP SRP UTI SMP SM PTP \
IS-IS_over_IPv4 FIRE CRTP CRUDP SSCOPMCE IPLT SPS PIPE SCTP FC RSVP-E2E-IGNORE Mobility_Header UDPLite MPLS-in-IP manet Shim6 WESP ROHC";

/// Of a number; empty for 88, which Metron's list has without a name; `None` for numbers that it does not have.
pub fn protocol_name(number: u8) -> Option<String> {
    match NAMES.split(' ').nth(number.into())? {
        "-" => None,
        "*" => Some(String::new()),
        name => Some(name.replace('_', " ")),
    }
}

/// The number of a name, in any case.
pub fn protocol_number(name: &str) -> Option<u8> {
    let at = NAMES.split(' ').position(|known| known.len() > 1 && known.replace('_', " ").eq_ignore_ascii_case(name))?;
    u8::try_from(at).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn protocols_have_the_numbers_of_the_registry() {
        let known = [
            (0, "HOPOPT"),
            (4, "IP-in-IP"),
            (6, "TCP"),
            (17, "UDP"),
            (58, "IPv6-ICMP"),
            (62, "CFTP"),
            (89, "OSPF"),
            (132, "SCTP"),
            (141, "ROHC"),
        ];
        for (number, name) in known {
            assert_eq!((protocol_name(number).as_deref(), protocol_number(name)), (Some(name), Some(number)));
        }
        assert_eq!([88, 61, 255].map(protocol_name), [Some(String::new()), None, None]);
        assert_eq!([protocol_number("tcp"), protocol_number("-"), protocol_number("*"), protocol_number("")], [Some(6), None, None, None]);
    }
}
