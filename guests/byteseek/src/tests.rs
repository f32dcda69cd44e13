//! The cases of Metron's own test (B) and those measured with byteseek 2.0.3 (BM, BC): pattern, data, and whether it is found.

use crate::{ByteClass, Pattern};

const REAL: &str = "d4c3b2a1020004000000000000000000ffff0000010000000dfbea560923090062000000620000000a002700000008002796a47a0800451000547cdf\
     40004006b7e9c0a84279c0a842010016d9ef129035948b92f427801801f5061200000101080a0014f5d511bdf9915bf6b70140db6d4fb551229ef07d\
     2f56abd814bc56420489ca38e7faf8cec3d4";

/// Not a pattern.
const WRONG: Option<bool> = None;

const CASES: &[(&str, &str, &str, Option<bool>)] = &[
    ("B1", "`metron`", "6d6574726f6e", Some(true)),
    ("B2", "`metron`", "6d6574726f6e206578616d706c65", Some(true)),
    ("B3", "`metron`", "656477617264206d6574726f6e206578616d706c65", Some(true)),
    ("B4", "`metron`", "617061636865", Some(false)),
    ("B5", "2f56abd814bc56420489ca38e7faf8cec3d4", REAL, Some(true)),
    ("B6", "2f56..14bc56420489ca38e7faf8cec3d4", REAL, Some(true)),
    ("B7", "(2f56)(.){2}(14bc56420489ca38e7faf8cec3d4)", REAL, Some(true)),
    ("B8", "(3f56)(.){2}(14bc56420489ca38e7faf8cec3d4)", REAL, Some(false)),
    ("B9", "3f56abd814bc56420489ca38e7faf8cec3d4", REAL, Some(false)),
    ("B10", "deadbeef", "deadbeef6d6574726f6e", Some(true)),
    ("B11", "deadbeef `metron`", "deadbeef6d6574726f6e", Some(true)),
    ("B12", "deadbeef `metron`", "deadbeef6d6574726f6e6a6f6e6573", Some(true)),
    ("B13", "deadbeef `metron`", "deadbeef6d6574726f6e6a6f6e6573deadbeef", Some(true)),
    ("B14", "([ff]){4}", "ffffffff", Some(true)),
    ("B15", "([ff]){6}", "ffffffff", Some(false)),
    ("B16", "[^ff]", "00", Some(true)),
    ("B17", "&01", "07", Some(true)),
    ("B18", "&01", "00", Some(false)),
    ("B19", "&01", "0001", Some(true)),
    ("B20", "(dead).{2}(beef)", "dead0000beef", Some(true)),
    ("BM3", "'metron'", "78786d6574726f6e7878", Some(true)),
    ("BM4", "2F56ABD8", REAL, Some(true)),
    ("BM15", "^[00 01]", "01", Some(false)),
    ("BM19", "&00", "00", Some(true)),
    ("BM22", "^&81", "80", Some(true)),
    ("BM32", "~ 01", "01", WRONG),
    ("BM34", ".", "", Some(false)),
    ("BM36", "^.", "00", Some(true)),
    ("BM39", "30-39", "35", Some(true)),
    ("BM41", "30 - 39", "35", Some(true)),
    ("BM43", "^30-39", "35", Some(false)),
    ("BM45", "[30-39]", "35", Some(true)),
    ("BM49", "'a' - 'z'", "51", Some(false)),
    ("BM51", "30-", "30", WRONG),
    ("BM55", "30--39", "30", WRONG),
    ("BM62", "^['abc']", "64", Some(true)),
    ("BM66", "[~0f]", "10", Some(false)),
    ("BM68", "[01", "01", WRONG),
    ("BM69", "01]", "01", WRONG),
    ("BM70", "[01 (02)]", "01", WRONG),
    ("BM73", "00{2}", "0000", Some(true)),
    ("BM79", "00{2,3}", "0000", WRONG),
    ("BM81", "00{2,2}", "0000", WRONG),
    ("BM86", "{2}", "00", WRONG),
    ("BM87", "00{2}{2}", "00000000", WRONG),
    ("BM88", "(00{2}){2}", "00000000", WRONG),
    ("BM89", "'ab'{2}", "61626162", Some(true)),
    ("BM90", "'ab'{2}", "616262", Some(false)),
    ("BM91", "`ab`{2}", "61424162", Some(true)),
    ("BM92", "(00 01){2}", "00010001", Some(true)),
    ("BM93", "((00) 01){2}", "00010001", Some(true)),
    ("BM99", "01 02|03", "0102", WRONG),
    ("BM100", "'ab'|'cd'", "6364", WRONG),
    ("BM101", "01|30-39|&80", "80", Some(true)),
    ("BM102", "`a`|'b'", "61", WRONG),
    ("BM103", "|01", "01", WRONG),
    ("BM105", "01||02", "01", WRONG),
    ("BM106", "(01|02", "02", Some(true)),
    ("BM110", ")", "00", WRONG),
    ("BM111", "()", "00", WRONG),
    ("BM112", "(dead)(beef)", "deadbeef", Some(true)),
    ("BM116", r"\r", "0d", Some(true)),
    ("BM117", r"\v", "0b", Some(true)),
    ("BM120", r"\e", "1e", Some(true)),
    ("BM122", r"\d", "78", Some(false)),
    ("BM123", r"\D", "78", Some(true)),
    ("BM124", r"^\d", "78", Some(true)),
    ("BM125", r"\w", "5f", Some(true)),
    ("BM133", r"\L", "51", Some(true)),
    ("BM135", r"\U", "71", Some(true)),
    ("BM136", r"\x", "00", WRONG),
    ("BM138", r"[\d \l]", "71", Some(true)),
    ("BM143", "``", "00", WRONG),
    ("BM147", "^'ab'", "62", WRONG),
    ("BM148", "^`a`", "62", WRONG),
    ("BM152", "`é`", "c9", Some(false)),
    ("BM155", "01#", "01", Some(true)),
    ("BM158", r"'a\tb'", "610962", Some(false)),
    ("BM162", "0x01", "01", WRONG),
    ("BM164", "00 'ab' &80 . ^01 ~03 [05-07] `x`", "006162c0ff02010658", Some(true)),
    ("BM167", "01 (02|03) 04", "010304", Some(true)),
    ("BM170", "[01]{2} .{3} 'end'", "0101aabbcc656e64", Some(true)),
    ("BM171", ".{4}", "000000", Some(false)),
    ("BM177", "^[^'0'-'9']", "37", Some(true)),
    ("BM178", "^[^'0'-'9']", "61", Some(false)),
    ("BM179", r"\t'x'", "0978", Some(true)),
    ("BM180", r"01\r\n", "010d0a", Some(true)),
    ("BM182", "80-ff", "7f", Some(false)),
    ("BM183", "80-ff", "80", Some(true)),
    ("BM184", "&0f-1f", "0f", WRONG),
];

