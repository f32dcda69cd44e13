//! Rules of the language that no case has, and limits of our own.

use super::Given;
use crate::text::written;
use crate::{Edges, Program, Value, Wrong};

fn value(expression: &str) -> Result<String, Wrong> {
    Given::read("x=i:5; ip=s:2001:db8::1; s=s:abc").value(expression).map(|value| written(&value))
}

#[test]
fn functions_give_what_metrons_give() {
    let cases = [
        ("10-2-3", None),
        ("10 - 2 - 3", Some("5")),
        ("8/4*2", Some("1")),
        ("10/2*5", Some("1")),
        ("2147483647 + 1", Some("-2147483648")),
        ("missing + 1", Some("1")),
        ("1.0 / 0", Some("Infinity")),
        ("10000000.0 * 10", Some("1.0E8")),
        ("ROUND(2.5)", Some("3.0")),
        ("MAX(['23',25])", Some("25")),
        ("MIN([2, null, 1.5])", Some("1.5")),
        ("MAX([])", Some("null")),
        ("MAX(['a',1])", None),
        ("GET([1,2],5)", Some("null")),
        ("GET([1,2],-1)", None),
        ("REDUCE([1,2,3], (a, b) -> a + b, 0)", Some("6")),
        ("MAP('ab', c -> TO_UPPER(c))", Some("[A, B]")),
        ("FILTER(['a','b'], c -> c == 'a')", Some("[a]")),
        ("MAP([1,2], a -> MAP([10], b -> a + b))", Some("[[11], [12]]")),
        ("MAP([1], a -> x)", Some("[5]")),
        ("ZIP([1,2],[3])", Some("[[1, 3]]")),
        ("ZIP_LONGEST([1,2],[3])", Some("[[1, 3], [2, null]]")),
        ("SPLIT('a,,b', ',')", Some("[a, , b]")),
        ("JOIN(['a',null,'b'], '-')", Some("a-b")),
        ("SUBSTRING('abcd',1,3)", Some("bc")),
        ("SUBSTRING('abcd',3,9)", None),
        ("COUNT_MATCHES('aaaa','aa')", Some("2")),
        ("CHOP('abc')", Some("ab")),
        ("PREPEND_IF_MISSING('b','a')", Some("ab")),
        ("FILL_LEFT('7','0',3)", Some("007")),
        ("STRING_ENTROPY('aabb')", Some("1.0")),
        ("REGEXP_REPLACE('a1b2', '(\\\\d)', '<$1>')", Some("a<1>b<2>")),
        ("REGEXP_GROUP_VAL('ab','(a)(b)',2)", Some("b")),
        ("REGEXP_MATCH('abc','b')", Some("false")),
        ("PROTOCOL_TO_NAME(6)", Some("TCP")),
        ("PROTOCOL_TO_NAME('17')", Some("UDP")),
        ("PROTOCOL_TO_NAME('x')", Some("x")),
        ("IS_IP('::1','IPV6')", Some("true")),
        ("IS_IP('::1','IPV4')", Some("false")),
        ("IN_SUBNET(ip, 'fe80::/10', '2001:db8::/32')", Some("true")),
        ("IN_SUBNET(ip, '10.0.0.0/8')", Some("false")),
        ("IN_SUBNET('10.0.0.255', '10.0.0.0/24')", Some("false")),
        ("IN_SUBNET('10.0.0.1', '10.0.0.1/32')", Some("false")),
        ("IN_SUBNET(ip, '10.0.0.0/33')", None),
        ("TO_INTEGER('12.7')", Some("null")),
        ("TO_DOUBLE('12.7')", Some("12.7")),
        ("SET_ADD(SET_INIT([1,2]), 2)", Some("[1, 2]")),
        ("MULTISET_ADD(MULTISET_INIT(['a','a']), 'b')", Some("{a=2, b=1}")),
        ("BLOOM_EXISTS(BLOOM_ADD(BLOOM_INIT(), 'a'), 'a')", Some("true")),
        ("URL_TO_HOST('https://a.example:8443/x/y?z')", Some("a.example")),
        ("URL_TO_PORT('https://a.example:8443/x/y?z')", Some("8443")),
        ("URL_TO_PATH('https://a.example:8443/x/y?z')", Some("/x/y")),
        ("URL_TO_HOST('nonsense')", Some("null")),
        ("IS_DOMAIN('a.example') and not(IS_DOMAIN('10.0.0.1'))", Some("true")),
        ("IS_EMAIL('me@a.example')", Some("true")),
        ("ENCODE('foo', 'BASE64')", Some("Zm9v")),
        ("DECODE('MZXW6===', 'BASE32')", Some("foo")),
        ("DECODE(ENCODE('foo', 'BINARY'), 'BINARY')", Some("foo")),
        ("DECODE('666F6f', 'HEX')", Some("foo")),
        ("DECODE('?', 'HEX')", Some("null")),
        ("IS_ENCODING('zz', 'HEX')", Some("false")),
        ("[true, false] and true", Some("true")),
        ("'YES' and 1", Some("true")),
    ];
    for (expression, expected) in cases {
        let got = value(expression);
        assert_eq!(got.as_ref().ok().map(String::as_str), expected, "`{expression}`: {got:?}");
    }
}

