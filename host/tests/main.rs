//! Every integration test of the host, in one program.

#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "what the tests call fails like a test")]

mod authors;
mod capture;
mod command_line;
mod corpus;
mod deploy;
mod documentation;
mod end_to_end;
mod hdfs;
mod kafka;
mod pcap_filter;
mod rows;
mod sandbox;
mod scenarios;
mod spot;
mod storage;
mod table;
mod table_doubt;
mod table_values;
mod trust;
