//! `weir metron`: the programs of Apache Metron's packet capture.

mod date_format;
mod inspector;
mod line;
mod pycapa;
mod query;
pub(super) mod spelling;
pub(super) mod spout;

use std::io::Write;

use clap::Subcommand;

use super::Exit;

/// Runs what Apache Metron's packet capture ran, by its own command lines and files
///
/// Options of pcap_query and pcap_inspector are Metron's, with one dash or two. What only a cluster needed (-nr, -yq, -ft, -bop) is taken and not
/// needed. Dates without a zone are UTC.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  weir metron spout --config pcap.properties --brokers kafka:6667
  weir metron pycapa --consumer -k kafka:6667 -t pcap -o begin -m 100 | tshark -r -
  weir metron pcap_query fixed -bp /data/pcap -st 1494886105667 -ip_dst_port 22 -ir
  weir metron pcap_inspector -i pcap_pcap_1494886105667571000_0_pcap-8-1494965816 -n 5")]
pub(super) struct Args {
    #[command(subcommand)]
    program: Program,
}

#[derive(Debug, Subcommand)]
enum Program {
    Spout(spout::Args),
    Pycapa(pycapa::Args),
    #[command(name = "pcap_query")]
    PcapQuery(Query),
    #[command(name = "pcap_inspector")]
    PcapInspector(Inspector),
}

impl Args {
    /// What the program's own option says that the log shows.
    pub fn log_level(&self) -> Option<String> {
        match &self.program {
            Program::Pycapa(args) => args.level().map(str::to_owned),
            Program::Spout(_) | Program::PcapQuery(_) | Program::PcapInspector(_) => None,
        }
    }
}

/// Packets of a store to pcap files: pcap_query.sh
///
/// Options: -st/--start_time (needed) and -et/--end_time (ms since 1970, or -df/--date_format), -bp/--base_path, -pre/--prefix, -rpf/--records_per_file;
/// fixed: -sa/--ip_src_addr, -da/--ip_dst_addr, -sp/--ip_src_port, -dp/--ip_dst_port, -p/--protocol, -pf/--packet_filter, -ir/--include_reverse;
/// query: -q/--query. Files pcap-data-PREFIX+0001.pcap are written to the current directory.
#[derive(Debug, clap::Args)]
#[command(
    name = "pcap_query",
    disable_help_flag = true,
    after_help = "\
Examples:
  weir metron pcap_query fixed -bp /data/pcap -st 1494886105667 -ip_dst_port 22 -ir
  weir metron pcap_query query -st 2017-05-15 -df yyyy-MM-dd -q 'ip_dst_port == 22'"
)]
struct Query {
    /// fixed or query, then options
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    words: Vec<String>,
}

/// One line for each packet of a sequence file: pcap_inspector.sh
#[derive(Debug, clap::Args)]
#[command(
    name = "pcap_inspector",
    disable_help_flag = true,
    after_help = "\
Examples:
  weir metron pcap_inspector -i pcap_pcap_1494886105667571000_0_pcap-8-1494965816
  weir metron pcap_inspector --input a.seq --num_packets 5"
)]
struct Inspector {
    /// -i/--input FILE, and -n/--num_packets N
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    words: Vec<String>,
}

pub(super) fn metron(args: &Args, out: &mut impl Write) -> anyhow::Result<Exit> {
    match &args.program {
        Program::Spout(args) => spout::spout(args, out),
        Program::Pycapa(args) => pycapa::pycapa(args, out),
        Program::PcapQuery(args) => query::query(&args.words, out),
        Program::PcapInspector(args) => inspector::inspect(&args.words, out),
    }
}
