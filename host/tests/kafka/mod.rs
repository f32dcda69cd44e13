//! Tests of the real `weir` against a real broker.

mod blocks;
pub mod broker;
mod cluster;
mod collector;
mod examples;
mod faults;
mod listener;
mod packets;
mod packet_store;
mod security;
pub mod topic;
