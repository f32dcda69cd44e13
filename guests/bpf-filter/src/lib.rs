//! The filter language of tcpdump and libpcap (pcap-filter(7)) over captured packets: the same packets that `tcpdump -r` selects, for every link type
//! that libpcap compiles for.
//!
//! An expression is read once ([`syntax`]), and for each link type made into a program of tests ([`lower`], [`program`]). What makes no sense for a link type
//! is an error when the filter is opened for it with the option `link-type`; without the option such packets are not selected. Names of hosts and
//! networks are refused, since a module can look nothing up.

mod lower;
mod names;
mod program;
mod syntax;
mod wrong;

use weir_sdk::{Description, Needs, OpenError, OptionSpec, OptionValue, Options, PacketBatch, PacketFilter, Selection};

use program::{Program, Scratch};
use syntax::Expression;
use wrong::Wrong;

/// LINKTYPE_ETHERNET: its error is shown when an expression makes sense nowhere.
const ETHERNET: u32 = 1;
/// Of larger expressions the needs are not computed: it would mean to compile them for every link type there is.
const LARGE: usize = 500;
/// A limit of so many bytes or more would save nothing.
const FAR: u64 = 4096;

/// One expression.
pub struct Bpf {
    expression: Expression,
    /// Programs of the link types that were met; `None`: no packet of that type is selected.
    programs: Vec<(u32, Option<Program>)>,
    needs: Needs,
    warnings: Vec<String>,
    scratch: Scratch,
}

impl PacketFilter for Bpf {
    fn describe() -> Description {
        Description {
            name: "bpf",
            version: env!("CARGO_PKG_VERSION"),
            summary: "The filter language of tcpdump and libpcap, like `tcp port 80 and host 10.0.0.1`",
            reads: &["packets of every link type that libpcap filters"],
            options: vec![OptionSpec {
                name: "link-type",
                default: OptionValue::Integer(-1),
                required: false,
                choices: &[],
                doc: "LINKTYPE_ value of all packets, where it is known: the expression is then checked for it; -1: any",
            }],
        }
    }

    fn open(expression: &str, options: &Options) -> Result<Self, OpenError> {
        let link = options.integer("link-type");
        let expression = syntax::read(expression).map_err(bad)?;
        match u32::try_from(link) {
            Ok(link) => Self::for_link(expression, link),
            Err(_) if link == -1 => Self::for_any(expression),
            Err(_) => Err(OpenError::bad_option("link-type", "-1, or a LINKTYPE_ value")),
        }
    }

    fn needs(&self) -> Needs {
        self.needs.clone()
    }

    fn warnings(&self) -> Vec<String> {
        self.warnings.clone()
    }

    fn select(&mut self, packets: PacketBatch<'_>) -> Selection {
        if !self.programs.iter().any(|(link, _)| *link == packets.link_type) {
            let program = lower::lower(&self.expression.items, packets.link_type).ok();
            self.programs.push((packets.link_type, program));
        }
        let program = self.programs.iter().find(|(link, _)| *link == packets.link_type);
        match program {
            Some((_, Some(program))) => program.run(&packets, &mut self.scratch),
            _ => Selection::none(packets.len()),
        }
    }
}

impl Bpf {
    fn for_link(expression: Expression, link: u32) -> Result<Self, OpenError> {
        let program = lower::lower(&expression.items, link).map_err(bad)?;
        let mut warnings = expression.warnings.clone();
        if program.is_never() {
            warnings.push(format!("no packet of {} can be selected by this expression", lower::link_name(link)));
        }
        let needs = Needs { leading_bytes: leading(program.reach()), keys: Vec::new() };
        Ok(Self { expression, programs: vec![(link, Some(program))], needs, warnings, scratch: Scratch::default() })
    }

    /// The expression must make sense for one link type at least.
    fn for_any(expression: Expression) -> Result<Self, OpenError> {
        let first = lower::lower(&expression.items, ETHERNET);
        let mut programs = Vec::new();
        if first.is_err() || expression.items.len() < LARGE {
            programs.extend(lower::known_links().filter_map(|link| Some((link, lower::lower(&expression.items, link).ok()?))));
        }
        if let (Err(wrong), true) = (first, programs.is_empty()) {
            return Err(bad(wrong));
        }
        let reach = programs.iter().map(|(_, program)| program.reach()).try_fold(0, |most, one| Some(most.max(one?)));
        let needs = Needs { leading_bytes: leading(reach.filter(|_| !programs.is_empty())), keys: Vec::new() };
        let warnings = expression.warnings.clone();
        Ok(Self { expression, programs: Vec::new(), needs, warnings, scratch: Scratch::default() })
    }
}

fn leading(reach: Option<u64>) -> Option<u32> {
    reach.filter(|reach| *reach < FAR).and_then(|reach| u32::try_from(reach).ok())
}

fn bad(wrong: Wrong) -> OpenError {
    OpenError::bad_expression(wrong.at, format!("expected {}", wrong.expected))
}

weir_sdk::packet_filter!(Bpf);
