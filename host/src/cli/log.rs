//! The log: lines on standard error, or in a file.

use std::fs::File;
use std::io;
use std::path::Path;
use std::sync::Mutex;

use anyhow::Context;

use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::fmt::writer::BoxMakeWriter;

use super::UsageError;
use super::colour::Colour;

/// Starts the log. The level is that of `--log`, or that of `WEIR_LOG`, or `info`. A file is begun anew.
pub(super) fn start(level: Option<String>, colour: Colour, file: Option<&Path>) -> anyhow::Result<()> {
    let (origin, level) = match level {
        Some(level) => ("--log", level),
        None => ("WEIR_LOG", std::env::var("WEIR_LOG").ok().filter(|level| !level.is_empty()).unwrap_or_else(|| "info".to_owned())),
    };
    let filter = filter(&level).ok_or_else(|| {
        let expected = "expected error, warn, info, debug, trace, or a filter like `warn,weir::sink=debug`";
        UsageError(format!("{origin}: `{level}` is no level: {expected}"))
    })?;
    let writer = match file {
        Some(path) => {
            BoxMakeWriter::new(Mutex::new(File::create(path).with_context(|| format!("cannot write the log to {}", path.display()))?))
        }
        None => BoxMakeWriter::new(|| super::console::LogLines),
    };
    let ansi = file.is_none() && colour.on(&io::stderr());
    tracing_subscriber::fmt().with_env_filter(filter).with_ansi(ansi).with_target(false).with_writer(writer).init();
    Ok(())
}

/// A word alone is a level. (`EnvFilter` would take it for the name of a module of ours, and show nothing.)
fn filter(text: &str) -> Option<EnvFilter> {
    let is_sound = |part: &str| part.contains('=') || !part.is_empty() && part.trim().parse::<LevelFilter>().is_ok();
    text.split(',').all(is_sound).then(|| EnvFilter::try_new(text).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::filter;

    #[test]
    fn a_mistyped_level_is_refused() {
        assert!(filter("warn,weir::sink=debug").is_some());
        assert!(filter("WARN").is_some());
        assert!(filter("wran").is_none());
        assert!(filter("weir=wran").is_none());
        assert!(filter("").is_none());
    }
}
