//! A hold on a name that ends with its process, on whatever machine that runs.
//!
//! ```text
//! NAME            an empty file, held open: HDFS gives it to one writer at a time, and takes it from one that was silent for a minute
//! NAME.by/MARK    a directory whose name says who that is
//! ```
//!
//! A holder that was cut off for so long does not know that it lost the file. So whoever takes it over first removes the marks of those before, and a
//! holder looks for its own before each commit. A holder that died on this machine is known to be dead by its mark, and nobody waits for the minute.

use std::fs;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use hdfs_native::file::FileWriter;
use hdfs_native::{HdfsError, WriteOptions};
use jiff::Timestamp;

use super::cluster::{Cluster, in_time};
use super::failure::Meaning;
use crate::model::Digest;
use crate::storage::{Claim, Operation, StorageError};

/// How often HDFS is asked whether the file of a dead holder is free, and with what pause.
const RECOVERY: (u32, Duration) = (100, Duration::from_millis(200));

/// See the top of the file.
pub(super) struct HdfsClaim {
    cluster: Arc<Cluster>,
    mark: String,
    lease: Option<FileWriter>,
}

/// Takes hold of a path.
pub(super) fn claim(cluster: &Arc<Cluster>, path: &str) -> Result<HdfsClaim, StorageError> {
    let marks = format!("{path}.by");
    let lease = match take(cluster, path)? {
        Some(lease) => lease,
        None if all_dead(&holders(cluster, &marks)?) => {
            recover(cluster, path)?;
            take(cluster, path)?.ok_or_else(|| held(cluster, path, &[]))?
        }
        None => return Err(held(cluster, path, &holders(cluster, &marks)?)),
    };
    let mark = format!("{marks}/{}", Mark::of_this_process());
    let claim = HdfsClaim { cluster: Arc::clone(cluster), mark, lease: Some(lease) };
    sign(cluster, path, &marks, &claim.mark)?;
    if let Ok(mut holds) = cluster.holds.lock() {
        holds.push(claim.mark.clone());
    }
    Ok(claim)
}

/// Whether all holds are still those of this process.
pub(super) fn check(cluster: &Cluster) -> Result<(), StorageError> {
    let holds = cluster.holds.lock().map(|holds| holds.clone()).unwrap_or_default();
    for mark in holds {
        match cluster.persist(&mark, async || cluster.client.get_file_info(&mark).await) {
            Ok(_) => {}
            Err(error) if Meaning::of(&error) == Meaning::Missing => {
                let held = mark.rsplit_once(".by/").map_or(mark.as_str(), |(held, _)| held);
                return Err(StorageError::Lost { path: cluster.name(held) });
            }
            Err(error) => return Err(cluster.failed(Operation::Claim, &mark, error)),
        }
    }
    Ok(())
}

/// Opens the file for writing; none: somebody has it open.
fn take(cluster: &Cluster, path: &str) -> Result<Option<FileWriter>, StorageError> {
    let new = WriteOptions { overwrite: false, ..cluster.file.clone() };
    let taken = cluster.persist(path, async || match cluster.client.create(path, &new).await {
        Err(HdfsError::AlreadyExists(_)) => {
            cluster.client.append(path).await.map(Some).or_else(|error| if is_busy(&error) { Ok(None) } else { Err(error) })
        }
        created => created.map(Some),
    });
    taken.map_err(|error| cluster.failed(Operation::Claim, path, error))
}

/// Another writer has the file, or had it until a moment ago.
fn is_busy(error: &HdfsError) -> bool {
    matches!(error, HdfsError::AlreadyExists(_))
        || matches!(error, HdfsError::RPCError(class, _) if class.ends_with("RecoveryInProgressException"))
}

/// Takes the file from a holder that is known to be dead.
fn recover(cluster: &Cluster, path: &str) -> Result<(), StorageError> {
    for _ in 0..RECOVERY.0 {
        if cluster.call(Operation::Claim, path, async || cluster.client.recover_lease(path).await)? {
            return Ok(());
        }
        std::thread::sleep(RECOVERY.1);
    }
    Err(held(cluster, path, &[]))
}

/// Leaves a mark, and takes away those of holders before. Of two that do so at one time, at least one sees the other, and gives up.
fn sign(cluster: &Cluster, path: &str, marks: &str, own: &str) -> Result<(), StorageError> {
    for mark in names(cluster, marks)? {
        let mark = format!("{marks}/{mark}");
        cluster.call(Operation::Claim, &mark, async || cluster.client.delete(&mark, false).await)?;
    }
    cluster.call(Operation::Claim, own, async || cluster.client.mkdirs(own, cluster.directories, true).await)?;
    let others = holders(cluster, marks)?.into_iter().filter(|mark| !mark.is_this_process()).collect::<Vec<_>>();
    if others.is_empty() { Ok(()) } else { Err(held(cluster, path, &others)) }
}

