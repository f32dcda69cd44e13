use super::*;

const ETHERNET: u32 = 1;

fn v4(protocol: u8, id: u16, fragment: u16, payload: &[u8]) -> Vec<u8> {
    let mut out = vec![0x45, 0];
    out.extend((20 + payload.len() as u16).to_be_bytes());
    out.extend(id.to_be_bytes());
    out.extend(fragment.to_be_bytes());
    out.extend([64, protocol, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2]);
    out.extend(payload);
    out
}

fn v6(protocol: u8, payload: &[u8]) -> Vec<u8> {
    let mut out = vec![0x60, 0, 0, 0];
    out.extend((payload.len() as u16).to_be_bytes());
    out.extend([protocol, 64]);
    out.extend([0x20; 16]);
    out.extend([0x21; 16]);
    out.extend(payload);
    out
}

fn udp(src: u16, dst: u16, payload: &[u8]) -> Vec<u8> {
    let length = 8 + payload.len() as u16;
    [&src.to_be_bytes()[..], &dst.to_be_bytes(), &length.to_be_bytes(), &[0, 0], payload].concat()
}

fn ethernet(kind: u16, payload: &[u8]) -> Vec<u8> {
    [&[2; 12][..], &kind.to_be_bytes(), payload].concat()
}

/// What a packet of that link type carries over UDP.
fn carried(link_type: u32, bytes: &[u8]) -> Option<Vec<u8>> {
    let mut layers = Layers::default();
    let datagram = layers.decode(link_type, bytes, 0).expect("headers")?;
    Some(datagram.udp()?.expect("udp").payload.to_vec())
}

#[test]
fn every_kind_of_link_and_tunnel_leads_to_the_same_payload() {
    let ip = v4(17, 1, 0, &udp(53, 1024, b"hello"));
    let six = v6(17, &udp(53, 1024, b"hello"));
    let with = |head: &[u8], rest: &[u8]| [head, rest].concat();
    let frame = ethernet(0x0800, &ip);
    let vxlan = v4(17, 2, 0, &udp(9, 4789, &with(&[8, 0, 0, 0, 0, 0, 7, 0], &frame)));
    let geneve = v4(17, 2, 0, &udp(9, 6081, &with(&[1, 0, 0x65, 0x58, 0, 0, 7, 0, 1, 2, 3, 4], &frame)));
    let packets = [
        (1, frame.clone()),
        (1, ethernet(0x86dd, &six)),
        (1, ethernet(0x8100, &with(&[0, 11, 8, 0], &ip))),
        (1, ethernet(0x88a8, &with(&[0, 11, 0x81, 0, 0, 12, 8, 0], &ip))),
        (1, ethernet(8 + ip.len() as u16, &with(&[0xaa, 0xaa, 3, 0, 0, 0, 8, 0], &ip))),
        (1, ethernet(0x8847, &with(&[0, 1, 0, 64, 0, 2, 1, 64], &ip))),
        (1, ethernet(0x8847, &with(&[0, 2, 1, 64, 0, 0, 0, 0], &frame))),
        (1, ethernet(0x8864, &with(&[0x11, 0, 0, 9, 0, 40, 0, 0x21], &ip))),
        (0, with(&[2, 0, 0, 0], &ip)),
        (108, with(&[0, 0, 0, 30], &six)),
        (9, with(&[0xff, 3, 0, 0x21], &ip)),
        (50, with(&[0x57], &six)),
        (51, with(&[0x11, 0, 0, 9, 0, 40, 0, 0x21], &ip)),
        (101, ip.clone()),
        (12, six.clone()),
        (228, ip.clone()),
        (104, with(&[0x0f, 0, 8, 0], &ip)),
        (113, with(&[0, 0, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0, 0, 0, 8, 0], &ip)),
        (276, with(&[8, 0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0, 0, 0], &ip)),
        (219, with(&[0, 1, 1, 64], &ip)),
        (228, v4(4, 2, 0, &ip)),
        (228, v4(41, 2, 0, &six)),
        (228, v4(47, 2, 0, &with(&[0x20, 0, 8, 0, 0, 0, 0, 1], &ip))),
        (228, v4(47, 2, 0, &with(&[0x30, 0x81, 0x88, 0x0b, 0, 40, 0, 1, 0, 0, 0, 1, 0, 0, 0, 2, 0xff, 3, 0, 0x21], &ip))),
        (228, v4(47, 2, 0, &with(&[0x10, 0, 0x88, 0xbe, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1], &frame))),
        (228, v4(47, 2, 0, &with(&[0, 0, 0x88, 0xbe], &frame))),
        (228, v4(137, 2, 0, &with(&[0, 1, 1, 64], &ip))),
        (228, vxlan),
        (228, geneve),
        (229, v6(0, &with(&[60, 0, 0, 0, 0, 0, 0, 0, 17, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], &udp(53, 1024, b"hello")))),
        (229, v6(44, &with(&[17, 0, 0, 0, 0, 0, 0, 9], &udp(53, 1024, b"hello")))),
    ];
    for (index, (link_type, bytes)) in packets.iter().enumerate() {
        assert_eq!(carried(*link_type, bytes).as_deref(), Some(&b"hello"[..]), "packet {index}");
    }
}

