//! Whose modules run.

use std::ffi::OsString;
use std::fmt;
use std::fs;
use std::io::Cursor;
use std::path::{Path, PathBuf};

use minisign::{PublicKey, PublicKeyBox, SignatureBox};

/// Bytes of a file with a key or a signature.
const LARGEST: u64 = 64 << 10;

/// The keys of those whose modules run. Without any, every module does.
#[derive(Clone, Default)]
pub struct Trust {
    keys: Vec<PublicKey>,
}

impl fmt::Debug for Trust {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.keys.iter().map(PublicKey::to_base64)).finish()
    }
}

/// Why a module does not run.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Untrusted {
    /// Nobody signed it.
    #[error("it is not signed: there is no {0}, and the configuration trusts signed modules alone (trust.keys)")]
    Unsigned(String),
    /// What lies beside it is none.
    #[error("{file} is no signature of minisign: {reason}")]
    NoSignature {
        /// The signature's file.
        file: String,
        /// What is wrong.
        reason: String,
    },
    /// By somebody else.
    #[error("it is signed with key {0}, which is not among those that the configuration trusts (trust.keys)")]
    Stranger(String),
    /// The file or the signature was changed.
    #[error("its signature is not of this file: one of them was changed")]
    Changed,
}

impl Trust {
    /// Of keys as minisign prints them (`RW…`), or files that hold one.
    ///
    /// # Errors
    /// It is no key, and why.
    pub fn add(&mut self, key: &str) -> Result<(), String> {
        self.keys.push(public_key(key)?);
        Ok(())
    }

    /// Their texts.
    pub fn keys(&self) -> impl Iterator<Item = String> {
        self.keys.iter().map(PublicKey::to_base64)
    }

    /// Whether any module runs.
    pub fn is_everybody(&self) -> bool {
        self.keys.is_empty()
    }

    /// Checks what was read of a file; gives the comment that its signer left, which is signed too.
    ///
    /// # Errors
    /// Why it is not to run.
    pub fn check(&self, file: &Path, content: &[u8]) -> Result<Option<String>, Untrusted> {
        if self.is_everybody() {
            return Ok(None);
        }
        let beside = signature_of(file);
        let shown = || beside.display().to_string();
        let text = read(&beside).map_err(|_| Untrusted::Unsigned(shown()))?;
        let no_signature = |error: minisign::PError| Untrusted::NoSignature { file: shown(), reason: error.to_string() };
        let signature = SignatureBox::from_string(&text).map_err(no_signature)?;
        let Some(key) = self.keys.iter().find(|key| key.keynum() == signature.keynum()) else {
            return Err(Untrusted::Stranger(key_id(signature.keynum())));
        };
        minisign::verify(key, &signature, Cursor::new(content), true, false, true).map_err(|_| Untrusted::Changed)?;
        Ok(signature.trusted_comment().ok())
    }
}

/// Where the signature of a file lies.
pub fn signature_of(file: &Path) -> PathBuf {
    let mut name = OsString::from(file);
    name.push(".minisig");
    PathBuf::from(name)
}

fn public_key(text: &str) -> Result<PublicKey, String> {
    let text = text.trim();
    if text.lines().count() > 1 {
        return PublicKeyBox::from_string(text).and_then(PublicKeyBox::into_public_key).map_err(|error| error.to_string());
    }
    PublicKey::from_base64(text).map_err(|error| error.to_string())
}

/// As minisign shows it.
fn key_id(keynum: &[u8]) -> String {
    keynum.iter().rev().map(|byte| format!("{byte:02X}")).collect()
}

/// The text of a small file.
pub(super) fn read(path: &Path) -> Result<String, String> {
    let size = fs::metadata(path).map_err(|error| error.to_string())?.len();
    if size > LARGEST {
        return Err(format!("it has {size} bytes"));
    }
    fs::read_to_string(path).map_err(|error| error.to_string())
}
