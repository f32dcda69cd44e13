//! Seeded mutations of inputs, in the manner of libFuzzer's: a few at a time, of bits, bytes, numbers and stretches.

use std::ops::Range;

use fastrand::Rng;

/// Mutations of one input at most.
const MOST: usize = 6;
/// Longest stretch that is inserted, taken out or repeated, mostly.
const STRETCH: usize = 64;
/// Numbers at which lengths and counts go wrong.
const ODD: [u32; 12] = [0, 1, 2, 0x7f, 0x80, 0xff, 0x100, 0x7fff, 0xffff, 0x1_0000, 0x7fff_ffff, 0xffff_ffff];

/// A seed, changed; `other` is another seed, of which it may take a piece.
pub fn mutate(seed: &[u8], other: &[u8], longest: usize, random: &mut Rng) -> Vec<u8> {
    let mut input = seed.to_vec();
    for _ in 0..random.usize(1..=MOST) {
        change(&mut input, other, random);
        input.truncate(longest);
    }
    input
}

fn change(input: &mut Vec<u8>, other: &[u8], random: &mut Rng) {
    let at = random.usize(..=input.len());
    match random.u8(..10) {
        0 => byte(input, random, |byte, random| byte ^ 1 << random.u8(..8)),
        1 => byte(input, random, |_, random| random.u8(..)),
        2 => byte(input, random, |byte, random| byte.wrapping_add_signed(random.i8(-4..=4))),
        3 | 4 => number(input, at, random),
        5 => drop(input.drain(stretch(input.len(), random))),
        6 => {
            let bytes = [(); 8].map(|()| random.u8(..));
            input.splice(at..at, bytes.into_iter().take(random.usize(1..=8)));
        }
        7 => {
            let again = input.get(stretch(input.len(), random)).unwrap_or_default().to_vec();
            input.splice(at..at, again);
        }
        8 => {
            let piece = other.get(stretch(other.len(), random)).unwrap_or_default().to_vec();
            let end = (at + random.usize(..=piece.len())).min(input.len());
            input.splice(at..end, piece);
        }
        _ => input.truncate(at),
    }
}

fn byte(input: &mut [u8], random: &mut Rng, new: impl FnOnce(u8, &mut Rng) -> u8) {
    let at = random.usize(..input.len().max(1));
    if let Some(byte) = input.get_mut(at) {
        *byte = new(*byte, random);
    }
}

/// Writes an odd number, of one, two or four bytes in either order.
fn number(input: &mut [u8], at: usize, random: &mut Rng) {
    let (odd, width) = (random.choice(ODD).unwrap_or_default(), random.choice([1, 2, 4]).unwrap_or(1));
    let bytes = if random.bool() { odd.to_le_bytes() } else { odd.rotate_left(32 - 8 * width as u32).to_be_bytes() };
    for (to, from) in input.iter_mut().skip(at).zip(bytes.iter().take(width)) {
        *to = *from;
    }
}

/// Short ones are likelier.
fn stretch(length: usize, random: &mut Rng) -> Range<usize> {
    let from = random.usize(..=length);
    let most = if random.u8(..8) == 0 { length } else { STRETCH };
    from..(from + random.usize(..=most)).min(length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_numbers_give_the_same_inputs_and_none_is_too_long() {
        let inputs = || {
            let mut random = Rng::with_seed(1);
            (0..1000).map(|_| mutate(&[7; 90], b"another", 100, &mut random)).collect::<Vec<_>>()
        };
        assert_eq!(inputs(), inputs());
        assert!(inputs().iter().all(|input| input.len() <= 100));
        assert!(inputs().iter().filter(|input| input.as_slice() != [7; 90]).count() > 900);
    }

    #[test]
    fn nothing_can_be_mutated() {
        let mut random = Rng::with_seed(1);
        assert!((0..100).any(|_| !mutate(b"", b"", 100, &mut random).is_empty()));
    }
}
