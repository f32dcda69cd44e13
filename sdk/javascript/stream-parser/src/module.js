// @NAME@: lines of `seconds host bytes`, as a small server might log them. Make it yours.
import { Reject, streamParser as session } from "./weir.js";

const module = {
  name: "@NAME@",
  version: "0.1.0",
  summary: "One row for each line of `seconds host bytes`",
  reads: ["text lines"],
  options: [],
  fields: [
    { name: "time", type: "int64", doc: "when, seconds since 1970-01-01 UTC" },
    { name: "host", type: "text", doc: "who asked" },
    { name: "bytes", type: "int64", doc: "bytes sent", nullable: true },
  ],
  // The column that decides in which hour's partition a row lies, and its unit.
  eventTime: { field: "time", unit: "seconds" },
};

class Parser {
  line(line) {
    const found = /^(\d{1,15}) (\S+) (\d{1,15}|-)$/.exec(line);
    if (!found) throw new Reject("expected `seconds host bytes`");
    const [, time, host, bytes] = found;
    return [time, host, bytes === "-" ? null : bytes];
  }
}

export const streamParser = session(module, Parser);
