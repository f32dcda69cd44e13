//! The keys of somebody who signs modules, in minisign's own files.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use minisign::{KeyPair, PublicKey, SecretKey, SecretKeyBox};

use super::trust::{read, signature_of};

/// Why nothing was signed.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// A file cannot be read or written.
    #[error("cannot use {}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        cause: io::Error,
    },
    /// It holds no secret key, or the password is another one.
    #[error("{} holds no secret key of minisign that opens: {reason}", path.display())]
    Key {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// The library does not sign.
    #[error("cannot sign: {0}")]
    Sign(String),
}

/// Files of a new pair of keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keys {
    /// To sign with; readable by its owner alone.
    pub secret: PathBuf,
    /// To check with.
    pub public: PathBuf,
    /// What stands in the latter: for `trust.keys`.
    pub text: String,
}

impl Keys {
    /// Makes `NAME.key` and `NAME.pub`; with a password the former is of no use without it.
    ///
    /// # Errors
    /// There is such a file already, or it cannot be written.
    pub fn make(name: &Path, password: Option<String>) -> Result<Self, KeyError> {
        let with = |extension: &str| PathBuf::from(format!("{}.{extension}", name.display()));
        let (secret, public) = (with("key"), with("pub"));
        let failed = |error: minisign::PError| KeyError::Sign(error.to_string());
        let pair = match password {
            Some(password) => KeyPair::generate_encrypted_keypair(Some(password)).map_err(failed)?,
            None => KeyPair::generate_unencrypted_keypair().map_err(failed)?,
        };
        write_new(&secret, &pair.sk.to_box(Some("weir module key")).map_err(failed)?.to_bytes(), 0o600)?;
        write_new(&public, &pair.pk.to_box().map_err(failed)?.to_bytes(), 0o644)?;
        Ok(Self { secret, public, text: pair.pk.to_base64() })
    }
}

/// Signs.
pub struct Signer(SecretKey);

impl Signer {
    /// With the key of a file, and the password that opens it if it has one.
    ///
    /// # Errors
    /// It is no key, or the password is another one.
    pub fn open(path: &Path, password: Option<String>) -> Result<Self, KeyError> {
        let wrong = |reason: String| KeyError::Key { path: path.to_owned(), reason };
        let boxed = |text: &str| SecretKeyBox::from_string(text).map_err(|error| wrong(error.to_string()));
        let text = read(path).map_err(wrong)?;
        let key = match SecretKey::from_unencrypted_box(boxed(&text)?) {
            Ok(key) if !key.is_encrypted() => key,
            _ => SecretKey::from_box(boxed(&text)?, password).map_err(|error| wrong(error.to_string()))?,
        };
        Ok(Self(key))
    }

    /// Signs a file; the signature lies beside it. Gives its path.
    ///
    /// # Errors
    /// The file cannot be read, or the signature not be written.
    pub fn sign(&self, file: &Path, comment: Option<&str>) -> Result<PathBuf, KeyError> {
        let failed = |path: &Path| {
            let path = path.to_owned();
            |cause| KeyError::File { path, cause }
        };
        let sign_failed = |error: minisign::PError| KeyError::Sign(error.to_string());
        let content = fs::read(file).map_err(failed(file))?;
        let public = PublicKey::from_secret_key(&self.0).map_err(sign_failed)?;
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        let comment = comment.map_or_else(|| format!("file:{name}"), str::to_owned);
        let signature = minisign::sign(Some(&public), &self.0, content.as_slice(), Some(&comment), None).map_err(sign_failed)?;
        let beside = signature_of(file);
        fs::write(&beside, signature.to_string()).map_err(failed(&beside))?;
        Ok(beside)
    }
}

fn write_new(path: &Path, content: &[u8], mode: u32) -> Result<(), KeyError> {
    let written = OpenOptions::new().write(true).create_new(true).mode(mode).open(path).and_then(|mut file| file.write_all(content));
    written.map_err(|cause| KeyError::File { path: path.to_owned(), cause })
}
