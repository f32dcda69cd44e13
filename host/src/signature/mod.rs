//! Signatures of modules, as minisign makes and checks them (Ed25519 over BLAKE2b; <https://jedisct1.github.io/minisign/>): a file `NAME.wasm.minisig`
//! beside the module. Checked offline, against keys that the configuration names.

mod key;
mod trust;

pub use key::{KeyError, Keys, Signer};
pub use trust::{Trust, Untrusted, signature_of};
