//! Loads compiled code: the one place that must trust bytes, and why it may.

use wasmtime::component::Component;

/// Compiled code that this program wrote itself. Only the cache makes one, after it has checked where the bytes lie and that none has changed.
pub(super) struct Artifact(Vec<u8>);

impl Artifact {
    /// `bytes` must come from [`Component::serialize`] of this program's own runtime.
    pub(super) fn trusted(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// The component, if it was compiled by this version of the runtime with these settings.
    pub(super) fn load(&self, engine: &wasmtime::Engine) -> wasmtime::Result<Component> {
        #[expect(
            unsafe_code,
            reason = "the bytes are this program's own: their directory is writable by its user alone, and their digest is checked"
        )]
        unsafe {
            Component::deserialize(engine, &self.0)
        }
    }
}
