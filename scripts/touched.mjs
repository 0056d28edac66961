// What `make quick` runs: the phases that belong to the files changed since `make test` passed last (else since the last commit), with
// those that no commit has yet. Not here: running them (phases.mjs).
// @ts-check
import { execFileSync } from "node:child_process";
import fs from "node:fs";

/** Whose tests judge a folder. The database's rules show in the engine's tests. */
const judges = {
  "crates/domain/": ["domain"],
  "crates/db/": ["db", "engine"],
  "migrations/": ["db", "engine"],
  ".sqlx/": ["db"],
  "crates/llm/": ["llm"],
  "crates/channels/": ["channels"],
  "crates/knowledge/": ["knowledge"],
  "crates/engine/": ["engine"],
  "crates/judges/": ["domain", "knowledge", "engine"],
  "app/": ["app"],
  "server/": ["server"],
};
const everything = ["Cargo.toml", "Cargo.lock", ".cargo/", "rust-toolchain.toml", "clippy.toml"];

/** @param {string[]} args */
const git = (...args) => execFileSync("git", args, { encoding: "utf8" }).trim();

function base() {
  const mark = ".tools/test-passed";
  const passed = fs.existsSync(mark) ? fs.readFileSync(mark, "utf8").trim() : "";
  try {
    if (passed) return git("rev-parse", "--verify", "--quiet", `${passed}^{commit}`);
  } catch {
    // A commit of another checkout.
  }
  return "HEAD";
}

function changedFiles() {
  const from = base();
  const files = [...git("diff", "--name-only", from).split("\n"), ...git("ls-files", "--others", "--exclude-standard").split("\n")];
  console.log(`Changed since ${from === "HEAD" ? "the last commit" : `${from.slice(0, 9)}, on which make test passed`}: ${files.filter(Boolean).length} files.`);
  return files.filter(Boolean);
}

/** The browser test files that name a page in their line `// Pages: ...`. @param {Set<string>} pages */
function specsOf(pages) {
  return fs
    .readdirSync("end2end")
    .filter((file) => file.endsWith(".spec.ts"))
    .filter((file) => {
      const line = /^\/\/ Pages: (.*)$/m.exec(fs.readFileSync(`end2end/${file}`, "utf8"));
      return line?.[1].replace(/\.$/, "").split(", ").some((page) => pages.has(page));
    });
}

/** @returns {import("./phases.mjs").Stage[]} */
export function touched() {
  const files = changedFiles();
  const begins = (/** @type {string} */ start) => files.some((file) => file.startsWith(start));
  const all = everything.some(begins);
  const packages = new Set(Object.entries(judges).flatMap(([folder, tests]) => (all || begins(folder) ? tests : [])));
  const rust = packages.size > 0 || begins("frontend/");
  // The rules of the domain are quick to ask and everybody's.
  if (rust) packages.add("domain");

  const pages = new Set(files.flatMap((file) => /^app\/src\/pages\/([a-z_]+)/.exec(file)?.[1] ?? []));
  const specs = new Set([...specsOf(pages), ...files.flatMap((file) => /^end2end\/(.*\.spec\.ts)$/.exec(file)?.[1] ?? [])].filter((file) => fs.existsSync(`end2end/${file}`)));
  // What every page shares is looked at on every page.
  if (files.some((file) => file.startsWith("app/src/") && !file.startsWith("app/src/pages/"))) specs.add("screens.spec.ts");
  const browsers = specs.size > 0;

  /** @type {import("./phases.mjs").Stage[]} */
  const stages = [[[{ name: "lint" }]]];
  /** @type {import("./phases.mjs").Phase[]} */
  const native = rust ? [{ name: "native" }, { name: "unit", args: [`ONLY=${[...packages].join(" ")}`] }] : [];
  const front = browsers ? [...(rust ? [{ name: "front-lint" }] : []), { name: "front" }] : [];
  if (native.length + front.length > 0) stages.push([native, front].filter((lane) => lane.length > 0));
  if (browsers) stages.push([[{ name: "e2e", args: [`E2E=${[...specs].map((file) => `/${file}`).join(" ")}`] }]]);
  return stages;
}
