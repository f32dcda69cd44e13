//! Limits: what reaches one ends its call and its instance, and says which one it was.

use weir::config::Limits;
use weir::sandbox::{Fault, SessionError};

use super::guest::{answer, assert_serves_the_next_source, hostile, short, source};

#[track_caller]
fn assert_fault(how: &str, limits: Limits, fault: &Fault) {
    let mut worker = hostile(limits);
    assert_eq!(answer(&mut worker, &format!("one\n!{how}\n")).unwrap_err(), SessionError::Fault(fault.clone()));
    assert_serves_the_next_source(&mut worker);
}

#[test]
fn an_endless_loop_ends_at_the_time_limit() {
    let fault = Fault::TimeLimit { call: "feed", limit: short().call_time };
    assert_eq!(fault.to_string(), "`feed` took longer than 500ms (the module's limit `call-time`)");
    assert_fault("loop", short(), &fault);
}

#[test]
fn a_worker_in_a_loop_holds_up_no_other() {
    let (start, started) = std::sync::mpsc::channel();
    let looping = std::thread::spawn(move || {
        let mut worker = hostile(short());
        let mut session = worker.open(&[], &source(), None).unwrap();
        start.send(()).unwrap();
        session.feed(b"!loop\n").unwrap_err()
    });
    started.recv().unwrap();
    assert_serves_the_next_source(&mut hostile(Limits::default()));
    assert_eq!(looping.join().unwrap(), SessionError::Fault(Fault::TimeLimit { call: "feed", limit: short().call_time }));
}

#[test]
fn a_memory_bomb_ends_at_the_memory_limit() {
    let fault = Fault::MemoryLimit { call: "feed", limit: 32 << 20 };
    assert_eq!(fault.to_string(), "`feed` needed more memory than 32.0 MiB (the module's limit `memory`)");
    assert_fault("bomb", Limits::default(), &fault);
}

#[test]
fn an_instance_that_does_not_fit_into_the_limit_is_not_started() {
    let mut worker = hostile(Limits { memory: 1 << 20, ..Limits::default() });
    let fault = worker.open(&[], &source(), None).err().unwrap();
    assert_eq!(fault, Fault::MemoryLimit { call: "start", limit: 1 << 20 }.into());
}

#[test]
fn a_trap_half_way_is_named() {
    let what = "wasm `unreachable` instruction executed".to_owned();
    assert_fault("trap", Limits::default(), &Fault::Trap { call: "feed", what });
}

#[test]
fn an_endless_recursion_is_a_trap() {
    let what = "call stack exhausted".to_owned();
    assert_fault("recursion", Limits::default(), &Fault::Trap { call: "feed", what });
}

#[test]
fn too_much_output_ends_at_the_output_limit() {
    let limits = Limits { memory: 256 << 20, ..Limits::default() };
    assert_fault("output", limits, &Fault::OutputLimit { call: "feed", limit: 32 << 20 });
}

#[test]
fn a_dictionary_that_stands_for_a_gigabyte_ends_at_the_output_limit() {
    assert_fault("amplify", Limits::default(), &Fault::OutputLimit { call: "feed", limit: 32 << 20 });
}

#[test]
fn too_many_rejects_end_at_their_limit() {
    let fault = Fault::RejectLimit { call: "feed", count: 20_000, limit: 10_000 };
    assert_fault("rejects", Limits::default(), &fault);
}

#[test]
fn rows_without_progress_end_at_the_pending_limit() {
    let mut worker = hostile(Limits { pending: 8 << 20, ..Limits::default() });
    let mut session = worker.open(&[], &source(), None).unwrap();
    assert_eq!(session.feed(b"one\n!more-rows\n").unwrap().rows.num_rows(), 100_000);
    let fault = (0..100).find_map(|_| session.feed(&[]).err()).unwrap();
    assert_eq!(fault, SessionError::Fault(Fault::PendingLimit { call: "feed", limit: 8 << 20 }));
    drop(session);
    assert_serves_the_next_source(&mut worker);
}

#[test]
fn input_that_does_not_fit_into_the_module_is_its_memory_limit() {
    let mut worker = hostile(Limits { memory: 4 << 20, ..Limits::default() });
    let large = "x".repeat(8 << 20);
    let fault = Fault::MemoryLimit { call: "feed", limit: 4 << 20 };
    assert_eq!(answer(&mut worker, &large).unwrap_err(), SessionError::Fault(fault));
    assert_serves_the_next_source(&mut worker);
}
