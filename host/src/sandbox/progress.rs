//! How far a session is: what it says about positions, held against what it was fed.

use super::fault::Fault;
use super::worlds::types;
use crate::config::Limits;

/// Answers in a row that may promise more and give nothing.
const IDLE: u32 = 16;

/// Rejects of one piece of input: one for each byte of the largest piece that is fed. Answers with `more` would else add up without an end.
const REJECTS: usize = 1 << 19;

/// Positions of a session, from 0 where it began.
#[derive(Debug, Default)]
pub(super) struct Progress {
    /// Bytes or packets that were fed.
    pub fed: u64,
    /// The last `done-to`.
    pub done_to: u64,
    /// Bytes of output since `done_to` last moved.
    pending: u64,
    idle: u32,
    /// Rejects since the input last grew, and where it then ended.
    rejects: usize,
    rejects_of: u64,
}

/// What an answer says about positions.
pub(super) struct Claims<'a> {
    pub call: &'static str,
    /// The input was said to be at its end.
    pub finishing: bool,
    pub rows: u32,
    /// Of rows and rejects.
    pub bytes: u64,
    pub rejects: &'a [types::Reject],
    pub done_to: u64,
    pub more: bool,
}

impl Progress {
    /// Takes an answer's claims over, if they can be true.
    pub fn accept(&mut self, claims: &Claims<'_>, limits: &Limits) -> Result<(), Fault> {
        self.check_done_to(claims)?;
        self.check_rejects(claims, limits)?;
        self.check_idle(claims)?;
        self.pending = if claims.done_to > self.done_to { claims.bytes } else { self.pending.saturating_add(claims.bytes) };
        self.done_to = claims.done_to;
        if self.pending > limits.pending { Err(Fault::PendingLimit { call: claims.call, limit: limits.pending }) } else { Ok(()) }
    }

    fn check_done_to(&self, claims: &Claims<'_>) -> Result<(), Fault> {
        let (fed, before, now) = (self.fed, self.done_to, claims.done_to);
        let what = match now {
            _ if now > fed => format!("done-to {now} where {fed} were fed"),
            _ if now < before => format!("done-to fell from {before} to {now}"),
            _ if claims.finishing && !claims.more && now < fed => format!("finished at done-to {now} where {fed} were fed"),
            _ => return Ok(()),
        };
        Err(Fault::bad_answer(claims.call, what))
    }

    fn check_rejects(&mut self, claims: &Claims<'_>, limits: &Limits) -> Result<(), Fault> {
        let (call, count) = (claims.call, claims.rejects.len());
        if count > limits.rejects {
            return Err(Fault::RejectLimit { call, count, limit: limits.rejects });
        }
        if self.fed != self.rejects_of {
            (self.rejects_of, self.rejects) = (self.fed, 0);
        }
        self.rejects = self.rejects.saturating_add(count);
        if self.rejects > REJECTS {
            return Err(Fault::bad_answer(call, format!("more than {REJECTS} rejects of one piece of input")));
        }
        let inside = |reject: &&types::Reject| reject.length > 0 && reject.at.checked_add(reject.length).is_some_and(|end| end <= self.fed);
        match claims.rejects.iter().find(|reject| !inside(reject)) {
            None => Ok(()),
            Some(wrong) => {
                let what = format!("a reject of {} at {} where {} were fed", wrong.length, wrong.at, self.fed);
                Err(Fault::bad_answer(call, what))
            }
        }
    }

