//! Kerberos and TLS of `/etc/spot.conf`, as properties of librdkafka.

use super::{Note, SpotConf};

/// Where Spot's programs look for variables of the environment.
pub(super) type Environment<'a> = &'a dyn Fn(&str) -> Option<String>;

/// A property of librdkafka, and what of Spot's it stands for.
pub(super) struct Property {
    pub name: &'static str,
    pub value: String,
    pub from: &'static str,
}

/// Keys that speak of HDFS, Hive and Impala, and what stands in for them.
const STORES: [(&str, &str); 10] = [
    ("DBNAME", "tables are directories; create an external table over them in Hive or Impala"),
    ("NAME_NODE", "tables are local directories for now"),
    ("WEB_PORT", "tables are local directories for now"),
    ("HS2_HOST", "rows are written as Parquet, without Hive"),
    ("HS2_PORT", "rows are written as Parquet, without Hive"),
    ("IMPALA_DEM", "rows are written as Parquet, without Impala"),
    ("IMPALA_PORT", "rows are written as Parquet, without Impala"),
    ("DBENGINE", "rows are written as Parquet, without a database"),
    ("JDBC_URL", "rows are written as Parquet, without a database"),
    ("KINIT", "librdkafka renews tickets by itself, with the command in KAFKA_KINIT or kinit"),
];

/// How to come to the brokers.
pub(super) fn properties(conf: &SpotConf, environment: Environment<'_>) -> (Vec<Property>, Vec<Note>) {
    let mut notes = Vec::new();
    let mut properties = Vec::new();
    let mut set = |name, value: Option<&str>, from| {
        properties.extend(value.map(|value| Property { name, value: value.to_owned(), from }));
    };
    let (kerberos, tls) = (conf.is_true("KERBEROS"), conf.is_true("SSL"));
    let protocol = conf.get("SECURITY_PROTO").map(str::to_ascii_lowercase);
    if kerberos {
        let service = environment("KAFKA_SERVICE_NAME");
        set("security.protocol", Some(protocol.as_deref().unwrap_or("sasl_plaintext")), "SECURITY_PROTO");
        set("sasl.mechanisms", Some(conf.get("SASL_MECH").unwrap_or("GSSAPI")), "SASL_MECH");
        set("sasl.kerberos.principal", conf.get("PRINCIPAL"), "PRINCIPAL");
        set("sasl.kerberos.keytab", conf.get("KEYTAB"), "KEYTAB");
        set("sasl.kerberos.service.name", service.as_deref().or_else(|| conf.get("KAFKA_SERVICE_NAME")), "KAFKA_SERVICE_NAME");
        set("sasl.kerberos.kinit.cmd", environment("KAFKA_KINIT").as_deref(), "KAFKA_KINIT of the environment");
        set("sasl.kerberos.min.time.before.relogin", Some("6000"), "what Spot sets with KERBEROS");
    }
    if tls {
        if !kerberos {
            set("security.protocol", Some("ssl"), "SSL");
        }
        set("ssl.ca.location", conf.get("CA_LOCATION"), "CA_LOCATION");
        set("ssl.certificate.location", first(conf.get("CERT")), "CERT");
        set("ssl.key.location", conf.get("KEY"), "KEY");
    }
    if kerberos && tls && !protocol.is_some_and(|protocol| protocol.ends_with("_ssl")) {
        notes.push(Note::warning("SSL", "is true, but SECURITY_PROTO asks brokers for no TLS: set it to sasl_ssl"));
    }
    if tls && conf.get("SSL_VERIFY").is_some_and(|value| !value.eq_ignore_ascii_case("true")) {
        notes.push(Note::warning("SSL_VERIFY", "Spot used it for WebHDFS alone: certificates of brokers are verified"));
    }
    notes.extend(STORES.iter().filter(|(key, _)| conf.get(key).is_some()).map(|(key, reason)| Note::not_needed(*key, *reason)));
    (properties, notes)
}

/// Of `CERT=cert,key`, which Spot's WebHDFS client takes, the certificate.
fn first(certificate: Option<&str>) -> Option<&str> {
    certificate?.split(',').next().map(str::trim)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str, environment: Environment<'_>) -> Vec<(&'static str, String)> {
        let (properties, _) = properties(&SpotConf::parse(text).unwrap(), environment);
        properties.into_iter().map(|property| (property.name, property.value)).collect()
    }

    #[test]
    fn kerberos_is_gssapi_with_a_keytab() {
        let conf = "KERBEROS='true'\nPRINCIPAL=spot\nKEYTAB=/etc/spot.keytab\nSASL_MECH=GSSAPI\nSECURITY_PROTO=sasl_plaintext\n";
        let service = |name: &str| (name == "KAFKA_SERVICE_NAME").then(|| "broker".to_owned());
        let expected = [
            ("security.protocol", "sasl_plaintext"),
            ("sasl.mechanisms", "GSSAPI"),
            ("sasl.kerberos.principal", "spot"),
            ("sasl.kerberos.keytab", "/etc/spot.keytab"),
            ("sasl.kerberos.service.name", "broker"),
            ("sasl.kerberos.min.time.before.relogin", "6000"),
        ];
        assert_eq!(of(conf, &service), expected.map(|(name, value)| (name, value.to_owned())));
    }

    #[test]
    fn tls_alone_has_a_protocol_of_its_own() {
        let conf = "SSL=true\nCA_LOCATION=/ca.pem\nCERT=/c.pem,/k.pem\nKEY=/k.pem\n";
        let expected = [
            ("security.protocol", "ssl"),
            ("ssl.ca.location", "/ca.pem"),
            ("ssl.certificate.location", "/c.pem"),
            ("ssl.key.location", "/k.pem"),
        ];
        assert_eq!(of(conf, &|_| None), expected.map(|(name, value)| (name, value.to_owned())));
        assert_eq!(of("KERBEROS=false\nPRINCIPAL=spot\nCERT=/c.pem\n", &|_| None), []);
    }
}
