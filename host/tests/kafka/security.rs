//! TLS and passwords against a real broker; passwords in no message.

use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use tempfile::TempDir;

use super::broker::Broker;
use super::collector::flow;
use super::topic::Topic;
use crate::end_to_end::program::{Ran, Weir};

const PASSWORD: &str = "correct-horse";

/// A broker with a listener for TLS and SCRAM at its port plus one, and the certificates.
struct Secure {
    broker: Broker,
    directory: TempDir,
}

impl Secure {
    fn shared() -> &'static Self {
        static SECURE: OnceLock<Secure> = OnceLock::new();
        SECURE.get_or_init(|| {
            let directory = tempfile::tempdir().unwrap();
            certificates(directory.path());
            let properties = directory.path().join("secure.properties");
            std::fs::write(&properties, PROPERTIES).unwrap();
            let user = format!("weir:{PASSWORD}");
            let environment = [("KAFKA_PROPERTIES", properties.to_str().unwrap()), ("KAFKA_USER", user.as_str())];
            Self { broker: Broker::start(directory.path(), &environment), directory }
        })
    }

    fn address(&self) -> String {
        let (_, port) = self.broker.address().split_once(':').unwrap();
        format!("localhost:{}", port.parse::<u16>().unwrap() + 1)
    }

    fn file(&self, name: &str) -> String {
        self.directory.path().join(name).display().to_string()
    }
}

const PROPERTIES: &str = "\
listeners=PLAINTEXT://127.0.0.1:$PORT,CONTROLLER://127.0.0.1:$CONTROLLER,SASL_SSL://127.0.0.1:$PORT1
advertised.listeners=PLAINTEXT://127.0.0.1:$PORT,SASL_SSL://localhost:$PORT1
ssl.keystore.type=PEM
ssl.keystore.location=$DIR/broker.pem
sasl.enabled.mechanisms=SCRAM-SHA-512
listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required;
";

/// A key and a certificate for localhost, which is its own authority; and an authority of which the broker knows nothing.
fn certificates(directory: &Path) {
    for name in ["broker", "stranger"] {
        let mut openssl = Command::new("openssl");
        openssl.args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj"]);
        openssl.args([&format!("/CN={name}"), "-addext", "subjectAltName=DNS:localhost", "-keyout", "key", "-out", &format!("{name}.crt")]);
        assert!(openssl.current_dir(directory).stdout(Stdio::null()).stderr(Stdio::null()).status().unwrap().success());
        let read = |file: &str| std::fs::read_to_string(directory.join(file)).unwrap();
        std::fs::write(directory.join(format!("{name}.pem")), read("key") + &read(&format!("{name}.crt"))).unwrap();
    }
}

fn collector(topic: &str, authority: &str, password: &str) -> Weir {
    let secure = Secure::shared();
    let weir = Weir::config(&format!(
        "[pipelines.collector]\nsource.directory = {{ path = \"in\", settle = \"0s\" }}\nparser = \"spot-lines\"\noptions = {{ type = \"flow\" }}\n\
         [pipelines.collector.sink.kafka]\nbrokers = \"{}\"\ntopic = \"{topic}\"\nstate = \"state\"\n\
         [pipelines.collector.sink.kafka.properties]\n\"security.protocol\" = \"SASL_SSL\"\n\"ssl.ca.location\" = \"{}\"\n\
         \"sasl.mechanism\" = \"SCRAM-SHA-512\"\n\"sasl.username\" = \"weir\"\n\"sasl.password\" = {password}\n\"broker.address.family\" = \"v4\"\n",
        secure.address(),
        secure.file(authority),
    ));
    std::fs::create_dir(weir.path("in")).unwrap();
    weir.input("a.csv", flow("14:00:05", 1).as_bytes());
    weir
}

fn assert_silent(ran: &Ran, password: &str) {
    assert!(!format!("{}{}", ran.stdout, ran.stderr).contains(password), "{ran:?}");
}

#[test]
fn a_user_with_the_right_password_sends_over_tls() {
    let topic = Topic::new(&Secure::shared().broker, 1, &[]);
    let mut weir = collector(&topic.name, "broker.crt", "{ file = \"password\" }");
    std::fs::write(weir.path("password"), format!("{PASSWORD}\n")).unwrap();
    weir.set("WEIR_LOG", "trace");
    let ran = weir.once();
    assert_eq!(ran.code(), 0, "{ran:?}");
    assert_silent(&ran, PASSWORD);
    assert_eq!(topic.messages().len(), 1);
}

#[test]
fn a_wrong_password_is_said_to_be_wrong_and_not_shown() {
    let mut weir = collector("any", "broker.crt", "\"${PASSWORD}\"");
    weir.set("PASSWORD", "battery-staple");
    let ran = weir.once();
    assert_eq!(ran.code(), 1, "{ran:?}");
    assert!(ran.stderr.contains("uthentication"), "{ran:?}");
    assert_silent(&ran, "battery-staple");
}

#[test]
fn an_authority_that_did_not_sign_the_brokers_certificate_is_refused() {
    let ran = collector("any", "stranger.crt", &format!("\"{PASSWORD}\"")).once();
    assert_eq!(ran.code(), 1, "{ran:?}");
    assert!(ran.stderr.contains("certificate verify failed"), "{ran:?}");
    assert_silent(&ran, PASSWORD);
}

#[test]
fn a_property_that_librdkafka_refuses_is_named_without_its_value() {
    let weir = Weir::config(
        "[pipelines.collector]\nsource.directory = { path = \"in\" }\nparser = \"spot-lines\"\noptions = { type = \"flow\" }\n\
         sink.kafka = { brokers = \"localhost:1\", topic = \"any\", state = \"state\", properties = { \"linger.ms\" = \"x\", \"sasl.password\" = \"hunter2\" } }\n",
    );
    std::fs::create_dir(weir.path("in")).unwrap();
    let ran = weir.run(&["check", "weir.toml"]);
    assert_eq!(ran.code(), 78, "{ran:?}");
    assert!(ran.stderr.contains("librdkafka refuses the property `"), "{ran:?}");
    assert!(!ran.stderr.contains("hunter2"), "{ran:?}");
}
