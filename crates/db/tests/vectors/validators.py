"""Asks a real Django 5.2 what its validators say, and Python what its `re` finds, and writes the answers to validators.json.

    python validators.py > validators.json

It needs Django, on Python 3.11. Add a value to a list, run it again, and commit both files. Beside the lists there is a batch
of random values, always the same one; `python validators.py 100000` makes a larger one.
"""

import json
import random
import re
import sys
import warnings
from decimal import Decimal
from types import SimpleNamespace

from django.conf import settings

settings.configure(USE_I18N=False)

from django.core import validators as v  # noqa: E402
from django.core.exceptions import ValidationError  # noqa: E402
from django.utils.ipv6 import clean_ipv6_address  # noqa: E402

warnings.simplefilter("ignore")
RANDOM = random.Random(5202)
BATCH = int(sys.argv[1]) if len(sys.argv) > 1 else 250

LONG = "a" * 63
EMAILS = """
a@b.co|a.b+c@sub.example.com|a@localhost|a@LOCALHOST|a@[127.0.0.1]|a@[::1]|a@[::ffff:127.0.0.1]|a@[127.0.0.256]|a@[fe80::1%eth0]
a@[]|a@[::1|a@::1]|"a@b"@example.com|"\\a"@example.com|"\\ "@example.com|"\\"@example.com|""@example.com|"@example.com|" "@example.com
"\\\\"@example.com|"\\\\\\"@example.com|"a"b"@example.com|"\x01"@example.com|"\x7f"@example.com|a@ex\xe4mple.com|a@\u5317.\u4eac|a@\u5317\u4eac.\u4e2d\u56fd
nomail|a@b|a b@example.com|.a@example.com|a.@example.com|a..b@example.com|a@-b.com|a@b-.com|a@b..com|a@b.c|a@b.com.|a@127.0.0.1|@b.com|a@|@
a@b.c0|a@b.co-|a@b.-co|a@b.xn--p1ai|a@b.xn--|a@b.XN--p1ai|a@b.xn--p-1|a@b.xn-p1|a@@b.com|a@b@c.com|\xe9@b.com|a@b.\xe9\xe9|a@b.\U0001f600\U0001f600
a@\U0001f600.com|\u212a@b.com|\u017f@b.com|"\u212a"@b.com|"\\\u017f"@b.com|a@b.xn--\u212a|a@b.\xa0\xa0|a@b.\xa1\xa1|a@b\xa0.com|a@b.\uffff\uffff|a@b_c.com
a@b.com\n|a\n@b.com|a@b.co\rm| a@b.com|a@b.com |a@[ABCD::]|a@[abcd::]|a@[1:2:3:4:5:6:7:8]|a@[1:2:3:4:5:6:127.0.0.1]|!#$%&'*+-/=?^_`{|}~@b.com|\x00@b.com
""".strip("\n").split("\n")
EMAILS = [text for line in EMAILS for text in line.split("|")]
EMAILS += [f"a@{LONG}.com", f"a@{LONG}a.com", f"a@b.{LONG}", f"a@b.{LONG}a", f"a@b.xn--{'a' * 59}", f"a@b.xn--{'a' * 60}"]
EMAILS += ["a" * 314 + "@b.com", "a" * 315 + "@b.com", '"' + "a" * 310 + '"@b.com', "!#$%&'*+-/=?^_`{|}~@b.com", ""]
EMAILS += [f"a@{'.'.join([LONG] * 4)}.com", '"a\nb"@b.com', '"a\tb"@b.com', '"\\\t"@b.com', '"\\\n"@b.com', '"\\\x0b"@b.com', "\t@b.com"]
EMAILS += ["a@\u2488com", "a@b\u3002com", "a@b.com\u2028", "a@b.co\u0301", "a@\u0301.com", "a@[1.2.3.4%a]", "a@[%]", "a|b@b.com"]

