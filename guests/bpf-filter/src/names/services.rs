//! Names of ports.

/// One line a name: the name, its port of TCP and its port of UDP.
const TABLE: &str = include_str!("services.txt");

/// The ports of a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Service {
    pub tcp: Option<u16>,
    pub udp: Option<u16>,
}

/// The service of a name.
pub fn service(name: &str) -> Option<Service> {
    TABLE.lines().filter(|line| !line.starts_with('#')).find_map(|line| {
        let mut words = line.split(' ');
        (words.next()? == name).then(|| {
            let mut port = || words.next().and_then(|port| port.parse().ok());
            Service { tcp: port(), udp: port() }
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_service_is_found_by_its_name_and_by_an_alias() {
        assert_eq!(service("http"), Some(Service { tcp: Some(80), udp: None }));
        assert_eq!(service("www"), service("http"));
        assert_eq!(service("domain"), Some(Service { tcp: Some(53), udp: Some(53) }));
        assert_eq!(service("syslog"), Some(Service { tcp: Some(514), udp: Some(514) }));
        assert_eq!(service("#"), None);
        assert_eq!(service(""), None);
    }
}
