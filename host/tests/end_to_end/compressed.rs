//! Files of lines in every compression: told by their content, read as the lines they hold.

use std::fs;
use std::io::Write;
use std::process::{Command, Stdio};

use super::program::Weir;
use super::table::lines;

/// Gives content to a compressor of the system; `None` when it is not installed.
fn compressed(program: &str, content: &[u8]) -> Option<Vec<u8>> {
    let mut child = Command::new(program).arg("-c").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().ok()?;
    let mut input = child.stdin.take().unwrap();
    let content = content.to_vec();
    let writer = std::thread::spawn(move || input.write_all(&content).unwrap());
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    Some(output.stdout)
}

fn text(hour: i64, count: i64) -> String {
    (0..count).map(|number| format!("{} host-{number}.example {number}\n", 1_504_870_000 + hour * 3600)).collect()
}

#[test]
fn compressed_files_give_the_lines_they_hold_whatever_they_are_called() {
    let weir = Weir::pipeline("lines", "");
    let mut expected = 0;
    for (hour, program) in ["gzip", "zstd", "xz", "bzip2", "lz4"].into_iter().enumerate() {
        let Some(bytes) = compressed(program, text(hour as i64, 100).as_bytes()) else { continue };
        weir.input(&format!("{hour}.log"), &bytes);
        expected += 100;
    }
    let ran = weir.once();
    assert_eq!(ran.code(), 0, "{ran:?}");
    assert!(expected >= 100, "no compressor is installed");
    assert_eq!(lines(&weir.path("out")).len(), expected);
}

#[test]
fn a_compressed_file_that_is_cut_gives_its_whole_lines_and_its_end_is_kept() {
    let Some(bytes) = compressed("gzip", text(0, 20_000).as_bytes()) else { return };
    let weir = Weir::pipeline("lines", "");
    weir.input("cut.log", &bytes[..bytes.len() / 2]);
    let ran = weir.once();
    assert_eq!(ran.code(), 2, "{ran:?}");
    let found = lines(&weir.path("out"));
    assert!(found.len() > 1000 && found.iter().all(|line| line.1 == format!("host-{}.example", line.2)));
    let listed = weir.run(&["quarantine", "list", "out", "--json"]);
    let listed: serde_json::Value = serde_json::from_str(&listed.stdout).unwrap();
    let details: Vec<_> = listed.as_array().unwrap().iter().map(|entry| entry["detail"].as_str().unwrap()).collect();
    assert!(details.iter().any(|detail| detail.starts_with("damaged gzip after ")), "{details:?}");
}

#[test]
fn a_compressed_file_that_a_module_fails_on_is_kept_as_the_content_it_has() {
    let content = "1504870624 before\n!trap\n1504870700 after\n";
    let Some(bytes) = compressed("gzip", content.as_bytes()) else { return };
    let weir = Weir::pipeline("hostile", "");
    weir.input("a.log", &bytes);
    assert_eq!(weir.once().code(), 2);
    let listed = weir.run(&["quarantine", "list", "out", "--json"]);
    let listed: serde_json::Value = serde_json::from_str(&listed.stdout).unwrap();
    let shown = weir.run(&["quarantine", "show", "out", listed[0]["entry"].as_str().unwrap()]);
    assert_eq!(shown.stdout, content);
    assert!(fs::metadata(weir.path("in/a.log")).is_ok());
}
