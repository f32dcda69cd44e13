//! Addresses and flags as text.

use std::fmt::Write;
use std::net::Ipv6Addr;

use crate::record::Address;

impl Address {
    /// Appends the address as text; `0.0.0.0`, as nfdump prints it, where there is none.
    pub fn write(self, out: &mut String) {
        match self {
            Self::None => out.push_str("0.0.0.0"),
            Self::V4(number) => write_v4(number, out),
            Self::V6(number) => write_v6(number, out),
        }
    }
}

/// Every byte in decimal with a dot behind it; those of one, two and three digits begin at 0, 20 and 290.
const DOTTED: &str = "\
    0.1.2.3.4.5.6.7.8.9.10.11.12.13.14.15.16.17.18.19.20.21.22.23.24.25.26.27.28.29.30.31.32.33.34.35.36.37.38.39.40.41.42.4\
    3.44.45.46.47.48.49.50.51.52.53.54.55.56.57.58.59.60.61.62.63.64.65.66.67.68.69.70.71.72.73.74.75.76.77.78.79.80.81.82.8\
    3.84.85.86.87.88.89.90.91.92.93.94.95.96.97.98.99.100.101.102.103.104.105.106.107.108.109.110.111.112.113.114.115.116.11\
    7.118.119.120.121.122.123.124.125.126.127.128.129.130.131.132.133.134.135.136.137.138.139.140.141.142.143.144.145.146.14\
    7.148.149.150.151.152.153.154.155.156.157.158.159.160.161.162.163.164.165.166.167.168.169.170.171.172.173.174.175.176.17\
    7.178.179.180.181.182.183.184.185.186.187.188.189.190.191.192.193.194.195.196.197.198.199.200.201.202.203.204.205.206.20\
    7.208.209.210.211.212.213.214.215.216.217.218.219.220.221.222.223.224.225.226.227.228.229.230.231.232.233.234.235.236.23\
    7.238.239.240.241.242.243.244.245.246.247.248.249.250.251.252.253.254.255.";

/// From a table: a file has thousands of distinct addresses, and the formatter of std takes five times as long.
fn write_v4(number: u32, out: &mut String) {
    for byte in number.to_be_bytes().map(usize::from) {
        let (start, length) = match byte {
            0..10 => (byte * 2, 2),
            10..100 => (20 + (byte - 10) * 3, 3),
            _ => (290 + (byte - 100) * 4, 4),
        };
        out.push_str(DOTTED.get(start..start + length).unwrap_or_default());
    }
    out.pop();
}

fn write_v6(number: u128, out: &mut String) {
    // An address of IPv4 in the last four bytes alone: the C library ends it in dots, Rust does not.
    if number >> 32 == 0 && number >> 16 != 0 {
        out.push_str("::");
        return write_v4(number as u32, out);
    }
    // Writing to a String cannot fail.
    let _ = write!(out, "{}", Ipv6Addr::from_bits(number));
}

/// Appends TCP flags as nfdump 1.6.13 spells them, for every protocol: six characters `UAPRSF` with dots, or the number as `  0xc2` when a bit
/// above URG is set.
pub fn write_tcp_flags(flags: u8, out: &mut String) {
    if flags > 63 {
        let _ = write!(out, "  0x{flags:2x}");
        return;
    }
    for (at, letter) in "UAPRSF".chars().enumerate() {
        out.push(if flags >> (5 - at) & 1 == 1 { letter } else { '.' });
    }
}

/// Appends a MAC address, 48 bits, as `02:34:56:78:90:aa`.
pub fn write_mac(mac: u64, out: &mut String) {
    let [_, _, a, b, c, d, e, f] = mac.to_be_bytes();
    let _ = write!(out, "{a:02x}:{b:02x}:{c:02x}:{d:02x}:{e:02x}:{f:02x}");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(write: impl FnOnce(&mut String)) -> String {
        let mut out = String::new();
        write(&mut out);
        out
    }

    #[test]
    fn tcp_flags_are_spelled_as_by_nfdump_1_6_13() {
        let shown = [0, 0x1b, 0x3f, 0x40, 0xc2].map(|flags| text(|out| write_tcp_flags(flags, out)));
        assert_eq!(shown, ["......", ".AP.SF", "UAPRSF", "  0x40", "  0xc2"]);
    }

    #[test]
    fn addresses_are_spelled_as_by_nfdump() {
        let shown =
            [Address::None, Address::V4(0x0a00_0001), Address::V4(0x7f64_ff09), Address::V6(0xfe80 << 112 | 1), Address::V6(0x0102_0304)]
                .map(|address| text(|out| address.write(out)));
        assert_eq!(shown, ["0.0.0.0", "10.0.0.1", "127.100.255.9", "fe80::1", "::1.2.3.4"]);
    }
}
