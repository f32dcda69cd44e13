//! Filters against the files of the corpus: as many flows as real nfdump finds.
//!
//! `filter/counts.tsv` holds a filter a line and a file a column, counted by nfdump 1.7.1. With `WEIR_BLESS=1` the counts are taken again from the
//! nfdump of this machine; filters are added by hand. The corpus lies beside the project (`../shared/corpus`) or where `WEIR_CORPUS` says; without
//! it the test says that it was skipped.

#[cfg(test)]
mod counts {
    use std::fmt::Write as _;
    use std::path::{Path, PathBuf};
    use std::process::Command;

    use flow::Nfcapd;
    use weir_sdk::{OpenError, OptionValue, Options, SourceFacts, StreamParser};

    /// What nfdump says of itself.
    const VERSION: &str = "1.7.1";
    const NO_PLACES: &str = "v2/real-nfdump-2024-v4.nfcapd";

    /// Conditions, files (as they begin) and why other flows are found there.
    const DIFFERENT: [(&str, &str, &str); 2] = [
        ("nfversion", "v1/", "nfdump does not look at the exporter's record, where files of layout 1 hold it"),
        ("flows", "v1/collector-vendors-v9.", "nfdump takes a count of 0 for 1 in files of layout 2 alone"),
    ];

    struct Counts {
        path: PathBuf,
        comment: String,
        files: Vec<String>,
        filters: Vec<(String, Vec<usize>)>,
    }

    impl Counts {
        fn read() -> Self {
            let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/filter/counts.tsv");
            let text = std::fs::read_to_string(&path).expect("counts");
            let mut lines = text.lines();
            let comment = lines.next().expect("comment").to_owned();
            let files = lines.next().expect("head").split('\t').skip(1).map(str::to_owned).collect();
            Self { path, comment, files, filters: lines.map(row).collect() }
        }

        fn write(&self) {
            let mut text = format!("{}\nfilter\t{}\n", self.comment, self.files.join("\t"));
            for (filter, counts) in &self.filters {
                let counts = counts.iter().map(usize::to_string).collect::<Vec<_>>();
                writeln!(text, "{filter}\t{}", counts.join("\t")).expect("text");
            }
            std::fs::write(&self.path, text).expect("written");
        }
    }

    fn row(line: &str) -> (String, Vec<usize>) {
        let mut cells = line.split('\t');
        let filter = cells.next().unwrap_or_default().to_owned();
        (filter, cells.map(|cell| cell.parse().expect("a count")).collect())
    }

    fn corpus() -> Option<PathBuf> {
        let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus");
        let folder = std::env::var_os("WEIR_CORPUS").map_or(beside, PathBuf::from).join("flow-nfcapd");
        if folder.is_dir() {
            return Some(folder);
        }
        eprintln!("SKIPPED: no corpus at {} (set WEIR_CORPUS)", folder.display());
        None
    }

    /// Flows that nfdump prints. It refuses `as` without a database of places: a file that holds none serves as an empty one.
    fn of_nfdump(corpus: &Path, file: &str, filter: &str) -> usize {
        let mut command = Command::new("nfdump");
        command.arg("-G").arg(corpus.join(NO_PLACES)).arg("-r").arg(corpus.join(file)).args(["-q", "-o", "csv", filter]);
        let output = command.output().expect("nfdump");
        assert!(output.status.success(), "{filter}: {}", String::from_utf8_lossy(&output.stderr));
        let text = String::from_utf8_lossy(&output.stdout);
        text.lines().filter(|line| line.starts_with(|first: char| first.is_ascii_digit())).count()
    }

    /// Rows that the module gives.
    fn of_module(bytes: &[u8], filter: &str) -> Result<usize, OpenError> {
        let options = Options::new(&Nfcapd::describe().options, vec![("filter".to_owned(), OptionValue::text(filter))])?;
        let source = SourceFacts { name: "test".to_owned(), size: None, modified: None };
        let mut session = Nfcapd::open(&options, &source, None)?;
        let mut output = session.feed(bytes).expect("a file");
        let mut rows = output.rows as usize;
        while output.more {
            output = session.feed(&[]).expect("a file");
            rows += output.rows as usize;
        }
        Ok(rows + session.finish().expect("a file").rows as usize)
    }

    fn is_different(filter: &str, file: &str) -> bool {
        DIFFERENT.iter().any(|(condition, files, _)| filter.contains(condition) && file.starts_with(files))
    }

    fn bless(corpus: &Path) {
        let version = Command::new("nfdump").arg("-V").output().expect("nfdump").stdout;
        assert!(String::from_utf8_lossy(&version).contains(VERSION), "the counts are those of nfdump {VERSION}");
        let mut counts = Counts::read();
        for (filter, row) in &mut counts.filters {
            *row = counts.files.iter().map(|file| of_nfdump(corpus, file, filter)).collect();
        }
        counts.write();
    }

    /// One file, every filter. `at`: its column.
    fn differences(corpus: &Path, counts: &Counts, at: usize, file: &str) -> Vec<String> {
        let bytes = std::fs::read(corpus.join(file)).expect(file);
        let filters = counts.filters.iter().filter(|(filter, _)| !is_different(filter, file));
        let differences = filters.filter_map(|(filter, counts)| {
            let expected = counts.get(at).expect("a count for each file: WEIR_BLESS=1 takes them from nfdump");
            let found = of_module(&bytes, filter).expect(filter);
            (*expected != found).then(|| format!("{filter}: {file}: nfdump {expected}, found {found}"))
        });
        differences.collect()
    }

    #[test]
    fn filters_find_as_many_flows_as_nfdump_in_every_file() {
        let Some(corpus) = corpus() else { return };
        if std::env::var_os("WEIR_BLESS").is_some() {
            bless(&corpus);
        }
        let (corpus, counts) = (&corpus, &Counts::read());
        let differences: Vec<_> = std::thread::scope(|scope| {
            let files = counts.files.iter().enumerate();
            let threads: Vec<_> = files.map(|(at, file)| scope.spawn(move || differences(corpus, counts, at, file))).collect();
            threads.into_iter().flat_map(|thread| thread.join().expect("a file")).collect()
        });
        assert!(differences.is_empty(), "{} differences:\n{}", differences.len(), differences.join("\n"));
        assert!(counts.filters.len() >= 250, "{} filters", counts.filters.len());
    }
}