#[test]
fn no_packet_cut_anywhere_panics_or_gives_more_than_it_holds() {
    let inner = ethernet(0x0800, &v4(17, 1, 0, &udp(53, 1024, b"hello")));
    let gre = v4(47, 2, 0, &[&[0x20, 0, 0x65, 0x58, 0, 0, 0, 1][..], &inner].concat());
    let packet = ethernet(0x8100, &[&[0, 1, 8, 0][..], &gre].concat());
    for cut in 0..packet.len() {
        let mut layers = Layers::default();
        if let Ok(Some(datagram)) = layers.decode(ETHERNET, &packet[..cut], 0)
            && let Some(Ok(udp)) = datagram.udp()
        {
            assert_eq!(udp.payload.len() + udp.missing, 5, "cut at {cut}");
            assert_eq!(udp.missing, packet.len() - cut);
        }
    }
}

#[test]
fn padding_behind_a_datagram_is_no_payload() {
    let mut packet = ethernet(0x0800, &v4(17, 1, 0, &udp(53, 1024, b"hello")));
    packet.extend([0; 13]);
    assert_eq!(carried(ETHERNET, &packet).as_deref(), Some(&b"hello"[..]));
}

#[test]
fn the_outer_addresses_are_those_of_the_first_ipv4_header() {
    let mut inner = v4(17, 1, 0, &udp(53, 1024, b"hello"));
    inner[15] = 77;
    let mut layers = Layers::default();
    let tunnel = v6(41, &v6(4, &v4(4, 1, 0, &inner)));
    let datagram = layers.decode(229, &tunnel, 0).unwrap().unwrap();
    assert_eq!(datagram.addresses.src.to_string(), "10.0.0.77");
    assert_eq!(datagram.outer.src.to_string(), "10.0.0.1");
    let tunnel = v6(17, b"");
    let datagram = layers.decode(229, &tunnel, 0).unwrap().unwrap();
    assert_eq!(datagram.outer, datagram.addresses);
}

/// The three fragments of a datagram with 16 + 8 + 6 bytes.
fn fragments(id: u16) -> [Vec<u8>; 3] {
    let whole = udp(53, 1024, b"abcdefghijklmnopqrstuv");
    [v4(17, id, 0x2000, &whole[..16]), v4(17, id, 0x2002, &whole[16..24]), v4(17, id, 3, &whole[24..])]
}

#[test]
fn fragments_in_any_order_and_twice_give_their_datagram_once() {
    for order in [[0, 1, 2], [2, 1, 0], [1, 2, 0], [0, 2, 1]] {
        let (mut layers, pieces) = (Layers::default(), fragments(7));
        let [one, two, three] = order.map(|index| &pieces[index]);
        for piece in [one, one, two] {
            assert_eq!(layers.decode(228, piece, 0), Ok(None));
        }
        let payload = layers.decode(228, three, 0).unwrap().unwrap().udp().unwrap().unwrap().payload.to_vec();
        assert_eq!(payload, b"abcdefghijklmnopqrstuv");
        assert_eq!(layers.fragments(), FragmentCounts { completed: 1, ..FragmentCounts::default() });
    }
}

