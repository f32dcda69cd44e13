//! Misbehaviour in every function of the contract, and before the first one.

use std::io::Write;

use weir::config::Limits;
use weir::model::SourceFacts;
use weir::sandbox::{Fault, Module, OpenFailure, SessionError, StreamWorker};

use super::guest::{SHORT, assert_serves_the_next_source, engine, file, hostile, limits, load, misbehave, replaced, short, source};

fn late(call: &'static str) -> Fault {
    Fault::TimeLimit { call, limit: SHORT }
}

fn trapped(call: &'static str) -> Fault {
    Fault::Trap { call, what: "wasm `unreachable` instruction executed".to_owned() }
}

fn full(call: &'static str) -> Fault {
    Fault::MemoryLimit { call, limit: 32 << 20 }
}

/// A way to misbehave, and the fault it is in a function.
type Way = (&'static str, fn(&'static str) -> Fault);

const WAYS: [Way; 3] = [("loop", late), ("trap", trapped), ("bomb", full)];

#[test]
fn in_open_and_schema_no_session_is_opened() {
    for entry in ["open", "schema"] {
        for (how, fault) in WAYS {
            let mut worker = hostile(limits(how));
            let failure = worker.open(&misbehave(&format!("{entry}:{how}")), &source(), None).err().unwrap();
            assert_eq!(failure, OpenFailure::Fault(fault(entry)));
            assert_serves_the_next_source(&mut worker);
        }
    }
}

#[test]
fn a_refusal_of_open_is_the_modules_own_and_harmless() {
    let mut worker = hostile(Limits::default());
    let failure = worker.open(&misbehave("open:other"), &source(), None).err();
    assert_eq!(failure, Some(OpenFailure::Other("told so\\u{1b}[2J".to_owned())));
    assert_serves_the_next_source(&mut worker);
}

#[test]
fn a_schema_that_names_two_fields_alike_opens_no_session() {
    let mut worker = hostile(Limits::default());
    let failure = worker.open(&misbehave("schema:schema"), &source(), None).err();
    let what = "two fields are called `LINE`, or differ in upper and lower case alone".to_owned();
    assert_eq!(failure, Some(OpenFailure::Fault(Fault::BadAnswer { call: "schema", what })));
    assert_serves_the_next_source(&mut worker);
}

#[test]
fn a_schema_that_is_another_one_than_at_the_start_opens_no_session() {
    let misbehave = misbehave("schema:fickle");
    let schema = load("hostile").schema(&Limits::default(), &misbehave).unwrap();
    let mut worker = hostile(Limits::default()).expecting(schema);
    let failure = worker.open(&misbehave, &source(), None).err();
    let what = "it is another one than at the start: it lacks number; has position besides".to_owned();
    assert_eq!(failure, Some(OpenFailure::Fault(Fault::BadAnswer { call: "schema", what })));
    assert_serves_the_next_source(&mut worker);
}

#[test]
fn in_finish_the_session_ends() {
    for (how, fault) in WAYS {
        let mut worker = hostile(limits(how));
        let mut session = worker.open(&misbehave(&format!("finish:{how}")), &source(), None).unwrap();
        assert_eq!(session.feed(b"one\n").unwrap().done_to, 4);
        assert_eq!(session.finish().unwrap_err(), SessionError::Fault(fault("finish")));
        assert_eq!(session.done_to(), 4);
        drop(session);
        assert_serves_the_next_source(&mut worker);
    }
}

#[test]
fn a_session_that_finishes_before_the_end_is_found_out() {
    let mut worker = hostile(Limits::default());
    let mut session = worker.open(&misbehave("finish:done"), &source(), None).unwrap();
    session.feed(b"one\ntw").unwrap();
    let what = "finished at done-to 5 where 6 were fed".to_owned();
    assert_eq!(session.finish().unwrap_err(), SessionError::Fault(Fault::BadAnswer { call: "finish", what }));
    drop(session);
    assert_serves_the_next_source(&mut worker);
}

#[test]
fn in_save_the_session_ends() {
    let too_much = |call| Fault::OutputLimit { call, limit: 32 << 20 };
    let bomb = |call| Fault::MemoryLimit { call, limit: 64 << 20 };
    let ways: [Way; 4] = [("loop", late), ("trap", trapped), ("bomb", bomb), ("output", too_much)];
    for (how, fault) in ways {
        let mut worker = hostile(Limits { memory: 64 << 20, ..limits(how) });
        let mut session = worker.open(&misbehave(&format!("save:{how}")), &source(), None).unwrap();
        assert_eq!(session.save(), Err(fault("save")));
        assert_eq!(session.feed(b"one\n").unwrap_err(), SessionError::Fault(Fault::Ended));
        drop(session);
        assert_serves_the_next_source(&mut worker);
    }
}

#[test]
fn in_a_destructor_only_the_instance_is_lost() {
    for how in ["loop", "trap", "bomb"] {
        let mut worker = hostile(limits(how));
        let mut session = worker.open(&misbehave(&format!("drop:{how}")), &source(), None).unwrap();
        session.feed(b"one\n").unwrap();
        assert_eq!(session.finish().unwrap().done_to, 4);
        drop(session);
        assert_serves_the_next_source(&mut worker);
    }
}

#[test]
fn a_module_that_never_describes_itself_is_cut_off() {
    assert_eq!(load("hostile-describe").describe(&short()), Err(late("describe")));
}

#[test]
fn a_module_that_never_starts_is_cut_off_wherever_it_is_started() {
    let module = load("hostile-start");
    assert_eq!(module.describe(&short()), Err(late("start")));
    let mut worker = StreamWorker::new(module, short()).unwrap();
    let failure = worker.open(&[], &SourceFacts::default(), None).err();
    assert_eq!(failure, Some(OpenFailure::Fault(late("start"))));
}

#[test]
fn a_module_whose_types_are_not_those_of_the_contract_does_not_start() {
    let hostile = std::fs::read(file("hostile")).unwrap();
    let mut other = tempfile::NamedTempFile::new().unwrap();
    other.write_all(&replaced(&hostile, b"\x09timestamp", b"\x09stamptime")).unwrap();
    let module = Module::load(&engine(), other.path()).unwrap();
    let what = "expected enum case named timestamp, found stamptime".to_owned();
    assert_eq!(module.describe(&Limits::default()), Err(Fault::Start { what }));
}
