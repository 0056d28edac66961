// What a calculator that nobody here wrote says about texts as SMS. Run by itself it writes the table that our own counting is held to:
//   node end2end/peers/segments.mjs > crates/domain/tests/segments.tsv
import * as calculator from "sms-segments-calculator";

// Loaded by Node itself and by the test runner, which disagree about where its exports are.
const { SegmentedMessage } = calculator.SegmentedMessage ? calculator : calculator.default;

/** The characters that texts are made of: plain, counted twice, beyond the alphabet, two units long, seen as one but several. */
const KINDS = ["abcdefgh XYZ 0123456789", "äöüßéèàñ¿¡@£$¥", "€[]{}~^\\|", "şçğıЖ語", "🙂🎉👍🏽", "\n,.;:!?'\"-"];

/** Always the same numbers. */
function* dice(seed) {
  for (let at = seed; ; ) {
    at = (Math.imul(at, 1664525) + 1013904223) >>> 0;
    yield at / 2 ** 32;
  }
}

export function texts() {
  const roll = dice(7);
  const next = () => roll.next().value;
  const all = [];
  for (const kind of KINDS) for (const long of [1, 66, 67, 68, 69, 70, 71, 134, 135, 152, 153, 154, 159, 160, 161, 306, 307]) {
    all.push(Array.from({ length: long }, (_, i) => [...kind][i % [...kind].length]).join(""));
  }
  for (let i = 0; i < 200; i++) {
    const kinds = KINDS.filter(() => next() < (i % 2 ? 0.35 : 0.7));
    const letters = [...(kinds.length ? kinds : KINDS.slice(0, 2)).join("")];
    all.push(Array.from({ length: 1 + Math.floor(next() * 330) }, () => letters[Math.floor(next() * letters.length)]).join(""));
  }
  return all;
}

/** `text <tab> segments <tab> encoding`, the text as JSON. */
export function row(text) {
  const sms = new SegmentedMessage(text);
  return `${JSON.stringify(text)}\t${sms.segmentsCount}\t${sms.encodingName}`;
}

if (process.argv[1]?.endsWith("segments.mjs")) {
  process.stdout.write(texts().map(row).join("\n") + "\n");
}
