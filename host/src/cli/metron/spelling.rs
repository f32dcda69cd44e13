//! Options of Python's argparse that clap does not know: long names behind one dash.

use std::ffi::OsString;

/// The arguments with `-pp` and `-ll` as `--pretty-print` and `--log-level`, behind the words `metron pycapa`.
pub(in crate::cli) fn for_clap(arguments: Vec<OsString>) -> Vec<OsString> {
    let is_pycapa = arguments.windows(2).any(|pair| pair == ["metron", "pycapa"]);
    let spelled = |argument: OsString| match argument.to_str() {
        Some("-pp") => OsString::from("--pretty-print"),
        Some("-ll") => OsString::from("--log-level"),
        _ => argument,
    };
    if is_pycapa { arguments.into_iter().map(spelled).collect() } else { arguments }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_names_behind_one_dash_get_two() {
        let of = |line: &str| for_clap(line.split(' ').map(OsString::from).collect()).join(&OsString::from(" "));
        assert_eq!(of("weir metron pycapa -c -pp 5 -ll INFO"), "weir metron pycapa -c --pretty-print 5 --log-level INFO");
        assert_eq!(of("weir run -pp"), "weir run -pp");
    }
}
