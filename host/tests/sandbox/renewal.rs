//! An instance that nears its memory limit is replaced, and nobody who reads the rows can tell.

use weir::config::Limits;
use weir::model::Setting;
use weir::sandbox::{Fault, SessionError, StreamWorker};

use super::guest::{bytes, hostile, numbers, source};

/// Feeds a source of `lines` lines in chunks that cut them, as a pipeline does; the numbers of the rows that stand, and how often it renewed.
fn parse(worker: &mut StreamWorker, settings: &[Setting], lines: usize) -> (Vec<i64>, usize) {
    let input = "a line of some length\n".repeat(lines).into_bytes();
    let mut session = worker.open(settings, &source(), None).unwrap();
    let (mut rows, mut base, mut at, mut renewals) = (Vec::new(), 0, 0, 0);
    while at < input.len() {
        if session.memory_low() {
            base += usize::try_from(session.renew().unwrap()).unwrap();
            (at, renewals) = (base, renewals + 1);
        }
        let end = input.len().min(at + 1000);
        rows.extend(numbers(&session.feed(&input[at..end]).unwrap()));
        at = end;
    }
    rows.extend(numbers(&session.finish().unwrap()));
    assert_eq!(base as u64 + session.done_to(), input.len() as u64);
    (rows, renewals)
}

#[test]
fn a_leaking_module_is_renewed_and_gives_every_row_once() {
    let mut worker = hostile(Limits::default());
    let (rows, renewals) = parse(&mut worker, &[bytes("leak", 1 << 20)], 5000);
    assert_eq!(rows, (1..=5000).collect::<Vec<_>>());
    assert!((3..=8).contains(&renewals), "{renewals} renewals for 110 MiB leaked under a limit of 32 MiB");
}

#[test]
fn a_module_that_does_not_leak_is_not_renewed() {
    let (rows, renewals) = parse(&mut hostile(Limits::default()), &[], 5000);
    assert_eq!((rows.len(), renewals), (5000, 0));
}

#[test]
fn an_instance_near_its_limit_is_not_given_the_next_source() {
    let mut worker = hostile(Limits::default());
    let leaking = [bytes("leak", 26 << 20)];
    for _ in 0..5 {
        let mut session = worker.open(&leaking, &source(), None).unwrap();
        assert_eq!(numbers(&session.feed(b"one\n").unwrap()), [1]);
    }
}

#[test]
fn state_that_fills_the_memory_is_not_carried_round_for_ever() {
    let mut worker = hostile(Limits::default());
    let mut session = worker.open(&[bytes("leak", 1 << 20), bytes("ballast", 26 << 20)], &source(), None).unwrap();
    let (mut renewals, mut fault) = (0, None);
    while fault.is_none() {
        if session.memory_low() {
            session.renew().unwrap();
            renewals += 1;
        }
        fault = session.feed(b"a line\n").err();
    }
    let full = Fault::MemoryLimit { call: "feed", limit: 32 << 20 };
    assert_eq!((renewals, fault), (1, Some(SessionError::Fault(full))));
}

#[test]
fn without_progress_a_renewal_is_not_asked_for() {
    let mut worker = hostile(Limits::default());
    let mut session = worker.open(&[bytes("leak", 26 << 20)], &source(), None).unwrap();
    session.feed(b"no end of this line").unwrap();
    assert!(!session.memory_low());
}
