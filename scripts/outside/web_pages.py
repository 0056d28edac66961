"""Web pages with what trafilatura takes for their text. In: {seed, cases}. Out: {version, cases: [{name, page, text, hidden}]}."""

import json
import random
import sys
from importlib.metadata import version

import trafilatura

asked = json.load(sys.stdin)
dice = random.Random(asked["seed"])
nouns = "ferry sauna kiosk library workshop harbour bakery museum garden clinic theatre station".split()
verbs = "opens closes sells lends repairs cleans delivers records welcomes refuses".split()
things = "tickets towels stamps books bicycles boats loaves paintings seedlings invoices costumes timetables".split()
times = "before noon,after sunset,on public holidays,during the winter,from ten people on,without a reservation".split(",")


def sentence():
    return "The %s %s %s %s." % (dice.choice(nouns), dice.choice(verbs), dice.choice(things), dice.choice(times))


def paragraph():
    return " ".join(sentence() for _ in range(dice.randrange(3, 7)))


def close(tag):
    """Pages in the wild leave these end tags out."""
    return "" if dice.randrange(3) == 0 else "</%s>" % tag


def block():
    kind = dice.randrange(6)
    if kind == 0:
        return "<p>%s%s" % (paragraph(), close("p"))
    if kind == 1:
        return "<ul>%s</ul>" % "".join("<li>%s%s" % (sentence(), close("li")) for _ in range(4))
    if kind == 2:
        return "<table><tr><th>Day%s<th>Hours%s</tr>%s</table>" % (close("th"), close("th"), "".join("<tr><td>%s%s<td>%s%s" % (dice.choice(nouns), close("td"), dice.choice(times), close("td")) for _ in range(3)))
    if kind == 3:
        return "<blockquote><p>%s%s</blockquote>" % (paragraph(), close("p"))
    if kind == 4:
        return "<h2>%s</h2><p>%s%s" % (sentence()[:-1], paragraph(), close("p"))
    return "<div><p>%s<br>%s</p></div>" % (paragraph(), paragraph())


cases = []
while len(cases) < asked["cases"]:
    hidden = "hiddenword%d" % dice.randrange(10**6)
    hide = dice.choice(["<p hidden>%s%s", "<div style='display:none'>%s</div>%.0s", "<span aria-hidden=true>%s</span>%.0s"]) % (hidden, close("p"))
    body = [block() for _ in range(dice.randrange(4, 9))]
    body.insert(dice.randrange(len(body)), hide)
    page = "<!doctype html><html><head><title>%s</title></head><body><nav><a href=/>Home</a></nav><main><article><h1>%s</h1>%s</article></main><footer>Imprint</footer></body></html>" % (sentence()[:-1], sentence()[:-1], "".join(body))
    text = trafilatura.extract(page, favor_recall=True, include_tables=True, deduplicate=False)
    if text:
        cases.append({"name": "page %d" % len(cases), "page": page, "text": text.replace(hidden, ""), "hidden": hidden})

json.dump({"version": version("trafilatura"), "cases": cases}, sys.stdout)
