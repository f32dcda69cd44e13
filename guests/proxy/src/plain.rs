//! Texts one behind the other, as a column of bytes has them.

use weir_sdk::Bytes;

use crate::text::Text;

/// Bytes that are copied at once; what lies behind the text is overwritten by the next one.
const PIECE: usize = 32;

/// Builds the texts.
#[derive(Debug)]
pub struct Plain {
    /// The texts up to `end`, and room.
    data: Vec<u8>,
    end: usize,
    /// Where each text begins, and the last one ends.
    offsets: Vec<u32>,
}

impl Default for Plain {
    fn default() -> Self {
        Self { data: Vec::new(), end: 0, offsets: vec![0] }
    }
}

impl Plain {
    /// How many texts there are.
    pub fn count(&self) -> usize {
        self.offsets.len() - 1
    }

    /// A text by its number.
    #[inline]
    pub fn get(&self, number: usize) -> Option<&[u8]> {
        let [start, end] = *self.offsets.get(number..)?.first_chunk()?;
        self.data.get(start as usize..end as usize)
    }

    /// Adds a text.
    #[inline]
    pub fn push(&mut self, text: Text<'_>) {
        self.append(text);
        self.end_text();
    }

    /// Adds a piece of a text.
    #[inline]
    pub fn append(&mut self, text: Text<'_>) {
        let length = text.len();
        if self.data.len() < self.end + length + PIECE {
            self.make_room(length);
        }
        let room = self.data.get_mut(self.end..).unwrap_or_default();
        let (pieces, whole) = (text.onwards().as_chunks::<PIECE>().0, length.div_ceil(PIECE));
        if whole <= pieces.len() {
            room.as_chunks_mut().0.iter_mut().zip(pieces).take(whole).for_each(|(room, piece)| *room = *piece);
        } else {
            room.iter_mut().zip(text.bytes()).for_each(|(to, from)| *to = *from);
        }
        self.end += length;
    }

    /// Ends a text.
    #[inline]
    pub fn end_text(&mut self) {
        self.offsets.push(self.end as u32);
    }

    #[cold]
    fn make_room(&mut self, length: usize) {
        self.data.resize((self.end + length + PIECE) * 2, 0);
    }

    /// The texts; the builder starts anew.
    pub fn finish(&mut self) -> Bytes {
        let offsets = self.offsets.iter().flat_map(|offset| offset.to_le_bytes()).collect();
        let bytes = Bytes { offsets, data: self.data.get(..self.end).unwrap_or_default().to_vec() };
        self.offsets.truncate(1);
        self.end = 0;
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Span;

    #[test]
    fn texts_of_any_length_are_copied_from_anywhere_in_a_line() {
        let line: Vec<u8> = (0..200).map(|number| b'!' + number % 90).collect();
        let (mut plain, mut expected) = (Plain::default(), Vec::new());
        for round in 0..2 {
            for start in 0..200 {
                for end in start..200 {
                    plain.append(Text::within(&line, Span { start, end }).unwrap());
                    expected.extend_from_slice(&line[start..end]);
                }
                plain.end_text();
            }
            assert_eq!((plain.count(), plain.get(199)), (200, Some(&b""[..])));
            let bytes = plain.finish();
            assert!(bytes.data == expected, "{round}");
            assert_eq!(bytes.offsets.len(), 201 * 4);
            expected.clear();
        }
    }
}
