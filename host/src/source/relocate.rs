//! Moving a file without ever overwriting another, across file systems too.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use rustix::fs::{CWD, RenameFlags, renameat_with};

use super::after::{Disposal, remove};
use super::found::{FoundFile, OpenError, Presence};
use super::stamp::Stamp;

/// Different files of one name that a directory may gather.
const NAMES: u32 = 10_000;

/// Moves the file to `target`, or to `target.1` and so on where another file lies. Of two files with the same content one remains.
pub(super) fn relocate(file: &FoundFile, target: &Path) -> io::Result<Disposal> {
    fs::create_dir_all(parent(target))?;
    for number in 0..NAMES {
        let target = numbered(target, number);
        if fs::symlink_metadata(&target).is_err()
            && let Some(done) = place(file, &target)?
        {
            return Ok(done);
        }
        if is_one_name(&file.path, &target)? {
            return Ok(Disposal::Kept);
        }
        if same_content(&file.path, &target)? {
            return remove(file, Disposal::AlreadyThere(target));
        }
    }
    Err(io::Error::new(io::ErrorKind::AlreadyExists, format!("{NAMES} other files of this name lie there: clear the directory")))
}

/// None when a file lies at `target` by now.
fn place(file: &FoundFile, target: &Path) -> io::Result<Option<Disposal>> {
    let is_link = fs::symlink_metadata(&file.path)?.is_symlink();
    let renamed = if is_link { Err(io::ErrorKind::CrossesDevices.into()) } else { rename(&file.path, target) };
    match renamed {
        Ok(()) => confirm(file, target).map(Some),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(None),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Some(Disposal::Vanished)),
        Err(error) if error.kind() == io::ErrorKind::CrossesDevices => copy(file, target),
        Err(error) => Err(error),
    }
}

/// A file that changed just before it was renamed goes back to where it is looked for.
fn confirm(file: &FoundFile, target: &Path) -> io::Result<Disposal> {
    if Stamp::of(&fs::metadata(target)?) == file.stamp {
        return Ok(Disposal::Moved(target.to_owned()));
    }
    rename(target, &file.path).map(|()| Disposal::Changed)
}

/// Renames, unless something lies at `to`. Where the file system cannot do that in one step, by a second name and the removal of the first.
fn rename(from: &Path, to: &Path) -> io::Result<()> {
    match renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE).map_err(io::Error::from) {
        Err(error) if matches!(error.kind(), io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported) => rename_in_two_steps(from, to),
        renamed => renamed,
    }
}

fn rename_in_two_steps(from: &Path, to: &Path) -> io::Result<()> {
    match fs::hard_link(from, to) {
        Ok(()) => fs::remove_file(from),
        // No links either: only one who makes a file of this name at this very moment loses it.
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists && fs::symlink_metadata(to).is_err() => fs::rename(from, to),
        Err(error) => Err(error),
    }
}

/// The copy is whole and on the disk before it has its name, and has its name before the original goes.
fn copy(file: &FoundFile, target: &Path) -> io::Result<Option<Disposal>> {
    let part = sibling(target);
    let copied = copy_to(file, &part).and_then(|outcome| match outcome {
        None => rename(&part, target).map(|()| None),
        outcome => Ok(outcome),
    });
    if !matches!(copied, Ok(None)) {
        let _ = fs::remove_file(&part);
    }
    match copied {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Ok(None),
        Err(error) => return Err(error),
        Ok(Some(outcome)) => return Ok(Some(outcome)),
        Ok(None) => File::open(parent(target))?.sync_all()?,
    }
    match file.state()? {
        Presence::Same => remove(file, Disposal::Moved(target.to_owned())).map(Some),
        Presence::Gone => Ok(Some(Disposal::Moved(target.to_owned()))),
        Presence::Other => fs::remove_file(target).map(|()| Some(Disposal::Changed)),
    }
}

