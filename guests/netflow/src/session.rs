//! One capture: its packets to datagrams, datagrams to rows, and how far the input is done.
//!
//! A call gives a bounded number of rows. What is left of a batch then waits as copies of its payloads, and nothing counts as done before all of
//! it was handed out and no data wait for their template.

use std::collections::VecDeque;

use weir_sdk::{OpenError, Output, Packet, PacketBatch, SavedState, log};

use crate::damage::Damage;
use crate::datagram::{Datagram, Waiting};
use crate::exporters::{Exporters, Learned};
use crate::held::{Held, Set};
use crate::message::{Cursor, Tables};
use crate::output::Rows;
use crate::packets::{Found, Packets};
use crate::reading::is_plausible;
use crate::rejects::Rejects;
use crate::settings::Settings;
use crate::skipped::Skipped;
use crate::state;

/// The parse of one capture.
#[derive(Debug)]
pub struct Session {
    packets: Packets,
    tables: Tables,
    waiting: VecDeque<Work>,
    /// What was not whole yet, of the packets that count as done.
    settled: Vec<u8>,
    /// Packets that were fed.
    fed: u64,
    done: u64,
}

/// What is left to read.
#[derive(Debug)]
enum Work {
    Datagram(Waiting, Cursor),
    Set(Set, usize),
}

impl Session {
    /// Starts at the beginning of a capture, or behind what `state` was learned from.
    ///
    /// # Errors
    /// State of another version, or that no session gave.
    pub fn new(settings: &Settings, state: Option<&SavedState>) -> Result<Self, OpenError> {
        let mut packets = Packets::new(settings.ports.clone());
        let learned = state.map_or_else(|| Ok(Learned::default()), |state| state::read(state, &mut packets))?;
        let tables = Tables {
            exporters: Exporters::new(learned),
            held: Held::new(settings.hold_bytes, settings.hold_packets),
            released: Vec::new(),
            rows: Rows::new(settings),
            rejects: Rejects::default(),
            skipped: Skipped::default(),
        };
        let mut session = Self { packets, tables, waiting: VecDeque::new(), settled: Vec::new(), fed: 0, done: 0 };
        session.settle();
        Ok(session)
    }

    /// Takes the next packets; none: goes on with what waits.
    pub fn feed(&mut self, batch: &PacketBatch<'_>) -> Output {
        self.work();
        for packet in batch.packets() {
            let position = self.fed;
            self.fed += 1;
            self.take(batch.link_type, &packet, position);
            self.work();
            self.give_up_when_over();
        }
        self.output()
    }

    /// The capture has ended.
    pub fn finish(&mut self) -> Output {
        self.work();
        if self.waiting.is_empty() {
            self.give_up();
        }
        let output = self.output();
        if !output.more {
            self.report();
        }
        output
    }

    /// What was learned before the input that is done.
    pub fn save(&self) -> SavedState {
        state::write(self.tables.exporters.settled(), &self.settled)
    }

    fn take(&mut self, link_type: u32, packet: &Packet<'_>, position: u64) {
        let Self { packets, tables, waiting, .. } = self;
        let any = packets.is_any_port();
        match packets.find(link_type, packet, position) {
            // On a port that was named, everything is from an exporter; elsewhere what looks so.
            Found::Datagram(datagram, cut) if !any || is_plausible(&datagram) => {
                if cut {
                    tables.rejects.push(position, Damage::Snapped);
                }
                offer(tables, waiting, &datagram);
            }
            Found::Messages(messages, lost) => {
                if lost {
                    tables.rejects.push(position, Damage::StreamLost);
                }
                waiting.extend(messages.into_iter().map(|message| Work::Datagram(message, Cursor::default())));
            }
            Found::OtherPort(port, datagram) => tables.skipped.count_other(port, is_plausible(&datagram)),
            Found::Unreadable => tables.skipped.unreadable += 1,
            Found::LinkType(damage) => tables.rejects.push(position, damage),
            Found::Datagram(..) | Found::Nothing => tables.skipped.others += 1,
        }
    }

    fn work(&mut self) {
        while !self.tables.is_full()
            && let Some(work) = self.waiting.pop_front()
        {
            let left = match work {
                Work::Datagram(kept, from) => self.tables.read(&kept.datagram(), from).map(|stopped| Work::Datagram(kept, stopped)),
                Work::Set(set, from) => self.tables.read_waiting(&set, from).map(|stopped| Work::Set(set, stopped)),
            };
            if let Some(left) = left {
                self.waiting.push_front(left);
            }
            take_released(&mut self.tables, &mut self.waiting);
        }
    }

    fn give_up_when_over(&mut self) {
        if self.tables.held.is_over(self.fed) {
            self.give_up();
        }
    }

    fn give_up(&mut self) {
        for set in self.tables.held.give_up() {
            self.tables.rejects.push(set.header.position, Damage::TemplateMissing(set.id));
        }
    }

    fn output(&mut self) -> Output {
        let (rows, columns) = self.tables.rows.take();
        let rejects = self.tables.rejects.take();
        self.tables.held.count_rows(rows.into());
        self.give_up_when_over();
        let more = !self.waiting.is_empty() || !self.tables.rejects.is_empty();
        if !more && self.tables.held.is_empty() {
            self.settle();
        }
        Output { rows, columns, rejects, done_to: self.done, more }
    }

    /// All that was fed is done.
    fn settle(&mut self) {
        self.done = self.fed;
        self.tables.exporters.settle();
        self.settled.clear();
        self.packets.save(&mut self.settled);
    }

    fn report(&mut self) {
        let mut skipped = std::mem::take(&mut self.tables.skipped);
        skipped.forgotten = std::mem::take(&mut self.tables.exporters.forgotten);
        skipped.report();
        let filtered = std::mem::take(&mut self.tables.rows.filtered);
        if filtered > 0 {
            log::log(log::Level::Info, &format!("the filter left out {filtered} flows"));
        }
    }
}

/// Reads a datagram at once where nothing waits before it.
fn offer(tables: &mut Tables, waiting: &mut VecDeque<Work>, datagram: &Datagram<'_>) {
    if !waiting.is_empty() || tables.is_full() {
        return waiting.push_back(Work::Datagram(datagram.keep(), Cursor::default()));
    }
    if let Some(stopped) = tables.read(datagram, Cursor::default()) {
        waiting.push_back(Work::Datagram(datagram.keep(), stopped));
    }
    take_released(tables, waiting);
}

/// Sets whose template has come are next.
fn take_released(tables: &mut Tables, waiting: &mut VecDeque<Work>) {
    for set in tables.released.drain(..).rev() {
        waiting.push_front(Work::Set(set, 0));
    }
}
