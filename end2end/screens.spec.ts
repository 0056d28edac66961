// A picture of every main screen of a workspace that is in use, 1280 wide, light and dark; the light ones are the README's.
// Not here: how they are taken (support/screens.ts), on a phone (screens-phone.spec.ts), an empty workspace (screens-empty.spec.ts).
import { test } from "@playwright/test";
import { shoot, shown } from "./support/screens";

test.describe("full", () => {
  const workspace = shown("full");

  test("1280 light", ({ browser }) => shoot(browser, workspace, 1280, "light"));
  test("1280 dark", ({ browser }) => shoot(browser, workspace, 1280, "dark"));
});