#[test]
fn fragments_go_on_in_a_session_that_took_the_state_over() {
    let (mut layers, [one, two, three]) = (Layers::default(), fragments(7));
    assert_eq!(layers.decode(228, &one, 5), Ok(None));
    assert_eq!(layers.decode(228, &three, 5), Ok(None));
    let mut saved = Vec::new();
    layers.save(&mut saved);
    let mut next = Layers::default();
    assert_eq!(next.restore(&mut Reader::new(&saved)), Ok(()));
    let payload = next.decode(228, &two, 6).unwrap().unwrap().udp().unwrap().unwrap().payload.to_vec();
    assert_eq!(payload, b"abcdefghijklmnopqrstuv");
    assert!(Layers::default().restore(&mut Reader::new(&saved[..saved.len() - 1])).is_err());
}

#[test]
fn fragments_that_never_complete_are_given_up_and_memory_is_bounded() {
    let (mut layers, [_, _, last]) = (Layers::default(), fragments(7));
    assert_eq!(layers.decode(228, &last, 0), Ok(None));
    let [_, _, other] = fragments(8);
    assert_eq!(layers.decode(228, &other, 31_000_000_000), Ok(None));
    assert_eq!(layers.fragments(), FragmentCounts { waiting: 1, given_up: 1, ..FragmentCounts::default() });
    let large = vec![0; 1480];
    for id in 0..20_000 {
        assert_eq!(layers.decode(228, &v4(17, id, 0x2001, &large), 31_000_000_000), Ok(None));
    }
    let counts = layers.fragments();
    assert!(counts.waiting < 3000, "{counts:?}");
    let mut saved = Vec::new();
    layers.save(&mut saved);
    assert!(saved.len() < 5 << 20, "{}", saved.len());
}

#[test]
fn a_fragment_that_reaches_beyond_what_a_datagram_can_be_is_refused() {
    let mut layers = Layers::default();
    assert_eq!(layers.decode(228, &v4(17, 1, 0x1fff, &[0; 100]), 0), Ok(None));
    assert_eq!(layers.fragments(), FragmentCounts { refused: 1, ..FragmentCounts::default() });
}

#[test]
fn a_chain_of_headers_without_end_is_an_error() {
    let mut packet = v4(17, 1, 0, b"");
    for _ in 0..40 {
        packet = v4(4, 1, 0, &packet);
    }
    let error = Layers::default().decode(228, &packet, 0).unwrap_err();
    assert_eq!(error.to_string(), "tunnel header: more than 32 headers in a packet");
}

#[test]
fn what_is_not_understood_is_named() {
    let error = Layers::default().decode(147, b"", 0).unwrap_err();
    assert_eq!(error.to_string(), "a packet of link type 147, which is not understood");
    assert_eq!(Layers::default().decode(1, &ethernet(0x0806, b"arp"), 0), Ok(None));
    let error = Layers::default().decode(1, b"short", 0).unwrap_err();
    assert_eq!((error, error.reason()), (LayerError::Cut("Ethernet"), crate::RejectReason::Truncated));
}

#[test]
fn the_short_way_says_the_same_as_the_walk() {
    let packet = ethernet(0x0800, &v4(17, 1, 0, &udp(53, 1024, b"hello")));
    for change in 0..packet.len() {
        for bits in [1, 0x10, 0x80, 0xff] {
            let mut packet = packet.clone();
            packet[change] ^= bits;
            if let Some(short) = plain::datagram(1, &packet) {
                let Ok(Found::Datagram(long)) = walk(Layer::Ethernet, &packet, Path::default()) else { panic!("byte {change}") };
                assert_eq!(short, long, "byte {change}");
            }
        }
    }
}