URLS = """
http://a.co|https://a.co/|ftp://a.co|ftps://a.co|HTTP://a.co|httpS://A.CO|ws://a.co|a.co|//a.co|http:a.co|http:/a.co|http://|http:///a|://a.co
http://localhost|http://LOCALHOST|http://localho\u017ft|http://localhost.|http://localhost:80|http://localhost:8000/x|http://localhost:|http://localhost:123456
http://localhost:a|http://a|http://a.b|http://a.co.|http://a.co..|http://.co|http://a..co|http://-a.co|http://a-.co|http://a.-co|http://a.co-|http://a_b.co
http://a.co1|http://a.c1o|http://1.co|http://a.xn--p1ai|http://a.xn--p-1|http://xn--a.xn--b|http://\u5317\u4eac.\u4e2d\u56fd|http://\xe9.\xe9\xe9|http://a.\U0001f600a
http://127.0.0.1|http://127.0.0.1:80/|http://0.0.0.0|http://256.0.0.1|http://01.2.3.4|http://1.2.3|http://1.2.3.4.5|http://1.2.3.4.|http://1.2.3.4a
http://[::1]|http://[::1]:80|http://[::1]:80/x?y#z|http://[::1]:|http://[::1|http://::1]|http://[]|http://[:]|http://[1.2.3.4]|http://[::ffff:1.2.3.4]
http://[fe80::1%eth0]|http://[fe80::1%25eth0]|http://[v1.a]|http://[::G]|http://[1:2:3:4:5:6:7:8]|http://[0000:0000:0000:0000:0000:0000:255.255.255.255]
http://u@a.co|http://u:p@a.co|http://u:@a.co|http://:p@a.co|http://@a.co|http://u:p:q@a.co|http://u@v@a.co|http://u/@a.co|http://u?@a.co|http://u#@a.co
http://u[@a.co|http://u]@a.co|http://[u]@a.co|http://[v1.a]@a.co|http://[::1]@a.co|http://u@[::1]|http://u:p@[::1]:8/|http://[v1.a]@[::1]|http://[v1.a]@[::1]:8
http://u@[0000:0000:0000:0000:0000:0000:255.255.255.255]|http://[v1.a]u@a.co|http://x[v1.a]@a.co|http://x[v1.a]:p@a.co|http://[vg.a]@a.co|http://[v1.]@a.co
http://u%40@a.co|http://a%b?c@d.co|http://a?b@c.co|http://?b@c.co|http://#b@c.co|http://:?b@c.co|http://:80?b@c.co|http://a.co?x|http://a.co#x|http://a.co/x y
http://a.co/x\u2003y|http://a.co/\xa0|http://a.co/\x1c|http://a.co/\x1f|http://a.co/\x85|http://a.co/\u200b|http://a.co/\x00|http://a.co/\\|http://a.co\\x|http://a b.co
http://a.co/\u2100|http://\u2100.co|http://u\u2100@a.co|http://a\uff0fb.co|http://a\uff20b.co|http://a\uff1a80.co|http://a\ufe56.co|http://a\uff03.co|http://a\u2047.co|http://a\u2a74.co
http://a.co?\uff20|http://a\u2101.co|http://\u3002.co|http://a\u3002co|http://a.co:80:80|http://a.co:80a|http://a.co:\u0661|http://a.co:0|http://a.co:99999/
 http://a.co|http://a.co |http ://a.co|http://a.co/?next=http://b.co|http://a.co/[x]|http://a.co/@b|http://a.co//b|ftp.co://a.co|http://a,co|http://a.co,b
http://\u0130.co|http://a.c\u0130|javascript://a.co|http://\xa1.\xa1\xa1|http://\xa0.co|http://a.\uffffa|http://a\ud7ff.co|mailto:a@b.co|http://u:p@|http://u:p@/|http://u @a.co
""".strip("\n").split("\n")
URLS = [text for line in URLS for text in line.split("|")]
URLS += ["http://a.co/" + "x" * 2036, "http://a.co/" + "x" * 2037, "http://a.co/\t", "http://a.co/\r", "http://a.co/\n", "http://a.co\n", ""]
HOST = ".".join([LONG] * 3)
URLS += [f"http://{HOST}.{'a' * 57}.co", f"http://{HOST}.{'a' * 58}.co", f"http://{HOST}.{'a' * 59}.co", f"http://{HOST}.{'a' * 57}.co."]
URLS += [f"http://{LONG}.co", f"http://{LONG}a.co", f"http://a.{LONG}", f"http://a.{LONG}a", f"http://{chr(0x130) * 60}.{chr(0x130) * 60}.{chr(0x130) * 20}.co"]
SCHEMES = [None, ["https"], ["git+ssh", "\u212aey", "key", "1a", "a:b", "", "x"], []]
SCHEMED = ["git+ssh://a.co", "GIT+SSH://a.co", "\u212aey://a.co", "key://a.co", "1a://a.co", "a:b://a.co", "://a.co", "x://a.co", "x", "https://a.co", "http://a.co"]

