//! Records within a record (RFC 6313): yaf puts what it found beyond the flow itself there. Their fields belong to the flow as its own do; lists
//! within lists are kept as bytes.

use weir_sdk::{OutOfBounds, Reader};

use crate::exporters::{Exporters, Identity};
use crate::key::Key;
use crate::record::Record;
use crate::target::SUB_TEMPLATE_LIST;

/// Reads the lists of a record into it; what cannot be read is kept as bytes.
pub fn read<'a>(record: &mut Record<'a>, exporters: &Exporters, exporter: Identity, keep: bool) {
    for (id, list) in std::mem::take(&mut record.structured) {
        let read = read_list(record, id, list, exporters, exporter, keep);
        if keep && read != Ok(true) {
            record.others.push((Key { sflow: false, enterprise: 0, id }, list));
        }
    }
    for (id, list) in std::mem::take(&mut record.structured) {
        record.others.push((Key { sflow: false, enterprise: 0, id }, list));
    }
}

/// Semantics u8; then of a list of one template its number and records, of several each with number, length and records. False: a template is not
/// known.
fn read_list<'a>(
    record: &mut Record<'a>,
    id: u16,
    list: &'a [u8],
    exporters: &Exporters,
    exporter: Identity,
    keep: bool,
) -> Result<bool, OutOfBounds> {
    let mut reader = Reader::new(list);
    let (_semantics, mut all) = (reader.u8()?, true);
    while reader.rest().len() >= 4 {
        let template = reader.u16_be()?;
        let records = match id {
            SUB_TEMPLATE_LIST => reader.take(reader.rest().len())?,
            _ => {
                let length = usize::from(reader.u16_be()?).saturating_sub(4);
                reader.take(length)?
            }
        };
        let Some(template) = exporters.template(exporter, template) else {
            all = false;
            continue;
        };
        let mut records = Reader::new(records);
        while records.rest().len() >= template.least && record.read_more(&mut records, template, keep) {}
    }
    Ok(all)
}
