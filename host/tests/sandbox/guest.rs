//! Modules that tests load: made by `make modules`, or by hand out of few bytes.

use std::path::{Path, PathBuf};

use weir::sandbox::{Engine, Module};

/// The file of a module: in `WEIR_MODULES`, in `target/modules`, or where cargo leaves it.
pub fn file(name: &str) -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let named = std::env::var_os("WEIR_MODULES").map(PathBuf::from);
    let built = [root.join("target/modules"), root.join("guests/target/wasm32-unknown-unknown/release")];
    let file = |folder: PathBuf| folder.join(format!("{}.wasm", name.replace('-', "_")));
    let found =
        named.into_iter().chain(built).flat_map(|folder| [folder.join(format!("{name}.wasm")), file(folder)]).find(|file| file.exists());
    found.unwrap_or_else(|| panic!("there is no {name}.wasm: run make modules"))
}

/// An engine without a cache.
pub fn engine() -> Engine {
    Engine::new(None).unwrap()
}

/// A module, compiled anew.
pub fn load(name: &str) -> Module {
    Module::load(&engine(), &file(name)).unwrap()
}
