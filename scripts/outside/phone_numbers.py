"""Phone numbers with what Google's library reads in them. In: {seed, cases}. Out: {version, cases: [{text, code, number, extension}]}.

`code` is the calling code of the list that the number stands in; `number` is null where the library says that no phone has it."""

import json
import random
import sys

import phonenumbers
from phonenumbers import PhoneNumberFormat, PhoneNumberType

asked = json.load(sys.stdin)
dice = random.Random(asked["seed"])
regions = sorted(phonenumbers.SUPPORTED_REGIONS)
# The main region of each calling code: the only one that a calling code can name.
regions = [r for r in regions if phonenumbers.region_code_for_country_code(phonenumbers.country_code_for_region(r)) == r]
regions = dice.sample(regions, 60)
for needed in ["US", "GB", "DE", "FR", "IT", "BR", "MX", "AR", "IN", "JP"]:
    if needed not in regions:
        regions.append(needed)
kinds = [PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE, PhoneNumberType.TOLL_FREE]
dashes = ["-", ".", " ", "\u00a0", "\u2011", "\u2013", "\u2010", "/"]


def sloppy(text):
    """The same number as somebody in a hurry, a web page or a spreadsheet writes it."""
    way = dice.randrange(9)
    if way == 0:
        return text.replace(" ", dice.choice(dashes))
    if way == 1:
        return "\u202a" + text + "\u202c"
    if way == 2:
        return "  " + text + " "
    if way == 3:
        return "".join(chr(ord(c) + 0xFEE0) if c.isdigit() else c for c in text)
    if way == 4:
        return "tel:" + text.replace(" ", "-") if text.startswith("+") else text
    if way == 5:
        return "(" + text.replace(" ", ") ", 1) if " " in text and not text.startswith(("+", "(")) else text
    if way == 6:
        return text + dice.choice([" x12", " ext. 345", "#7"])
    if way == 7:
        return "".join(c for c in text if c.isdigit() or c == "+")
    return text


cases = []
while len(cases) < asked["cases"]:
    region = dice.choice(regions)
    code = phonenumbers.country_code_for_region(region)
    example = phonenumbers.example_number_for_type(region, dice.choice(kinds))
    if example is None:
        continue
    national = phonenumbers.national_significant_number(example)
    keep = dice.randrange(2, max(3, len(national) - 2))
    digits = national[:keep] + "".join(dice.choice("0123456789") for _ in national[keep:])
    if dice.randrange(10) == 9:
        text = "".join(dice.choice("0123456789") for _ in range(dice.randrange(5, 14)))
    else:
        try:
            number = phonenumbers.parse("+%d%s" % (code, digits), None)
        except phonenumbers.NumberParseException:
            continue
        form = dice.choice([PhoneNumberFormat.E164, PhoneNumberFormat.INTERNATIONAL, PhoneNumberFormat.NATIONAL, PhoneNumberFormat.NATIONAL])
        text = sloppy(phonenumbers.format_number(number, form))
    try:
        read = phonenumbers.parse(text, region)
        extension = bool(read.extension)
        written = phonenumbers.format_number(read, PhoneNumberFormat.E164) if phonenumbers.is_valid_number(read) else None
    except phonenumbers.NumberParseException:
        written, extension = None, False
    cases.append({"text": text, "code": code, "number": written, "extension": extension})

json.dump({"version": phonenumbers.__version__, "cases": cases}, sys.stdout)
