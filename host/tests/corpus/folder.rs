//! A folder of the corpus as the input of a pipeline, and what became of each of its files.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use weir::content::Content;

use crate::end_to_end::program::Weir;
use crate::end_to_end::table::records;
use crate::rows::{Row, rows};

/// A folder of captures or logs, beside the outputs of other programs.
pub struct Folder {
    corpus: PathBuf,
    name: &'static str,
}

/// What a pipeline made of one file.
#[derive(Debug, Default)]
pub struct Made {
    /// In no order.
    pub rows: Vec<Row>,
    /// Stretches in the quarantine.
    pub quarantined: usize,
}

impl Folder {
    /// `None`, and it is said: there is no corpus on this machine.
    pub fn find(name: &'static str) -> Option<Self> {
        let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/corpus");
        let corpus = std::env::var_os("WEIR_CORPUS").map_or(beside, PathBuf::from);
        if !corpus.join(name).join("MANIFEST.tsv").exists() {
            eprintln!("SKIPPED: no corpus at {} (set WEIR_CORPUS)", corpus.display());
            return None;
        }
        Some(Self { corpus: corpus.canonicalize().unwrap(), name })
    }

    /// Paths of its files below it, by its manifest.
    pub fn files(&self) -> BTreeSet<String> {
        let manifest = fs::read_to_string(self.path("MANIFEST.tsv")).unwrap();
        manifest.lines().skip(1).map(|line| line.split('\t').next().unwrap().to_owned()).collect()
    }

    /// A path below it.
    pub fn path(&self, file: &str) -> PathBuf {
        self.corpus.join(self.name).join(file)
    }

    /// A file among the expected outputs, decompressed.
    pub fn expected(&self, path: &str) -> String {
        let file = fs::File::open(self.corpus.join("expected").join(path)).unwrap_or_else(|error| panic!("{path}: {error}"));
        let mut bytes = Vec::new();
        Content::of_file(Arc::new(file)).unwrap().read_to_end(&mut bytes).unwrap();
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// Lines of a table among the expected outputs, its heading left out.
    pub fn table(&self, path: &str) -> Vec<Vec<String>> {
        self.expected(path).lines().skip(1).map(|line| line.split('\t').map(str::to_owned).collect()).collect()
    }

    /// Ingests the whole folder. Every file of it is in the answer, because each has a commit record.
    pub fn ingest(&self, module: &str, options: &str) -> BTreeMap<String, Made> {
        let weir = Weir::config(&format!(
            "[pipelines.{module}]\nsource.directory = {{ path = {:?}, exclude = \"MANIFEST.tsv\", settle = \"0s\" }}\nparser = \"{module}\"\n\
             options = {{ {options} }}\nsink.table = {{ path = \"out\" }}\nworkers = 2\n",
            self.path("")
        ));
        let ran = weir.once();
        assert!([0, 2].contains(&ran.code()), "{ran:?}");
        let mut made: BTreeMap<String, Made> = BTreeMap::new();
        for record in records(&weir.path("out")) {
            let record: serde_json::Value = serde_json::from_slice(&fs::read(record).unwrap()).unwrap();
            let path = Path::new(record["source"]["name"].as_str().unwrap());
            let name = path.strip_prefix(self.path("")).unwrap().to_str().unwrap();
            let file = made.entry(name.to_owned()).or_default();
            file.quarantined += record["quarantine"].as_array().unwrap().len();
            for output in record["files"].as_array().unwrap() {
                file.rows.extend(rows(&weir.path("out").join(output["path"].as_str().unwrap())));
            }
        }
        assert_eq!(made.keys().cloned().collect::<BTreeSet<_>>(), self.files());
        made
    }
}
