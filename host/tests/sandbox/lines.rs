//! An honest session, from the first byte to the saved state.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::TimestampNanosecondType;
use arrow_schema::{DataType, TimeUnit as ArrowUnit};
use weir::config::Limits;
use weir::model::{EventTime, Reject, RejectReason, SavedState, TimeUnit};
use weir::sandbox::{ModuleError, OpenFailure, SessionError};

use super::guest::{answer, assert_serves_the_next_source, bytes, hostile, numbers, source};

#[test]
fn the_schema_comes_with_arrow_types_and_the_event_time() {
    let mut worker = hostile(Limits::default());
    let session = worker.open(&[], &source(), None).unwrap();
    let schema = session.schema();
    let fields: Vec<_> =
        schema.fields.fields().iter().map(|field| (field.name().as_str(), field.data_type(), field.is_nullable())).collect();
    let time = DataType::Timestamp(ArrowUnit::Nanosecond, Some(Arc::from("UTC")));
    assert_eq!(fields, [("line", &DataType::Utf8, false), ("number", &DataType::Int64, false), ("time", &time, true)]);
    assert_eq!(schema.fields.field(1).metadata()["doc"], "Which line of the source it is, from 1.");
    assert_eq!(schema.event_time, Some(EventTime { field: 2, unit: TimeUnit::Nanoseconds, hidden: false }));
}

#[test]
fn lines_cut_anywhere_become_whole_rows() {
    let mut worker = hostile(Limits::default());
    let mut session = worker.open(&[], &source(), None).unwrap();
    let first = session.feed(b"1700000000 one\ntw").unwrap();
    assert_eq!((first.rows.num_rows(), first.done_to, first.more), (1, 15, false));
    let second = session.feed("ö\nlast".as_bytes()).unwrap();
    assert_eq!(second.rows.column(0).as_string::<i32>().value(0), "twö");
    let last = session.finish().unwrap();
    assert_eq!((numbers(&last), last.done_to), (vec![3], 24));
    let time = first.rows.column(2).as_primitive::<TimestampNanosecondType>();
    assert_eq!(time.value(0), 1_700_000_000_000_000_000);
    assert!(second.rows.column(2).is_null(0));
}

#[test]
fn a_bad_record_is_a_reject_and_the_session_goes_on() {
    let mut worker = hostile(Limits::default());
    let mut session = worker.open(&[], &source(), None).unwrap();
    let parsed = session.feed(b"one\n\xff\xfe\nthree\n").unwrap();
    let reject = Reject { at: 4, length: 3, reason: RejectReason::Malformed, detail: "expected UTF-8".to_owned() };
    assert_eq!((numbers(&parsed), parsed.rejects, parsed.done_to), (vec![1, 3], vec![reject], 13));
}

#[test]
fn a_session_opened_from_saved_state_goes_on_from_the_last_position() {
    let mut worker = hostile(Limits::default());
    let mut session = worker.open(&[], &source(), None).unwrap();
    assert_eq!(session.feed(b"one\ntwo\nthr").unwrap().done_to, 8);
    let state = session.save().unwrap();
    drop(session);
    assert_eq!(state, Some(SavedState { version: 1, data: vec![2, 0, 0, 0, 0, 0, 0, 0] }));
    let mut session = worker.open(&[], &source(), state.as_ref()).unwrap();
    let parsed = session.feed(b"three\n").unwrap();
    assert_eq!((numbers(&parsed), parsed.done_to), (vec![3], 6));
}

#[test]
fn state_of_another_version_and_wrong_options_are_told_apart() {
    let mut worker = hostile(Limits::default());
    let foreign = SavedState { version: 9, data: vec![] };
    assert_eq!(worker.open(&[], &source(), Some(&foreign)).err(), Some(OpenFailure::ForeignState { version: 9 }));
    let wrong = OpenFailure::BadOption { name: "leek".to_owned(), expected: "one of misbehave, leak, ballast".to_owned() };
    assert_eq!(worker.open(&[bytes("leek", 1)], &source(), None).err(), Some(wrong));
    assert_serves_the_next_source(&mut worker);
}

#[test]
fn what_the_module_says_of_its_input_ends_the_session_and_not_the_instance() {
    let mut worker = hostile(Limits::default());
    let told = "told so".to_owned();
    let mut refused = |how: &str| match answer(&mut worker, &format!("one\n!{how}\n")) {
        Err(SessionError::Module(error)) => error,
        other => panic!("{other:?}"),
    };
    assert_eq!(refused("wrong-format"), ModuleError::WrongFormat(told.clone()));
    assert_eq!(refused("broken"), ModuleError::Broken { at: 4, reason: told.clone() });
    assert_eq!(refused("other"), ModuleError::Other(told));
    assert_serves_the_next_source(&mut worker);
}
