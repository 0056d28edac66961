// How much memory a server takes, as its system counts it. Where the system does not tell (no /proc), nothing is held against it.
// @ts-check
import fs from "node:fs";

const MB = 1024;

/** @param {number} pid @param {string} what */
function kilobytes(pid, what) {
  const status = fs.readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(status.match(new RegExp(`^${what}:\\s+(\\d+) kB`, "m"))?.[1] ?? 0);
}

/**
 * Begins to watch the highest mark of a server's memory, without its Postgres and its readers of documents.
 * @param {{ program: { child: { pid?: number } } | null }} server
 */
export function memoryOf(server) {
  const pid = server.program?.child.pid ?? 0;
  const known = fs.existsSync(`/proc/${pid}/status`);
  // The mark of earlier tests is wiped where that is allowed; else it can only make this one stricter to fail.
  if (known) fs.writeFileSync(`/proc/${pid}/clear_refs`, "5");
  const before = known ? kilobytes(pid, "VmRSS") : 0;
  return {
    /** Throws when it rose by more. @param {number} megabytes */
    expectRisenBy(megabytes) {
      if (!known) return;
      const risen = (kilobytes(pid, "VmHWM") - before) / MB;
      console.log(`memory: from ${(before / MB).toFixed(0)} MB up by ${risen.toFixed(0)} MB at the highest`);
      if (risen > megabytes) throw new Error(`the server's memory rose by ${risen.toFixed(0)} MB, more than ${megabytes} MB`);
    },
  };
}
