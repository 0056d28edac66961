// Every main screen asked for again and again by many at once, over HTTP. Not here: what they look like (screens.spec.ts).
import { expect, test } from "@playwright/test";
import { operator, signedIn, startServer } from "./support/server";
import { demo, demoCampaign, screens } from "./support/screens";

test("every page comes whole when many ask at once", async () => {
  test.setTimeout(240_000);
  const server = await startServer({ name: "screens-many", env: demo });
  try {
    const client = await signedIn(server.url, operator);
    await demoCampaign(client);
    const body = new URLSearchParams({ email: operator.email, password: operator.password });
    const session = await fetch(`${server.url}/sign-in`, { method: "POST", body, redirect: "manual", headers: { origin: server.url } });
    const cookie = session.headers.getSetCookie().map((line) => line.split(";")[0]).join("; ");
    const addresses = (await Promise.all(screens.map((screen) => screen.address(client)))).filter((address) => address !== null);
    const broken: string[] = [];
    for (let round = 0; round < 20; round++) {
      await Promise.all(
        addresses.map(async (address) => {
          const answer = await fetch(server.url + address, { headers: { cookie } });
          const text = await answer.text();
          if (answer.status !== 200 || !text.includes("</html>")) broken.push(`${address}: ${answer.status}`);
        }),
      );
    }
    expect(broken).toEqual([]);
    expect(server.logs()).not.toContain("panicked");
  } finally {
    await server.remove();
  }
});
