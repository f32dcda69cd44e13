//! Keywords of events: `asa event deny`, `asa event denied nosyn`, `nat event add`.

use super::SyntaxError;
use super::condition::Condition;
use super::cursor::Cursor;
use super::field::Field;
use super::names;
use super::tree::Tree;

/// IPFIX firewallEvent: flow denied.
const DENIED: u64 = 3;
const BYTE: u64 = u8::MAX as u64;
const SHORT: u64 = u16::MAX as u64;

/// Takes what stands behind `asa`.
///
/// # Errors
/// When it is no event.
pub fn firewall(cursor: &mut Cursor<'_>) -> Result<Tree, SyntaxError> {
    cursor.expect("event")?;
    if cursor.take(&["denied"])?.is_some() {
        return denied(cursor);
    }
    event(cursor, names::firewall_event, "an event: ignore, create, term, delete, deny, denied, alert, update or a number from 0 to 255")
}

/// Takes what stands behind `nat`.
///
/// # Errors
/// When it is no event.
pub fn nat(cursor: &mut Cursor<'_>) -> Result<Tree, SyntaxError> {
    cursor.expect("event")?;
    event(cursor, names::nat_event, "an event: invalid, add, create, delete or a number from 0 to 255")
}

fn event(cursor: &mut Cursor<'_>, number: impl Fn(&str) -> Option<u64>, expected: &str) -> Result<Tree, SyntaxError> {
    let comparison = cursor.comparison()?;
    let event = cursor.named(BYTE, number, expected)?;
    Ok(Condition::Number(Field::Event, comparison, event).into())
}

fn denied(cursor: &mut Cursor<'_>) -> Result<Tree, SyntaxError> {
    let reason = cursor.named(SHORT, names::denied, "ingress, egress, interface, nosyn or a number from 0 to 65535")?;
    let conditions = [Condition::equal(Field::Event, DENIED), Condition::equal(Field::ExtendedEvent, reason)];
    Ok(Tree::All(conditions.map(Tree::from).into()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::filter::condition::Comparison;

    #[test]
    fn an_event_is_a_name_or_a_comparison() {
        let parsed = |text| firewall(&mut Cursor::new(text).unwrap());
        assert_eq!(parsed("event Deny"), Ok(Condition::equal(Field::Event, 3).into()));
        assert_eq!(parsed("event > 2"), Ok(Condition::Number(Field::Event, Comparison::Greater, 2).into()));
        assert_eq!(parsed("event add").unwrap_err().at, 6);
        assert_eq!(parsed("events"), Err(SyntaxError::new(0, "`event`")));
        assert_eq!(nat(&mut Cursor::new("event add").unwrap()), Ok(Condition::equal(Field::Event, 1).into()));
    }

    #[test]
    fn a_denial_has_a_reason() {
        let reason =
            |number| Ok(Tree::All(vec![Condition::equal(Field::Event, 3).into(), Condition::equal(Field::ExtendedEvent, number).into()]));
        let parsed = |text| firewall(&mut Cursor::new(text).unwrap());
        assert_eq!(parsed("event denied egress"), reason(1002));
        assert_eq!(parsed("event denied 1004"), reason(1004));
        assert_eq!(parsed("event denied any").unwrap_err().expected, "ingress, egress, interface, nosyn or a number from 0 to 65535");
    }
}
