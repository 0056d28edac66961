// Our own counting of SMS segments is held to a table in a Rust test; here the table is held to a calculator that nobody here wrote.
import fs from "node:fs";
import { expect, test } from "@playwright/test";
import { row, texts } from "./peers/segments.mjs";

test("the table of segments is what the calculator says", () => {
  const kept = fs.readFileSync("crates/domain/tests/segments.tsv", "utf8").trimEnd().split("\n");
  expect(kept).toEqual(texts().map(row));
  expect(kept.length).toBeGreaterThan(250);
});
