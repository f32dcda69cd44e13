//! Tests of the real `weir` against a real NameNode and real DataNodes.

mod check;
mod cluster;
mod copy;
mod crash;
mod faults;
mod originals;
mod storage;
mod table;
