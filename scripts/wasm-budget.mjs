// The WASM that the first page loads, with brotli, must stay within the budget:  wasm-budget.mjs SITE HASH_FILE
// Lazily loaded parts have names of their own and do not count.
import fs from "node:fs";
import path from "node:path";

const budget = 350_000;
const [site, hashFile] = process.argv.slice(2);
const pkg = path.join(site, "pkg");

/** The name that the server writes into its pages. */
function firstWasm() {
  const hash = fs.existsSync(hashFile) ? /^wasm:\s*(\S+)/m.exec(fs.readFileSync(hashFile, "utf8"))?.[1] : undefined;
  const names = ["agent-outreach_bg", "agent-outreach"].map((name) => (hash ? `${name}.${hash}.wasm.br` : `${name}.wasm.br`));
  const found = names.find((name) => fs.existsSync(path.join(pkg, name)));
  if (!found) throw new Error(`none of ${names.join(", ")} is in ${pkg}; there is: ${fs.readdirSync(pkg).join(", ")}`);
  return found;
}

const name = firstWasm();
const size = fs.statSync(path.join(pkg, name)).size;
const fits = size <= budget;
console.log(`${name}: ${size} bytes with brotli, the budget is ${budget}${fits ? "" : `: ${size - budget} too many`}`);
for (const other of fs.readdirSync(pkg).filter((file) => file.endsWith(".wasm.br") && file !== name)) {
  console.log(`  later: ${other}: ${fs.statSync(path.join(pkg, other)).size} bytes`);
}
console.log(`wasm: ${fits ? 1 : 0} passed, ${fits ? 0 : 1} failed`);
process.exitCode = fits ? 0 : 1;