/// None when the copy is complete.
fn copy_to(file: &FoundFile, part: &Path) -> io::Result<Option<Disposal>> {
    let mut from = match file.open() {
        Ok(from) => from,
        Err(OpenError::Vanished(_)) => return Ok(Some(Disposal::Vanished)),
        Err(OpenError::Changed(_)) => return Ok(Some(Disposal::Changed)),
        Err(OpenError::Unreadable { source, .. }) => return Err(source),
    };
    let mut to = File::create(part)?;
    io::copy(&mut from, &mut to)?;
    to.set_permissions(from.metadata()?.permissions())?;
    to.set_modified(file.modified)?;
    to.sync_all()?;
    Ok(file.changed(&from).then_some(Disposal::Changed))
}

fn parent(path: &Path) -> &Path {
    path.parent().unwrap_or(Path::new("/"))
}

/// `path`, then `path.1`, `path.2` …
fn numbered(path: &Path, number: u32) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    if number > 0 {
        name.push(format!(".{number}"));
    }
    name.into()
}

/// A hidden name for the unfinished copy, which the default of `exclude` refuses.
fn sibling(target: &Path) -> PathBuf {
    let mut name = OsString::from(".");
    name.push(target.file_name().unwrap_or_default());
    name.push(".part");
    parent(target).join(name)
}

/// Whether both paths are one name of one file, however they are spelt.
fn is_one_name(first: &Path, second: &Path) -> io::Result<bool> {
    let place = |path: &Path| Ok::<_, io::Error>((fs::canonicalize(parent(path))?, path.file_name().map(OsString::from)));
    Ok(place(first)? == place(second)?)
}

