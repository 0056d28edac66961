// Prints one closing line for the whole run, alone on its line, which `make test` and people look for.
import type { FullResult, Reporter, Suite } from "@playwright/test/reporter";

export default class ClosingLine implements Reporter {
  private suite: Suite | undefined;

  onBegin(_config: unknown, suite: Suite): void {
    this.suite = suite;
  }

  onEnd(result: FullResult): void {
    let passed = 0;
    let failed = 0;
    let skipped = 0;
    for (const test of this.suite?.allTests() ?? []) {
      const outcome = test.outcome();
      if (outcome === "skipped") skipped += 1;
      else if (outcome === "unexpected") failed += 1;
      else passed += 1;
    }
    const reasons = (this.suite?.allTests() ?? []).flatMap((test) => test.annotations.filter((note) => note.type === "skip").map((note) => note.description));
    for (const reason of new Set(reasons)) if (reason) console.log(`\n${reason}`);
    // An error outside any test, for example a file that does not load, must not look like success.
    if (result.status !== "passed" && failed === 0) failed = 1;
    console.log(`\ne2e: ${passed} passed, ${failed} failed, ${skipped} skipped`);
  }

  printsToStdio(): boolean {
    return false;
  }
}
