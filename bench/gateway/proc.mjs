// What the kernel says about processes: processor time and memory of a whole tree.
// Not here: which processes (peers.mjs), what is made of it (run.mjs).
// @ts-check
import fs from "node:fs";

const TICKS = 100;

/** Every process that descends from `pid`, itself included. @param {number} pid @returns {number[]} */
export function tree(pid) {
  const children = new Map();
  for (const name of fs.readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const stat = read(`/proc/${name}/stat`);
    if (!stat) continue;
    const parent = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
    children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
  }
  const all = [];
  for (const wait = [pid]; wait.length > 0; ) {
    const next = /** @type {number} */ (wait.pop());
    all.push(next);
    wait.push(...(children.get(next) ?? []));
  }
  return all;
}

/** @param {string} file */
function read(file) {
  try {
    return fs.readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

/**
 * Seconds of processor time (user and system) that a tree has used, dead children that were waited for included.
 * @param {number} pid @param {(command: string) => boolean} [only] of commands
 */
export function seconds(pid, only = () => true) {
  let ticks = 0;
  for (const each of tree(pid)) {
    const stat = read(`/proc/${each}/stat`);
    if (!stat || !only(command(each))) continue;
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    // utime, stime; and of children that have ended: cutime, cstime.
    ticks += Number(fields[11]) + Number(fields[12]) + Number(fields[13]) + Number(fields[14]);
  }
  return ticks / TICKS;
}

/** @param {number} pid */
const command = (pid) => read(`/proc/${pid}/comm`).trim();

/** Resident memory of a tree in MiB. @param {number} pid @param {(command: string) => boolean} [only] */
export function resident(pid, only = () => true) {
  let kib = 0;
  for (const each of tree(pid)) {
    if (only(command(each))) kib += Number(/VmRSS:\s+(\d+)/.exec(read(`/proc/${each}/status`))?.[1] ?? 0);
  }
  return kib / 1024;
}

/** The share of all processors that something else uses right now, in processors. @param {number} ms */
export async function busy(ms) {
  const at = () => read("/proc/stat").split("\n")[0].trim().split(/\s+/).slice(1).map(Number);
  const before = at();
  await new Promise((resolve) => setTimeout(resolve, ms));
  const after = at();
  const idle = after[3] + after[4] - before[3] - before[4];
  const all = after.slice(0, 8).reduce((sum, n) => sum + n, 0) - before.slice(0, 8).reduce((sum, n) => sum + n, 0);
  return { cores: ((all - idle) / TICKS / ms) * 1000, steal: (after[7] - before[7]) / Math.max(all, 1) };
}
