//! The input of a stream parser that has been fed and not yet consumed.

/// Joins chunks that are cut anywhere into one stretch of bytes, and knows where in the fed input that stretch begins.
#[derive(Debug, Default)]
pub struct StreamBuffer {
    bytes: Vec<u8>,
    start: usize,
    position: u64,
}

impl StreamBuffer {
    /// Adds the next chunk behind what is there. What was consumed is released.
    pub fn push(&mut self, chunk: &[u8]) {
        if self.start > 0 {
            self.bytes.drain(..self.start);
            self.start = 0;
        }
        self.bytes.extend_from_slice(chunk);
    }

    /// The bytes that wait.
    pub fn bytes(&self) -> &[u8] {
        self.bytes.get(self.start..).unwrap_or_default()
    }

    /// Drops `count` bytes from the front; more than there are drops all.
    pub fn consume(&mut self, count: usize) {
        let count = count.min(self.bytes.len() - self.start);
        self.start += count;
        self.position += count as u64;
    }

    /// Where `bytes` begins: bytes consumed since the session was opened.
    pub fn position(&self) -> u64 {
        self.position
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_cut_by_a_chunk_is_whole_again_after_the_next() {
        let mut buffer = StreamBuffer::default();
        buffer.push(b"abc");
        buffer.consume(2);
        buffer.push(b"de");
        assert_eq!(buffer.bytes(), b"cde");
        assert_eq!(buffer.position(), 2);
        buffer.consume(9);
        assert_eq!((buffer.bytes(), buffer.position()), (&b""[..], 5));
    }
}