ADDRESSES = """
1.2.3.4|0.0.0.0|255.255.255.255|256.1.1.1|01.2.3.4|1.2.3|1.2.3.4.5|1.2.3.4/8| 1.2.3.4|1.2.3.4 |1.2.3.4\n|1.2.3.\u0664|+1.2.3.4|0x1.2.3.4|1..2.3|1.2.3.|1234.1.1.1|
::|::1|1::|:::|1:::2|:1|1:|:|::1::|1:2:3:4:5:6:7:8|1:2:3:4:5:6:7|1:2:3:4:5:6:7:8:9|1:2:3:4:5:6:7::|::2:3:4:5:6:7:8|1::3:4:5:6:7:8|1:2:3:4::5:6:7:8|1:2:3:4:5:6:7:
:2:3:4:5:6:7:8|::1.2.3.4|::ffff:1.2.3.4|::FFFF:1.2.3.4|::ffff:01.2.3.4|1:2:3:4:5:6:1.2.3.4|1:2:3:4:5:6:7:1.2.3.4|1.2.3.4::|::1.2.3.4:5|::ffff:0:1.2.3.4|12345::|g::|00001::
fe80::1%eth0|fe80::1%|fe80::1%a%b|%eth0|fe80::1%eth0/64|::1/128|::%\u00e9|2001:DB8::1|2001:0db8:0000:0000:0000:ff00:0042:8329|0:0:0:0:0:0:0:1|1:0:0:2:0:0:0:3|1:0:0:2:0:0:3:4
0:0:1:0:0:0:0:0|1:0:2:0:3:0:4:0|0:0:0:0:0:ffff:7f00:1|::ffff:7f00:1|::7f00:1|::ffff|::1:0|64:ff9b::1.2.3.4|0000:0000:0000:0000:0000:0000:255.255.255.255
0000:0000:0000:0000:0000:ffff:1.2.3.4|0000:0000:0000:0000:0000:0000:0000:0001|fe80::aaaa:bbbb:cccc:dddd%abcdefghijklmnopq|::1\n| ::1|[::1]|\uff11::|1:2:3:4:5:6:7:8%1
""".replace("\n", "|").split("|")

SLUGS = "a|A-1_b|a b|\xe9|\u0661|a\n||-|_|a.b|\xaa|\xb2|\u2460|\u24d0|a\u0301|a\u200d|\u203f|\u4e00|\U0001d49c|\U0001f600|\u2167|\u00df|a\x00|\u0e33|\u0903".split("|")
INT_LISTS = "1|1,2|1,,2|1,2,|,1||-1|1,-2|1, 2|\u0661,2|1;2|1\n|a|--1|1-2|1,2;3|\xb2|-|1.2".split("|")
NAMES = ["a.pdf", "a.PDF", "a.tar.gz", "pdf", ".pdf", "a.", "a", "", "a/b.pdf", "a.pdf/", "a.pdf/.", "a.d/b", "..", ".", "/", "a..pdf", "..pdf", "...", "a.\u0130", "a.pdf ", "a. pdf", "a/..", "./a.txt", ".a.txt"]

