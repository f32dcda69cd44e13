//! Byte order: nfdump writes its structures as they lie in memory, so a file has the order of the machine that wrote it.

/// Numbers of one byte order at fixed places of an array.
///
/// A place behind the end of the array reads as 0; places are constants of the format, so the check costs nothing.
pub trait Order {
    /// From two bytes.
    fn u16(bytes: [u8; 2]) -> u16;
    /// From four bytes.
    fn u32(bytes: [u8; 4]) -> u32;
    /// From eight bytes.
    fn u64(bytes: [u8; 8]) -> u64;

    /// Two bytes at `at`.
    #[inline(always)]
    fn u16_at<const N: usize>(array: &[u8; N], at: usize) -> u16 {
        Self::u16(part(array, at))
    }

    /// Four bytes at `at`.
    #[inline(always)]
    fn u32_at<const N: usize>(array: &[u8; N], at: usize) -> u32 {
        Self::u32(part(array, at))
    }

    /// Eight bytes at `at`.
    #[inline(always)]
    fn u64_at<const N: usize>(array: &[u8; N], at: usize) -> u64 {
        Self::u64(part(array, at))
    }

    /// An IPv6 address: two numbers of eight bytes, the upper half first.
    #[inline(always)]
    fn u128_at<const N: usize>(array: &[u8; N], at: usize) -> u128 {
        u128::from(Self::u64_at(array, at)) << 64 | u128::from(Self::u64_at(array, at + 8))
    }
}

/// One byte at `at`.
#[inline(always)]
pub fn u8_at<const N: usize>(array: &[u8; N], at: usize) -> u8 {
    array.get(at).copied().unwrap_or_default()
}

#[inline(always)]
fn part<const N: usize, const M: usize>(array: &[u8; N], at: usize) -> [u8; M] {
    array.get(at..).and_then(|rest| rest.first_chunk()).copied().unwrap_or([0; M])
}

/// x86, ARM and nearly everything else.
#[derive(Debug, Clone, Copy)]
pub struct Little;

/// SPARC, POWER, MIPS.
#[derive(Debug, Clone, Copy)]
pub struct Big;

macro_rules! order {
    ($order:ty, $from:ident) => {
        impl Order for $order {
            #[inline(always)]
            fn u16(bytes: [u8; 2]) -> u16 {
                u16::$from(bytes)
            }
            #[inline(always)]
            fn u32(bytes: [u8; 4]) -> u32 {
                u32::$from(bytes)
            }
            #[inline(always)]
            fn u64(bytes: [u8; 8]) -> u64 {
                u64::$from(bytes)
            }
        }
    };
}
order!(Little, from_le_bytes);
order!(Big, from_be_bytes);
