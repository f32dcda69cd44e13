//! Which entries of a quarantine are meant.

use crate::model::{CommitRecord, QuarantineEntry};

/// Which entries; without any of these, all.
#[derive(Debug, Default, clap::Args)]
pub(super) struct Which {
    /// Entries, as `weir quarantine list` names them [default: all]
    #[arg(value_name = "ENTRY")]
    pub entries: Vec<String>,
    #[command(flatten)]
    pub of: Of,
}

/// What entries have in common.
#[derive(Debug, Default, clap::Args)]
pub(super) struct Of {
    /// Only those of this reason: malformed, truncated, unsupported, too-large, wrong-format, broken, module-fault, refused
    #[arg(long, value_name = "REASON")]
    pub reason: Option<String>,
    /// Only those that this module said so of: its name, or the beginning of its digest
    #[arg(long, value_name = "MODULE")]
    pub by: Option<String>,
    /// Only those whose source has this in its name
    #[arg(long, value_name = "TEXT")]
    pub source: Option<String>,
}

impl Which {
    pub(super) fn has(&self, record: &CommitRecord, number: usize, entry: &QuarantineEntry) -> bool {
        let named = || self.entries.contains(&record.entry_name(number));
        (self.entries.is_empty() || named()) && self.of.has(record, entry)
    }
}

impl Of {
    /// Whether nothing is asked of them.
    pub(super) fn is_all(&self) -> bool {
        self.reason.is_none() && self.by.is_none() && self.source.is_none()
    }

    pub(super) fn has(&self, record: &CommitRecord, entry: &QuarantineEntry) -> bool {
        let Self { reason, by, source } = self;
        let module = &record.module;
        let is_by = |by: &String| *by == module.name || module.digest.to_string().starts_with(by) || module.digest.hex().starts_with(by);
        reason.as_ref().is_none_or(|reason| *reason == entry.reason.to_string())
            && by.as_ref().is_none_or(is_by)
            && source.as_ref().is_none_or(|source| record.source.name.contains(source))
    }
}
