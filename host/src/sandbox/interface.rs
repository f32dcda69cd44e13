//! Which interface of the contract a component offers, and whether it asks for no more than a module may have.

use super::line::one_line;
use super::load::{FINDING, LoadReason};
use super::outline::Outline;
use crate::model::ModuleKind;

/// Versions of `weir:ingest` whose modules this weir runs: every one that was ever shipped.
pub const CONTRACT_VERSIONS: &[&str] = &["0.1.0"];

const PACKAGE: &str = "weir:ingest/";
/// Interfaces that a module may import: the log, and two that hold types alone.
const IMPORTABLE: &[&str] = &["log", "types", "packets"];

/// An interface of our package: `weir:ingest/log@0.1.0`.
struct Name<'a> {
    interface: &'a str,
    version: &'a str,
}

fn ours(name: &str) -> Option<Name<'_>> {
    let (interface, version) = name.strip_prefix(PACKAGE)?.split_once('@').unwrap_or((name, "none"));
    Some(Name { interface, version })
}

fn kind(interface: &str) -> Option<ModuleKind> {
    [ModuleKind::StreamParser, ModuleKind::PacketParser, ModuleKind::PacketFilter].into_iter().find(|kind| kind.to_string() == interface)
}

/// The one interface that a component exports, and the contract's version.
pub(super) fn offered(outline: &Outline) -> Result<(ModuleKind, &'static str), LoadReason> {
    for name in outline.imports.iter().chain(&outline.exports).filter_map(|name| ours(name)) {
        if !CONTRACT_VERSIONS.contains(&name.version) {
            return Err(LoadReason::Version(one_line(name.version, FINDING)));
        }
    }
    let exports = outline.exports.iter().filter_map(|name| ours(name));
    let offered: Vec<_> = exports.filter_map(|name| Some((kind(name.interface)?, name.version))).collect();
    match offered.as_slice() {
        [] => Err(LoadReason::NoInterface(listed(&outline.exports))),
        [(kind, version)] => {
            let version = CONTRACT_VERSIONS.iter().find(|known| *known == version).copied().unwrap_or_default();
            Ok((*kind, version))
        }
        several => Err(LoadReason::SeveralInterfaces(several.iter().map(|(kind, _)| kind.to_string()).collect::<Vec<_>>().join(", "))),
    }
}

fn listed(names: &[String]) -> String {
    if names.is_empty() { "nothing".to_owned() } else { one_line(&names.join(", "), FINDING) }
}

/// Refuses a component that imports anything but the log and types.
pub(super) fn check_imports(outline: &Outline) -> Result<(), LoadReason> {
    let foreign = outline.imports.iter().find(|name| !ours(name).is_some_and(|name| IMPORTABLE.contains(&name.interface)));
    foreign.map_or(Ok(()), |name| Err(foreign_import(name)))
}

/// The same of a core module, which also names its own exports (`[export]…`) and the component model's built-in functions (`$root`).
pub(super) fn check_core_imports(outline: &Outline) -> Result<(), LoadReason> {
    let allowed = |name: &str| {
        let name = name.strip_prefix("[export]").unwrap_or(name);
        name.starts_with(PACKAGE) || name == "$root"
    };
    outline.imports.iter().find(|name| !allowed(name)).map_or(Ok(()), |name| Err(foreign_import(name)))
}

fn foreign_import(name: &str) -> LoadReason {
    let remedy = if name.starts_with("wasi") {
        "modules get no WASI: build without it, or close it with the stub adapter of the SDK"
    } else {
        "a module may import nothing but `weir:ingest/log`"
    };
    LoadReason::Import { name: one_line(name, FINDING), remedy }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outline(imports: &[&str], exports: &[&str]) -> Outline {
        let owned = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect::<Vec<_>>();
        Outline { imports: owned(imports).into_iter().collect(), exports: owned(exports), has_component_type: false }
    }

    #[test]
    fn the_exported_interface_is_the_kind_of_a_module() {
        let module = outline(&["weir:ingest/log@0.1.0"], &["weir:ingest/packet-filter@0.1.0", "other:package/thing@1.0.0"]);
        assert_eq!(offered(&module).unwrap(), (ModuleKind::PacketFilter, "0.1.0"));
    }

    #[test]
    fn a_version_of_the_future_is_named_with_those_that_are_known() {
        let error = offered(&outline(&["weir:ingest/log@0.9.0"], &["weir:ingest/stream-parser@0.9.0"])).unwrap_err();
        assert_eq!(error.to_string(), "it wants version 0.9.0 of the contract weir:ingest, and this weir speaks 0.1.0");
    }

    #[test]
    fn two_interfaces_in_one_module_are_refused() {
        let module = outline(&[], &["weir:ingest/stream-parser@0.1.0", "weir:ingest/packet-filter@0.1.0"]);
        let error = offered(&module).unwrap_err();
        assert_eq!(error.to_string(), "it exports several interfaces (stream-parser, packet-filter): make a module of each");
    }

    #[test]
    fn a_component_without_our_interfaces_is_refused_with_what_it_exports() {
        let error = offered(&outline(&[], &["demo:x/y@0.1.0"])).unwrap_err();
        assert_eq!(
            error.to_string(),
            "it exports no interface of weir:ingest (stream-parser, packet-parser or packet-filter), but demo:x/y@0.1.0"
        );
    }

    #[test]
    fn an_import_of_wasi_is_refused_with_the_remedy() {
        let error = check_imports(&outline(&["weir:ingest/types@0.1.0", "wasi:clocks/wall-clock@0.2.6"], &[])).unwrap_err();
        assert_eq!(
            error.to_string(),
            "it imports `wasi:clocks/wall-clock@0.2.6`: modules get no WASI: build without it, or close it with the stub adapter of the SDK"
        );
    }
}
