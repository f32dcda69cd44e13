//! URLs and names of hosts.

use super::{Answer, Function, argument};
use crate::kind::Kind;
use crate::value::Value;

pub const FUNCTIONS: &[Function] = &[
    Function::new("URL_TO_HOST", 1, 1, Kind::Other, |_, values| part(values, |url| Some(Value::of_text(url.host)))),
    Function::new("URL_TO_PATH", 1, 1, Kind::Other, |_, values| part(values, |url| Some(Value::of_text(url.path)))),
    Function::new("URL_TO_PORT", 1, 1, Kind::Other, |_, values| part(values, |url| url.port.map(Value::Int))),
    Function::new("URL_TO_PROTOCOL", 1, 1, Kind::Other, |_, values| part(values, |url| Some(Value::of_text(url.protocol)))),
    Function::new("IS_URL", 1, 1, Kind::Boolean, |_, values| {
        Ok(Value::Boolean(argument(values, 0).text().is_some_and(|text| Url::of(&text).is_some_and(|url| !url.host.is_empty()))))
    }),
    Function::new("IS_DOMAIN", 1, 1, Kind::Boolean, |_, values| {
        Ok(Value::Boolean(argument(values, 0).text().is_some_and(|text| is_domain(&text))))
    }),
    Function::new("IS_EMAIL", 1, 1, Kind::Boolean, |_, values| {
        Ok(Value::Boolean(argument(values, 0).text().is_some_and(|text| is_email(&text))))
    }),
];

/// Protocols that Java knows, with their ports.
const PROTOCOLS: [(&str, i32); 5] = [("http", 80), ("https", 443), ("ftp", 21), ("file", -1), ("jar", -1)];

struct Url<'a> {
    protocol: &'a str,
    host: &'a str,
    port: Option<i32>,
    path: &'a str,
}

impl<'a> Url<'a> {
    fn of(text: &'a str) -> Option<Self> {
        let (protocol, rest) = text.trim().split_once(':')?;
        let (_, usual) = PROTOCOLS.iter().find(|(known, _)| known.eq_ignore_ascii_case(protocol))?;
        let rest = rest.split('#').next().unwrap_or_default();
        let (authority, path) = match rest.strip_prefix("//") {
            Some(rest) => rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len())),
            None => ("", rest),
        };
        let host = authority.rsplit('@').next().unwrap_or_default();
        let port_at = host.rfind(':').filter(|&colon| host.rfind(']').is_none_or(|end| end < colon));
        let (host, port) = host.split_at(port_at.unwrap_or(host.len()));
        let port = match port.get(1..) {
            None | Some("") => *usual,
            Some(digits) => digits.parse::<u16>().ok()?.into(),
        };
        Some(Self { protocol, host, port: (port >= 0).then_some(port), path: path.split('?').next().unwrap_or_default() })
    }
}

/// Null for what is no URL.
fn part(values: &[Value], of: impl for<'a> Fn(Url<'a>) -> Option<Value>) -> Answer {
    let Some(text) = argument(values, 0).text() else { return Ok(Value::Null) };
    Ok(Url::of(&text).and_then(of).unwrap_or(Value::Null))
}

/// Labels of letters, digits and hyphens, of which the last is no number.
fn is_domain(text: &str) -> bool {
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let name = text.strip_suffix('.').unwrap_or(text);
    let top = name.rsplit('.').next().unwrap_or_default();
    name.len() <= 253
        && name.contains('.')
        && name.split('.').all(label)
        && top.len() > 1
        && top.starts_with(|c: char| c.is_ascii_alphabetic())
}

fn is_email(text: &str) -> bool {
    let of_name = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(c);
    text.rsplit_once('@').is_some_and(|(name, host)| {
        !name.is_empty()
            && name.chars().all(of_name)
            && !name.starts_with('.')
            && !name.ends_with('.')
            && !name.contains("..")
            && is_domain(host)
    })
}
