// Before the first test: the data folder that every test server begins with a copy of. After the last: it goes.
import { makeTemplate } from "../run/server.mjs";

export default async function template(): Promise<() => void> {
  const made = await makeTemplate();
  return () => made.remove();
}
