// What is printed at the end of a run: every skipped test with its reason, every flaky one by its name, how long each file took, and one
// closing line, alone on its line, which `make test` and people look for. More flaky tests than FLAKY make the run red.
import path from "node:path";
import type { FullResult, Reporter, Suite, TestCase } from "@playwright/test/reporter";

/** How many tests may need a second try before the run counts as failed. */
const FLAKY = 2;

const name = (test: TestCase) => test.titlePath().filter(Boolean).join(" › ");

export default class ClosingLine implements Reporter {
  private suite: Suite | undefined;

  onBegin(_config: unknown, suite: Suite): void {
    this.suite = suite;
  }

  onEnd(result: FullResult): { status?: FullResult["status"] } | undefined {
    const tests = this.suite?.allTests() ?? [];
    const by = (outcome: ReturnType<TestCase["outcome"]>) => tests.filter((test) => test.outcome() === outcome);
    const [passed, failed, flaky, skipped] = [by("expected"), by("unexpected"), by("flaky"), by("skipped")];
    this.tellTimes(tests);
    for (const test of skipped) {
      const reason = test.annotations.find((note) => note.type === "skip")?.description;
      console.log(`skipped: ${name(test)}: ${reason ?? "NO REASON GIVEN"}`);
    }
    for (const test of flaky) console.log(`flaky: ${name(test)}`);
    // What was to run and did not is no success, nor is an error outside any test, for example a file that does not load.
    const unreasoned = skipped.filter((test) => !test.annotations.some((note) => note.type === "skip")).length;
    let wrong = failed.length + unreasoned;
    if (flaky.length > FLAKY) {
      console.log(`${flaky.length} tests passed only on their second try; more than ${FLAKY} are not borne.`);
      wrong += flaky.length;
    }
    if (result.status !== "passed" && wrong === 0) wrong = 1;
    const good = passed.length + (flaky.length > FLAKY ? 0 : flaky.length);
    console.log(`\ne2e: ${good} passed, ${wrong} failed, ${skipped.length - unreasoned} skipped`);
    return wrong > 0 && result.status === "passed" ? { status: "failed" } : undefined;
  }

  /** The slowest files first: with two workers the run takes at least as long as the slowest one. */
  private tellTimes(tests: TestCase[]): void {
    const times = new Map<string, number>();
    for (const test of tests) {
      const file = path.basename(test.location.file);
      const took = test.results.reduce((sum, each) => sum + each.duration, 0);
      times.set(file, (times.get(file) ?? 0) + took / 1000);
    }
    const slowest = [...times].sort((a, b) => b[1] - a[1]).map(([file, seconds]) => `${file} ${seconds.toFixed(0)} s`);
    console.log(`\nfiles: ${slowest.join(", ")}`);
  }

  printsToStdio(): boolean {
    return false;
  }
}
