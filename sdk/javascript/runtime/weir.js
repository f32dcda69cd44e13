// What every module in JavaScript or TypeScript shares: columns from rows, and sessions over lines and packets. Write module.js; leave this file as it is.

/** Rows, or rejects, of one answer. */
const FULL = 8192;
const SETTERS = {
  int8: ["setInt8", 1], int16: ["setInt16", 2], int32: ["setInt32", 4], int64: ["setBigInt64", 8],
  uint8: ["setUint8", 1], uint16: ["setUint16", 2], uint32: ["setUint32", 4], uint64: ["setBigUint64", 8],
  float32: ["setFloat32", 4], float64: ["setFloat64", 8], timestamp: ["setBigInt64", 8],
};

/** Throw it for a record that cannot become a row; the text says what was expected. */
export class Reject {
  constructor(detail, reason = "malformed") { Object.assign(this, { detail, reason }); }
}

/** Throw it for an expression that does not compile: the place in it, in bytes, and what was expected there. */
export class BadExpression {
  constructor(at, expected) { Object.assign(this, { at, expected }); }
}

function valueOf(value) {
  const tag = { boolean: "boolean", number: "integer", bigint: "integer", string: "text" }[typeof value] ?? "texts";
  return { tag, val: value };
}

export function describe(module) {
  const options = (module.options ?? []).map(({ name, default: value, doc, choices = [], required = false }) =>
    ({ name, defaultValue: valueOf(value), required, choices, doc }));
  return { name: module.name, version: module.version, summary: module.summary, reads: module.reads, options };
}

function optionsOf(module, settings) {
  const options = Object.fromEntries((module.options ?? []).map((option) => [option.name, option.default]));
  for (const { name, value } of settings) options[name] = value.tag === "integer" ? Number(value.val) : value.val;
  return options;
}

function schemaOf(module) {
  const fields = module.fields.map(({ name, type, doc, nullable = false }) => ({ name, dataType: type, nullable, isList: false, doc }));
  const time = module.eventTime;
  const eventTime = time && { field: fields.findIndex((field) => field.name === time.field), unit: time.unit, hidden: false };
  return { fields, eventTime };
}

function bitmap(bits) {
  const packed = new Uint8Array((bits.length + 7) >> 3);
  bits.forEach((bit, at) => { if (bit) packed[at >> 3] |= 1 << (at & 7); });
  return packed;
}

function column({ type, nullable }, values) {
  const isNull = (value) => value === null || value === undefined;
  const valid = nullable && values.some(isNull) ? bitmap(values.map((value) => !isNull(value))) : undefined;
  if (type === "text") return { valid, lists: undefined, values: { tag: "strings", val: values.map((value) => isNull(value) ? "" : String(value)) } };
  if (type === "boolean") return { valid, lists: undefined, values: { tag: "fixed", val: bitmap(values) } };
  if (type === "binary") return { valid, lists: undefined, values: { tag: "bytes", val: binary(values) } };
  const [set, width] = SETTERS[type];
  const view = new DataView(new ArrayBuffer(values.length * width));
  const convert = set.includes("Big") ? (value) => BigInt(value ?? 0) : (value) => value ?? 0;
  values.forEach((value, at) => view[set](at * width, convert(value), true));
  return { valid, lists: undefined, values: { tag: "fixed", val: new Uint8Array(view.buffer) } };
}

function binary(values) {
  const offsets = new DataView(new ArrayBuffer((values.length + 1) * 4));
  let end = 0;
  values.forEach((value, at) => { end += value?.length ?? 0; offsets.setUint32((at + 1) * 4, end, true); });
  const data = new Uint8Array(end);
  end = 0;
  for (const value of values) if (value) { data.set(value, end); end += value.length; }
  return { offsets: new Uint8Array(offsets.buffer), data };
}

function output(module, rows, rejects, doneTo, more) {
  const columns = module.fields.map((field, at) => column(field, rows.map((row) => row[at])));
  return { rows: { count: rows.length, columns }, rejects, doneTo, more };
}

/** Calls what makes a parser or a filter; what it throws becomes the contract's error. */
function opened(make) {
  try {
    return make();
  } catch (error) {
    if (error instanceof BadExpression) throw { tag: "bad-expression", val: { at: error.at, expected: error.expected } };
    throw { tag: "other", val: String(error?.message ?? error) };
  }
}

