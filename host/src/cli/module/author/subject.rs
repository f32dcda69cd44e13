//! The module that a command is about: a project's, or any file's.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use super::super::super::engine::engine;
use super::super::inspect::find;
use super::manifest::{FILE, Manifest};
use crate::config::{Limits, ModuleFiles, did_you_mean};
use crate::model::{Description, OptionValue, Setting};
use crate::sandbox::Module;

/// A loaded module and what it may use.
pub(super) struct Subject {
    pub file: PathBuf,
    pub module: Module,
    pub about: Description,
    pub limits: Limits,
}

impl Subject {
    /// Of a project's folder, or of a module's file or name.
    pub(super) fn open(what: &Path) -> anyhow::Result<Self> {
        let (file, limits) = if what.join(FILE).is_file() {
            let manifest = Manifest::read(what)?;
            (manifest.module(what), manifest.limits()?)
        } else {
            // Interpreters are modules too, and nobody has said yet what this one is.
            (find(what, &ModuleFiles::of_this_process())?, Limits { memory: 128 << 20, ..Limits::default() })
        };
        if !file.is_file() {
            bail!("{} is not there: `weir module build` makes it", file.display());
        }
        let module = Module::load(&engine()?, &file)?;
        let about = module.describe(&limits).with_context(|| file.display().to_string())?;
        Ok(Self { file, module, about, limits })
    }

    /// `NAME=VALUE` as the module's options are typed; texts of a list are separated by commas.
    pub(super) fn settings(&self, options: &[String]) -> anyhow::Result<Vec<Setting>> {
        options.iter().map(|option| self.setting(option)).collect()
    }

    fn setting(&self, option: &str) -> anyhow::Result<Setting> {
        let Some((name, value)) = option.split_once('=') else { bail!("`{option}` is not NAME=VALUE") };
        let Some(spec) = self.about.options.iter().find(|spec| spec.name == name) else {
            let known = self.about.options.iter().map(|spec| spec.name.as_str());
            bail!("module `{}` has no option `{name}`{}", self.about.name, did_you_mean(name, known));
        };
        let wrong = || format!("option `{name}` must be {}, found `{value}`", spec.default.type_name());
        let value = match &spec.default {
            OptionValue::Boolean(_) => OptionValue::Boolean(value.parse().with_context(wrong)?),
            OptionValue::Integer(_) => OptionValue::Integer(value.parse().with_context(wrong)?),
            OptionValue::Text(_) => OptionValue::Text(value.to_owned()),
            OptionValue::Texts(_) => OptionValue::Texts(value.split(',').map(str::to_owned).collect()),
        };
        Ok(Setting { name: name.to_owned(), value })
    }
}
