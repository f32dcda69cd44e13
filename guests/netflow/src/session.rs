//! One capture: its packets to datagrams, datagrams to rows, and how far the input is done.
//!
//! A call gives a bounded number of rows. What is left of a batch then waits as copies of its payloads, and nothing counts as done before all of
//! it was handed out and no data wait for their template.

use std::collections::VecDeque;

use weir_sdk::{Output, PacketBatch, SavedState, log};

use crate::damage::Damage;
use crate::datagram::{Datagram, Waiting};
use crate::exporters::Exporters;
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
    /// Starts with what is known of exporters.
    pub fn new(settings: &Settings, exporters: Exporters) -> Self {
        let tables = Tables {
            exporters,
            held: Held::new(settings.hold_bytes, settings.hold_packets),
            released: Vec::new(),
            rows: Rows::new(settings),
            rejects: Rejects::default(),
            skipped: Skipped::default(),
        };
        Self { packets: Packets::new(settings.ports.clone()), tables, waiting: VecDeque::new(), fed: 0, done: 0 }
    }

    /// Takes the next packets; none: goes on with what waits.
    pub fn feed(&mut self, batch: &PacketBatch<'_>) -> Output {
        self.work();
        for packet in batch.packets() {
            let position = self.fed;
            self.fed += 1;
            let found = self.packets.find(batch.link_type, &packet, position);
            self.take(found, position);
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
        state::write(self.tables.exporters.settled())
    }

    fn take(&mut self, found: Found<'_>, position: u64) {
        match found {
            Found::Datagram(datagram) if self.is_ours(&datagram) => self.offer(&datagram),
            Found::Datagram(_) | Found::Nothing => self.tables.skipped.others += 1,
            Found::OtherPort(port, datagram) => self.count_other(port, &datagram),
            Found::Damaged(damage) => self.tables.rejects.push(position, damage),
        }
    }

    /// On a port that was named, everything is; elsewhere what looks so.
    fn is_ours(&self, datagram: &Datagram<'_>) -> bool {
        !self.packets.is_any_port() || is_plausible(datagram)
    }

    fn count_other(&mut self, port: u16, datagram: &Datagram<'_>) {
        let skipped = &mut self.tables.skipped;
        skipped.others += 1;
        if is_plausible(datagram) {
            skipped.other_ports += 1;
            skipped.other_port = port;
        }
    }

    fn offer(&mut self, datagram: &Datagram<'_>) {
        if !self.waiting.is_empty() || self.tables.is_full() {
            return self.waiting.push_back(Work::Datagram(datagram.keep(), Cursor::default()));
        }
        if let Some(stopped) = self.tables.read(datagram, Cursor::default()) {
            self.waiting.push_back(Work::Datagram(datagram.keep(), stopped));
        }
        self.take_released();
        self.work();
    }

    /// Sets whose template has come are next.
    fn take_released(&mut self) {
        for set in self.tables.released.drain(..).rev() {
            self.waiting.push_front(Work::Set(set, 0));
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
            self.take_released();
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
            self.done = self.fed;
            self.tables.exporters.settle();
        }
        Output { rows, columns, rejects, done_to: self.done, more }
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
