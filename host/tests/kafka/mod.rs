//! Tests of the real `weir` against a real broker.

mod blocks;
mod broker;
mod cluster;
mod collector;
mod examples;
mod faults;
mod listener;
mod security;
mod topic;