REGEXES = {
    r"^\d{13}$": ["1234567890123", "1234567890123\n", "1234567890123\n\n", "123", "\u0661" * 13, "12345678901234"],
    r"^\d{3}\Z": ["123", "123\n", "1234"],
    r"abc$": ["abc", "xabc\n", "abc\nd", "abcd"],
    r"(?m)^abc$": ["x\nabc\ny", "abc\n", "abc"],
    r"(?i)^ABC$": ["abc", "aBc\n", "abd"],
    r"(?s)a.c": ["a\nc", "abc"],
    r"a.c": ["a\nc", "abc", "a\rc"],
    r"(?x) a \ b  # comment": ["a b", "ab"],
    r"(?P<year>\d{4})-(?P<month>\d\d)": ["2026-01", "26-1"],
    r"^[\w.@+-]+\Z": ["\xfcml\xe4ut@x+y-z_.", "a b", "", "a\n", "\xb2", "\u24d0", "a\u0301", "\U0001d49c", "\u203f"],
    r"\W": ["a\u0301", "abc", "\u24d0", "\xb2"],
    r"\s": ["\x1c", "\x1f", "\x85", "\u180e", "\u200b", "\xa0"],
    r"\S": ["\x1c", "\x1f ", "\u200b"],
    r"\d": ["\u0661", "\xb2", "\U0001d7ce", "\u3007"],
    r"\D": ["\u0661", "\xb2"],
    r"(?a)^\w+$": ["abc", "\xe9", "a_1\n"],
    r"(?a)^\d+\s$": ["1 ", "\u0661 ", "1\x1c"],
    r"[]a]": ["]", "a", "b"],
    r"[^]a]": ["]", "a", "b"],
    r"[a-]": ["-", "a", "b"],
    r"[-a]": ["-", "b"],
    r"[a\-z]": ["-", "b"],
    r"[[]": ["[", "a"],
    r"[a&&b]": ["&", "a", "c"],
    r"[a--b]": ["-", "a", "b", ","],
    r"[a~~b||c]": ["~", "|", "d"],
    r"[\w-]": ["-", "a", "."],
    r"[^\W\d]": ["a", "1", "_", "-"],
    r"[\b]": ["\x08", "b"],
    r"[\x41-\x43\u0044]": ["A", "D", "E"],
    r"\x41\u0042\103\0": ["ABC\0", "ABC"],
    r"[\101\0]": ["A", "\0", "1"],
    r"\bfoo\b": ["a foo b", "food", "foo"],
    r"\Bo": ["foo", "o"],
    r"a{2}": ["aa", "a"],
    r"a{,2}b": ["b", "aaab"],
    r"a{2,}b": ["ab", "aaab"],
    r"^a{,}$": ["", "aaa", "b"],
    r"^a{}$": ["a{}", "a"],
    r"^a{x}$": ["a{x}", "a"],
    r"^a{1,2$": ["a{1,2", "aa"],
    r"^{1}": ["{1}"],
    r"x{2}{3}": ["xx"],
    r"a|b|": ["c"],
    r"^(?:a|b$)": ["ac", "b\n", "bc"],
    r"^(a$|b)*$": ["a\n", "b", "ba", "ab"],
    r"x(?:$|/)[^\n]*": ["x\n", "x/y", "xy", "x"],
    r"^$": ["", "\n", "\n\n", "a"],
    r"^a$$": ["a\n", "a"],
    r"(?i:a)b": ["Ab", "AB"],
    r"(?i)a(?-i:b)": ["Ab", "AB"],
    r"(?#comment)a": ["a", "c"],
    r"(?i)\u00df": ["\u1e9e", "SS"],
    r"(?i)[k]": ["\u212a", "K"],
    r"(?i)\w": ["\u0345", "a"],
    r"a??b*?c+?": ["c", "abbc", ""],
    r"\.\*\-\_\/\@": [".*-_/@"],
    r"<\<>": ["<<>"],
    r"#a b": ["#a b", "ab"],
    r"}": ["}"],
    r"a]": ["a]"],
    r"(?i)(?m)^a$": ["b\nA\nc"],
    "\n$": ["\n", "\n\n", "a"],
    r"": [""],
    r"()": [""],
    r"(?:)*": [""],
    r"((a|b)+)?c": ["abc", "c", "d"],
    r"\\": ["\\", "a"],
    r"\é": ["\xe9"],
    r"[\é]": ["\xe9"],
    # What Python refuses.
    r"[": [""], r"(": [""], r")": [""], r"*a": [""], r"a**": [""], r"a{2}*": [""], r"^*": [""], r"\b+": [""], r"[z-a]": [""],
    r"[\w-a]": [""], r"[a-\d]": [""], r"\y": [""], r"\x4": [""], r"[\9]": [""], r"\u12": [""], r"a(?i)b": [""], r"(?z)": [""],
    r"(?P<1a>b)": [""], r"(?P<a>b)(?P<a>c)": [""], r"(?<a>b)": [""], r"a{3,2}": [""], r"(?P<a": [""], r"(?": [""], r"\777": [""],
    r"(?au:a)": [""], r"(?-:a)": [""], r"(?i-i:a)": [""], r"(?L)a": [""], "\\": [""], r"[\\": [""], r"(?#a": [""], r"\z": [""],
}

