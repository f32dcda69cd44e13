//! Options that are texts with a grammar of their own: any text is understood or refused.

use dns::Dns;
use fuzz_driver::{Seed, Target};
use netflow::Netflow;
use weir_sdk::{OpenError, OptionSpec, OptionValue, Options, PacketParser, Schema, SourceFacts};

/// The first byte says which option, the rest is its text; of a list, each line is one.
pub const TARGET: Target = Target { name: "options", run, seeds, mutations: 50_000 };

const SEEDS: [(u8, &str); 9] = [
    (0, "-T fields -E header=y -E separator=, -E quote=d -E occurrence=f -e frame.time -e frame.len -e ip.src -d udp.port==5353,dns"),
    (0, "-Y 'dns.flags.response == 1' -n -d tcp.port==9953,dns"),
    (0, "-E separator=/t \"dns.flags.response==0\""),
    (1, "53\n5353\n 853"),
    (2, "2055\n9990-9999\n0-65535\n1"),
    (3, "9/12235=clientPort:unsigned16\n0/1001=a:string\n29305/82 = interface : octetArray"),
    (3, "0/1=octets:unsigned64\nsflow 4413/1=x:float64"),
    (4, "src ip 10.0.0.1 and (proto tcp or proto udp) and not port in [ 80 443 ]"),
    (4, "bytes > 1k and flags S and duration < 100"),
];

fn run(input: &[u8]) {
    let Some((which, text)) = input.split_first() else { return };
    let text = String::from_utf8_lossy(text).into_owned();
    let list = || OptionValue::Texts(text.lines().map(str::to_owned).collect());
    let full = ("schema".to_owned(), OptionValue::text("full"));
    match which % 5 {
        0 => open::<Dns>(vec![full, ("tshark".to_owned(), OptionValue::text(&text))]),
        1 => open::<Dns>(vec![("ports".to_owned(), list())]),
        2 => open::<Netflow>(vec![("ports".to_owned(), list())]),
        3 => open::<Netflow>(vec![full, ("elements".to_owned(), list())]),
        _ => open::<Netflow>(vec![("filter".to_owned(), OptionValue::text(&text))]),
    }
}

fn open<P: PacketParser>(set: Vec<(String, OptionValue)>) {
    let specs: Vec<OptionSpec> = P::describe().options;
    let Ok(options) = Options::new(&specs, set) else { return };
    match P::open(&options, &SourceFacts::default(), None) {
        Ok(session) => unique(&session.schema()),
        Err(OpenError::BadOption { name, .. }) => assert!(specs.iter().any(|spec| spec.name == name), "no option `{name}`"),
        Err(error) => panic!("{error:?}"),
    }
}

/// The host takes no schema with two fields of one name.
fn unique(schema: &Schema) {
    let mut names: Vec<_> = schema.fields.iter().map(|field| field.name.to_ascii_lowercase()).collect();
    names.sort_unstable();
    assert!(names.array_windows().all(|[one, other]| one != other), "two fields of one name: {names:?}");
}

fn seeds() -> Vec<Seed> {
    SEEDS.map(|(which, text)| [&[which][..], text.as_bytes()].concat()).into()
}
