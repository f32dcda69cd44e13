//! Sizes and counts for people.

use bytesize::ByteSize;

/// `3.0 MiB`
pub(super) fn bytes(count: u64) -> String {
    ByteSize(count).display().iec().to_string()
}

/// `12,345`
pub(super) fn count(number: u64) -> String {
    let digits = number.to_string();
    let first = digits.len() % 3;
    let mut out = String::with_capacity(digits.len() * 4 / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && index % 3 == first {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// `1 file`, `2 files`, `2 stretches of input`
pub(super) fn counted(number: u64, what: &str) -> String {
    let (thing, rest) = what.split_once(' ').map_or((what, String::new()), |(thing, rest)| (thing, format!(" {rest}")));
    let things = match (number, thing.strip_suffix("ry")) {
        (1, _) => thing.to_owned(),
        (_, Some(stem)) => format!("{stem}ries"),
        (_, None) if thing.ends_with("ch") => format!("{thing}es"),
        (_, None) => format!("{thing}s"),
    };
    format!("{} {things}{rest}", count(number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn things_are_counted_in_words() {
        let counted = |number| [counted(number, "row"), counted(number, "stretch of input")];
        assert_eq!(counted(1), ["1 row", "1 stretch of input"]);
        assert_eq!(counted(2_000), ["2,000 rows", "2,000 stretches of input"]);
        assert_eq!([super::counted(1, "entry"), super::counted(0, "entry")], ["1 entry", "0 entries"]);
    }

    #[test]
    fn digits_stand_in_groups_of_three() {
        assert_eq!([0, 999, 1_000, 12_345, 123_456, 1_234_567].map(count), ["0", "999", "1,000", "12,345", "123,456", "1,234,567"]);
    }
}
