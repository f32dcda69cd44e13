//! LZ4 blocks: sequences of literals, each with a copy of what was written before behind it.
//!
//! Format: `lz4_Block_format.md` of LZ4 1.10. Flows compress to short sequences, ten a flow, so the time goes where a copy is more than a load and a
//! store: in the sandbox a copy whose length is not known beforehand is a call. Short sequences are read from a window of fixed size and copied in
//! pieces of fixed size; what is too much of the last piece is overwritten by the next sequence. Measured over a million flows: 57 ns a flow in the
//! sandbox where the crate lz4_flex takes 73, natively 37 and 43 (before the module had 128-bit instructions).

use weir_sdk::{OutOfBounds, Reader};

/// Why a block does not decompress.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wrong {
    /// It breaks the rules of the format.
    Corrupt,
    /// It would be larger than the room there is for it.
    TooLarge,
}

impl From<OutOfBounds> for Wrong {
    fn from(_: OutOfBounds) -> Self {
        Self::Corrupt
    }
}

/// Bytes that one load and one store copy.
const PIECE: usize = 16;
/// The least length of a copy.
const LEAST: usize = 4;
/// A length of so much in the token goes on in the bytes behind.
const GOES_ON: usize = 15;
/// Most bytes that a short sequence copies.
const SHORT: usize = 3 * PIECE;
/// Input that a short sequence is read from: token, literals in one piece, offset, a byte of length.
const WINDOW: usize = 1 + PIECE + 2 + 1;
/// Output that a short sequence may write to.
const ROOM: usize = PIECE + SHORT;

/// Decompresses a block into `plain` and says how many bytes it became. What lies behind them is not what it was.
///
/// # Errors
/// The block breaks the rules, or `plain` is too small for it.
pub fn decompress(block: &[u8], plain: &mut [u8]) -> Result<usize, Wrong> {
    let (mut rest, mut at) = (block, 0);
    loop {
        (rest, at) = short_ones(rest, plain, at);
        match any(rest, plain, at)? {
            (Some(next), end) => (rest, at) = (next, end),
            (None, end) => return Ok(end),
        }
    }
}

/// Short sequences until another comes. A function of its own whose loop carries two numbers: in the sandbox, which looks at its clock in each round,
/// more of them would not stay in registers.
#[inline(never)]
fn short_ones<'a>(block: &'a [u8], plain: &mut [u8], mut at: usize) -> (&'a [u8], usize) {
    let mut from = 0;
    while let Some(window) = block.get(from..).and_then(|rest| rest.first_chunk())
        && let Some((length, end)) = short(window, plain, at)
    {
        (from, at) = (from + length, end);
    }
    (block.get(from..).unwrap_or_default(), at)
}

/// A sequence of few literals and a short copy that lies well within `plain`: its length, and where its output ends. `None`: it is another one, or
/// wrong.
#[inline(always)]
fn short(window: &[u8; WINDOW], plain: &mut [u8], at: usize) -> Option<(usize, usize)> {
    let token = usize::from(window[0]);
    let (literals, mut length) = (token >> 4, LEAST + (token & 0xf));
    let mut next = 1 + literals + 2;
    if length == LEAST + GOES_ON {
        length += usize::from(*window.get(next)?);
        next += 1;
    }
    let offset = usize::from(u16::from_le_bytes(*window.get(1 + literals..)?.first_chunk()?));
    let room = plain.get_mut(at..)?.first_chunk_mut::<ROOM>()?;
    let from = (at + literals).checked_sub(offset)?;
    // A copy that overlaps itself repeats what it wrote; from piece to piece it does so by itself.
    if literals == GOES_ON || length > SHORT || offset < length.min(PIECE) {
        return None;
    }
    *room.first_chunk_mut()? = *window.get(1..)?.first_chunk::<PIECE>()?;
    let to = at + literals;
    piece(plain, from, to)?;
    if length > PIECE {
        piece(plain, from + PIECE, to + PIECE)?;
        if length > 2 * PIECE {
            piece(plain, from + 2 * PIECE, to + 2 * PIECE)?;
        }
    }
    Some((next, to + length))
}

#[inline(always)]
fn piece(plain: &mut [u8], from: usize, to: usize) -> Option<()> {
    let piece = *plain.get(from..)?.first_chunk::<PIECE>()?;
    *plain.get_mut(to..)?.first_chunk_mut()? = piece;
    Some(())
}

/// The next sequence, whatever it is: what is behind it, `None` at the end of the block, and where its output ends.
#[inline(never)]
fn any<'a>(rest: &'a [u8], plain: &mut [u8], at: usize) -> Result<(Option<&'a [u8]>, usize), Wrong> {
    let mut reader = Reader::new(rest);
    let token = usize::from(reader.u8()?);
    let literals = length(&mut reader, token >> 4)?;
    let literals = reader.take(literals)?;
    let to = at + literals.len();
    plain.get_mut(at..to).ok_or(Wrong::TooLarge)?.copy_from_slice(literals);
    if reader.rest().is_empty() {
        return Ok((None, to));
    }
    let offset = usize::from(reader.u16_le()?);
    let length = LEAST + length(&mut reader, token & 0xf)?;
    repeat(plain, to, offset, length)?;
    Ok((Some(reader.rest()), to + length))
}

