//! The acceptance scenarios of a replacement for Apache Spot's ingest, by their names: the real program, and the table as a reader finds it.

mod a12_zones;
mod a5_dns_row;
mod a6_proxy_row;
mod a8_cluster_dns;
pub mod exchange;
mod outcome;
