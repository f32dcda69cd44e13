//! What `weir config convert` writes.

use std::fs;

use super::site::Site;

#[test]
fn what_runs_is_what_convert_writes() {
    let site = Site::new("flow", "broker.example:9092");
    let storage = ["--storage", "out"];
    for (mode, spot, options) in [
        ("standalone", ["standalone", "flow", "3"].as_slice(), ["--workers", "3"].as_slice()),
        ("master", &["master", "-t", "flow", "-w", "3"], &["--workers", "3"]),
        ("worker", &["worker", "-t", "flow", "-i", "0", "--topic", "T"], &["--topic", "T"]),
        ("collector", &["collector", "-t", "flow", "--topic", "T"], &["--topic", "T"]),
        ("listener", &["listener", "-t", "flow", "--topic", "T", "-p", "1"], &["--topic", "T"]),
    ] {
        let printed = site.weir.run(&[&["spot"], spot, &storage, &["--print"]].concat());
        let converted = ["config", "convert", "ingest_conf.json", "--pipeline", "flow", "--mode", mode];
        let converted = site.weir.run(&[&converted, options, &storage].concat());
        assert_eq!((printed.code(), converted.code()), (0, 0), "{printed:?} {converted:?}");
        assert_eq!(printed.stdout, converted.stdout, "{mode}");
    }
}

#[test]
fn every_mode_of_every_pipeline_is_a_configuration_without_mistakes() {
    let site = Site::new("flow", "broker.example:9092");
    for mode in ["standalone", "master", "worker", "collector", "listener"] {
        let file = format!("{mode}.toml");
        let converted = site.weir.run(&["config", "convert", "ingest_conf.json", "--mode", mode, "--storage", "out", "-o", &file]);
        assert_eq!(converted.code(), 0, "{converted:?}");
        let checked = site.weir.run(&["check", &file, "--offline"]);
        assert_eq!(checked.code(), 0, "{checked:?}");
    }
}

#[test]
fn settings_of_kerberos_become_properties() {
    let site = Site::new("flow", "broker.example:9092");
    fs::write(site.weir.path("spot.conf"), "KERBEROS='true'\nPRINCIPAL='spot'\nKEYTAB='/etc/${USER}.keytab'\nNAME_NODE='hdfs'\n").unwrap();
    let ran = site.weir.run(&["spot", "worker", "-t", "flow", "-i", "0", "-top", "T", "--spot-conf", "spot.conf", "--print"]);
    let expected = "\
[pipelines.flow.source.kafka.properties]
# spot.conf: SECURITY_PROTO
\"security.protocol\" = \"sasl_plaintext\"
# spot.conf: SASL_MECH
\"sasl.mechanisms\" = \"GSSAPI\"
# spot.conf: PRINCIPAL
\"sasl.kerberos.principal\" = \"spot\"
# spot.conf: KEYTAB
\"sasl.kerberos.keytab\" = \"/etc/$${USER}.keytab\"
# spot.conf: what Spot sets with KERBEROS
\"sasl.kerberos.min.time.before.relogin\" = \"6000\"
";
    assert!(ran.stdout.contains(expected), "{ran:?}");
    assert!(ran.stdout.contains("# - NAME_NODE: "), "{ran:?}");
}

#[test]
fn a_file_that_is_there_is_left_alone() {
    let site = Site::new("flow", "broker.example:9092");
    fs::write(site.weir.path("mine.toml"), "mine").unwrap();
    let ran = site.weir.run(&["config", "convert", "ingest_conf.json", "--storage", "out", "-o", "mine.toml"]);
    assert_eq!(ran.code(), 1, "{ran:?}");
    assert!(ran.stderr.ends_with("weir: cannot write mine.toml: File exists (os error 17)\n"), "{ran:?}");
    assert_eq!(fs::read_to_string(site.weir.path("mine.toml")).unwrap(), "mine");
}

#[test]
fn what_cannot_be_converted_is_a_mistake_of_the_configuration() {
    let site = Site::new("flow", "broker.example:9092");
    let good = fs::read_to_string(site.weir.path("ingest_conf.json")).unwrap();
    for (from, to, expected) in [
        ("\"dbname\"", "dbname", "it is not JSON: key must be a string at line 2 column 3"),
        ("\"process_opt\": \"\"", "\"process_opt\": \"-a\"", "`pipelines.flow.process_opt`: nfdump's -a has no counterpart"),
        ("\"type\": \"flow\"", "\"type\": \"flwo\"", "`pipelines.flow.type` must be flow, dns or proxy, found `flwo`"),
        ("\"supported_files\": [\"nfcapd.\"]", "\"supported_files\": []", "`pipelines.flow.supported_files` is missing"),
        ("/user/spot", "hdfs://nn/user/spot", "`hdfs_app_path` is `hdfs://nn/user/spot`, and tables are local directories"),
    ] {
        assert!(good.contains(from), "{from}");
        fs::write(site.weir.path("ingest_conf.json"), good.replace(from, to)).unwrap();
        let ran = site.weir.run(&["config", "convert", "ingest_conf.json", "--pipeline", "flow"]);
        assert_eq!(ran.code(), 78, "{ran:?}");
        assert!(ran.stderr.contains(&format!("weir: ingest_conf.json: {expected}")), "{ran:?}");
    }
}
