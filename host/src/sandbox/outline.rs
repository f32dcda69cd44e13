//! What a WebAssembly file imports and exports, read without compiling it.

use std::collections::BTreeSet;

use wasmparser::{BinaryReaderError, Parser, Payload};

/// The component model's name of the section in which a core module carries the type of its component; a suffix may follow.
const COMPONENT_TYPE: &str = "component-type";

/// Names of a component's or a core module's own imports and exports, not those of modules inside it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Outline {
    /// Of a core module: names of the modules it imports from.
    pub imports: BTreeSet<String>,
    /// Of a component alone.
    pub exports: Vec<String>,
    /// A core module that says which component it is to become.
    pub has_component_type: bool,
}

/// Reads the outline of a component or a core module.
pub(super) fn outline(binary: &[u8]) -> Result<Outline, BinaryReaderError> {
    let mut outline = Outline::default();
    let mut depth = 0_u32;
    for payload in Parser::new(0).parse_all(binary) {
        match payload? {
            Payload::ModuleSection { .. } | Payload::ComponentSection { .. } => depth += 1,
            Payload::End(_) => depth = depth.saturating_sub(1),
            payload if depth == 0 => outline.take(payload)?,
            _ => {}
        }
    }
    Ok(outline)
}

impl Outline {
    fn take(&mut self, payload: Payload<'_>) -> Result<(), BinaryReaderError> {
        match payload {
            Payload::ComponentImportSection(section) => {
                for import in section {
                    self.imports.insert(import?.name.name.to_owned());
                }
            }
            Payload::ComponentExportSection(section) => {
                for export in section {
                    self.exports.push(export?.name.name.to_owned());
                }
            }
            Payload::ImportSection(section) => {
                for import in section.into_imports() {
                    self.imports.insert(import?.module.to_owned());
                }
            }
            Payload::CustomSection(section) => self.has_component_type |= section.name().starts_with(COMPONENT_TYPE),
            _ => {}
        }
        Ok(())
    }
}