fn same_content(first: &Path, second: &Path) -> io::Result<bool> {
    let (one, two) = (fs::metadata(first)?, fs::symlink_metadata(second)?);
    if !two.is_file() || one.len() != two.len() {
        return Ok(false);
    }
    if (one.dev(), one.ino()) == (two.dev(), two.ino()) {
        return Ok(true);
    }
    let (mut one, mut two) = (BufReader::new(File::open(first)?), BufReader::new(File::open(second)?));
    loop {
        let (left, right) = (one.fill_buf()?, two.fill_buf()?);
        let common = left.len().min(right.len());
        if left.get(..common) != right.get(..common) {
            return Ok(false);
        }
        if common == 0 {
            return Ok(left.len() == right.len());
        }
        one.consume(common);
        two.consume(common);
    }
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::super::after::after;
    use super::*;
    use crate::config::AfterIngest;

    /// A source directory and one for what is done, with one found file `sub/a` of content `new`.
    fn setting() -> (TempDir, FoundFile, AfterIngest) {
        let directory = tempfile::tempdir().unwrap();
        let (root, path) = (directory.path().join("in"), directory.path().join("in/sub/a"));
        fs::create_dir_all(parent(&path)).unwrap();
        fs::write(&path, "new").unwrap();
        let file = FoundFile::new(&root, Path::new("sub/a"), Stamp::of(&fs::metadata(&path).unwrap()));
        let action = AfterIngest::Move(directory.path().join("done"));
        (directory, file, action)
    }

    fn done(directory: &TempDir, name: &str) -> PathBuf {
        directory.path().join("done/sub").join(name)
    }

    fn lying(directory: &Path) -> Vec<String> {
        let mut names: Vec<_> = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn a_moved_file_keeps_the_path_below_the_source() {
        let (directory, file, action) = setting();
        assert_eq!(after(&file, &action).unwrap(), Disposal::Moved(done(&directory, "a")));
        assert_eq!(fs::read(done(&directory, "a")).unwrap(), b"new");
        assert_eq!(lying(parent(&file.path)), [""; 0]);
    }

    #[test]
    fn another_file_of_the_name_is_never_overwritten() {
        let (directory, file, action) = setting();
        fs::create_dir_all(done(&directory, "a.1")).unwrap();
        fs::write(done(&directory, "a"), "old").unwrap();
        assert_eq!(after(&file, &action).unwrap(), Disposal::Moved(done(&directory, "a.2")));
        assert_eq!(fs::read(done(&directory, "a")).unwrap(), b"old");
        assert_eq!(fs::read(done(&directory, "a.2")).unwrap(), b"new");
    }

    #[test]
    fn of_two_files_with_one_content_one_remains() {
        let (directory, file, action) = setting();
        fs::create_dir_all(done(&directory, "")).unwrap();
        fs::write(done(&directory, "a"), "new").unwrap();
        assert_eq!(after(&file, &action).unwrap(), Disposal::AlreadyThere(done(&directory, "a")));
        assert_eq!((lying(parent(&file.path)), lying(&done(&directory, ""))), (vec![], vec!["a".to_owned()]));
    }

    #[test]
    fn a_file_that_is_to_go_where_it_lies_stays() {
        let (directory, file, _) = setting();
        let action = AfterIngest::Move(directory.path().join("in/../in"));
        assert_eq!(after(&file, &action).unwrap(), Disposal::Kept);
        assert_eq!(fs::read(&file.path).unwrap(), b"new");
    }

    #[test]
    fn a_file_that_changed_or_vanished_is_left_alone() {
        let (directory, file, action) = setting();
        fs::write(&file.path, "longer").unwrap();
        assert_eq!(after(&file, &action).unwrap(), Disposal::Changed);
        assert_eq!(after(&file, &AfterIngest::Delete).unwrap(), Disposal::Changed);
        assert_eq!(fs::read(&file.path).unwrap(), b"longer");
        fs::remove_file(&file.path).unwrap();
        assert_eq!(after(&file, &action).unwrap(), Disposal::Vanished);
        assert_eq!(after(&file, &AfterIngest::Delete).unwrap(), Disposal::Vanished);
        assert!(!directory.path().join("done").exists());
    }

    #[test]
    fn a_file_is_kept_or_deleted() {
        let (_directory, file, _) = setting();
        assert_eq!(after(&file, &AfterIngest::Keep).unwrap(), Disposal::Kept);
        assert_eq!(lying(parent(&file.path)), ["a"]);
        assert_eq!(after(&file, &AfterIngest::Delete).unwrap(), Disposal::Deleted);
        assert_eq!(lying(parent(&file.path)), [""; 0]);
    }

    #[test]
    fn across_file_systems_a_whole_copy_takes_the_place_of_the_original() {
        let (_directory, file, _) = setting();
        let memory = tempfile::tempdir_in("/dev/shm").unwrap();
        let target = memory.path().join("sub/a");
        assert_ne!(fs::metadata(memory.path()).unwrap().dev(), fs::metadata(&file.path).unwrap().dev());
        assert_eq!(after(&file, &AfterIngest::Move(memory.path().to_owned())).unwrap(), Disposal::Moved(target.clone()));
        assert_eq!((lying(parent(&file.path)), lying(parent(&target))), (vec![], vec!["a".to_owned()]));
        assert_eq!(fs::read(&target).unwrap(), b"new");
        assert_eq!(fs::metadata(&target).unwrap().modified().unwrap(), file.modified);
    }

    #[test]
    fn of_a_link_the_content_is_moved_and_the_link_removed() {
        let (directory, file, action) = setting();
        let link = file.path.with_file_name("link");
        std::os::unix::fs::symlink("a", &link).unwrap();
        let linked = FoundFile::new(&directory.path().join("in"), Path::new("sub/link"), file.stamp);
        assert_eq!(after(&linked, &action).unwrap(), Disposal::Moved(done(&directory, "link")));
        assert_eq!(lying(parent(&file.path)), ["a"]);
        assert!(fs::symlink_metadata(done(&directory, "link")).unwrap().is_file());
    }

    #[test]
    fn a_directory_that_cannot_be_made_is_an_error_that_names_it() {
        let (directory, file, action) = setting();
        fs::write(directory.path().join("done"), "a file").unwrap();
        let error = after(&file, &action).unwrap_err().to_string();
        assert!(error.starts_with(&format!("cannot move {:?} into {:?}: ", file.path, directory.path().join("done"))), "{error}");
        assert_eq!(fs::read(&file.path).unwrap(), b"new");
    }
}
