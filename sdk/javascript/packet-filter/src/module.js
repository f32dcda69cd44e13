// @NAME@: packets of at least so many bytes; the expression is the number. Make it yours.
import { BadExpression, packetFilter as session } from "./weir.js";

const module = {
  name: "@NAME@",
  version: "0.1.0",
  summary: "Packets that had at least so many bytes on the wire",
  reads: ["captures"],
  options: [],
  // Only so many bytes of each packet are looked at; without it: all.
  leadingBytes: 0,
};

class Filter {
  constructor(expression) {
    if (!/^\s*\d{1,9}\s*$/.test(expression)) throw new BadExpression(0, "a number of bytes");
    this.least = Number(expression);
  }
  select(packet) {
    return packet.length >= this.least;
  }
}

export const packetFilter = session(module, Filter);
