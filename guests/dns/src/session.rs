//! One capture, from batches of packets to rows.

use weir_sdk::layers::{Datagram, Layers, Tcp};
use weir_sdk::{OpenError, Output, Packet, PacketBatch, SavedState, log};

use crate::damage::Damage;
use crate::frame::{Frame, Transport};
use crate::left::Left;
use crate::rejects::Rejects;
use crate::rows::Rows;
use crate::settings::Settings;
use crate::state;
use crate::streams::Streams;

/// The parse of one capture.
#[derive(Debug)]
pub struct Session {
    layers: Layers,
    reading: Reading,
    /// Packets of a batch that gave more rows than one call hands out.
    left: Option<Left>,
    across_captures: bool,
    reported: bool,
}

/// All but the layers, which a datagram borrows from.
#[derive(Debug)]
struct Reading {
    ports: Vec<u16>,
    streams: Streams,
    rows: Rows,
    rejects: Rejects,
    /// Packets that were read.
    done: u64,
}

impl Session {
    /// Starts at the beginning of a capture, or behind what `state` was learned from.
    ///
    /// # Errors
    /// State that this version cannot read.
    pub fn new(settings: &Settings, saved: Option<&SavedState>) -> Result<Self, OpenError> {
        let mut reading = Reading {
            ports: settings.ports.clone(),
            streams: Streams::default(),
            rows: Rows::new(settings),
            rejects: Rejects::default(),
            done: 0,
        };
        let mut layers = Layers::default();
        if let Some(saved) = saved {
            state::read(saved, &mut layers, &mut reading.streams, reading.rows.pairs())?;
        }
        Ok(Self { layers, reading, left: None, across_captures: settings.across_captures, reported: false })
    }

    /// Takes the next packets, or goes on with those that are left.
    pub fn feed(&mut self, batch: PacketBatch<'_>) -> Output {
        if let Some(left) = self.left.take() {
            self.read(left.view());
        }
        if !batch.is_empty() {
            self.read(batch);
        }
        self.output()
    }

    /// The capture has ended.
    pub fn finish(&mut self) -> Output {
        if let Some(left) = self.left.take() {
            self.read(left.view());
        }
        let mut more = self.left.is_some();
        if !more && !self.across_captures {
            more = !self.reading.finish();
        }
        if !more {
            self.report();
        }
        Output { more, ..self.output() }
    }

    /// What is open: fragments, segments, exchanges.
    pub fn save(&self) -> SavedState {
        state::write(&self.layers, &self.reading.streams, self.reading.rows.open_pairs())
    }

    fn read(&mut self, batch: PacketBatch<'_>) {
        for index in 0..batch.len() {
            let Some(packet) = batch.packet(index) else { break };
            self.reading.packet(&mut self.layers, batch.link_type, &packet);
            if self.reading.is_full() && index + 1 < batch.len() {
                self.left = Some(Left::of(&batch, index + 1));
                return;
            }
        }
    }

    fn output(&mut self) -> Output {
        let (rows, columns) = self.reading.rows.take();
        let rejects = self.reading.rejects.take();
        Output { rows, columns, rejects, done_to: self.reading.done, more: self.left.is_some() }
    }

    /// Says once what was lost, which no row or reject shows.
    fn report(&mut self) {
        if std::mem::replace(&mut self.reported, true) {
            return;
        }
        let (fragments, streams) = (self.layers.fragments(), self.reading.streams.counts());
        let waiting = if self.across_captures { 0 } else { fragments.waiting };
        let datagrams = fragments.given_up + fragments.refused + waiting;
        if datagrams > 0 {
            log::warn(&format!("{datagrams} datagrams were left out: not all of their fragments came, or the capture cut them"));
        }
        let lost = streams.incomplete + streams.forgotten + self.reading.rejects.unplaced();
        if lost > 0 {
            log::warn(&format!("{lost} DNS messages over TCP were left out: not all of their segments came"));
        }
    }
}

impl Reading {
    fn is_full(&self) -> bool {
        self.rows.is_full() || self.rejects.is_full()
    }

    /// Reads what waits, as much as one call hands out; false: something is left.
    fn finish(&mut self) -> bool {
        let Self { streams, rows, rejects, done, .. } = self;
        let last = done.checked_sub(1);
        while !rows.is_full() && !rejects.is_full() {
            if !streams.finish_next(&mut |frame, message| take(rows, rejects, last, frame, message)) {
                return rows.end_pairs();
            }
        }
        false
    }

    #[inline]
    fn packet(&mut self, layers: &mut Layers, link_type: u32, packet: &Packet<'_>) {
        let at = Some(self.done);
        self.done += 1;
        let result = match layers.decode(link_type, packet.bytes, packet.timestamp) {
            Ok(Some(datagram)) => self.datagram(at, packet, &datagram),
            Ok(None) => Ok(()),
            Err(error) => Err(error.into()),
        };
        if let Err(damage) = result {
            self.rejects.push(at, damage);
        }
    }

    #[inline]
    fn datagram(&mut self, at: Option<u64>, packet: &Packet<'_>, datagram: &Datagram<'_>) -> Result<(), Damage> {
        let Some(udp) = datagram.udp() else {
            return datagram.tcp().map_or(Ok(()), |tcp| self.segment(at, packet, datagram, &tcp?));
        };
        let udp = udp?;
        if !self.is_dns(udp.src_port, udp.dst_port) {
            return Ok(());
        }
        let read = self.rows.wanted(udp.payload).and_then(|header| match header {
            Some(header) => self.rows.push(&frame(at, packet, datagram, Transport::Udp, [udp.src_port, udp.dst_port]), header, udp.payload),
            None => Ok(()),
        });
        match read {
            // The records that are missing are missing in the capture, not in the message.
            Err(_) if udp.missing > 0 => Err(Damage::Cut { captured: udp.payload.len(), length: udp.payload.len() + udp.missing }),
            read => read,
        }
    }

    #[inline]
    fn segment(&mut self, at: Option<u64>, packet: &Packet<'_>, datagram: &Datagram<'_>, tcp: &Tcp<'_>) -> Result<(), Damage> {
        if self.is_dns(tcp.src_port, tcp.dst_port) {
            let frame = frame(at, packet, datagram, Transport::Tcp, [tcp.src_port, tcp.dst_port]);
            let Self { streams, rows, rejects, .. } = self;
            streams.push(&frame, tcp, &mut |frame, message| take(rows, rejects, at, frame, message));
        }
        Ok(())
    }

    #[inline]
    fn is_dns(&self, src_port: u16, dst_port: u16) -> bool {
        self.ports.iter().any(|&port| port == src_port || port == dst_port)
    }
}

#[inline(always)]
fn frame(at: Option<u64>, packet: &Packet<'_>, datagram: &Datagram<'_>, transport: Transport, [src_port, dst_port]: [u16; 2]) -> Frame {
    let Datagram { addresses, outer, .. } = *datagram;
    let Packet { number, timestamp, length, .. } = *packet;
    Frame { at, number, timestamp, length, transport, addresses, outer, src_port, dst_port }
}

/// A message that cannot be read is rejected with its packet, or, if an earlier session was fed that, with the one that is read `now`.
fn take(rows: &mut Rows, rejects: &mut Rejects, now: Option<u64>, frame: &Frame, message: Result<&[u8], Damage>) {
    let read = message.and_then(|message| match rows.wanted(message)? {
        Some(header) => rows.push(frame, header, message),
        None => Ok(()),
    });
    if let Err(damage) = read {
        rejects.push(frame.at.or(now), damage);
    }
}
