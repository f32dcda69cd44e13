//! Bytes and record types as text.

/// Types with a name of their own, of the registry at <https://www.iana.org/assignments/dns-parameters>.
const TYPES: &[(u16, &str)] = &[
    (1, "A"),
    (2, "NS"),
    (5, "CNAME"),
    (6, "SOA"),
    (12, "PTR"),
    (13, "HINFO"),
    (15, "MX"),
    (16, "TXT"),
    (17, "RP"),
    (18, "AFSDB"),
    (24, "SIG"),
    (25, "KEY"),
    (28, "AAAA"),
    (29, "LOC"),
    (33, "SRV"),
    (35, "NAPTR"),
    (36, "KX"),
    (37, "CERT"),
    (39, "DNAME"),
    (42, "APL"),
    (43, "DS"),
    (44, "SSHFP"),
    (45, "IPSECKEY"),
    (46, "RRSIG"),
    (47, "NSEC"),
    (48, "DNSKEY"),
    (49, "DHCID"),
    (50, "NSEC3"),
    (51, "NSEC3PARAM"),
    (52, "TLSA"),
    (53, "SMIMEA"),
    (55, "HIP"),
    (59, "CDS"),
    (60, "CDNSKEY"),
    (61, "OPENPGPKEY"),
    (62, "CSYNC"),
    (63, "ZONEMD"),
    (64, "SVCB"),
    (65, "HTTPS"),
    (99, "SPF"),
    (256, "URI"),
    (257, "CAA"),
];

/// Appends the name of a record type, `TYPE65280` where it has none (RFC 3597).
pub fn write_type(number: u16, out: &mut Vec<u8>) {
    match TYPES.iter().find(|(known, _)| *known == number) {
        Some((_, name)) => out.extend_from_slice(name.as_bytes()),
        None => {
            out.extend_from_slice(b"TYPE");
            write_number(number.into(), out);
        }
    }
}

/// Appends a number in decimal; the formatter of std takes several times as long.
pub fn write_number(mut number: u32, out: &mut Vec<u8>) {
    let mut digits = [b'0'; 10];
    let mut count = 0;
    for digit in digits.iter_mut().rev() {
        *digit += (number % 10) as u8;
        number /= 10;
        count += 1;
        if number == 0 {
            break;
        }
    }
    out.extend_from_slice(digits.get(digits.len() - count..).unwrap_or_default());
}

/// Appends lower-case hexadecimal.
pub fn write_hex(bytes: &[u8], out: &mut Vec<u8>) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |value: u8| DIGITS.get(usize::from(value)).copied().unwrap_or_default();
    out.reserve(bytes.len() * 2);
    bytes.iter().for_each(|byte| out.extend_from_slice(&[digit(byte >> 4), digit(byte & 15)]));
}

/// Appends base64 with padding (RFC 4648, 4).
pub fn write_base64(bytes: &[u8], out: &mut Vec<u8>) {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let digit = |value: u32| DIGITS.get((value & 63) as usize).copied().unwrap_or_default();
    let digits = |number: u32| [digit(number >> 18), digit(number >> 12), digit(number >> 6), digit(number)];
    out.reserve(bytes.len().div_ceil(3) * 4);
    let (groups, rest) = bytes.as_chunks::<3>();
    groups.iter().for_each(|[a, b, c]| out.extend_from_slice(&digits(u32::from_be_bytes([0, *a, *b, *c]))));
    let [a, b, c, _] = match rest {
        [] => return,
        [a] => digits(u32::from_be_bytes([0, *a, 0, 0])),
        [a, b, ..] => digits(u32::from_be_bytes([0, *a, *b, 0])),
    };
    out.extend_from_slice(&[a, b, if rest.len() == 2 { c } else { b'=' }, b'=']);
}

/// Appends lower-case base32 with the digits of hexadecimal, without padding (RFC 4648, 7), as NSEC3 has it.
pub fn write_base32hex(bytes: &[u8], out: &mut Vec<u8>) {
    let digit = |value: u64| match (value & 31) as u8 {
        value @ 0..10 => b'0' + value,
        value => b'a' + value - 10,
    };
    for group in bytes.chunks(5) {
        let number = group.iter().fold(0, |number, byte| number << 8 | u64::from(*byte)) << (8 * (5 - group.len()));
        let digits = [35, 30, 25, 20, 15, 10, 5, 0].map(|shift| digit(number >> shift));
        out.extend_from_slice(digits.get(..(group.len() * 8).div_ceil(5)).unwrap_or_default());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_in_decimal() {
        for number in [0, 7, 10, 65_535, u32::MAX] {
            let mut out = Vec::new();
            write_number(number, &mut out);
            assert_eq!(out, number.to_string().into_bytes());
        }
    }

    #[test]
    fn the_test_vectors_of_rfc_4648_come_out() {
        for (bytes, base64, base32) in
            [("f", "Zg==", "co"), ("fo", "Zm8=", "cpng"), ("foo", "Zm9v", "cpnmu"), ("foobar", "Zm9vYmFy", "cpnmuoj1e8")]
        {
            let (mut one, mut other) = (Vec::new(), Vec::new());
            write_base64(bytes.as_bytes(), &mut one);
            write_base32hex(bytes.as_bytes(), &mut other);
            assert_eq!((one, other), (base64.into(), base32.into()));
        }
    }
}
