//! The packets of a capture to a topic.

use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use super::{Sender, SensorError};
use crate::capture::Reader;
use crate::content::Content;

/// Sends the packets of a capture, compressed or not; `-` is standard input. Gives what of it could not be read.
///
/// # Errors
/// The file cannot be read, or the topic takes nothing.
pub fn send_file(path: &Path, sender: &mut Sender<'_>) -> Result<Vec<String>, SensorError> {
    let unreadable = |source| SensorError::Read { path: path.to_owned(), source };
    let content = if path.as_os_str() == "-" {
        Content::of_stream(std::io::stdin())
    } else {
        File::open(path).and_then(|file| match file.metadata()?.is_file() {
            true => Content::of_file(Arc::new(file)),
            false => Content::of_stream(file),
        })
    };
    let mut reader = Reader::new(content.map_err(unreadable)?);
    let mut damage = Vec::new();
    while let Some(batch) = reader.next_packets(sender.wants()).map_err(unreadable)? {
        for index in 0..batch.len() {
            if sender.wants() == 0 {
                break;
            }
            if let Some(packet) = batch.packet(index) {
                sender.send(batch.link_type, &packet)?;
            }
        }
        let found = reader.take_damage();
        damage.extend(found.into_iter().map(|damage| format!("{} bytes from byte {} on: {}", damage.length, damage.at, damage.detail)));
    }
    let found = reader.take_damage();
    damage.extend(found.into_iter().map(|damage| format!("{} bytes from byte {} on: {}", damage.length, damage.at, damage.detail)));
    if let Some(found) = reader.input().damage() {
        damage.push(format!("from byte {} on: {}: {}", found.at, found.coding, found.detail));
    }
    Ok(damage)
}

/// Whether an input can be opened: for a look before anything is sent.
///
/// # Errors
/// It cannot.
pub fn readable(path: &Path) -> std::io::Result<()> {
    if path.as_os_str() == "-" {
        return Ok(());
    }
    let mut file = File::open(path)?;
    if file.metadata()?.is_file() { file.read(&mut []).map(drop) } else { Ok(()) }
}
