// A picture of every main screen of a workspace with nothing in it, 1280 and 390 wide, light and dark.
// Not here: how they are taken (support/screens.ts).
import { test } from "@playwright/test";
import { shoot, shown } from "./support/screens";

test.describe("empty", () => {
  const workspace = shown("empty");

  test("1280 light", ({ browser }) => shoot(browser, workspace, 1280, "light"));
  test("1280 dark", ({ browser }) => shoot(browser, workspace, 1280, "dark"));
  test("390 light", ({ browser }) => shoot(browser, workspace, 390, "light"));
  test("390 dark", ({ browser }) => shoot(browser, workspace, 390, "dark"));
});