#[test]
fn a_mistake_is_shown_where_it_is() {
    let cases = [
        ("x = 5", 2),
        ("x == ", 5),
        ("x - 1 == 'a' + 'b'", 13),
        ("true and BOGUS(1)", 9),
        ("x == 1 or REST_GET('http://a.example') == 1", 10),
        ("x == 1 and 1 / 0 == 1", 13),
        ("BYTEARRAY_MATCHER('zz', s)", 18),
        ("REGEXP_MATCH(s, '(')", 16),
        ("IN_SUBNET(ip, '10.0.0.0/99')", 14),
        ("IN_SUBNET(ip)", 0),
        (r"s == '\d'", 6),
        ("s == 'abc", 5),
        ("(x == 1", 7),
        ("{x:1}", 4),
        ("true //", 5),
        ("[1, match{x => 1, default => 2}]", 4),
    ];
    for (expression, at) in cases {
        assert_eq!(value(expression).map_err(|wrong| wrong.at), Err(at), "`{expression}`");
    }
}

#[test]
fn what_reaches_out_is_refused_with_the_reason() {
    let wrong = value("SYSTEM_ENV_GET('HOME') == 'x'").unwrap_err();
    assert_eq!(wrong.expected, "a function that depends on its arguments alone: SYSTEM_ENV_GET reads the environment of a process");
}

#[test]
fn odd_rules_are_a_warning_only_where_they_change_the_meaning() {
    let warnings =
        |expression| Program::new(expression, Given::read("a=b:true; b=b:true; c=i:5").names, Edges::Out).unwrap().warnings().len();
    let cases = [
        ("a and b or a", 1),
        ("a or b and a", 0),
        ("(a and b) or a", 0),
        ("a and b and a", 0),
        ("a or (b and a or b)", 1),
        ("c / 2 * 2 == 1", 1),
        ("c * 2 / 2 == 1", 0),
        ("nothing == 1", 1),
        ("match{ true => a, default => b }", 1),
    ];
    for (expression, expected) in cases {
        assert_eq!(warnings(expression), expected, "`{expression}`");
    }
}

#[test]
fn what_would_take_for_ever_or_all_memory_is_a_fault() {
    let numbers = format!("[{}]", vec!["1"; 1000].join(","));
    let expressions = [
        format!("REDUCE({numbers}, (a, b) -> [a, a], 1)"),
        format!("REDUCE({numbers}, (a, b) -> JOIN([a, a], 'x'), 'x')"),
        format!("MAP({numbers}, a -> MAP({numbers}, b -> MAP({numbers}, c -> a + b + c)))"),
        "MAP([f -> MAP([f], f)], f -> MAP([f], f))".to_owned(),
        "FILL_LEFT('a', 'b', 2000000000)".to_owned(),
        "(".repeat(10_000),
        "x -> ".repeat(10_000),
        "[".repeat(10_000),
        "not(".repeat(10_000),
        "1 in ".repeat(10_000),
        format!("REGEXP_MATCH(s, '{}')", "(a{1000}){1000}"),
    ];
    for expression in expressions {
        assert!(value(&expression).is_err(), "`{}`", &expression[..40.min(expression.len())]);
    }
    let long = format!("{}true", "x == 5 and ".repeat(5000));
    assert_eq!(value(&long).unwrap(), "true");
}

#[test]
fn a_text_of_an_address_is_a_text() {
    for expression in [
        "ip == '2001:db8::1'",
        "'db8' in ip",
        "LENGTH(ip) == 11",
        "ip == JOIN(['2001:db8', ':1'], ':')",
        "ip != '2001:DB8::1'",
        "TO_UPPER(ip) == '2001:DB8::1'",
        "ip in ['2001:db8::1']",
        "MAP_GET(ip, {'2001:db8::1' : 1}) == 1",
    ] {
        assert_eq!(value(expression).as_deref(), Ok("true"), "`{expression}`");
    }
    assert!(matches!(Value::of_text("010.0.0.1"), Value::Text(_)));
}
