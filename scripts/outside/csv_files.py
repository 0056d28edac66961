"""CSV files as Python's csv module writes and reads them. In: {seed, cases}. Out: {version, cases: [{dialect, bytes, rows}]}."""

import csv
import io
import json
import platform
import random
import sys

asked = json.load(sys.stdin)
dice = random.Random(asked["seed"])
words = ["Ada", "O'Neil", 'Ed "Ace" Five', "Müller", "Zoë, Ltd", "two\nlines", "a;b", "tab\there", "", "5'", "naïve – dash", "“curly”", '"', "x" * 200]
wide = words + ["東京", "Київ", "emoji 🙂", "שלום"]


def cell(encoding):
    return dice.choice(words if encoding == "cp1252" else wide)


cases = []
for _ in range(asked["cases"]):
    delimiter = dice.choice([",", ";", "\t"])
    quoting = dice.choice([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC])
    end = dice.choice(["\r\n", "\n", "\r"])
    encoding = dice.choice(["utf-8", "utf-8-sig", "utf-16", "cp1252"])
    heading = ["name", "phone", "email", "notes"][: dice.randrange(2, 5)]
    rows = [heading]
    for _ in range(dice.randrange(1, 8)):
        row = [cell(encoding) for _ in heading]
        # A row without any text is no row to us.
        row[0] = row[0] or "Ada"
        rows.append(row)
    # A file that is plain ASCII or happens to be UTF-8 says nothing about its code page.
    rows[-1][0] = "Jürgen – 5 €"
    held = io.StringIO(newline="")
    csv.writer(held, delimiter=delimiter, quoting=quoting, lineterminator=end).writerows(rows)
    text = held.getvalue()
    read = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    cases.append({"dialect": "%r %s %r %s" % (delimiter, quoting, end, encoding), "bytes": list(text.encode(encoding)), "rows": read})

json.dump({"version": platform.python_version(), "cases": cases}, sys.stdout)
