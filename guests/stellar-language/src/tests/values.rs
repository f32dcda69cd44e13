//! Values of Metron's own tests.

use super::Given;
use crate::Value;

#[test]
fn every_value_of_metrons_tests_is_of_its_type() {
    let cases: [(&str, &str, &str, Value); 21] = [
        ("V1", r#""'bar'""#, "", Value::of_text("'bar'")),
        ("V2", r"TO_UPPER('\'bar\'')", "", Value::of_text("'BAR'")),
        ("V3", r"'bar \\ foo'", "", Value::of_text(r"bar \ foo")),
        ("V4", r"'bar\nfoo'", "", Value::of_text("bar\nfoo")),
        ("V5", "50 + (true == true ? 10 : 20)", "", Value::Int(60)),
        ("V6", "50 * (true == false ? 2 : 10) + 20", "", Value::Int(520)),
        ("V7", "TO_INTEGER(true == true ? 10.0 : 20.0 )", "", Value::Int(10)),
        ("V8", "if 1 + 1 <= 2 AND 1 + 2 in [3] then 'one' else 'two'", "", Value::of_text("one")),
        ("V9", "1 < 2 AND 'foo' in ['', 'foo'] ? one*3 : 'two'", "one=i:1", Value::Int(3)),
        ("V10", "if 1 < 2 then NULL else true", "", Value::Null),
        ("V11", "IF true THEN IF false THEN 'a' ELSE 'b' ELSE 'c'", "", Value::of_text("b")),
        (
            "V12",
            "match{ threat.triage.level < 10 => 'info', threat.triage.level < 20 => 'warning', default => 'critical' }",
            "threat.triage.level=i:15",
            Value::of_text("warning"),
        ),
        ("V13", "1.2 + 2", "", Value::Double(3.2)),
        ("V14", "12L*(1.2f + 7)", "", Value::Float(12.0 * (1.2f32 + 7.0))),
        ("V15", "2147483648L + 1L", "", Value::Long(2_147_483_649)),
        ("V16", "-60000000", "", Value::Int(-60_000_000)),
        ("V17", "6e-6f", "", Value::Float(6e-6)),
        ("V18", ".0f * 1", "", Value::Float(0.0)),
        ("V19", "MAP_GET(dc, {'la' : 'PST'}, 'UTC')", "dc=s:nyc", Value::of_text("UTC")),
        ("V24", "bar:variable", "bar:variable=s:grok", Value::of_text("grok")),
        ("V25", "IN_SUBNET(ip,'192.168.0.0/24') in [true]", "ip=s:192.168.0.1", Value::Boolean(true)),
    ];
    for (id, expression, variables, expected) in cases {
        let value = Given::read(variables).value(expression);
        assert!(value.as_ref().is_ok_and(|value| value.is(&expected)), "{id}: `{expression}`: {value:?}");
    }
}

#[test]
fn what_metron_refuses_is_refused_at_its_place() {
    let cases = [
        ("V20", "match{ foo > 100 => 'x', foo > 200 => 'y' }", 42),
        ("V21", "match{  x == 0 => match{ y == 10 => false, default => true}, default => true}", 18),
        ("V22", "in in ['','in']", 0),
        ("V23", "MAP_PUT( 'foo', 'bar', [ 'baz' ] )", 0),
    ];
    for (id, expression, at) in cases {
        assert_eq!(Given::read("foo=i:50; x=i:0; y=i:10").value(expression).unwrap_err().at, at, "{id}: `{expression}`");
    }
}