RULES = [
    (["min_value", 0], [-1, 0, 1, -0.5, 0.0, float("inf"), -1e300]),
    (["min_value", 0.5], [0, 1, 0.5, 0.25]),
    (["max_value", 5], [5, 6, 5.000001, 4.9, Decimal("5.00"), Decimal("5.01")]),
    (["max_value", Decimal("0.10")], [Decimal("0.1"), Decimal("0.11"), Decimal("0.10")]),
    (["min_value", Decimal("1E-7")], [Decimal("0"), Decimal("0.0000001")]),
    (["max_value", 9007199254740992], [9007199254740993, 9007199254740992.0, 9007199254740992]),
    (["max_value", 9007199254740992.0], [9007199254740993, 9007199254740992]),
    (["min_length", 1], ["", "a"]),
    (["min_length", 3], ["ab", "abc", "\U0001f600b", "\xe9\xe9\xe9"]),
    (["max_length", 1], ["ab", "a", ""]),
    (["max_length", 3], ["abcd", "abc"]),
    (["max_length", 0], ["a"]),
    (["step", 5, None], [0, 5, 7, -5, -7, 5.0, 7.5, Decimal("10"), Decimal("10.5"), 10**17 + 1]),
    (["step", 0.1, None], [0.3, 0.35, 1, 1.05, 1e-10, 2.00000001]),
    (["step", Decimal("0.01"), None], [Decimal("0.07"), Decimal("0.075"), 3]),
    (["step", 3, 1], [1, 4, 5, 5.0, 4.0, Decimal("4.0"), Decimal("4.5"), -2]),
    (["step", 0.5, 0.25], [0.25, 0.75, 0.5, 1.3]),
    (["step", 2.5, 1], [3.5, 3, 4.0]),
    (["step", Decimal("0.5"), Decimal("0.25")], [Decimal("0.75"), Decimal("0.5")]),
    (["decimal", 5, 2], [Decimal(x) for x in "1 12345 123456 1234.5 123.45 123.456 0.001 0.00 1E+2 1E+5 0E+9 -12345.6 0.10 1E-3 999.99 1000.0".split()]),
    (["decimal", 1, 1], [Decimal(x) for x in "1 1.1 0.11 0.1 11".split()]),
    (["decimal", None, 1], [Decimal(x) for x in "1 1.12 1.1".split()]),
    (["decimal", 2, None], [Decimal(x) for x in "1 123 0.123 12".split()]),
    (["decimal", 2, 1], [Decimal(x) for x in "12 1.2 0.12".split()]),
    (["null"], ["a\0b", "a", ""]),
    (["email"], ["a", "a@b.co"]),
    (["url"], ["a", "http://b.co"]),
    (["slug"], ["a b", "a"]),
    (["unicode_slug"], ["a b", "\xe9"]),
    (["ipv4"], ["1", "1.2.3.4"]),
    (["ipv6"], ["1", "::1"]),
    (["ipv46"], ["1", "::1", "1.2.3.4"]),
    (["comma"], ["1;2", "1,2"]),
    (["int_list", ";"], ["1,2", "1;2"]),
    (["regex", r"^\d+$"], ["a", "1\n", 12]),
]
MESSAGES = [
    (["min_value", 3, "%(limit_value)s > %(value)s (%(show_value)s), 100%%"], [1, 2.0, 3]),
    (["max_length", 1, "%(limit_value)d of %(show_value)d in %(value)s"], ["abc"]),
    (["regex", "a", "No a in \u201c%(value)s\u201d."], ["b"]),
    (["max_value", 2, "%(value)d"], [2.9, Decimal("-3.7"), Decimal("3.7")]),
]