fn length(reader: &mut Reader<'_>, in_token: usize) -> Result<usize, Wrong> {
    let mut length = in_token;
    let mut goes_on = length == GOES_ON;
    while goes_on {
        let more = reader.u8()?;
        length += usize::from(more);
        goes_on = more == u8::MAX;
    }
    Ok(length)
}

/// Writes at `to` what lies `offset` before, and again until there are `length` bytes.
fn repeat(plain: &mut [u8], to: usize, offset: usize, length: usize) -> Result<(), Wrong> {
    let from = to.checked_sub(offset).filter(|_| offset > 0).ok_or(Wrong::Corrupt)?;
    if plain.len() - to < length {
        return Err(Wrong::TooLarge);
    }
    let mut done = 0;
    while done < length {
        let count = (offset + done).min(length - done);
        plain.copy_within(from..from + count, to + done);
        done += count;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A block that a bystander's compressor made, and what it was made of: stretches of `texture` different bytes that come again.
    fn block(texture: u32, size: usize) -> (Vec<u8>, Vec<u8>) {
        let mut state = texture;
        let mut plain: Vec<u8> = Vec::new();
        while plain.len() < size {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let (back, length) = ((state >> 8) as usize % 300 + 1, (state >> 20) as usize % 90);
            match plain.len().checked_sub(back) {
                Some(from) if state >> 29 > 1 => (from..from + length).for_each(|at| plain.push(plain[at])),
                _ => plain.extend((0..length as u32 / 4).map(|at| (state.rotate_left(at) % texture) as u8)),
            }
        }
        (lz4_flex::block::compress(&plain), plain)
    }

    fn undone(block: &[u8], room: usize) -> Result<Vec<u8>, Wrong> {
        let mut plain = vec![0xaa; room];
        decompress(block, &mut plain).map(|size| plain[..size].to_vec())
    }

    #[test]
    fn blocks_of_another_compressor_become_what_they_were_made_of() {
        for (texture, size) in [(2, 70_000), (256, 70_000), (7, 300), (200, 64), (3, 1), (256, 17), (1, 5000)] {
            let (block, plain) = block(texture, size);
            assert_eq!(undone(&block, plain.len()), Ok(plain.clone()), "{texture} {size}");
            assert_eq!(undone(&block, plain.len() + 1000), Ok(plain.clone()), "{texture} {size}, more room");
            assert_eq!(undone(&block, plain.len() - 1), Err(Wrong::TooLarge), "{texture} {size}, less room");
        }
    }

    #[test]
    fn copies_at_every_distance_and_of_every_length_repeat_what_is_there() {
        let seed = b"abcdefghijklmnopqrstuvwxyz0123456789";
        for offset in 1..=seed.len() {
            for length in 4..=300usize {
                let mut block = vec![0xf0 | (length - 4).min(15) as u8, (seed.len() - 15) as u8];
                block.extend_from_slice(seed);
                block.extend((offset as u16).to_le_bytes());
                if let Some(more) = (length - 4).checked_sub(15) {
                    block.extend(std::iter::repeat_n(255, more / 255));
                    block.push((more % 255) as u8);
                }
                block.extend([0x50, 1, 2, 3, 4, 5]);
                let mut plain = seed.to_vec();
                (0..length).for_each(|_| plain.push(plain[plain.len() - offset]));
                plain.extend([1, 2, 3, 4, 5]);
                assert_eq!(undone(&block, 1000), Ok(plain.clone()), "{offset} {length}");
                assert_eq!(undone(&block, plain.len()), Ok(plain), "{offset} {length}, no room behind");
            }
        }
    }

    #[test]
    fn a_block_that_is_cut_or_changed_anywhere_is_what_another_decompressor_says() {
        let (block, plain) = block(90, 3000);
        for at in 0..block.len() {
            for change in [0, 1, 0x0f, 0x10, 0xf0, 0xff] {
                let mut changed = block.clone();
                changed[at] ^= change;
                changed.truncate(if change == 0 { at } else { block.len() });
                let mut other = vec![0; plain.len()];
                let expected = lz4_flex::block::decompress_into(&changed, &mut other).map(|size| other[..size].to_vec());
                assert_eq!(undone(&changed, plain.len()).ok(), expected.ok(), "{at} {change}");
            }
        }
    }

    #[test]
    fn a_copy_from_before_the_beginning_is_corrupt() {
        assert_eq!(undone(&[0x10, b'a', 2, 0, 0x10, b'b'], 100), Err(Wrong::Corrupt));
        assert_eq!(undone(&[0x10, b'a', 0, 0, 0x10, b'b'], 100), Err(Wrong::Corrupt));
    }
}
