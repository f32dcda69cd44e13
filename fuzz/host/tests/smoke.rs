//! The smoke run of every target: what once failed, all seeds, and a fixed number of mutated ones.

use fuzz_host::TARGETS;

macro_rules! smoke {
    ($($test:ident: $name:literal),*) => {$(
        #[test]
        fn $test() {
            TARGETS.iter().find(|target| target.name == $name).unwrap().smoke();
        }
    )*};
}

smoke! {
    captures_of_any_bytes: "capture",
    compressed_content_of_any_bytes: "content",
    configurations_of_any_bytes: "config"
}