def refusal(check, *value):
    try:
        check(*value)
    except ValidationError as error:
        return [error.message % error.params if error.params else error.message, error.code]
    return None


def is_good(check, *value):
    return refusal(check, *value) is None


def made(rule):
    name, *options = rule
    one = {
        "min_value": v.MinValueValidator, "max_value": v.MaxValueValidator, "min_length": v.MinLengthValidator,
        "max_length": v.MaxLengthValidator, "decimal": v.DecimalValidator, "regex": v.RegexValidator,
        "int_list": v.int_list_validator, "null": v.ProhibitNullCharactersValidator, "url": v.URLValidator,
    }
    if name == "step":
        return v.StepValueValidator(options[0], offset=options[1])
    if name in one:
        return one[name](*options)
    return {
        "email": v.validate_email, "slug": v.validate_slug, "unicode_slug": v.validate_unicode_slug,
        "ipv4": v.validate_ipv4_address, "ipv6": v.validate_ipv6_address, "ipv46": v.validate_ipv46_address,
        "comma": v.validate_comma_separated_integer_list,
    }[name]


def plain(value):
    if isinstance(value, Decimal):
        return {"decimal": str(value)}
    if isinstance(value, float):
        return {"float": repr(value)}
    return value


def rules(table):
    rows = []
    for rule, values in table:
        for value in values:
            row = [[plain(part) for part in rule], plain(value)]
            try:
                rows.append([*row, refusal(made(rule), value)])
            except TypeError:
                # Python does not count with a Decimal and a float.
                continue
    return rows


def random_text(parts, most):
    return "".join(RANDOM.choice(parts) for _ in range(RANDOM.randint(1, most)))


def random_emails():
    parts = ["a", "b.", ".", "-", "@", '"', "\\", " ", "1", "co", ".com", "[", "]", "::1", "127.0.0.1", "xn--", "\xe9", "\u017f", "_", "!", "a@b", "@b.", LONG, "\x01", "\U0001f600", "\t"]
    return [random_text(parts, 9) for _ in range(BATCH)] + [
        random_text(parts, 5) + "@" + random_text(["a", "-", ".", "co", "1", "\xe9", "xn--", ".com", "[", "]", "::"], 6) for _ in range(BATCH)
    ]


def random_urls():
    parts = ["a", "b.co", ".", "-", "@", ":", "/", "?", "#", "[", "]", "::1", "v1.a", "1.2.3.4", "80", "%", "xn--", "\xe9", "\u017f", "_", " ", "\x1c", "\u2100", "\uff20", "localhost", "u", "\U0001f600", "\\", LONG]
    tidy = ["", "u@", "u:p@", ":@", "u?@", "[v1.a]@"], ["a.co", "localhost", "1.2.3.4", "[::1]", "[1:2::]", "a", "a.co.", "\xe9.co", "[::1", "a-.co"], ["", ":80", ":", ":123456", ":a"], ["", "/", "/x", "?x", "#x", "/ ", "x", "@", "/[", "?@b.co"]
    return ["http://" + random_text(parts, 8) for _ in range(BATCH)] + [
        "http://" + "".join(RANDOM.choice(each) for each in tidy) for _ in range(BATCH)
    ]