    /// An answer that says `more`, gives nothing and gets nowhere may be followed by one that does, but not for ever.
    fn check_idle(&mut self, claims: &Claims<'_>) -> Result<(), Fault> {
        let gave = claims.rows > 0 || !claims.rejects.is_empty() || claims.done_to > self.done_to;
        self.idle = if claims.more && !gave { self.idle + 1 } else { 0 };
        if self.idle > IDLE {
            Err(Fault::bad_answer(claims.call, format!("`more` {} times in a row, and nothing came", self.idle)))
        } else {
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claims(done_to: u64, more: bool) -> Claims<'static> {
        Claims { call: "feed", finishing: false, rows: 0, bytes: 0, rejects: &[], done_to, more }
    }

    fn bad(what: &str) -> Result<(), Fault> {
        Err(Fault::bad_answer("feed", what))
    }

    #[test]
    fn done_to_never_passes_what_was_fed_and_never_falls() {
        let mut progress = Progress { fed: 10, ..Progress::default() };
        assert_eq!(progress.accept(&claims(11, false), &Limits::default()), bad("done-to 11 where 10 were fed"));
        assert_eq!(progress.accept(&claims(10, false), &Limits::default()), Ok(()));
        assert_eq!(progress.accept(&claims(9, false), &Limits::default()), bad("done-to fell from 10 to 9"));
    }

    #[test]
    fn a_finished_session_has_done_everything() {
        let mut progress = Progress { fed: 10, ..Progress::default() };
        let finished = |done_to, more| Claims { finishing: true, ..claims(done_to, more) };
        assert_eq!(progress.accept(&finished(4, true), &Limits::default()), Ok(()));
        assert_eq!(progress.accept(&finished(4, false), &Limits::default()), bad("finished at done-to 4 where 10 were fed"));
    }

    #[test]
    fn a_reject_lies_in_what_was_fed_and_has_a_length() {
        let mut progress = Progress { fed: 10, ..Progress::default() };
        let mut reject = |at, length| {
            let rejects = [types::Reject { at, length, reason: types::RejectReason::Malformed, detail: String::new() }];
            progress.accept(&Claims { rejects: &rejects, ..claims(0, false) }, &Limits::default())
        };
        assert_eq!(reject(3, 7), Ok(()));
        assert_eq!(reject(3, 8), bad("a reject of 8 at 3 where 10 were fed"));
        assert_eq!(reject(3, 0), bad("a reject of 0 at 3 where 10 were fed"));
        assert_eq!(reject(u64::MAX, 2), bad("a reject of 2 at 18446744073709551615 where 10 were fed"));
    }

    #[test]
    fn rejects_of_one_piece_of_input_do_not_add_up_for_ever() {
        let mut progress = Progress { fed: 10, ..Progress::default() };
        let reject = types::Reject { at: 0, length: 1, reason: types::RejectReason::Malformed, detail: String::new() };
        let rejects = vec![reject; REJECTS / 2];
        let limits = Limits { rejects: REJECTS, ..Limits::default() };
        let mut more = |fed| {
            progress.fed = fed;
            progress.accept(&Claims { rejects: &rejects, ..claims(0, true) }, &limits)
        };
        assert_eq!([more(10), more(10), more(11), more(11)], [Ok(()), Ok(()), Ok(()), Ok(())]);
        assert_eq!(more(11), bad("more than 524288 rejects of one piece of input"));
    }

    #[test]
    fn output_without_progress_ends_at_the_limit() {
        let mut progress = Progress { fed: 10, ..Progress::default() };
        let limits = Limits { pending: 100, ..Limits::default() };
        let rows = |done_to| Claims { rows: 1, bytes: 60, ..claims(done_to, true) };
        assert_eq!(progress.accept(&rows(1), &limits), Ok(()));
        assert_eq!(progress.accept(&rows(2), &limits), Ok(()));
        assert_eq!(progress.accept(&rows(2), &limits), Err(Fault::PendingLimit { call: "feed", limit: 100 }));
    }

    #[test]
    fn more_and_nothing_is_believed_sixteen_times() {
        let mut progress = Progress { fed: 10, ..Progress::default() };
        let answers: Vec<_> = (0..17).map(|_| progress.accept(&claims(0, true), &Limits::default())).collect();
        assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 16);
        assert_eq!(answers.last(), Some(&bad("`more` 17 times in a row, and nothing came")));
    }
}
