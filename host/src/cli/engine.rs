//! The engine that runs modules, with its cache of compiled ones.

use std::path::PathBuf;

use crate::sandbox::{Engine, EngineError};

/// An engine that keeps compiled modules in `$WEIR_CACHE`, `$XDG_CACHE_HOME/weir` or `~/.cache/weir`; where that cannot be, modules are compiled
/// at each start, which takes a second or two.
pub(super) fn engine() -> Result<Engine, EngineError> {
    let Some(directory) = cache_directory() else { return Engine::new(None) };
    Engine::new(Some(&directory)).or_else(|error| match error {
        EngineError::Cache(error) => {
            tracing::warn!("modules are compiled anew at each start: {:#}", anyhow::Error::from(error));
            Engine::new(None)
        }
        error => Err(error),
    })
}

fn cache_directory() -> Option<PathBuf> {
    let variable = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let home = || Some(variable("HOME")?.join(".cache"));
    variable("WEIR_CACHE").or_else(|| Some(variable("XDG_CACHE_HOME").or_else(home)?.join("weir")))
}
