//! The options of the module.

use weir_sdk::{OpenError, OptionSpec, OptionValue, Options};

use crate::tshark::{self, Direction};

/// Which columns the rows have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Columns {
    /// Those of Spot's table `dns`.
    Spot,
    /// Everything, a row for each message.
    Full,
    /// Everything, a row for each exchange of a query and its response.
    Pairs,
}

/// What the options say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Which columns the rows have.
    pub columns: Columns,
    /// Which messages become rows.
    pub direction: Direction,
    /// A message has one of these ports on either side.
    pub ports: Vec<u16>,
    /// How long a query waits for its response, in nanoseconds of the packets' own time.
    pub pair_timeout: i64,
    /// What is open at the end of a capture stays in the state for the next one.
    pub across_captures: bool,
}

/// The options the module understands.
pub fn specs() -> Vec<OptionSpec> {
    let option = |name, default, choices, doc| OptionSpec { name, default, required: false, choices, doc };
    vec![
        option(
            "schema",
            OptionValue::text("spot"),
            &["spot", "full"],
            "spot: the 10 columns of Apache Spot's table dns, responses only. full: queries and responses with all their records.",
        ),
        option(
            "ports",
            OptionValue::Texts(vec!["53".to_owned()]),
            &[],
            "Ports of DNS, UDP and TCP, on either side, 1 to 65535. Multicast DNS has 5353, LLMNR 5355.",
        ),
        option("pair", OptionValue::Boolean(false), &[], "With schema full: a query and its response are one row, with the response time."),
        option(
            "pair-timeout",
            OptionValue::Integer(30),
            &[],
            "Seconds of the packets' own time, 1 to 3600, that a query waits for its response; then it is a row without one.",
        ),
        option(
            "across-captures",
            OptionValue::Boolean(false),
            &[],
            "At the end of a capture, queries without a response, and fragments and segments whose others did not come, stay in the saved state for the next \
             capture. Else the queries become rows, and the others are counted in the log.",
        ),
        option(
            "tshark",
            OptionValue::text(""),
            &[],
            "Options that tshark was given, as in Spot's process_opt: -T fields, -E, Spot's list of -e, -d PORT==N,dns, and a display filter of \
             dns.flags.response. What means nothing here is an error.",
        ),
    ]
}

impl Settings {
    /// From the options of a session.
    ///
    /// # Errors
    /// An option that is wrong, or does not go with another.
    pub fn of(options: &Options) -> Result<Self, OpenError> {
        let columns = match (options.text("schema"), options.boolean("pair")) {
            ("full", true) => Columns::Pairs,
            ("full", false) => Columns::Full,
            (_, true) => return Err(OpenError::bad_option("pair", "false, or schema = full: Spot's table has no columns for queries")),
            (_, false) => Columns::Spot,
        };
        let tshark = tshark::understand(options.text("tshark")).map_err(|expected| OpenError::bad_option("tshark", &expected))?;
        let mut ports = ports(options.texts("ports"))?;
        ports.extend(tshark.ports);
        let direction = direction(columns, tshark.direction)?;
        let pair_timeout = match options.integer("pair-timeout") {
            seconds @ 1..=3600 => seconds * 1_000_000_000,
            _ => return Err(OpenError::bad_option("pair-timeout", "1 to 3600 seconds")),
        };
        Ok(Self { columns, direction, ports, pair_timeout, across_captures: options.boolean("across-captures") })
    }
}

fn direction(columns: Columns, asked: Direction) -> Result<Direction, OpenError> {
    match (columns, asked) {
        (Columns::Spot, Direction::Queries) => {
            Err(OpenError::bad_option("tshark", "a filter that keeps responses, or schema = full: the rows of Spot's table are responses"))
        }
        (Columns::Spot, _) => Ok(Direction::Responses),
        (Columns::Pairs, Direction::Responses | Direction::Queries) => {
            Err(OpenError::bad_option("tshark", "no filter on dns.flags.response: pair = true needs queries and responses"))
        }
        (_, asked) => Ok(asked),
    }
}

fn ports(texts: &[String]) -> Result<Vec<u16>, OpenError> {
    let port = |text: &String| text.trim().parse().ok().filter(|&port| port != 0);
    let ports: Option<Vec<u16>> = texts.iter().map(port).collect();
    match ports {
        Some(ports) if (1..=64).contains(&ports.len()) => Ok(ports),
        _ => Err(OpenError::bad_option("ports", "1 to 64 port numbers, each 1 to 65535, as `ports = [53, 5353]`")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(settings: &[(&str, OptionValue)]) -> Result<Settings, OpenError> {
        let settings = settings.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
        Settings::of(&Options::new(&specs(), settings)?)
    }

    fn refused(settings: &[(&str, OptionValue)]) -> String {
        match of(settings) {
            Err(OpenError::BadOption { name, expected }) => format!("{name}: {expected}"),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_defaults_are_spots() {
        let expected = Settings {
            columns: Columns::Spot,
            direction: Direction::Responses,
            ports: vec![53],
            pair_timeout: 30_000_000_000,
            across_captures: false,
        };
        assert_eq!(of(&[]), Ok(expected));
    }

    #[test]
    fn options_that_do_not_go_together_are_refused() {
        let full = ("schema", OptionValue::text("full"));
        let pair = ("pair", OptionValue::Boolean(true));
        let queries = ("tshark", OptionValue::text("dns.flags.response == 0"));
        assert!(refused(std::slice::from_ref(&pair)).starts_with("pair: false, or schema = full"));
        assert!(refused(std::slice::from_ref(&queries)).starts_with("tshark: a filter that keeps responses"));
        assert!(refused(&[full.clone(), pair, queries.clone()]).starts_with("tshark: no filter on dns.flags.response"));
        assert_eq!(of(&[full, queries]).map(|settings| settings.direction), Ok(Direction::Queries));
    }

    #[test]
    fn ports_that_are_none_are_refused() {
        for texts in [vec![], vec!["0"], vec!["65536"], vec!["53", "dns"]] {
            let texts = OptionValue::Texts(texts.into_iter().map(str::to_owned).collect());
            assert!(refused(&[("ports", texts)]).starts_with("ports: 1 to 64 port numbers"));
        }
    }
}
