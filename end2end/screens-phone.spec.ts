// A picture of every main screen of a workspace that is in use, as on a phone, 390 wide, light and dark.
// Not here: how they are taken (support/screens.ts).
import { test } from "@playwright/test";
import { shoot, shown } from "./support/screens";

test.describe("full", () => {
  const workspace = shown("full");

  test("390 light", ({ browser }) => shoot(browser, workspace, 390, "light"));
  test("390 dark", ({ browser }) => shoot(browser, workspace, 390, "dark"));
});
