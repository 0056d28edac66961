// What axe-core finds wrong with a page for people who see, hear or move otherwise: the rules of WCAG 2.2 up to AA and its best practices.
// Not here: which pages are held against it (screens.ts, windows.spec.ts).
import { source } from "axe-core";
import type { Page } from "@playwright/test";

/** Everything, or only what the colours change: a page that is looked at again in the other ones. */
export type Rules = "all" | "colours";

/** One line for each element that breaks a rule; `within` narrows it to a part of the page. */
export async function violations(page: Page, rules: Rules, within?: string): Promise<string[]> {
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(`${source};undefined`);
  return page.evaluate(
    async ({ rules, within }) => {
      // What is still fading in has no colour of its own yet. What turns while something is loading never ends, nor what follows scrolling.
      const ends = (animation: Animation) =>
        animation.timeline === document.timeline && animation.effect?.getComputedTiming().iterations !== Infinity;
      await Promise.allSettled(document.getAnimations().filter(ends).map((animation) => animation.finished));
      const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
      const found = await (window as any).axe.run(within ?? document, {
        resultTypes: ["violations"],
        runOnly: rules === "colours" ? { type: "rule", values: ["color-contrast"] } : { type: "tag", values: tags },
        // Off by itself, as it is young: somebody who speaks to their browser says what they read.
        ...(rules === "all" && { rules: { "label-content-name-mismatch": { enabled: true } } }),
      });
      return found.violations.flatMap((rule: any) =>
        rule.nodes.map((node: any) => `${rule.id}: ${node.target.join(" ")}: ${(node.any[0] ?? node.all[0] ?? node.none[0])?.message}`),
      );
    },
    { rules, within },
  );
}
