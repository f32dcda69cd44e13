//! Which files are modules, and what is said of those that are not.

use weir::config::Limits;
use weir::model::{ModuleKind, SourceFacts};
use weir::sandbox::StreamWorker;

use super::guest;

#[test]
fn a_core_module_as_cargo_leaves_it_is_loaded_and_describes_itself() {
    let module = guest::load("flow");
    assert_eq!((module.kind(), module.contract_version()), (ModuleKind::StreamParser, "0.1.0"));
    assert_eq!(module.describe(&Limits::default()).unwrap().name, "flow");
    let mut worker = StreamWorker::new(module, Limits::default()).unwrap();
    let mut session = worker.open(&[], &SourceFacts::default(), None).unwrap();
    let parsed = session.finish().unwrap();
    assert_eq!((parsed.rows.num_rows(), parsed.done_to, parsed.more), (0, 0, false));
}
