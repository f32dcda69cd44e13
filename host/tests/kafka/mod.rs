//! Tests of the real `weir` against a real broker.

mod arrow;
mod blocks;
pub mod broker;
mod cluster;
mod collector;
mod examples;
mod faults;
mod kerberos;
mod listener;
mod packet_store;
mod packets;
mod security;
pub mod topic;