fn names(cluster: &Cluster, marks: &str) -> Result<Vec<String>, StorageError> {
    match cluster.persist(marks, async || cluster.client.list_status(marks, false).await) {
        Ok(found) => Ok(found.iter().filter_map(|found| found.path.rsplit('/').next().map(str::to_owned)).collect()),
        Err(error) if Meaning::of(&error) == Meaning::Missing => Ok(Vec::new()),
        Err(error) => Err(cluster.failed(Operation::Claim, marks, error)),
    }
}

fn holders(cluster: &Cluster, marks: &str) -> Result<Vec<Mark>, StorageError> {
    Ok(names(cluster, marks)?.iter().map(|name| Mark::read(name)).collect())
}

fn all_dead(holders: &[Mark]) -> bool {
    !holders.is_empty() && holders.iter().all(Mark::is_dead)
}

fn held(cluster: &Cluster, path: &str, holders: &[Mark]) -> StorageError {
    let by = holders.first().map_or_else(|| "another process".to_owned(), Mark::to_text);
    let holder = format!("{by} (a hold ends a minute after its holder's death, if that was on another machine)");
    StorageError::Held { path: cluster.name(path), holder }
}

impl Claim for HdfsClaim {}

impl Drop for HdfsClaim {
    fn drop(&mut self) {
        if let Ok(mut holds) = self.cluster.holds.lock() {
            holds.retain(|mark| *mark != self.mark);
        }
        let Some(mut lease) = self.lease.take() else { return };
        // Nobody is waited for: what stays is taken over by the next holder.
        let _ = self.cluster.runtime.block_on(async {
            let _ = in_time(self.cluster.client.delete(&self.mark, false)).await;
            in_time(lease.close()).await
        });
    }
}

/// Who holds something, as the name of a directory.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Mark {
    host: String,
    process: u32,
    /// When the process began, in the kernel's ticks: its number may be given again.
    start: u64,
    /// Seconds since 1970.
    since: i64,
    /// Of the running kernel and its space of process numbers.
    machine: String,
}

impl Mark {
    fn of_this_process() -> String {
        let process = std::process::id();
        let host = fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
        let host: String = host.trim().chars().filter(|letter| letter.is_ascii_alphanumeric() || ".-_".contains(*letter)).collect();
        let since = Timestamp::try_from(SystemTime::now()).map(Timestamp::as_second).unwrap_or_default();
        format!("{host},{process},{},{since},{}", start(process).unwrap_or_default(), machine())
    }

    /// A name that is none of these stands for a holder of whom nothing is known.
    fn read(name: &str) -> Self {
        let mut parts = name.split(',');
        let mut next = || parts.next().unwrap_or_default();
        let (host, process, start, since, machine) = (next(), next(), next(), next(), next());
        let number = |text: &str| text.parse().unwrap_or_default();
        let process = process.parse().unwrap_or_default();
        Self { host: host.to_owned(), process, start: number(start), since: since.parse().unwrap_or_default(), machine: machine.to_owned() }
    }

    fn is_here(&self) -> bool {
        !self.machine.is_empty() && self.machine == machine()
    }

    fn is_dead(&self) -> bool {
        self.is_here() && start(self.process) != Some(self.start)
    }

    fn is_this_process(&self) -> bool {
        self.is_here() && self.process == std::process::id()
    }

    fn to_text(&self) -> String {
        let since = Timestamp::from_second(self.since).map(|since| format!(" since {since}")).unwrap_or_default();
        format!("process {} on {}{since}", self.process, self.host)
    }
}

/// When a process began, in ticks since the machine did; none: there is no such process.
fn start(process: u32) -> Option<u64> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // The name in parentheses may hold anything.
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace();
    let state = fields.next()?;
    // A dead one may wait for its parent.
    if matches!(state, "Z" | "X") { None } else { fields.nth(18)?.parse().ok() }
}

fn machine() -> String {
    let boot = fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default();
    let processes = fs::read_link("/proc/self/ns/pid").unwrap_or_default();
    format!("{:.16}", Digest::of(format!("{boot}{}", processes.display()).as_bytes()).hex())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_tells_its_process_from_one_that_is_dead() {
        let own = Mark::of_this_process();
        let mark = Mark::read(&own);
        assert!(mark.is_this_process() && !mark.is_dead());
        let (start, since) = (mark.start, mark.since);
        let earlier = Mark::read(&own.replace(&format!(",{start},"), &format!(",{},", start - 1)));
        assert!(earlier.is_dead());
        let text = Mark::read(&format!("a,7,{start},{since},elsewhere")).to_text();
        assert_eq!(text, format!("process 7 on a since {}", Timestamp::from_second(since).unwrap()));
    }

    #[test]
    fn a_mark_of_another_machine_or_of_nobody_is_not_known_to_be_dead() {
        assert!(!Mark::read("worker1,1,1,1,ffff").is_dead());
        assert!(!Mark::read("").is_dead());
        assert!(!all_dead(&[]));
    }
}
