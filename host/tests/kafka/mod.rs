//! Tests of the real `weir` against a real broker.

mod broker;
mod collector;
mod faults;
mod listener;
mod security;
mod topic;