/** UTF-8; what is none becomes U+FFFD. There is no TextDecoder in a module. */
function text(bytes) {
  let text = "";
  for (let at = 0; at < bytes.length; ) {
    const first = bytes[at++];
    if (first < 0x80) {
      text += String.fromCharCode(first);
      continue;
    }
    const more = first >= 0xf0 && first < 0xf5 ? 3 : first >= 0xe0 && first < 0xf0 ? 2 : first >= 0xc2 && first < 0xe0 ? 1 : 0;
    let code = first & (0x3f >> more), taken = 0;
    while (taken < more && (bytes[at + taken] & 0xc0) === 0x80) code = (code << 6) | (bytes[at + taken++] & 0x3f);
    const isWhole = more > 0 && taken === more && code >= [0, 0x80, 0x800, 0x10000][more] && code < 0x110000 && (code & 0xfffff800) !== 0xd800;
    text += isWhole ? String.fromCodePoint(code) : "\ufffd";
    at += taken;
  }
  return text;
}

/** Takes what a parser gives of one record: a row, several, or nothing. */
function take(rows, rejects, at, length, parse) {
  try {
    const row = parse();
    if (row === null || row === undefined) return;
    if (Array.isArray(row[0])) rows.push(...row);
    else rows.push(row);
  } catch (error) {
    if (!(error instanceof Reject)) throw error;
    rejects.push({ at, length, reason: error.reason, detail: error.detail });
  }
}

/** The interface of a stream parser: whole lines go to `Parser.line`, which gives a row, an array of rows, or nothing. */
export function streamParser(module, Parser) {
  class Session {
    static open(settings, source) {
      const session = new Session();
      session.parser = opened(() => new Parser(optionsOf(module, settings), source));
      Object.assign(session, { held: new Uint8Array(0), at: 0, base: 0 });
      return session;
    }
    schema() { return schemaOf(module); }
    feed(chunk) {
      if (chunk.length) {
        const rest = this.held.subarray(this.at);
        this.base += this.at;
        this.held = new Uint8Array(rest.length + chunk.length);
        this.held.set(rest);
        this.held.set(chunk, rest.length);
        this.at = 0;
      }
      return this.parse(false);
    }
    finish() { return this.parse(true); }
    save() { return undefined; }
    parse(atEnd) {
      try {
        return this.lines(atEnd);
      } catch (error) {
        // A trap would lose what went wrong.
        throw { tag: "other", val: `${error?.name}: ${error?.message ?? error}\n${error?.stack ?? ""}` };
      }
    }
    lines(atEnd) {
      const rows = [], rejects = [], held = this.held;
      while (rows.length < FULL && rejects.length < FULL) {
        let end = held.indexOf(10, this.at) + 1;
        if (end === 0) {
          if (!atEnd || this.at === held.length) break;
          end = held.length;
        }
        let last = end;
        while (last > this.at && (held[last - 1] === 10 || held[last - 1] === 13)) last--;
        take(rows, rejects, this.base + this.at, end - this.at, () => this.parser.line(text(held.subarray(this.at, last))));
        this.at = end;
      }
      return output(module, rows, rejects, this.base + this.at, rows.length >= FULL || rejects.length >= FULL);
    }
  }
  return { describe: () => describe(module), Session };
}

/** Packets one after the other: timestamp (ns since 1970, a bigint), data, length on the wire, linkType, number. */
function* packetsOf(batch) {
  const view = (bytes) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [times, offsets, captured, lengths] = [batch.timestamps, batch.offsets, batch.captured, batch.lengths].map(view);
  const numbers = batch.numbers && view(batch.numbers);
  for (let at = 0; at * 8 < times.byteLength; at++) {
    const offset = offsets.getUint32(at * 4, true);
    yield {
      timestamp: times.getBigInt64(at * 8, true),
      data: batch.data.subarray(offset, offset + captured.getUint32(at * 4, true)),
      length: lengths.getUint32(at * 4, true),
      linkType: batch.linkType,
      number: Number(batch.first) + (numbers ? numbers.getUint32(at * 4, true) : at),
    };
  }
}

/** The interface of a packet filter: each packet goes to `Filter.select`, which says yes or no. */
export function packetFilter(module, Filter) {
  class Session {
    static open(expression, settings) {
      const session = new Session();
      session.filter = opened(() => new Filter(expression, optionsOf(module, settings)));
      return session;
    }
    needs() { return { leadingBytes: module.leadingBytes, keys: [] }; }
    warnings() { return this.filter.warnings ?? []; }
    select(batch) { return bitmap([...packetsOf(batch)].map((packet) => this.filter.select(packet))); }
  }
  return { describe: () => describe(module), Session };
}
