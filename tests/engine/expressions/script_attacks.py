"""Payloads made of statements, for every place that takes a script."""

from __future__ import annotations

#: Stands for the path of the file that no payload may be able to create.
CANARY = "CANARY"

SYSTEM = f"('touch {CANARY}')"
OPEN = f"open('{CANARY}', 'w')"

SCRIPTS = {
    "import": f"import os\nos.system{SYSTEM}",
    "import from": f"from os import system\nsystem{SYSTEM}",
    "import star": "from os import *",
    "define": f"def f():\n    {OPEN}\nf()",
    "define async": f"async def f():\n    {OPEN}",
    "decorator": "@open\ndef f(x): pass",
    "class": f"class A:\n    x = {OPEN}",
    "endless while": "while True:\n    pass",
    "while with work": "while 1:\n    amount = amount + 1",
    "with": f"with {OPEN} as f:\n    x = 1",
    "try": f"try:\n    1/0\nexcept Exception:\n    {OPEN}",
    "try finally": "try:\n    x = 1\nfinally:\n    y = 1",
    "raise": "raise SystemExit",
    "raise with code": f"raise {OPEN}",
    "assert": f"assert {OPEN}",
    "delete": "del order",
    "delete an entry": "del order['total']",
    "global": "global order\norder = 1",
    "nonlocal": "nonlocal order",
    "return": "return 1",
    "yield statement": "yield 1",
    "await statement": f"await {OPEN}",
    "break": "break",
    "continue": "continue",
    "match": "match order:\n    case {}:\n        x = 1",
    "annotated": f"x: {OPEN} = 1",
    "bare call": OPEN,
    "bare expression": "order.total",
    "unpacking": "a, b = 1, 2",
    "starred": "a, *b = big",
    "chained": "a = b = 1",
    "walrus statement": "x = (y := 1)",
    "dunder assignment": "__builtins__ = {}",
    "dunder field assignment": "order.__class__ = 1",
    "helper assignment then call": f"len = '{OPEN}'\nx = len(name)\ny = len()",
    "loop over a text": "for c in text:\n    x = c",
    "loop else": "for c in big:\n    x = c\nelse:\n    x = 0",
    "loop with unpacking": "for a, b in big:\n    x = a",
    "async loop": "async for a in big:\n    x = a",
    "type alias": "type X = int",
    "doubling list": "x = [0]\nfor i in range(9999):\n    x = x + x",
    "doubling text": "x = 'a'\nfor i in range(9999):\n    x = x + x",
    "doubling number": "x = 3\nfor i in range(9999):\n    x = x * x",
    "augmented list": "x = [0]\nfor i in range(9999):\n    x += x",
    "augmented text": "x = 'ab'\nfor i in range(9999):\n    x += x",
    "augmented number": "x = 3\nfor i in range(9999):\n    x *= x",
    "augmented power": "x = 3\nfor i in range(9999):\n    x **= 64",
    "augmented shift": "amount <<= 1000000",
    "nested rounds": "for a in big:\n    for b in big:\n        x = a",
    "deep rounds": "\n".join(" " * i + f"for v{i} in big:" for i in range(20))
    + f"\n{' ' * 20}x = 1",
    "many assignments": "\n".join(f"x{i} = text" for i in range(400)),
    "shared lists": "a = [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\n"
    + "a = [a, a, a, a, a, a, a, a, a, a]\n" * 12,
    "comparing shared lists": "a = [1, 1]\nb = [1, 1]\n"
    + "a = [a, a]\nb = [b, b]\n" * 40
    + "c = a == b",
    "comparing shared records": "a = {'x': 1}\nb = {'x': 1}\n"
    + "a = {'x': a, 'y': a}\nb = {'x': b, 'y': b}\n" * 30
    + "c = a == b",
    "searching shared lists": "a = [1, 1]\nb = [1, 1]\n"
    + "a = [a, a]\nb = [b, b]\n" * 40
    + "c = a in [b, b]",
    "list in itself": "a = [0]\na[0] = a",
    "record in itself": "a = {'x': 1}\na.x = a",
    "comparing circles": "a = [0]\na[0] = a\nb = [0]\nb[0] = b\nc = a == b",
    "ever deeper": "a = [0]\nfor i in range(9000):\n    a = [a]",
    "comparing the deep": "a = [0]\nb = [0]\n"
    + "for i in range(3000):\n    a = [a]\n    b = [b]\nc = a == b",
    "ever more fields": "for i in range(9000):\n    order[str(i)] = big",
    "keeping long texts": "x = []\nfor i in big:\n    x = x + [text + str(i)]",
    "changing the list it runs over": "for x in big:\n    big = big + [x]",
    "storing a moment in a list": "x = [[now()] for i in range(9999) for j in range(9999)]",
    "tabs and blanks": "if 1:\n\tx = 1\n        y = 2",
    "bad indentation": "  x = 1\n y = 2",
    "form feed": "\f\f\fx = open",
    "too many lines": "x = 1\n" * 4_000,
    "deep ifs": "\n".join(" " * i + "if 1:" for i in range(90)) + "\n" + " " * 90 + "x = 1",
}  # fmt: skip
