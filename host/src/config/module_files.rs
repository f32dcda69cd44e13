//! Where modules are found by a bare name: `flow` is `flow.wasm` in the first of a few directories that has it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The directories that are searched, in order.
#[derive(Debug, Clone, Default)]
pub struct ModuleFiles {
    directories: Vec<PathBuf>,
}

impl ModuleFiles {
    /// Those of the path list `WEIR_MODULES`; those beside the running program (`modules`, `../modules`, `.`); `target/modules`, where a build puts them.
    pub fn of_this_process() -> Self {
        let listed = std::env::var_os("WEIR_MODULES").map(|list| std::env::split_paths(&list).collect::<Vec<_>>()).unwrap_or_default();
        let listed = listed.into_iter().filter(|path| !path.as_os_str().is_empty());
        let program = std::env::current_exe().ok().and_then(|program| Some(program.parent()?.to_owned()));
        let beside = program.into_iter().flat_map(|beside| {
            let above = beside.parent().map(|above| above.join("modules"));
            [Some(beside.clone()), Some(beside.join("modules")), above].into_iter().flatten()
        });
        Self::in_directories(listed.chain(beside).chain([PathBuf::from("target/modules")]))
    }

    /// Those of a list.
    pub fn in_directories(directories: impl IntoIterator<Item = PathBuf>) -> Self {
        let whole = |path: &Path| std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        let mut unique: Vec<PathBuf> = Vec::new();
        for directory in directories {
            if unique.iter().all(|known| whole(known) != whole(&directory)) {
                unique.push(directory);
            }
        }
        Self { directories: unique }
    }

    /// Where modules are looked for, in the order of the search, and how to add to it.
    pub fn places(&self) -> String {
        let places: Vec<_> = self.directories.iter().map(|path| path.display().to_string()).collect();
        format!("{} (more directories: WEIR_MODULES, a list as PATH is one)", places.join(", "))
    }

    /// The file of a bare name, if there is one.
    pub fn find(&self, name: &str) -> Option<PathBuf> {
        self.directories.iter().map(|directory| directory.join(format!("{name}.wasm"))).find(|file| file.is_file())
    }

    /// Every module that is found by its name, in the order of names. Directories that cannot be listed have none.
    pub fn all(&self) -> BTreeMap<String, PathBuf> {
        let mut all = BTreeMap::new();
        let files = self.directories.iter().filter_map(|directory| std::fs::read_dir(directory).ok()).flatten();
        for file in files.filter_map(|entry| Some(entry.ok()?.path())) {
            if let Some(name) = name_of(&file) {
                all.entry(name).or_insert(file);
            }
        }
        all
    }
}

fn name_of(file: &Path) -> Option<String> {
    let is_module = file.extension()? == "wasm" && file.is_file();
    is_module.then(|| Some(file.file_stem()?.to_str()?.to_owned())).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_directory_that_has_a_module_gives_it() -> std::io::Result<()> {
        let root = tempfile::tempdir()?;
        let [first, second] = ["first", "second"].map(|name| root.path().join(name));
        for file in [first.join("dns.wasm"), second.join("dns.wasm"), second.join("flow.wasm"), second.join("notes.txt")] {
            std::fs::create_dir_all(file.parent().unwrap())?;
            std::fs::write(file, "")?;
        }
        let files = ModuleFiles::in_directories([root.path().join("missing"), first.clone(), second.clone(), first.clone()]);
        assert_eq!(files.directories.len(), 3);
        assert_eq!(files.find("dns"), Some(first.join("dns.wasm")));
        assert_eq!(files.find("flow"), Some(second.join("flow.wasm")));
        assert_eq!(files.find("notes"), None);
        let all: Vec<_> = files.all().into_iter().collect();
        assert_eq!(all, [("dns".to_owned(), first.join("dns.wasm")), ("flow".to_owned(), second.join("flow.wasm"))]);
        Ok(())
    }
}
