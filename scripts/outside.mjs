#!/usr/bin/env node
// Prints what the judges from outside said, as `make outside` runs them:  scripts/outside.mjs FOLDER
// FOLDER holds one JSON file a judge (crates/judges). The table lists judge, cases, agreed and differed, then every difference.
// @ts-check
import fs from "node:fs";
import path from "node:path";

const folder = process.argv[2] ?? "target/outside";
/** @typedef {{ input: string, ours: string, theirs: string, decision: string | null }} Difference */
/** @type {{ judge: string, cases: number, differed: Difference[] }[]} */
const reports = fs
  .readdirSync(folder)
  .filter((name) => name.endsWith(".json"))
  .sort()
  .map((name) => JSON.parse(fs.readFileSync(path.join(folder, name), "utf8")));

if (reports.length === 0) {
  console.error(`scripts/outside.mjs: no judge left a report in ${folder}`);
  process.exit(1);
}
const width = Math.max(...reports.map(({ judge }) => judge.length));
const row = (/** @type {(string | number)[]} */ [name, ...figures]) =>
  console.log(String(name).padEnd(width), figures.map((figure) => String(figure).padStart(9)).join(""));
row(["judge", "cases", "agreed", "differed", "decided"]);
for (const { judge, cases, differed } of reports)
  row([judge, cases, cases - differed.length, differed.length, differed.filter((each) => each.decision).length]);
const sum = (/** @type {(report: typeof reports[0]) => number} */ figure) => reports.reduce((all, each) => all + figure(each), 0);
row(["together", sum((r) => r.cases), sum((r) => r.cases - r.differed.length), sum((r) => r.differed.length), sum((r) => r.differed.filter((d) => d.decision).length)]);
for (const { judge, differed } of reports) {
  if (differed.length === 0) continue;
  console.log(`\n${judge}`);
  for (const { input, ours, theirs, decision } of differed)
    console.log(`  ${JSON.stringify(input)}: ours ${JSON.stringify(ours)}, theirs ${JSON.stringify(theirs)} (${decision ?? "OPEN"})`);
}
