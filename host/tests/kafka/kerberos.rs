//! GSSAPI: a collector with a keytab against a broker and a KDC, all real. Where no KDC is installed, nothing is tested, and that is said.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use super::broker::Broker;
use super::collector::flow;
use super::topic::Topic;
use crate::end_to_end::program::Weir;

const PROPERTIES: &str = "\
listeners=PLAINTEXT://127.0.0.1:$PORT,CONTROLLER://127.0.0.1:$CONTROLLER,SASL_PLAINTEXT://127.0.0.1:$PORT1
advertised.listeners=PLAINTEXT://127.0.0.1:$PORT,SASL_PLAINTEXT://localhost:$PORT1
sasl.enabled.mechanisms=GSSAPI
sasl.kerberos.service.name=kafka
listener.name.sasl_plaintext.gssapi.sasl.jaas.config=com.sun.security.auth.module.Krb5LoginModule required useKeyTab=true storeKey=true \
keyTab=\"KEYTAB\" principal=\"kafka/localhost@WEIR.TEST\";
";

/// A realm with a broker's and a collector's principal, while this is there.
struct Realm {
    config: String,
    child: Child,
}

impl Realm {
    /// None: there is no KDC to start.
    fn start(directory: &Path) -> Option<Self> {
        let has = |tool: &str| ["/usr/sbin", "/usr/bin", "/sbin", "/bin"].iter().any(|directory| Path::new(directory).join(tool).exists());
        if let Some(tool) = ["krb5kdc", "kadmin.local", "kinit"].into_iter().find(|tool| !has(tool)) {
            eprintln!("not tested: no {tool} here; WEIR_KERBEROS=1 ./setup.sh installs what this test needs");
            return None;
        }
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../services/kerberos/kdc.sh");
        let mut command = Command::new(script);
        command.arg(directory).args(["kafka/localhost", "collector"]).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut config = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut config).unwrap();
        assert!(config.contains("krb5.conf"), "no KDC: what kdc.sh said stands above");
        Some(Self { config: config.trim().to_owned(), child })
    }
}

impl Drop for Realm {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}

fn collector(address: &str, topic: &str, realm: &Realm, keytab: &Path) -> Weir {
    let mut weir = Weir::config(&format!(
        "[pipelines.collector]\nsource.directory = {{ path = \"in\", settle = \"0s\" }}\nparser = \"spot-lines\"\noptions = {{ type = \"flow\" }}\n\
         [pipelines.collector.sink.kafka]\nbrokers = \"{address}\"\ntopic = \"{topic}\"\nstate = \"state\"\n\
         [pipelines.collector.sink.kafka.properties]\n\"security.protocol\" = \"SASL_PLAINTEXT\"\n\"sasl.mechanism\" = \"GSSAPI\"\n\
         \"sasl.kerberos.service.name\" = \"kafka\"\n\"sasl.kerberos.principal\" = \"collector@WEIR.TEST\"\n\
         \"sasl.kerberos.keytab\" = \"{}\"\n\"broker.address.family\" = \"v4\"\n",
        keytab.display()
    ));
    std::fs::create_dir(weir.path("in")).unwrap();
    weir.input("a.csv", flow("14:00:05", 1).as_bytes());
    weir.set("KRB5_CONFIG", &realm.config);
    weir
}

#[test]
fn a_collector_with_a_keytab_sends_and_one_without_does_not() {
    let directory = tempfile::tempdir().unwrap();
    let Some(realm) = Realm::start(&directory.path().join("realm")) else { return };
    let keytab = |name: &str| directory.path().join("realm").join(name);
    let properties = directory.path().join("kerberos.properties");
    std::fs::write(&properties, PROPERTIES.replace("KEYTAB", keytab("kafka.keytab").to_str().unwrap())).unwrap();
    let java = format!("-Djava.security.krb5.conf={}", realm.config);
    let environment = [("KAFKA_PROPERTIES", properties.to_str().unwrap()), ("JAVA_TOOL_OPTIONS", java.as_str())];
    let broker = Broker::start(&directory.path().join("broker"), &environment);
    let topic = Topic::new(&broker, 1, &[]);
    let (_, port) = broker.address().split_once(':').unwrap();
    let address = format!("localhost:{}", port.parse::<u16>().unwrap() + 1);

    let ran = collector(&address, &topic.name, &realm, &keytab("collector.keytab")).once();
    assert_eq!(ran.code(), 0, "{ran:?}");
    assert_eq!(topic.messages().len(), 1);

    // Its tickets lie elsewhere, for those of the first still hold.
    let mut weir = collector(&address, &topic.name, &realm, &keytab("none.keytab"));
    let config = std::fs::read_to_string(&realm.config).unwrap();
    std::fs::write(weir.path("krb5.conf"), config.replace("/ccache", "/other-ccache")).unwrap();
    let config = weir.path("krb5.conf");
    weir.set("KRB5_CONFIG", config.to_str().unwrap());
    let ran = weir.once();
    assert_eq!(ran.code(), 1, "{ran:?}");
    assert!(ran.stderr.to_lowercase().contains("kinit"), "{ran:?}");
    assert_eq!(topic.messages().len(), 1);
}
