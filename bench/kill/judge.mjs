// The verdict of the kill test: what the receiving end counted, against what the product says. A pure function, so that a test can
// show that it finds what it is there to find. Not here: starting, killing, asking.
// @ts-check

const settled = new Set(["accepted", "sent", "delivered", "read"]);

/**
 * One line per intended send: it arrived exactly once and the product knows it, or the product says that it does not know.
 * @param {string[]} intended the numbers that should be written to, once each
 * @param {Map<string, number>} counted how often each number was written to, at the receiving end
 * @param {Map<string, string[]>} shown the states of the outbound messages that the product shows per number
 * @returns {{ phone: string, verdict: "once" | "in_doubt" | "twice" | "missing" | "wrong", why: string }[]}
 */
export function judge(intended, counted, shown) {
  const lines = intended.map((phone) => {
    const count = counted.get(phone) ?? 0;
    const states = shown.get(phone) ?? [];
    const line = (/** @type {any} */ verdict, why = "") => ({ phone, verdict, why });
    if (count > 1) return line("twice", `arrived ${count} times`);
    if (states.length > 1) return line("wrong", `the product shows ${states.length} messages: ${states.join(", ")}`);
    if (states[0] === "in_doubt") return line("in_doubt", count === 1 ? "it did arrive" : "it did not arrive");
    if (count === 0) return line("missing", `never arrived; the product shows ${states[0] ?? "nothing"}`);
    if (!settled.has(states[0])) return line("wrong", `arrived, but the product shows ${states[0] ?? "nothing"}`);
    return line("once");
  });
  const strangers = [...counted.keys()].filter((phone) => !intended.includes(phone));
  return [...lines, ...strangers.map((phone) => ({ phone, verdict: /** @type {const} */ ("wrong"), why: "was never meant to be written to" }))];
}

/** @param {ReturnType<typeof judge>} lines */
export const failures = (lines) => lines.filter(({ verdict }) => verdict !== "once" && verdict !== "in_doubt");