def random_addresses():
    parts = ["1", "0", ":", "::", ".", "ffff", "255", "a", "%", "/", "g", "0:0", "1.2.3.4", "00000"]
    groups = ["0", "0", "0", "1", "ffff", "0db8", "a"]
    texts = [random_text(parts, 9) for _ in range(BATCH)]
    for _ in range(BATCH):
        one = [RANDOM.choice(groups) for _ in range(8)]
        if RANDOM.random() < 0.4:
            at = RANDOM.randint(0, 7)
            one[at:at + RANDOM.randint(0, 5)] = [""]
        texts.append(":".join(one))
    return texts


def random_regexes():
    atoms = ["a", "b", "\n", r"\n", ".", r"\w", r"\W", r"\d", r"\s", r"\S", "[ab]", "[^a]", r"[\w-]", r"[^\s]", "(a|b)", "(?:a$|b)", "$", "^", r"\Z", r"\A", "(?i:A)", "1", " ", "|", "($|/)", r"\xe9", "(a$)", "(?s:.)", "(?m:^)", "(?m:$)"]
    repeats = ["", "", "", "", "*", "+", "?", "{2}", "{0,1}", "*?"]
    letters = ["a", "b", "A", "\n", "\n", " ", "1", "\xe9", "/", "\x1c", "\u0301", "-"]
    rows = []
    for _ in range(BATCH):
        flags = RANDOM.choice(["", "", "(?i)", "(?m)", "(?s)", "(?im)", "(?a)"])
        pattern = flags + "".join(RANDOM.choice(atoms) + RANDOM.choice(repeats) for _ in range(RANDOM.randint(1, 5)))
        rows += [[pattern, random_text(letters, 4), None] for _ in range(4)]
    return rows


def searched(rows):
    for row in rows:
        try:
            row[2] = re.search(row[0], row[1]) is not None
        except (re.error, ValueError, OverflowError):
            row[2] = None
    return rows


def main():
    emails, urls, addresses = EMAILS + random_emails(), URLS + random_urls(), ADDRESSES + random_addresses()
    table = {
        "email": [[text, is_good(v.validate_email, text)] for text in emails],
        "url": [[text, is_good(v.URLValidator(), text)] for text in urls],
        "schemes": [[text, schemes, is_good(v.URLValidator(schemes), text)] for text in SCHEMED for schemes in SCHEMES],
        "ip": [
            [text, is_good(v.validate_ipv4_address, text), is_good(v.validate_ipv6_address, text), *(cleaned(text, unpack) for unpack in (False, True))]
            for text in addresses
        ],
        "slug": [[text, is_good(v.validate_slug, text), is_good(v.validate_unicode_slug, text)] for text in SLUGS],
        "int_list": [
            [text, sep, negative, is_good(v.int_list_validator(sep, allow_negative=negative), text)]
            for text in INT_LISTS for sep in (",", ";", ", ", "-") for negative in (False, True)
        ],
        "extension": [
            [name, allowed, refusal(v.FileExtensionValidator(allowed), SimpleNamespace(name=name))]
            for name in NAMES for allowed in (["pdf"], ["TXT", "gz"], [""])
        ],
        "rule": rules(RULES + MESSAGES),
        "regex": searched([[pattern, text, None] for pattern, texts in REGEXES.items() for text in texts]),
        "random_regex": searched(random_regexes()),
    }
    print("{")
    for name, rows in table.items():
        lines = ",\n".join(json.dumps(row) for row in rows)
        print(f'"{name}": [\n{lines}\n]' + ("," if name != "random_regex" else ""))
    print("}")


def cleaned(text, unpack):
    try:
        return clean_ipv6_address(text, unpack)
    except ValidationError:
        return None


main()