fn bytes(hex: &str) -> Vec<u8> {
    (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
}

/// Id, pattern, and the ranges of bytes that it matches.
type Case<'a> = (&'a str, &'a str, &'a [(u8, u8)]);

#[test]
fn every_case_is_found_refused_or_missed_as_byteseek_does() {
    for (id, pattern, data, expected) in CASES {
        let found = Pattern::new(pattern).map(|pattern| pattern.is_found_in(&bytes(data)));
        assert_eq!(found.as_ref().ok(), expected.as_ref(), "{id}: `{pattern}` in {data}: {found:?}");
    }
}

#[test]
fn classes_of_bytes_are_exact() {
    let cases: [Case<'_>; 4] = [
        ("BC1", r"\d", &[(0x30, 0x39)]),
        ("BC3", r"\s", &[(0x09, 0x0a), (0x0d, 0x0d), (0x20, 0x20)]),
        ("BC4", r"\l", &[(0x61, 0x7a)]),
        ("BC8", "[^ff 00]", &[(0x00, 0xfe)]),
    ];
    for (id, pattern, ranges) in cases {
        let classes: Vec<_> = Pattern::new(pattern).unwrap().classes().iter().map(ByteClass::ranges).collect();
        assert_eq!(classes, [ranges], "{id}");
    }
}

#[test]
fn a_mistake_is_shown_where_it_is() {
    let cases =
        [("01 zz", 3), ("('ab' | 01)", 1), ("01 'abc", 3), ("00{2,3}", 4), ("00{0}", 3), ("ab*", 2), ("[01 (02)]", 4), ("30-", 3), ("", 0)];
    for (pattern, at) in cases {
        assert_eq!(Pattern::new(pattern).unwrap_err().at, at, "`{pattern}`");
    }
}

#[test]
fn what_was_surely_not_meant_is_a_warning() {
    let pattern = Pattern::new("dead)beef").unwrap();
    assert!(pattern.is_found_in(&bytes("dead")));
    assert_eq!(pattern.warnings(), ["what follows `)` at byte 4 of the pattern has no effect, since no `(` is open"]);
    assert_eq!(
        Pattern::new("(01|02").unwrap().warnings(),
        ["the group that opens at byte 0 of the pattern is not closed: it reaches to the end"]
    );
}

#[test]
fn places_of_any_byte_around_the_rest_are_counted() {
    let pattern = Pattern::new("..'ab'.").unwrap();
    let found = |data: &str| pattern.is_found_in(data.as_bytes());
    assert_eq!(["xxabx", "xabx", "xxab", "abxabab", "xxabxx"].map(found), [true, false, false, true, true]);
    assert_eq!([Pattern::new("..").unwrap().is_found_in(b"a"), Pattern::new("..").unwrap().is_found_in(b"ab")], [false, true]);
}

#[test]
fn patterns_too_long_too_deep_or_multiplied_are_refused() {
    for pattern in
        ["00{4097}", "((((00{100} 01){100}) 02){100})", &"(".repeat(200), &"00".repeat(5000), &"[".repeat(200), "00{99999999999999999999}"]
    {
        assert!(Pattern::new(pattern).is_err(), "`{}`", &pattern[..10.min(pattern.len())]);
    }
    let slow = Pattern::new("ff.{60}(00|ff).{60}ff 01").unwrap();
    assert!(!slow.is_found_in(&vec![0xff; 65_535]));
}
