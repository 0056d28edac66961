// The WASM that the first page loads, with brotli, must stay within the budget:  wasm-budget.mjs SITE HASH_FILE
// The first page is the sign-in form. The first page behind it, the overview, is held to a budget of its own, and what each other
// part adds is printed.
import fs from "node:fs";
import path from "node:path";

const [site, hashFile] = process.argv.slice(2);
const pkg = path.join(site, "pkg");
const hashes = fs.existsSync(hashFile) ? fs.readFileSync(hashFile, "utf8") : "";
const hash = (kind) => new RegExp(`^${kind}:\\s*(\\S+)`, "m").exec(hashes)?.[1];
const files = fs.readdirSync(pkg);

/** The size of a file as the server sends it. */
function size(name) {
  const file = `${name}.wasm.br`;
  if (!files.includes(file)) throw new Error(`${file} is not in ${pkg}: was it built with --precompress?`);
  return fs.statSync(path.join(pkg, file)).size;
}

const main = ["agent-outreach_bg", "agent-outreach"]
  .map((name) => (hash("wasm") ? `${name}.${hash("wasm")}` : name))
  .find((name) => files.includes(`${name}.wasm.br`));
if (!main) throw new Error(`the first module is not in ${pkg}; there is: ${files.slice(0, 20).join(", ")} …`);

const manifest = files.find((name) => name.startsWith("__wasm_split_manifest") && name.endsWith(".json"));
const parts = manifest ? JSON.parse(fs.readFileSync(path.join(pkg, manifest), "utf8")) : {};
const first = size(main);
console.log(`first page (sign-in): ${first} bytes with brotli in one file`);
const checks = [["first page (sign-in)", first, 350_000]];
for (const [name, list] of Object.entries(parts)) {
  const added = list.reduce((sum, chunk) => sum + size(chunk), 0);
  const label = name.replace(/^_*/, "").replace(/_\d+$/, "").replaceAll("_", " ");
  console.log(`${label}: ${added} bytes more in ${list.length} files, ${first + added} with the first`);
  if (label.startsWith("overview")) checks.push(["overview, the first page behind it", first + added, 450_000]);
}
let failed = 0;
for (const [name, bytes, budget] of checks) {
  if (bytes > budget) {
    failed += 1;
    console.log(`${name}: ${bytes} bytes are over the budget of ${budget}`);
  }
}
console.log(`wasm: ${checks.length - failed} passed, ${failed} failed`);
process.exitCode = failed ? 1 : 0;
