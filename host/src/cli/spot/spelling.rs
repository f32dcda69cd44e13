//! Options of Python's argparse that clap does not know: long names behind one dash.

use std::ffi::OsString;

/// The arguments with `-id` and `-top` as `--ingestId` and `--topic`, behind the word `spot`.
pub(in crate::cli) fn for_clap(arguments: impl Iterator<Item = OsString>) -> Vec<OsString> {
    let (mut behind, mut master) = (false, false);
    arguments
        .map(|argument| {
            let spelled = argument.to_str().filter(|_| behind).and_then(|text| other(text, master)).map(OsString::from);
            behind |= argument == "spot";
            master |= behind && argument == "master";
            spelled.unwrap_or(argument)
        })
        .collect()
}

fn other(text: &str, master: bool) -> Option<String> {
    let (name, value) = text.split_once('=').map_or((text, None), |(name, value)| (name, Some(value)));
    let long = match name {
        "-top" => "--topic",
        // A worker's `-id` is its `-i d`.
        "-id" if master => "--ingestId",
        _ => return None,
    };
    Some(value.map_or(long.to_owned(), |value| format!("{long}={value}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(line: &str) -> String {
        let words = for_clap(line.split(' ').map(OsString::from));
        words.join(&OsString::from(" ")).into_string().unwrap()
    }

    #[test]
    fn long_names_behind_one_dash_get_two() {
        assert_eq!(of("weir spot worker -t a -i 0 -top T"), "weir spot worker -t a -i 0 --topic T");
        assert_eq!(of("weir spot master -t a -w 1 -id=X"), "weir spot master -t a -w 1 --ingestId=X");
        assert_eq!(of("weir spot worker -id"), "weir spot worker -id");
        assert_eq!(of("weir run -top"), "weir run -top");
    }
}
