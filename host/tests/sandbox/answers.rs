//! Answers that lie: each is found out before a row exists, costs the instance, and nothing else.

use weir::config::Limits;
use weir::sandbox::{Fault, SessionError};

use super::guest::{answer, assert_serves_the_next_source, hostile};

#[track_caller]
fn assert_found_out(how: &str, lie: &str) {
    let mut worker = hostile(Limits::default());
    let wrong = Fault::BadAnswer { call: "feed", what: lie.to_owned() };
    assert_eq!(answer(&mut worker, &format!("one\n!{how}\n")).unwrap_err(), SessionError::Fault(wrong));
    assert_serves_the_next_source(&mut worker);
}

#[test]
fn text_that_is_not_utf8() {
    assert_found_out("bad-utf8", "column `line`: text that is not UTF-8, or offsets within a character");
}

#[test]
fn offsets_within_a_character() {
    assert_found_out("cut-char", "column `line`: text that is not UTF-8, or offsets within a character");
}

#[test]
fn offsets_that_fall() {
    assert_found_out("offsets", "column `line`: offsets that fall or pass 2^31");
}

#[test]
fn offsets_that_begin_behind_the_data() {
    assert_found_out("offsets-begin", "column `line`: offsets that do not begin at 0");
}

#[test]
fn offsets_that_end_behind_the_data() {
    assert_found_out("offsets-end", "column `line`: offsets that end at 4 in 3 bytes of data");
}

#[test]
fn offsets_fewer_than_rows() {
    assert_found_out("offsets-short", "column `line`: 8 bytes of offsets where 12 are right");
}

#[test]
fn a_column_shorter_than_the_others() {
    assert_found_out("length", "column `number`: 15 bytes of values where 16 are right");
}

#[test]
fn a_bitmap_of_another_length() {
    assert_found_out("bitmap", "column `time`: 9 bytes of valid where 1 are right");
}

#[test]
fn nulls_where_the_schema_has_none() {
    assert_found_out("nulls", "column `number`: nulls in a field that has none");
}

#[test]
fn fewer_columns_than_the_schema_has() {
    assert_found_out("schema", "2 columns in a schema of 3");
}

#[test]
fn values_of_another_kind() {
    assert_found_out("kind", "column `number`: values of kind `bytes` in a field of type int64");
}

#[test]
fn a_list_where_the_schema_has_none() {
    assert_found_out("lists", "column `number`: outer offsets in a field that is not a list");
}

#[test]
fn a_key_that_is_not_in_the_dictionary() {
    assert_found_out("key", "column `line`: the key 7 in a dictionary of 1");
}

#[test]
fn more_rows_than_any_answer_may_have() {
    assert_found_out("rows", "4294967295 rows of 3 columns, more than 1048576 or of nothing");
}

#[test]
fn a_reject_where_nothing_was_fed() {
    assert_found_out("reject-outside", "a reject of 1 at 1099511627776 where 20 were fed");
}

#[test]
fn a_reject_of_nothing() {
    assert_found_out("reject-empty", "a reject of 0 at 0 where 18 were fed");
}

#[test]
fn a_reject_whose_end_no_number_holds() {
    assert_found_out("reject-huge", "a reject of 18446744073709551615 at 1 where 17 were fed");
}

#[test]
fn done_to_behind_the_input() {
    assert_found_out("done", "done-to 1099511627786 where 10 were fed");
}

#[test]
fn broken_where_nothing_was_fed() {
    assert_found_out("broken-beyond", "broken at 1099511627776 where 19 were fed");
}

#[test]
fn done_to_that_falls() {
    let mut worker = hostile(Limits::default());
    let mut session = worker.open(&[], &super::guest::source(), None).unwrap();
    assert_eq!(session.feed(b"one\n").unwrap().done_to, 4);
    let wrong = Fault::BadAnswer { call: "feed", what: "done-to fell from 4 to 3".to_owned() };
    assert_eq!(session.feed(b"!fall\n").unwrap_err(), SessionError::Fault(wrong));
    assert_eq!(session.done_to(), 4);
    assert_eq!(session.feed(b"two\n").unwrap_err(), SessionError::Fault(Fault::Ended));
    assert_eq!(session.save(), Err(Fault::Ended));
    drop(session);
    assert_serves_the_next_source(&mut worker);
}

#[test]
fn more_for_ever_and_nothing_comes() {
    let mut worker = hostile(Limits::default());
    let mut session = worker.open(&[], &super::guest::source(), None).unwrap();
    assert!(session.feed(b"one\n!more\n").unwrap().more);
    let fault = (0..100).find_map(|_| session.feed(&[]).err()).unwrap();
    let what = "`more` 17 times in a row, and nothing came".to_owned();
    assert_eq!(fault, SessionError::Fault(Fault::BadAnswer { call: "feed", what }));
    drop(session);
    assert_serves_the_next_source(&mut worker);
}

#[test]
fn a_reject_with_control_characters_is_kept_as_one_harmless_line() {
    let parsed = answer(&mut hostile(Limits::default()), "one\n!reject-text\n").unwrap();
    let detail = &parsed.rejects[0].detail;
    assert!(detail.starts_with("\\u{1b}[2J\\u{1b}[2J") && detail.ends_with("… (1048076 more bytes)"), "{detail}");
}
